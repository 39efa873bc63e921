"""Databases for tests: migrated and seeded once per run, copied per worker, put back after each test."""

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from app import create_app
from config import Config
from seed.roles import ensure_roles

from .postgres import Cluster

KEY = "a key for tests, thirty-two or more letters"
TEMPLATE = "template_world"


class World(Protocol):
    """One database of the suite, with roles and settings and nothing else in it."""

    kind: str
    url: str

    def put_back(self) -> None:
        """To the state it was copied in, whoever changed it."""

    def empty(self) -> AbstractContextManager[str]:
        """The address of another database of this kind, with nothing in it."""

    def close(self) -> None:
        """Let go of its connections."""


def config_for(url: str, folder: Path) -> Config:
    said = {"RECORDROOM_ENV": "test", "DATABASE_URL": url, "SECRET_KEY": KEY, "LOG_LEVEL": "WARNING"}
    return Config.from_env(said, instance=folder)


def migrate(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade()


def fill(url: str, folder: Path) -> None:
    """Schema by the migrations, then what every installation starts with."""
    app = create_app(config_for(url, folder))
    migrate(app)
    with app.app_context():
        database = app.extensions["sqlalchemy"]
        ensure_roles(database.session())
        database.session.commit()
        database.session.remove()
        database.engine.dispose()


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy(source: Path, target: Path) -> None:
    """Page by page in one transaction, search tables and counters of ids included; connections
    that are open see it like any other write."""
    with (
        closing(sqlite3.connect(source)) as read,
        closing(sqlite3.connect(target, timeout=10)) as written,
    ):
        read.backup(written)


@dataclass
class SqliteWorld:
    folder: Path  # shared by the workers
    worker: str
    kind: str = "sqlite"
    template: Path = field(init=False)
    path: Path = field(init=False)

    def __post_init__(self) -> None:
        self.template = self.folder / f"{TEMPLATE}.db"
        self.path = self.folder / f"{self.worker}.db"
        with one_at_a_time(self.folder / "sqlite.lock"):
            if not self.template.exists():
                draft = self.folder / "draft.db"
                fill(f"sqlite:///{draft}", self.folder)
                with closing(sqlite3.connect(draft)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                os.replace(draft, self.template)
        self.put_back()

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def put_back(self) -> None:
        copy(self.template, self.path)

    def furnish(self, name: str, fill: Callable[[], None]) -> None:
        """As `fill` leaves it. The first in a run calls it; to the others what it left is copied."""
        kept = self.folder / f"{name}.db"
        with one_at_a_time(self.folder / f"{name}.lock"):
            if not kept.exists():
                fill()
                copy(self.path, draft := self.folder / f"{name}.draft")
                os.replace(draft, kept)
                return
        copy(kept, self.path)

    @contextmanager
    def empty(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/empty.db"

    def close(self) -> None: ...


@dataclass
class PostgresWorld:
    cluster: Cluster
    worker: str
    folder: Path
    kind: str = "postgresql"

    def __post_init__(self) -> None:
        with one_at_a_time(self.folder / "postgresql.lock"):
            ready = self.folder / "postgresql.ready"
            if not ready.exists():
                self.cluster.execute(f"CREATE DATABASE {TEMPLATE}")
                fill(self.cluster.url(TEMPLATE), self.folder)
                self._remember()
                ready.touch()
            self.cluster.execute(f"CREATE DATABASE world_{self.worker} TEMPLATE {TEMPLATE}")
        # A test that leaves a transaction open is told so instead of waiting for ever.
        waits = {"options": "-c lock_timeout=5000"}
        self.restore = Restore(sa.create_engine(self.url, connect_args=waits))

    @property
    def url(self) -> str:
        return self.cluster.url(f"world_{self.worker}")

    def _remember(self) -> None:
        """Keep the first rows of every table beside it, in a schema of their own."""
        engine = sa.create_engine(self.cluster.url(TEMPLATE))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA baseline")
            for table in sa.inspect(connection).get_table_names():
                connection.exec_driver_sql(f'CREATE TABLE baseline."{table}" AS TABLE "{table}"')
        engine.dispose()

    def put_back(self) -> None:
        self.restore()

    @contextmanager
    def empty(self) -> Iterator[str]:
        name = f"empty_{self.worker}"
        self.cluster.execute(f"CREATE DATABASE {name}")
        yield self.cluster.url(name)
        self.cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self.restore.engine.dispose()


class Restore:
    """Puts back the tables that differ from their first rows, however they were changed."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        with engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            filled = {t for t in tables if self._has_rows(connection, t)}
        self.differing = " UNION ALL ".join(self._differs(t, t in filled) for t in tables)

    @staticmethod
    def _has_rows(connection: sa.Connection, table: str) -> bool:
        return bool(connection.exec_driver_sql(f'SELECT EXISTS (SELECT FROM "{table}")').scalar())

    @staticmethod
    def _differs(table: str, filled: bool) -> str:
        if not filled:
            return f"SELECT '{table}' WHERE EXISTS (TABLE \"{table}\")"
        # As text, because a json column has no equality.
        now, first = (f'SELECT r::text FROM {schema}."{table}" r' for schema in ("public", "baseline"))
        changed = f"EXISTS ({now} EXCEPT ALL {first}) OR EXISTS ({first} EXCEPT ALL {now})"
        return f"SELECT '{table}' WHERE {changed}"

    def __call__(self) -> None:
        with self.engine.begin() as connection:
            changed = connection.exec_driver_sql(self.differing).scalars().all()
            if not changed:
                return
            # No cascades and no order to observe: the whole set goes back together.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in changed:
                connection.exec_driver_sql(f'DELETE FROM "{table}"')
                connection.exec_driver_sql(f'INSERT INTO "{table}" TABLE baseline."{table}"')
