"""Declaring a job: a function that the worker calls, when it is enqueued or by the clock.

    @job(every="day 03:15 UTC", minutes=5)
    def forget_drafts(work: Work) -> str:
        \"\"\"Delete drafts that nobody opened for a year.

        Safe to run twice: the second run finds none.
        \"\"\"

The effect of a job and "done" commit together, so a short one happens once however often its
worker is killed. One that calls `work.go_on()` commits what it has done so far; it may be begun
again from the start, and its docstring says why that does no harm.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session

from models.base import now

from .schedule import Schedule, schedule

Function = TypeVar("Function", bound=Callable[..., str | None])
Sessions = Callable[[], AbstractContextManager[Session]]


class Stopping(Exception):
    """The worker was told to stop. Let it pass: the job goes back and is not counted as tried."""


@dataclass
class Work:
    """What a job is given. It asks nothing of the session before the function does."""

    session: Session
    sessions: Sessions  # another session, for what has to commit apart from this one
    renew: Callable[[], None] = field(repr=False)
    now: dt.datetime = field(default_factory=now)

    def go_on(self) -> None:
        """Commit what was done and keep the job; raises Stopping when the worker is to end."""
        self.now = now()
        self.renew()


@dataclass(frozen=True)
class Declared:
    name: str
    function: Callable[..., str | None]
    every: Schedule | None
    lease: dt.timedelta  # nobody else takes the job for so long after it was taken or went on
    attempts: int
    given_up: Callable[..., None] | None = None  # takes a session, the error, and the payload

    @property
    def says(self) -> str:
        """What it does, in a sentence for people."""
        return (self.function.__doc__ or self.title).strip().split("\n")[0]

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()


declared: dict[str, Declared] = {}


def job(
    every: str | None = None,
    minutes: float = 10,
    attempts: int = 5,
    given_up: Callable[..., None] | None = None,
) -> Callable[[Function], Function]:
    """`minutes` without a sign of life, and another worker begins the job again.

    A worker that is killed leaves its job alone for so long: let it be short, and call `go_on` often.
    `given_up(session, error, **payload)` tells whoever waits for the job that nobody does it any more.
    """

    def declare(function: Function) -> Function:
        name = function.__name__
        if name in declared:
            raise ValueError(f"two jobs are called {name}: {declared[name].function.__module__} has one")
        when = schedule(every) if every else None
        declared[name] = Declared(name, function, when, dt.timedelta(minutes=minutes), attempts, given_up)
        return function

    return declare


def periodic() -> dict[str, Declared]:
    return {name: said for name, said in declared.items() if said.every}


def clock_key(name: str) -> str:
    """Under which a periodic job waits, so that no second one does."""
    return f"clock:{name}"
