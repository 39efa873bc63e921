"""Ways for a mail to leave: a mail server, or a folder that the mailbox page reads.

Text messages have one of their own (sms.py), and the folder takes them too.
"""

import datetime as dt
import os
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

from .files import Given
from .installation import installation

CONNECT_SECONDS = 10
TALK_SECONDS = 30  # that one answer of the server may take
POLICY = SMTP.clone(cte_type="7bit")  # not every server takes eight bits
NO_UTF8 = "The mail server does not take addresses with such letters."
NUMBER = ("sms", "localhost")  # in the folder a text message looks like a mail
NOWHERE = Address("", *NUMBER)
BAD_ADDRESS = "The address cannot be written to: it is not one."


class Unreachable(Exception):
    """Not now. Another try may do better."""


class Never(Exception):
    """Another try would end alike."""


@dataclass(frozen=True)
class Parcel:
    """One message, ready to be sent."""

    id: int
    attempts: int
    mail_id: str
    at: dt.datetime
    sender: str
    recipient: str
    subject: str
    body: str = field(repr=False)
    html: str = field(repr=False)
    problem: str = ""  # why it cannot be sent at all
    is_sms: bool = False
    thread: str = ""  # what it is about: mail programs show all mails of one thread together
    has_files: bool = False
    files: Sequence[Given] = ()  # filled in when it leaves

    def mail(self) -> EmailMessage:
        """The same in every attempt, its Message-ID and date included. Raises Never."""
        mail = EmailMessage(policy=POLICY)
        try:
            mail["Subject"] = self.subject or "Text message"
            mail["From"] = NOWHERE if self.is_sms else _address(self.sender)
            mail["To"] = Address(self.recipient, *NUMBER) if self.is_sms else _address(self.recipient)
        except ValueError as error:
            raise Never(BAD_ADDRESS) from error
        mail["Date"] = self.at
        mail["Message-ID"] = self.mail_id
        if self.thread:
            mail["References"] = f"<{self.thread}@{domain_of(self.sender)}>"
        mail["Auto-Submitted"] = "auto-generated"  # keeps away answers of absent people's programs
        mail.set_content(self.body)
        if self.html:
            mail.add_alternative(self.html, subtype="html")
        for file in self.files:
            kind, _, subtype = file.media_type.partition("/")
            mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
        return mail


def _address(text: str) -> Address:
    if not text.isprintable():  # parseaddr would make something of it
        raise ValueError("line breaks or control characters in an address")
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    return Address(name, local, domain)


def domain_of(sender: str) -> str:
    return parseaddr(sender)[1].partition("@")[2] or "localhost"


class Carrier(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def carry(self, parcel: Parcel) -> None:
        """Raises Unreachable or Never when it has not arrived."""


def carrier() -> Carrier | None:
    """How mails leave this installation; None when they cannot."""
    here = installation()
    return Server(here.smtp_url) if here.smtp_url else mailbox()


def mailbox() -> "Mailbox | None":
    folder = installation().mailbox
    return Mailbox(folder) if folder else None


class Server:
    """A mail server, over one connection for as long as it lasts."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.tls = parts.hostname or "localhost", parts.scheme == "smtps"
        self.port = parts.port or (465 if self.tls else 587 if "starttls" in parts.query else 25)
        self.starttls = "starttls" in parse_qs(parts.query, keep_blank_values=True)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.line: smtplib.SMTP | None = None
        self.away: Unreachable | None = None  # it did not answer; this batch does not knock again

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        if self.line is None:
            return
        try:
            self.line.quit()
        except (OSError, smtplib.SMTPException):
            self.line.close()

    def carry(self, parcel: Parcel) -> None:
        mail = parcel.mail()
        try:
            self._connected().send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _verdict(code, said) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise Never(NO_UTF8) from error
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Unreachable(f"The connection to the mail server was cut: {_words(error)}") from error

    def _connected(self) -> smtplib.SMTP:
        # smtplib lets go of the socket itself when the server says 421.
        if self.line is None or self.line.sock is None:
            self._hang_up()
            if self.away:
                raise self.away
            try:
                self.line = self._connect()
            except (OSError, smtplib.SMTPException) as error:
                self.away = Unreachable(_why_not(error))
                raise self.away from error
        return self.line

    def _connect(self) -> smtplib.SMTP:
        # Left to itself smtplib asks the network for our name, which may take long.
        said = {"timeout": CONNECT_SECONDS, "local_hostname": domain_of(installation().sender)}
        if self.tls:
            tls = ssl.create_default_context()
            line: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, context=tls, **said)
        else:
            line = smtplib.SMTP(self.host, self.port, **said)
        try:
            if self.starttls:
                line.starttls(context=ssl.create_default_context())
            if self.user:
                line.login(self.user, self.password)
            line.sock.settimeout(TALK_SECONDS)
        except BaseException:
            line.close()
            raise
        return line

    def _hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


def _verdict(code: int, said: bytes | str) -> Unreachable | Never:
    """4xx: try again. 5xx: the server means it."""
    text = f"{code} {_text(said)}"
    return Never(text) if 500 <= code < 600 else Unreachable(text)


def _why_not(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server does not let us in: {error.smtp_code} {_text(error.smtp_error)}"
    return f"The mail server cannot be reached: {_words(error)}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:300]


class Mailbox:
    """A folder with one file per mail, links and passwords included, for its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> "Mailbox":
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(self, *_: object) -> None: ...

    def carry(self, parcel: Parcel) -> None:
        draft = self.folder / f".{parcel.id}.{os.getpid()}"
        try:
            draft.touch(mode=0o600)
            draft.write_bytes(parcel.mail().as_bytes())
            os.replace(draft, self.folder / f"{parcel.id}.eml")
        except OSError as error:
            raise Unreachable(f"The mailbox cannot be written to: {_words(error)}") from error
