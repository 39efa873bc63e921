"""A page, asked for many times, and its statements, sent by the driver alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from .pages import Page

WARM = 3


@dataclass
class Timing:
    """Milliseconds; medians, but for `slow`, which 19 of 20 requests beat."""

    name: str
    median: float = 0
    slow: float = 0
    sql: float = 0
    floor: float = 0
    size: int = 0
    statements: list["Statement"] = field(default_factory=list)


@dataclass
class Statement:
    text: str
    values: Any
    took: float = 0
    started: float = 0


def timed(app: Flask, engine: sa.Engine, client: FlaskClient, page: Page, requests: int) -> Timing:
    for _ in range(WARM):
        _ask(client, page)
    found, took, in_sql = Timing(page.name), [], []
    for _ in range(requests):
        with _listening(engine) as statements:
            started = perf_counter()
            found.size = _ask(client, page)
            took.append(1000 * (perf_counter() - started))
        in_sql.append(sum(s.took for s in statements))
        found.statements = statements
    found.median, found.sql = median(took), median(in_sql)
    found.slow = sorted(took)[int(len(took) * 0.95)]
    found.floor = _floor(engine, found.statements, requests)
    return found


def _ask(client: FlaskClient, page: Page) -> int:
    # In a context of its own, as in a server: ours would lend it the session.
    answer = Context().run(client.get, page.path)
    if answer.status_code != 200:
        raise SystemExit(f"{page.path} answered {answer.status}")
    return len(answer.data)


@contextmanager
def _listening(engine: sa.Engine) -> Iterator[list[Statement]]:
    """The statements that go by, with the time until the database answered."""
    seen: list[Statement] = []

    def before(connection: Any, cursor: Any, text: str, values: Any, *_: Any) -> None:
        seen.append(Statement(text, values, started=perf_counter()))

    def after(*_: Any) -> None:
        seen[-1].took = 1000 * (perf_counter() - seen[-1].started)

    sa.event.listen(engine, "before_cursor_execute", before)
    sa.event.listen(engine, "after_cursor_execute", after)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", before)
        sa.event.remove(engine, "after_cursor_execute", after)


def _floor(engine: sa.Engine, statements: list[Statement], times: int) -> float:
    """The questions among them, asked and read to the end."""
    asked = [s for s in statements if s.text.lstrip().upper().startswith(("SELECT", "WITH"))]
    took = []
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        for _ in range(times):
            started = perf_counter()
            for statement in asked:
                cursor.execute(statement.text, statement.values)
                cursor.fetchall()
            took.append(1000 * (perf_counter() - started))
        connection.rollback()
    finally:
        connection.close()
    return median(took)
