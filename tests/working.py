"""Jobs for tests and a worker that carries them out."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import declare
from jobs.declare import Declared, Work, job
from jobs.runs import carry_on
from jobs.usage import read_usage_file
from jobs.worker import Worker
from models.database import writes
from models.work import Job, SentForm
from operations.usage import files
from worker import sessions_of

MARKED = "test"
PARTS = 3
LEASE = 0.03  # minutes
CHUNK = 25  # rows of a run, so that there are many moments between two of them
SLOW = 0.004  # seconds in which a worker is killed most likely


@contextmanager
def known(function, every=None, minutes=10.0, attempts=5) -> Iterator[Declared]:
    """A job that is declared for a while."""
    try:
        job(every=every, minutes=minutes, attempts=attempts)(function)
        yield declare.declared[function.__name__]
    finally:
        declare.declared.pop(function.__name__, None)


def mark(work: Work, number: int) -> None:
    """One more row that says that this job was done; a second one would show."""
    work.session.add(SentForm(key=token_hex(16), table_name=MARKED, row_id=number))
    work.session.flush()


def mark_once(work: Work, number: int) -> str:
    """Leave a mark, with time to be killed before and after."""
    time.sleep(SLOW)
    mark(work, number)
    time.sleep(SLOW)
    return f"marked {number}"


def part_of(number: int, part: int) -> int:
    """The number of a part, which no whole job has."""
    return -(number * 100 + part + 1)


def mark_parts(work: Work, number: int) -> str:
    """Leave several marks and commit between them.

    Safe to run twice: it goes on after the last part that is there.
    """
    for part in range(PARTS):
        own = part_of(number, part)
        if not work.session.scalar(sa.select(SentForm.id).where(SentForm.row_id == own)):
            mark(work, own)
        time.sleep(SLOW)
        work.go_on()
    return "in parts"


def mark_without_end(work: Work, number: int) -> None:
    """Works until it is told to stop."""
    while True:
        mark(work, number)
        work.go_on()
        time.sleep(SLOW)


def marks(session) -> list[int]:
    with looking(session):
        return sorted(session.scalars(sa.select(SentForm.row_id).where(SentForm.table_name == MARKED)))


def states(session) -> dict[str, int]:
    with looking(session):
        return dict(session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state)).all())


@contextmanager
def looking(session) -> Iterator[None]:
    """On SQLite whoever only looks neither waits for workers nor keeps them waiting."""
    session.rollback()
    token = writes.set(False)
    try:
        yield
        session.rollback()
    finally:
        writes.reset(token)


def value(session: Session, asked: sa.Select) -> Any:
    with looking(session):
        return session.scalar(asked)


def worker_of(app: Flask) -> Worker:
    return Worker(sessions_of(app))


def work_at_jobs(app: Flask, lines: int = CHUNK) -> None:
    """Until the process is stopped or killed. `lines` of a file of usage are read in one transaction."""
    declare.declared.clear()  # the program's own periodic jobs have no part in this
    sys.modules["operations.running.preview"].AT_ONCE = CHUNK
    files.PIECE = dict.fromkeys(files.PIECE, lines)
    for function in (carry_on, read_usage_file, mark_once, mark_parts, mark_without_end):
        job(minutes=LEASE, attempts=100)(function)
    worker = Worker(sessions_of(app), threading.Event())
    signal.signal(signal.SIGTERM, worker.stop)
    worker.run()
