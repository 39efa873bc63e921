"""Engines: how each database is opened, and when a transaction may write."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session

# SQLite only: a transaction that starts reading and writes later fails at once when another
# has written in between, so whoever may write says so before the transaction begins.
writes: ContextVar[bool] = ContextVar("writes", default=True)

SQLITE = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=268435456",
)
POSTGRESQL = (
    "-c jit=off -c random_page_cost=1.1 -c lock_timeout=2000 "
    "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)


def engine_options(url: str) -> dict[str, Any]:
    """Options for Flask-SQLAlchemy. Error texts never carry parameters: they are customer data."""
    common: dict[str, Any] = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "postgresql":
        return common | {
            "pool_size": 8,
            "max_overflow": 4,
            "pool_pre_ping": True,
            # A generic plan ignores the trigram indexes, so no statement is prepared: each is planned for
            # its values. Checks of keys keep their plans, or planning would be four fifths of an insert.
            "connect_args": {"options": POSTGRESQL, "prepare_threshold": None, "connect_timeout": 5},
        }
    return common | {"connect_args": {"timeout": 5}}


def _open_sqlite(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
        # SQLite's own leaves É as it is; PostgreSQL's does not.
        connection.create_function("lower", 1, lambda text: text and str(text).lower(), deterministic=True)
        for pragma in SQLITE:
            connection.execute(pragma)


def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes.get() else "BEGIN")


@contextmanager
def apart(session: Session) -> Iterator[None]:
    """A transaction of its own. On SQLite one that began with reading could not write any more."""
    session.commit()
    token = writes.set(True)
    try:
        yield
        session.commit()
    finally:
        writes.reset(token)


def install() -> None:
    sa.event.listen(Engine, "connect", _open_sqlite)
    sa.event.listen(Engine, "begin", _begin_sqlite)
