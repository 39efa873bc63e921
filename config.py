"""Settings, read from the environment once and checked before anything starts."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr, quote
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("development", "production", "test", "demo")
AT_HOME = ("development", "demo")  # where one command starts everything
WORKER_WAYS = ("thread", "off")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_KEY = 32
# What people leave in place of a key. Anything shorter than SHORTEST_KEY is refused anyway.
PLACEHOLDERS = re.compile(r"change.?me|secret|default|example|password|^(.)\1+$", re.IGNORECASE)


class Misconfigured(SystemExit):
    """A setting is missing, wrong or half given. The text names it and says what to do.

    Ends the process with that one line, under every command and server.
    """


@dataclass(frozen=True)
class Config:
    environment: str
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    instance: Path = ROOT / "instance"
    app_name: str = "Recordroom"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""  # "" = links use the address of the request
    trusted_hosts: tuple[str, ...] = LOOPBACK
    trusted_proxies: int = 0  # how many of our own proxies stand in front
    session_idle_minutes: int = 30
    session_hours: int = 12
    worker: str = "off"  # "thread": the server also carries out what waits in the background
    log_level: str = "INFO"
    customers: int = 5000  # in the demo world
    smtp_url: str = field(default="", repr=False)  # "" = mails go to the mailbox page; production keeps them
    mail_from: str = "Recordroom <desk@localhost>"
    encryption_key: str = field(default="", repr=False)  # "" = derived from secret_key
    sms_url: str = ""  # "" = text messages go to the mailbox page; production keeps them
    sms_token: str = field(default="", repr=False)
    sms_from: str = ""
    document_mb: int = 10  # of one document
    usage_folder: Path | None = None  # where files of usage arrive by themselves

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, instance: Path | None = None) -> Config:
        """Everything from `env` (the process's own when not given); raises Misconfigured."""
        env = os.environ if env is None else env
        instance = instance or ROOT / "instance"
        environment = _one_of(env, "RECORDROOM_ENV", ENVIRONMENTS, "development")
        public_url = _public_url(env, environment)
        host = env.get("HOST") or "127.0.0.1"
        app_name = env.get("APP_NAME") or "Recordroom"
        return cls(
            environment=environment,
            database_url=_database_url(env, instance),
            secret_key=_secret_key(env, environment, instance),
            instance=instance,
            app_name=app_name,
            host=host,
            port=_whole(env, "PORT", 8000, 1, 65535),
            public_url=public_url,
            trusted_hosts=_trusted_hosts(env, host, public_url),
            trusted_proxies=_trusted_proxies(env, public_url),
            session_idle_minutes=_whole(env, "SESSION_IDLE_MINUTES", 30, 1, 24 * 60),
            session_hours=_whole(env, "SESSION_HOURS", 12, 1, 24 * 30),
            worker=_one_of(env, "WORKER", WORKER_WAYS, "thread" if environment in AT_HOME else "off"),
            log_level=_one_of(env, "LOG_LEVEL", LOG_LEVELS, "WARNING" if environment == "demo" else "INFO"),
            customers=_whole(env, "CUSTOMERS", 5000, 1, 100_000_000),
            smtp_url=_smtp_url(env),
            mail_from=_mail_from(env, app_name),
            encryption_key=_strong_key(env, "ENCRYPTION_KEY", environment),
            sms_url=_sms_url(env),
            sms_token=env.get("SMS_TOKEN") or "",
            sms_from=_sms_from(env),
            document_mb=_whole(env, "DOCUMENT_MB", 10, 1, 100),
            usage_folder=_folder(env, "USAGE_FOLDER"),
        )

    @staticmethod
    def root() -> Path:
        """The folder that holds this file and everything else."""
        return ROOT

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def url(self) -> str:
        """Where this installation is for people, scheme and host."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def mailbox(self) -> Path | None:
        """Where mails go when no server sends them. They hold links that are good: not in production."""
        return None if self.smtp_url or self.is_production else self.instance / "mailbox"

    @property
    def documents(self) -> Path:
        """Files about customers, outside of everything that is served."""
        return self.instance / "documents"

    @property
    def is_secure(self) -> bool:
        """Served over https, so that cookies may insist on it."""
        return self.public_url.startswith("https:")


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = env.get(name) or default
    for choice in allowed:
        if value.lower() == choice.lower():
            return choice
    raise Misconfigured(f"{name} is {value!r}; use one of {', '.join(allowed)}")


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = (env.get(name) or str(default)).replace("_", "")
    # isdecimal alone accepts digits of other scripts; int() reads them, people do not expect them.
    if not (value.isascii() and value.isdecimal() and low <= int(value) <= high):
        raise Misconfigured(f"{name} is {value!r}; use a whole number from {low} to {high}")
    return int(value)


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name) or ""
    if value and not Path(value).is_absolute():
        raise Misconfigured(f"{name} is {value!r}; use a whole path, such as /srv/usage")
    return Path(value) if value else None


def _database_url(env: Mapping[str, str], instance: Path) -> str:
    given = env.get("DATABASE_URL", "")
    if not given:
        return f"sqlite:///{instance / 'recordroom.db'}"
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):  # ValueError: a port that is not a number
        # The address may hold a password, so the message does not repeat it.
        raise Misconfigured("DATABASE_URL is not an address such as postgresql://user@host/name") from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database not in (None, "", ":memory:"):
        return given
    raise Misconfigured(f"DATABASE_URL begins with {url.drivername}; use postgresql:// or sqlite:///FILE")


def _secret_key(env: Mapping[str, str], environment: str, instance: Path) -> str:
    given = _strong_key(env, "SECRET_KEY", environment)
    if environment == "production" and not given:
        raise Misconfigured("SECRET_KEY is missing; make one with: openssl rand -hex 32")
    return given or _kept_key(instance / "secret_key")


def _strong_key(env: Mapping[str, str], name: str, environment: str) -> str:
    given = env.get(name, "")
    if given and len(given) < SHORTEST_KEY:
        raise Misconfigured(f"{name} has {len(given)} characters; use at least {SHORTEST_KEY} random ones")
    if environment == "production" and PLACEHOLDERS.search(given):
        raise Misconfigured(f"{name} is a placeholder; make one with: openssl rand -hex 32")
    return given


def _kept_key(path: Path) -> str:
    """The key of this checkout, made at first use; a restart keeps people signed in."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        # Linked, not moved: of two processes that start at once, the first one's key stays.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    kept = path.read_text(encoding="ascii").strip()
    if len(kept) < SHORTEST_KEY:
        raise Misconfigured(f"{path} is damaged; delete it and start again (everyone signs in anew)")
    return kept


def _public_url(env: Mapping[str, str], environment: str) -> str:
    value = (env.get("PUBLIC_URL") or "").rstrip("/")
    if not value:
        if environment == "production":
            raise Misconfigured(
                "PUBLIC_URL is missing; links in mails need it, such as https://desk.example.com"
            )
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise Misconfigured(f"PUBLIC_URL is {value!r}; use scheme and host only: https://desk.example.com")
    if environment == "production" and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Misconfigured(f"PUBLIC_URL is {value!r}; production needs https")
    return value


def _trusted_hosts(env: Mapping[str, str], host: str, public_url: str) -> tuple[str, ...]:
    """Names we answer to. A name that nobody configured could steer the links we print."""
    named = tuple(name.strip() for name in (env.get("TRUSTED_HOSTS") or "").split(",") if name.strip())
    for name in named:
        if "/" in name or "*" in name:
            raise Misconfigured(f"TRUSTED_HOSTS has {name!r}; use host names, separated by commas")
    public = (urlsplit(public_url).hostname,) if public_url else ()
    if host not in (*LOOPBACK, "::1") and not named and not public:
        raise Misconfigured(
            f"HOST is {host}, open to others; say by which names in PUBLIC_URL or TRUSTED_HOSTS"
        )
    return tuple(dict.fromkeys((*named, *public, *LOOPBACK)))


def _trusted_proxies(env: Mapping[str, str], public_url: str) -> int:
    count = _whole(env, "TRUSTED_PROXIES", 0, 0, 5)
    if count and not public_url:
        raise Misconfigured("TRUSTED_PROXIES is set without PUBLIC_URL; say the address that people use")
    return count


def _smtp_url(env: Mapping[str, str]) -> str:
    value = env.get("SMTP_URL") or ""
    if not value:
        return ""
    # The address may hold a password, so no message repeats it.
    example = "smtp://user:password@mail.example.com:587?starttls"
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:  # such as a port that is not a number
        good = False
    if not good or parts.path.strip("/") or parts.query not in ("", "starttls"):
        raise Misconfigured(f"SMTP_URL is not an address such as {example}")
    if parts.query and parts.scheme == "smtps":
        raise Misconfigured("SMTP_URL is smtps, which is encrypted from the start; leave out ?starttls")
    is_plain = parts.scheme == "smtp" and not parts.query
    if parts.username and is_plain and parts.hostname not in (*LOOPBACK, "::1"):
        raise Misconfigured("SMTP_URL would send its password in the clear; add ?starttls, or use smtps://")
    if not env.get("MAIL_FROM"):
        raise Misconfigured("MAIL_FROM is missing; say from whom mails come: Desk <desk@example.com>")
    return value


def _mail_from(env: Mapping[str, str], app_name: str) -> str:
    value = env.get("MAIL_FROM") or "desk@localhost"
    name, address = parseaddr(value)
    if not re.fullmatch(r"[^\s@<>]+@[A-Za-z0-9.-]+", address) or not value.isprintable():
        raise Misconfigured(f"MAIL_FROM is {value!r}; use an address such as Desk <desk@example.com>")
    name = name or app_name
    # Not formataddr: what it makes of letters beyond ASCII is for the wire, not for people.
    return f"{name} <{address}>" if re.fullmatch(r"[\w .'-]*", name) else f'"{quote(name)}" <{address}>'


def _sms_url(env: Mapping[str, str]) -> str:
    value = env.get("SMS_URL") or ""
    if not value:
        for name in ("SMS_TOKEN", "SMS_FROM"):
            if env.get(name):
                raise Misconfigured(f"{name} is set without SMS_URL; say where the gateway is")
        return ""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.username or parts.fragment or not value.isprintable() or " " in value:
        raise Misconfigured("SMS_URL is not an address such as https://sms.example.com/messages")
    if parts.scheme == "http" and parts.hostname not in (*LOOPBACK, "::1"):
        raise Misconfigured("SMS_URL would send customers' numbers in the clear; use https://")
    if not (env.get("SMS_TOKEN") or "").isascii() or not (env.get("SMS_TOKEN") or "").isprintable():
        raise Misconfigured("SMS_TOKEN holds characters that no request can carry")
    return value


def _sms_from(env: Mapping[str, str]) -> str:
    value = env.get("SMS_FROM") or ""
    # Networks take a number, or a name of at most eleven letters.
    if value and not re.fullmatch(r"\+?[0-9]{3,15}|[A-Za-z0-9 ]{1,11}", value):
        raise Misconfigured(f"SMS_FROM is {value!r}; use a number, or a name of at most 11 letters")
    return value
