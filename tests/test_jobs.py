"""The queue and its worker: what is enqueued happens once, or says why not."""

import datetime as dt
import inspect
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import declare, lease, ticking
from jobs.declare import Stopping, job
from jobs.lease import Lost
from models.access import StaffUser
from models.act import Act, acting
from models.base import at, now
from models.customer import Tag
from models.history import Transaction
from models.work import Clock, Job, JobState, SentForm
from operations.errors import Refused
from operations.queue import enqueue
from seed.factory import make

from .source import ROOT
from .working import MARKED, known, mark, marks, states, worker_of

SOON = dt.timedelta(seconds=30)


@pytest.fixture
def hand(app):
    """A worker that knows no jobs but the test's own."""
    before = dict(declare.declared)
    declare.declared.clear()
    yield worker_of(app)
    declare.declared.update(before)


def alone(session, model):
    """The only row of a table, as it stands in the database; no transaction stays open."""
    session.rollback()
    found = session.scalars(sa.select(model).execution_options(populate_existing=True)).one()
    session.expunge(found)
    session.rollback()
    return found


def only(session) -> Job:
    return alone(session, Job)


def put(session, name, **said) -> Job:
    made = enqueue(session, name, **said)
    session.commit()
    return made


# --- one job ---


def test_a_job_runs_once_and_says_what_came_of_it(session, hand):
    def leave_mark(work, number):
        mark(work, number)
        return f"marked {number}"

    with known(leave_mark):
        put(session, "leave_mark", payload={"number": 7})
        assert hand.turn() and not hand.turn()
    found = only(session)
    assert (found.state, found.result, found.attempts) == (JobState.DONE, "marked 7", 1)
    assert found.finished_at and not found.leased_until and marks(session) == [7]


def test_a_job_that_is_enqueued_in_a_transaction_that_fails_is_not_there(session, hand):
    enqueue(session, "leave_mark")
    session.rollback()
    assert not hand.turn() and not states(session)


def test_a_job_does_not_run_before_its_time(session, hand):
    def leave_mark(work):
        mark(work, 1)

    with known(leave_mark):
        put(session, "leave_mark", run_at=now() + dt.timedelta(hours=1))
        assert not hand.turn()
        with at(now() + dt.timedelta(minutes=61)):
            assert hand.turn()


def test_what_waits_longest_is_first(session, hand):
    def leave_mark(work, number):
        work.session.add(SentForm(key=str(number), table_name=MARKED, row_id=number))

    for number, ago in ((1, 1), (2, 3), (3, 2)):
        enqueue(session, "leave_mark", {"number": number}, run_at=now() - dt.timedelta(minutes=ago))
    session.commit()
    with known(leave_mark):
        while hand.turn():
            pass
    assert list(session.scalars(sa.select(SentForm.row_id).order_by(SentForm.id))) == [2, 3, 1]


def test_a_change_that_a_job_makes_is_written_to_history_with_the_one_who_asked(session, hand):
    ann = make(session, StaffUser, name="Ann Lee")
    tag = make(session, Tag, name="Old")
    session.commit()

    def rename(work):
        work.session.get(Tag, tag.id).name = "New"

    acting(session, Act(staff_id=ann.id, staff_name="Ann Lee", source="panel"))
    with known(rename):
        put(session, "rename")
        assert hand.turn()
    last = session.scalars(sa.select(Transaction).order_by(Transaction.id.desc()).limit(1)).one()
    assert (last.staff_id, last.staff_name, last.source) == (ann.id, "Ann Lee", "job")


# --- one of a kind ---


def test_of_two_with_the_same_key_only_the_first_waits(session):
    first = enqueue(session, "post", {"n": 1}, unique_key="post:1")
    assert enqueue(session, "post", {"n": 2}, unique_key="post:1") is first
    assert enqueue(session, "post", {"n": 3}, unique_key="post:2") is not first
    session.commit()
    assert states(session) == {"waiting": 2}


def test_while_one_runs_another_may_wait(session, hand):
    """What is enqueued after a job has begun may have come too late for it."""
    waiting = []

    def post(work):
        with work.sessions() as apart:
            waiting.append(enqueue(apart, "post", unique_key="post").id)
            apart.commit()

    with known(post):
        first = put(session, "post", unique_key="post")
        assert hand.turn()
    assert waiting and waiting != [first.id]


# --- failing ---


def boom(work):
    """Always fails."""
    mark(work, 1)
    raise ValueError("the moon is down\nrow: ann@example.com")


def test_a_job_that_fails_leaves_nothing_behind_and_waits_longer_each_time(session, hand):
    put(session, "boom")
    waits, moment = [], now()
    with known(boom, attempts=4):
        for _ in range(4):
            with at(moment):
                assert hand.turn()
            found = only(session)
            if found.state is JobState.WAITING:
                waits.append((found.run_at - moment).total_seconds())
                moment = found.run_at
    for wait, middle in zip(waits, (10, 20, 40), strict=True):
        assert 0.75 * middle <= wait <= 1.25 * middle
    assert (found.state, found.attempts, found.error) == (JobState.DEAD, 4, "ValueError: the moon is down")
    assert marks(session) == []


def test_the_wait_ends_at_an_hour():
    assert max(lease.backoff(n) for n in range(1, 200)) <= dt.timedelta(hours=1.25)


