"""What people do about jobs: try again, cancel, run at once, switch a clock on and off."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import now
from models.work import Clock, Job, JobState
from operations.errors import Refused
from operations.queue import enqueue

from .declare import Declared, clock_key, periodic


def retry(session: Session, job_id: int) -> Job:
    """Let a job that was given up begin anew, with all its attempts."""
    job = _locked(session, job_id, JobState.DEAD, "This job was not given up, or runs again already.")
    job.state, job.attempts, job.run_at, job.finished_at = JobState.WAITING, 0, now(), None
    return job


def at_once(session: Session, job_id: int) -> Job:
    """Do not wait for the next attempt."""
    job = _locked(session, job_id, JobState.WAITING, "This job does not wait any more.")
    job.run_at = now()
    return job


def cancel(session: Session, job_id: int) -> Job:
    """Forget a job that waits or was given up. What runs is left to end."""
    job = _locked(session, job_id, (JobState.WAITING, JobState.DEAD), "This job runs, or is over.")
    if job.name == "carry_on":  # or its run would wait for a worker for good
        raise Refused(f"This job carries run {job.payload['run']}. Cancel the run on its page.")
    job.state, job.finished_at, job.unique_key = JobState.CANCELLED, now(), None
    job.result = f"Cancelled by {act_of(session).staff_name or 'the program'}"[:200]
    return job


def run_now(session: Session, name: str) -> Job:
    """A periodic job besides its times; when it waits already, that is enough."""
    _periodic(name)
    session.execute(sa.select(Clock.id).where(Clock.name == name).with_for_update())
    job = enqueue(session, name, unique_key=clock_key(name))
    job.run_at = min(job.run_at, now())  # one that failed may wait for its next attempt
    return job


def switch(session: Session, name: str, on: bool) -> None:
    """Let the clock of a periodic job run or stand. Times that pass while it stands are left out."""
    said, at = _periodic(name), now()
    clock = session.scalar(sa.select(Clock).where(Clock.name == name).with_for_update())
    if clock is None:
        clock = Clock(name=name)
        session.add(clock)
    clock.enabled, clock.next_at = on, said.every.after(at) if on else None
    if not on:
        waits = (Job.unique_key == clock_key(name)) & (Job.state == JobState.WAITING)
        session.execute(sa.delete(Job).where(waits))


def _locked(session: Session, job_id: int, states: JobState | tuple[JobState, ...], otherwise: str) -> Job:
    if job := session.scalar(sa.select(Job).where(Job.id == job_id).with_for_update()):
        if job.state in (states if isinstance(states, tuple) else (states,)):
            return job
        raise Refused(otherwise)
    raise LookupError(job_id)


def _periodic(name: str) -> Declared:
    return periodic()[name]
