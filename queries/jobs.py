"""What waits, runs, was given up, and who works."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.work import Clock, Job, JobState, Run

SEEN = dt.timedelta(minutes=10)  # a worker that did something since then counts as there
LATE = dt.timedelta(minutes=1)  # a job that is due for longer waits for a worker that is not there
CAP = 1_000


@dataclass(frozen=True)
class Worker:
    name: str
    seen_at: dt.datetime
    jobs: int  # that it took lately, of those that are still known


def count(session: Session, state: JobState) -> int:
    """How many jobs, counted up to CAP."""
    few = sa.select(Job.id).where(Job.state == state).limit(CAP + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(few)) or 0


def waiting(session: Session, most: int) -> list[Job]:
    return _jobs(session, JobState.WAITING, most, Job.run_at, Job.id)


def running(session: Session, most: int) -> list[Job]:
    return _jobs(session, JobState.RUNNING, most, Job.started_at, Job.id)


def dead(session: Session, most: int) -> list[Job]:
    return _jobs(session, JobState.DEAD, most, Job.finished_at.desc(), Job.id.desc())


def finished(session: Session, most: int, but: set[str]) -> list[Job]:
    """The newest that are over, without those of some names."""
    over = Job.state.in_((JobState.DONE, JobState.CANCELLED)) & Job.name.not_in(but)
    newest = (Job.finished_at.desc(), Job.id.desc())
    return list(session.scalars(sa.select(Job).where(over).order_by(*newest).limit(most)))


def _jobs(session: Session, state: JobState, most: int, *order: sa.ColumnElement) -> list[Job]:
    return list(session.scalars(sa.select(Job).where(Job.state == state).order_by(*order).limit(most)))


def clocks(session: Session) -> dict[str, Clock]:
    return {clock.name: clock for clock in session.scalars(sa.select(Clock))}


def workers(session: Session, at: dt.datetime) -> list[Worker]:
    """Those that took a job lately. One that finds nothing to do leaves no trace."""
    seen = sa.type_coerce(sa.func.max(sa.func.coalesce(Job.finished_at, Job.started_at)), Job.started_at.type)
    here = (Job.state == JobState.RUNNING) & (Job.leased_until > at)
    found = session.execute(
        sa.select(Job.worker, seen, sa.func.count())
        .where(here | ((Job.state == JobState.DONE) & (Job.finished_at > at - SEEN)))
        .group_by(Job.worker)
        .order_by(Job.worker)
    )
    return [Worker(*row) for row in found]


def nobody_works(session: Session, at: dt.datetime) -> bool:
    """Something should have begun a while ago, and no worker gives a sign of life."""
    late = sa.exists().where(Job.state == JobState.WAITING, Job.run_at < at - LATE)
    stands = sa.exists().where(Clock.enabled, Clock.next_at < at - LATE)
    never = ~sa.exists().where(Clock.id > 0)
    busy = sa.exists().where(Job.state == JobState.RUNNING, Job.leased_until > at)
    began = sa.exists().where(Job.state == JobState.DONE, Job.finished_at > at - LATE)
    return bool(session.scalar(sa.select((late | stands | never) & ~busy & ~began)))


def runs_of(session: Session, jobs: list[Job]) -> dict[int, Run]:
    """The runs that jobs carry on, by their ids."""
    ids = {job.payload["run"] for job in jobs if isinstance(job.payload.get("run"), int)}
    return {run.id: run for run in session.scalars(sa.select(Run).where(Run.id.in_(ids)))} if ids else {}
