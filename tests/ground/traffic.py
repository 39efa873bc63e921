"""Counts what goes through: requests (a requirement needs one) and statements (a page has a budget)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask

# What frames a transaction is not a question to the database.
FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


class Requests:
    def __init__(self) -> None:
        self.count = 0

    def watch(self, app: Flask) -> None:
        """Every request to the app, from the test client and from a browser."""
        inner = app.wsgi_app

        def counted(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            self.count += 1
            return inner(environ, start)

        app.wsgi_app = counted  # type: ignore[method-assign]


requests = Requests()


class Queries:
    """Statements that reach the database: `with queries as seen: ...; assert len(seen) <= 8`."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __len__(self) -> int:
        return len(self.statements)

    def __enter__(self) -> list[str]:
        self.statements = []
        return self.statements

    def __exit__(self, *_: object) -> None: ...

    def clear(self) -> None:
        self.statements.clear()

    def note(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(FRAMES):
            self.statements.append(statement)


@contextmanager
def counting(engine: sa.Engine) -> Iterator[Queries]:
    queries = Queries()
    sa.event.listen(engine, "before_cursor_execute", queries.note)
    yield queries
    sa.event.remove(engine, "before_cursor_execute", queries.note)


class Writes:
    """Whether anything but a question went to this engine since the last time we asked."""

    def __init__(self, engine: sa.Engine) -> None:
        self.seen = False
        sa.event.listen(engine, "before_cursor_execute", self.note)

    def note(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", *FRAMES)):
            self.seen = True
