"""Jobs whose worker is gone, late, or told to stop."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import lease
from jobs.declare import Stopping
from jobs.lease import Lost
from models.base import at, now
from models.work import Job, JobState
from operations.queue import enqueue

from .hand import hand, only, put
from .working import known, mark, marks, worker_of

__all__ = ["hand"]


def test_a_job_whose_worker_is_gone_is_begun_again(session, app, hand):
    def leave_mark(work):
        mark(work, 1)

    put(session, "leave_mark")
    with known(leave_mark, minutes=2):
        assert lease.take(session, "one that dies")
        session.commit()
        assert not hand.turn()
        with at(now() + dt.timedelta(minutes=3)):
            assert hand.turn()
    assert only(session).attempts == 2 and marks(session) == [1]


def test_a_worker_that_lost_its_job_changes_nothing(session, app, hand):
    """It slept through its lease; another has done the job meanwhile."""

    def oversleep(work):
        mark(work, 1)
        work.session.rollback()  # or on SQLite nobody else could write
        with at(now() + dt.timedelta(minutes=3)):
            if first:
                first.pop()
                assert worker_of(app).turn()
        mark(work, 2)

    first = [True]
    put(session, "oversleep")
    with known(oversleep, minutes=2):
        hand.turn()
    assert (only(session).state, only(session).attempts) == (JobState.DONE, 2)
    assert marks(session) == [2]


def test_a_job_that_goes_on_keeps_its_lease(session, hand):
    leases = []

    def long(work):
        for minute in (1, 2):
            with at(now() + dt.timedelta(minutes=minute)):
                work.go_on()
                with work.sessions() as apart:
                    leases.append(apart.scalars(sa.select(Job.leased_until)).one())

    put(session, "long")
    with known(long, minutes=1):
        hand.turn()
    assert leases[1] - leases[0] > dt.timedelta(seconds=55)


def test_a_job_that_brings_down_every_worker_is_given_up(session, hand):
    def leave_mark(work):
        mark(work, 1)

    put(session, "leave_mark")
    moment = now()
    with known(leave_mark, attempts=2):
        for _ in range(2):
            with at(moment):
                assert lease.take(session, "one that dies")
                session.commit()
            moment += dt.timedelta(hours=1)
        with at(moment):
            assert not hand.turn()
    found = only(session)
    assert (found.state, found.error) == (JobState.DEAD, "Its worker was lost every time")


def test_two_workers_never_hold_the_same_job(app, session):
    """On PostgreSQL one looks past what another is taking at this moment."""
    enqueue(session, "a"), enqueue(session, "b")
    session.commit()
    first = lease.take(session, "first")
    if session.get_bind().dialect.name == "postgresql":
        with Session(session.get_bind()) as other:
            second = lease.take(other, "second")
            assert lease.take(other, "second") is None
            other.commit()
        session.commit()
    else:
        session.commit()
        second = lease.take(session, "second")
        session.commit()
    assert {first.name, second.name} == {"a", "b"}
    assert lease.take(session, "third") is None


def test_only_the_holder_writes_about_a_job(session):
    put(session, "a")
    taken = lease.take(session, "me")
    session.commit()
    session.execute(sa.update(Job).values(worker="you"))
    for step in (lease.done, lease.failed):
        with pytest.raises(Lost):
            step(session, taken, "" if step is lease.done else ValueError("x"))
    with pytest.raises(Lost):
        lease.hand_back(session, taken)
    session.rollback()


def test_a_worker_that_is_told_to_stop_hands_its_job_back(session, hand):
    def long(work):
        for number in range(5):
            mark(work, number)
            if number == 1:
                hand.stop()
            work.go_on()

    put(session, "long")
    with known(long):
        hand.run()
    found = only(session)
    assert (found.state, found.attempts, found.worker) == (JobState.WAITING, 0, "")
    assert marks(session) == [0, 1]  # what it had done by then stays done


def test_a_short_job_is_finished_before_the_worker_ends(session, hand):
    def short(work):
        hand.stop()
        mark(work, 1)

    put(session, "short")
    with known(short):
        hand.run()
    assert only(session).state is JobState.DONE and marks(session) == [1]


def test_stopping_is_not_an_error_that_a_job_can_mistake():
    assert not issubclass(Stopping, (OSError, ValueError, LookupError))