def test_an_error_of_the_database_tells_no_values(session, hand):
    def twice(work):
        for _ in range(2):
            work.session.add(SentForm(key="ann@example.com", table_name=MARKED, row_id=1))
        work.session.flush()

    put(session, "twice")
    with known(twice):
        hand.turn()
    assert "UNIQUE" in only(session).error.upper() and "ann@" not in only(session).error


def test_a_rule_that_forbids_it_is_given_in_its_own_words(session, hand):
    def refuse(work):
        raise Refused("The mailbox is closed.")

    put(session, "refuse")
    with known(refuse, attempts=1):
        hand.turn()
    assert (only(session).state, only(session).error) == (JobState.DEAD, "The mailbox is closed.")


def test_a_job_that_nobody_knows_waits_for_a_version_that_does(session, hand):
    put(session, "of_tomorrow")
    assert hand.turn()
    assert only(session).state is JobState.WAITING and "of_tomorrow" in only(session).error


def test_as_many_attempts_as_declared_unless_the_one_who_enqueues_says_otherwise(session, hand):
    put(session, "boom")
    with known(boom, attempts=7):
        hand.turn()
    assert only(session).most_attempts == 7
    session.execute(sa.delete(Job))
    put(session, "boom", attempts=1)
    with known(boom, attempts=7):
        hand.turn()
    assert only(session).state is JobState.DEAD


# --- leases ---


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


# --- stopping ---


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


# --- periodic jobs ---


def tick(work):
    """Leave a mark every ten minutes."""
    mark(work, 1)
    return "ticked"


def clock(session) -> Clock:
    return alone(session, Clock)


def test_a_periodic_job_runs_when_its_time_has_come(session, hand):
    noon = dt.datetime(2026, 11, 22, 12, 0, 1, tzinfo=dt.UTC)
    with known(tick, every="10 minutes"):
        with at(noon):
            assert not hand.turn()
        assert clock(session).next_at == noon.replace(minute=10, second=0)
        with at(noon + dt.timedelta(minutes=10)):
            assert hand.turn() and not hand.turn()
    found = clock(session)
    assert (found.last_result, found.last_failed) == ("ticked", False)
    assert found.next_at == noon.replace(minute=20, second=0) and marks(session) == [1]


def test_times_that_were_missed_run_once(session, hand):
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    with known(tick, every="10 minutes"):
        with at(noon):
            hand.turn()
        with at(noon + dt.timedelta(days=3)):
            while hand.turn():
                pass
    assert marks(session) == [1]
    assert clock(session).next_at == noon + dt.timedelta(days=3, minutes=10)


def test_two_workers_with_one_clock_enqueue_once(session, hand):
    """Both saw that it is due; the one that comes second finds that it is not any more."""
    with known(tick, every="10 minutes"):
        noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
        ticking.strike(session, "tick", noon)
        session.commit()
        later = noon + dt.timedelta(minutes=10)
        assert ticking.overdue(session, later) == ["tick"]
        struck = []
        for _ in range(2):
            struck.append(ticking.strike(session, "tick", later))
            session.commit()
    assert struck == [True, False] and states(session) == {"waiting": 1}


def test_a_clock_that_stands_does_not_strike(session, hand):
    with known(tick, every="10 minutes"):
        hand.turn()
        session.execute(sa.update(Clock).values(enabled=False))
        session.commit()
        with at(now() + dt.timedelta(hours=1)):
            assert not hand.turn()


def test_a_clock_that_went_wrong_is_set_right(session, hand):
    """The machine's clock was a year ahead for a moment; nothing may wait for a year."""
    with known(tick, every="10 minutes"):
        with at(now() + dt.timedelta(days=365)):
            hand.turn()
        assert not hand.turn()
    assert clock(session).next_at < now() + dt.timedelta(minutes=11) and marks(session) == []


def test_a_periodic_job_that_fails_does_not_pile_up(session, hand):
    def tick(work):
        raise ValueError("no ink")

    moment = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    with known(tick, every="5 seconds", attempts=3):
        for _ in range(100):
            with at(moment):
                hand.turn()
            moment += dt.timedelta(seconds=5)
    assert sum(states(session).values()) <= 3
    assert clock(session).last_failed and clock(session).last_result == "ValueError: no ink"


def test_of_what_a_periodic_job_did_only_the_last_time_is_kept(session, hand):
    moment = now()
    with known(tick, every="5 seconds"):
        for _ in range(10):
            with at(moment):
                hand.turn()
            moment += dt.timedelta(seconds=5)
    assert states(session) == {"done": 1}


# --- declarations ---


def test_two_jobs_of_one_name_stop_the_start():
    with known(tick), pytest.raises(ValueError, match="two jobs are called tick"):
        job()(tick)


def test_every_job_says_what_it_does():
    assert all(said.function.__doc__ for said in declare.declared.values())


def test_a_periodic_job_needs_no_payload():
    for name, said in declare.periodic().items():
        assert len(inspect.signature(said.function).parameters) == 1, name


def test_the_guide_names_every_job_that_runs_by_the_clock():
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| (\w+) \| (.+?)(?: UTC)? \|", guide, re.MULTILINE))
    said = {
        (name, job.every.words.removeprefix("day ").removesuffix(" UTC"))
        for name, job in declare.periodic().items()
    }
    assert said <= rows
