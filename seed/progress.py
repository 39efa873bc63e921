"""How far a seed has come: kept in the database, shown to the person who waits."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session
from tqdm import tqdm

from models.counter import Counter


class Mark:
    """A number that moves in the same transaction as the rows that it counts.

    Killed at any point, a seed goes on after the last row that was committed, and two seeds at
    once wait for each other instead of doubling anything.
    """

    def __init__(self, name: str) -> None:
        self.name = f"seed.{name}"

    def read(self, session: Session) -> int | None:
        """None: nobody has begun."""
        return session.scalar(sa.select(Counter.last).where(Counter.name == self.name))

    def begin(self, session: Session) -> None:
        if self.read(session) is None:
            session.add(Counter(name=self.name, last=0))

    def hold(self, session: Session) -> int:
        """The number, kept from others until the end of the transaction."""
        row = self._row(session)
        return row.last if row else 0

    def move(self, session: Session, number: int) -> None:
        self._row(session).last = number

    def _row(self, session: Session) -> Counter | None:
        held = sa.select(Counter).where(Counter.name == self.name).with_for_update()
        return session.scalar(held.execution_options(populate_existing=True))


@contextmanager
def shown(what: str, total: int, done: int = 0) -> Iterator[Callable[[int], None]]:
    """Say how far we are: a bar on a terminal, a few plain lines elsewhere. Yields `reached(n)`."""
    if sys.stderr.isatty():
        with tqdm(total=total, initial=done, desc=what, unit_scale=True, leave=False) as bar:
            yield lambda number: bar.update(number - bar.n)
    else:
        yield _lines(what, total, done)


def _lines(what: str, total: int, done: int) -> Callable[[int], None]:
    started = said = time.monotonic()

    def reached(number: int) -> None:
        nonlocal said
        now = time.monotonic()
        if number >= total or now - said > 5:
            said = now
            speed = (number - done) / max(now - started, 0.001)
            print(f"{what}: {number:,} of {total:,}, {speed:,.0f} a second", file=sys.stderr, flush=True)

    return reached
