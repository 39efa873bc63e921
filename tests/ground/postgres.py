"""A PostgreSQL server of the suite's own: started once, thrown away at the end."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

STARTS_WITHIN = 30.0
# Nothing here has to survive a power cut.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


def programs() -> Path | None:
    """The folder of initdb and postgres; the newest when there are several."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = [folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    able = [folder for folder in folders if (folder / "initdb").exists()]
    return max(able, key=lambda folder: [int(n) for n in folder.parts if n.isdigit()], default=None)


def unprivileged() -> list[str]:
    """A prefix for commands: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return []
    user = _user()
    # The server ends with the process that started it, whatever kills that.
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--pdeathsig=INT"]


def _user() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


@dataclass(frozen=True)
class Cluster:
    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes] | None = None  # None in a worker, which only borrows it

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://tests:{self.password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="tests",
            password=self.password,
            dbname=database,
            autocommit=True,
        ) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)  # ends open connections
        self.process.wait(timeout=STARTS_WITHIN)
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="recordroom-pg-"))  # short: a socket's path has a limit
    password = secrets.token_hex(16)
    if os.getuid() == 0:
        shutil.chown(folder, _user())
    _make(folder, password)
    port = _free_port()
    cluster = Cluster(folder, port, password, _launch(folder, port))
    _wait(cluster)
    return cluster


def _make(folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    command = ["initdb", "--no-sync", "--username=tests", "--auth=scram-sha-256", "--encoding=UTF8"]
    command += [f"--pgdata={folder / 'data'}", f"--pwfile={secret}", f"--locale={_locale()}"]
    _run(command)
    secret.unlink()


def _locale() -> str:
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    return next((name for name in known if name.lower().replace("-", "") == "c.utf8"), "C")


def _command(command: list[str]) -> list[str]:
    folder = programs()
    assert folder is not None
    return [*unprivileged(), str(folder / command[0]), *command[1:]]


def _run(command: list[str]) -> None:
    done = subprocess.run(_command(command), capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


def _launch(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = ["postgres", "-D", str(folder / "data"), "-p", str(port), "-k", str(folder)]
    for name, value in {**SETTINGS, "listen_addresses": "127.0.0.1"}.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        # In a session of its own, so that Ctrl-C reaches the tests first.
        return subprocess.Popen(_command(command), stdout=log, stderr=log, cwd="/", start_new_session=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(cluster: Cluster) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            cluster.execute("SELECT 1")
            return
        except psycopg.OperationalError:
            assert cluster.process is not None
            if cluster.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((cluster.folder / "log").read_text()) from None
            time.sleep(0.05)
