"""The clocks of periodic jobs: when one is due it strikes once, whoever looks at it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.work import Clock
from operations.queue import INSERTS, enqueue

from .declare import clock_key, periodic
from .schedule import Schedule


def overdue(session: Session, at: dt.datetime) -> list[str]:
    """The periodic jobs whose clocks have to be seen to."""
    clocks = {clock.name: clock for clock in session.scalars(sa.select(Clock))}
    return [name for name, said in periodic().items() if _calls(clocks.get(name), said.every, at)]


def _calls(clock: Clock | None, every: Schedule, at: dt.datetime) -> bool:
    if clock is None or (clock.enabled and clock.next_at is None):
        return True
    return clock.enabled and (clock.next_at <= at or _is_odd(clock.next_at, every, at))


def _is_odd(next_at: dt.datetime, every: Schedule, at: dt.datetime) -> bool:
    """Later than the schedule has it: the machine's clock was wrong, or the schedule is another now."""
    return next_at > every.after(at)


def strike(session: Session, name: str, at: dt.datetime) -> bool:
    """Enqueue the job if it is due and nobody else has. However long we were away, it runs once."""
    every = periodic()[name].every
    seen = session.scalar(sa.select(Clock.next_at).where(Clock.name == name))
    if seen is None:
        _set(session, name, every.after(at))
        return False
    mine = (Clock.name == name) & Clock.enabled & (Clock.next_at == seen)
    moved = session.execute(sa.update(Clock).where(mine).values(next_at=every.after(at))).rowcount
    if moved != 1 or seen > at:
        return False
    enqueue(session, name, unique_key=clock_key(name))
    return True


def _set(session: Session, name: str, next_at: dt.datetime) -> None:
    """The first moment of a job that is new here. Two workers may come upon it at once."""
    said = {"name": name, "next_at": next_at}
    insert = INSERTS[session.get_bind().dialect.name](Clock).values(said)
    session.execute(insert.on_conflict_do_nothing(index_elements=["name"]))
    unset = (Clock.name == name) & Clock.next_at.is_(None)
    session.execute(sa.update(Clock).where(unset).values(next_at=next_at))
