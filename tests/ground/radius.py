"""A real FreeRADIUS with the configuration that is shipped, in a folder of its own and unprivileged."""

import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .postgres import Cluster, unprivileged

SHIPPED = Path(__file__).parents[2] / "contrib" / "freeradius"
STARTS_WITHIN = 20.0
ROLE = "recordroom_radius"  # as the shipped grants call it
MAIN = """
name = freeradius
prefix = /usr
libdir = {libraries}
confdir = {folder}
logdir = {folder}
run_dir = {folder}
security {{
	max_attributes = 200
	reject_delay = 1
	status_server = no
	allow_vulnerable_openssl = yes
}}
thread pool {{
	start_servers = 2
	max_servers = 4
	min_spare_servers = 1
	max_spare_servers = 4
	max_requests_per_server = 0
}}
client tests {{
	ipaddr = 127.0.0.1
	secret = {secret}
}}
modules {{
	expr {{
	}}
	always ok {{
		rcode = ok
	}}
	$INCLUDE {folder}/sql
}}
$INCLUDE {folder}/site
"""


def program() -> str | None:
    """The server, if its PostgreSQL module and its client are there too."""
    server = shutil.which("freeradius") or shutil.which("radiusd")
    return server if server and libraries() and shutil.which("radclient") else None


def libraries() -> Path | None:
    folders = ("/usr/lib/freeradius", "/usr/lib64/freeradius", "/usr/lib/x86_64-linux-gnu/freeradius")
    return next((Path(f) for f in folders if (Path(f) / "rlm_sql_postgresql.so").exists()), None)


@dataclass
class Radius:
    folder: Path
    port: int
    secret: str

    def send(self, **said: object) -> None:
        """An accounting packet; it raises when no answer comes."""
        lines = [f'{name.replace("_", "-")} = "{value}"' for name, value in said.items()]
        command = ["radclient", "-d", str(self.folder), "-t", "3", "-r", "2"]
        done = subprocess.run(
            [*command, f"127.0.0.1:{self.port}", "acct", self.secret],
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{done.stdout}\n{done.stderr}\n{self.log()}")

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


@contextmanager
def serving(cluster: Cluster, database: str) -> Iterator[Radius]:
    """It writes into this database, with the rights that are shipped."""
    folder = Path(tempfile.mkdtemp(prefix="recordroom-radius-"))
    password = _grant(cluster, database)
    radius = Radius(folder, _free_port(), secrets.token_hex(8))
    _write(radius, cluster, database, password)
    process = _launch(radius)
    try:
        _wait(radius, process)
        yield radius
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=STARTS_WITHIN)
        cluster.execute(f"DROP OWNED BY {ROLE}", database)
        cluster.execute(f"DROP ROLE {ROLE}", database)
        shutil.rmtree(folder, ignore_errors=True)


def _grant(cluster: Cluster, database: str) -> str:
    password = secrets.token_hex(16)
    cluster.execute((SHIPPED / "grants.sql").read_text(), database)
    cluster.execute(f"ALTER ROLE {ROLE} PASSWORD '{password}'", database)
    return password


def _write(radius: Radius, cluster: Cluster, database: str, password: str) -> None:
    """The shipped files, with the lines changed that the guide says have to be."""
    connection = {"port": str(cluster.port), "password": f'"{password}"', "radius_db": f'"{database}"'}
    sql = (SHIPPED / "recordroom-sql").read_text()
    for name, value in connection.items():
        sql = re.sub(rf"^\t{name} = .*$", f"\t{name} = {value}", sql, count=1, flags=re.M)
    site = (SHIPPED / "recordroom-site").read_text()
    site = site.replace("ipaddr = *", "ipaddr = 127.0.0.1").replace("port = 1813", f"port = {radius.port}")
    said = {"folder": radius.folder, "secret": radius.secret, "libraries": libraries()}
    files = {"radiusd.conf": MAIN.format(**said), "sql": sql, "site": site, "dictionary": ""}
    for name, text in files.items():
        (radius.folder / name).write_text(text)
    radius.folder.chmod(0o755)  # of root; it runs as somebody else


def _launch(radius: Radius) -> subprocess.Popen[bytes]:
    server = program()
    assert server is not None
    with (radius.folder / "log").open("wb") as log:
        command = [*unprivileged(), server, "-f", "-xx", "-l", "stdout", "-d", str(radius.folder)]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(radius: Radius, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while "Ready to process requests" not in radius.log():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(radius.log())
        time.sleep(0.05)
