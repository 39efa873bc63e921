"""Taking a job, keeping it, and giving it back in one way or another.

Whoever writes about a job names the worker that holds it. A worker that was away for so long that
another has begun the job again changes no row, and what it did is rolled back.
"""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import StaffUser
from models.base import now
from models.work import Clock, Job, JobState
from operations.errors import Refused

from .declare import Declared, clock_key, declared

FIRST_WAIT, LONGEST_WAIT = 10.0, 3600.0  # seconds before another attempt; doubled in between
ATTEMPTS = 5  # of a job that this version of the program does not know


class Lost(Exception):
    """Another worker has the job by now, or somebody cancelled it."""


@dataclass(frozen=True)
class Taken:
    """A job in the hands of a worker."""

    id: int
    name: str
    payload: dict[str, Any]
    worker: str
    attempts: int
    most_attempts: int
    staff_id: int | None
    staff_name: str

    @property
    def declared(self) -> Declared | None:
        return declared.get(self.name)

    @property
    def is_periodic(self) -> bool:
        return self.declared is not None and self.declared.every is not None


def due(at: dt.datetime) -> sa.Select[tuple[Job]]:
    """The job that waits longest."""
    waits = (Job.state == JobState.WAITING) & (Job.run_at <= at)
    return sa.select(Job).where(waits).order_by(Job.run_at, Job.id).limit(1)


def lapsed(at: dt.datetime) -> sa.Select[tuple[Job]]:
    """A job whose worker has given no sign of life."""
    gone = (Job.state == JobState.RUNNING) & (Job.leased_until < at)
    return sa.select(Job).where(gone).order_by(Job.leased_until, Job.id).limit(1)


def any_due(session: Session, at: dt.datetime) -> bool:
    return any(session.scalar(ask(at).with_only_columns(Job.id)) for ask in (lapsed, due))


def take(session: Session, worker: str) -> Taken | None:
    """The next job, for this worker alone; None when nothing is due. To be committed at once."""
    at = now()
    while found := _next(session, at):
        known = declared.get(found.name)
        found.most_attempts = found.most_attempts or (known.attempts if known else ATTEMPTS)
        if found.attempts < found.most_attempts:
            return _hand_out(session, found, worker, at)
        # Only a lapsed one gets here: perhaps the job itself brings its worker down.
        _bury(session, found, "Its worker was lost every time", at)
        session.flush()
    return None


def _next(session: Session, at: dt.datetime) -> Job | None:
    for ask in (lapsed, due):
        if found := session.scalar(ask(at).with_for_update(skip_locked=True)):
            return found
    return None


def _hand_out(session: Session, job: Job, worker: str, at: dt.datetime) -> Taken:
    known = declared.get(job.name)
    job.state, job.worker, job.started_at = JobState.RUNNING, worker, at
    job.leased_until = at + (known.lease if known else dt.timedelta(minutes=1))
    job.attempts += 1
    job.unique_key = None  # what is enqueued from now on may not be seen by this attempt
    name = session.scalar(sa.select(StaffUser.name).where(StaffUser.id == job.staff_id))
    said = (job.id, job.name, job.payload, worker, job.attempts, job.most_attempts)
    return Taken(*said, job.staff_id, name or "")


def _hold(session: Session, taken: Taken, **values: Any) -> None:
    """Write about the job in the transaction of its effect; raises Lost when it is ours no more."""
    ours = (Job.id == taken.id) & (Job.worker == taken.worker) & (Job.state == JobState.RUNNING)
    statement = sa.update(Job).where(ours).values(values)
    if session.execute(statement, execution_options={"synchronize_session": False}).rowcount != 1:
        raise Lost(f"job {taken.id}")


def renew(session: Session, taken: Taken) -> None:
    assert taken.declared is not None
    _hold(session, taken, leased_until=now() + taken.declared.lease)


def done(session: Session, taken: Taken, result: str) -> None:
    """To be committed together with what the job did."""
    at = now()
    session.flush()
    over = {"state": JobState.DONE, "finished_at": at, "leased_until": None}
    _hold(session, taken, **over, result=result[:200], error="")
    if taken.is_periodic:
        _note(session, taken.name, at, result, failed=False)
        same = (Job.name == taken.name) & (Job.worker == taken.worker)
        # The newest of each worker stays and says that the worker lives.
        _forget(session, same & (Job.state == JobState.DONE) & (Job.id != taken.id))


def hand_back(session: Session, taken: Taken) -> None:
    """The worker ends before the job does; that is nobody's failure."""
    waits = {"state": JobState.WAITING, "run_at": now(), "leased_until": None, "worker": ""}
    _hold(session, taken, **waits, attempts=taken.attempts - 1)


def failed(session: Session, taken: Taken, error: Exception) -> None:
    """Wait and try again, or give up. A periodic job waits alone: its clock may have struck meanwhile."""
    at, why = now(), reason(error)
    if taken.is_periodic:
        _note(session, taken.name, at, why, failed=True)  # first, so that its clock waits for us
    _hold(session, taken, error=why)
    if taken.is_periodic and _waits(session, clock_key(taken.name)):
        _forget(session, Job.id == taken.id)
        return
    job = session.get_one(Job, taken.id)
    if taken.attempts >= taken.most_attempts:
        _bury(session, job, why, at)
        return
    job.state, job.leased_until, job.worker = JobState.WAITING, None, ""
    job.run_at = at + backoff(taken.attempts)
    job.unique_key = clock_key(taken.name) if taken.is_periodic else None


def _waits(session: Session, key: str) -> bool:
    return session.scalar(sa.select(Job.id).where(Job.unique_key == key)) is not None


def backoff(attempts: int) -> dt.timedelta:
    """Ten seconds, doubled with every attempt up to an hour; never at the same moment as others."""
    seconds = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return dt.timedelta(seconds=seconds * random.uniform(0.75, 1.25))


def reason(error: Exception) -> str:
    """What went wrong in one line. Further lines of a database's error repeat values of the row."""
    if isinstance(error, Refused):
        return error.text[:300]
    first = (str(error).strip() or "no message").splitlines()[0]
    return f"{type(error).__name__}: {first}"[:300]


def _bury(session: Session, job: Job, why: str, at: dt.datetime) -> None:
    job.state, job.finished_at, job.leased_until, job.error = JobState.DEAD, at, None, why
    known = declared.get(job.name)
    if known and known.given_up:
        known.given_up(session, why, **job.payload)
    if known and known.every:
        # It runs again by its clock; of its failures the last one says enough.
        _forget(session, (Job.name == job.name) & (Job.state == JobState.DEAD) & (Job.id != job.id))


def _note(session: Session, name: str, at: dt.datetime, result: str, failed: bool) -> None:
    said = {"last_at": at, "last_result": result[:200], "last_failed": failed}
    session.execute(sa.update(Clock).where(Clock.name == name).values(said))


def _forget(session: Session, which: sa.ColumnElement[bool]) -> None:
    session.execute(sa.delete(Job).where(which), execution_options={"synchronize_session": False})
