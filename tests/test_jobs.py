"""The queue and its worker: what is enqueued happens once, or says why not."""

import datetime as dt

import sqlalchemy as sa

from jobs import lease
from models.access import StaffUser
from models.act import Act, acting
from models.base import at, now
from models.customer import Tag
from models.history import Transaction
from models.work import Job, JobState, SentForm
from operations.errors import Refused
from operations.queue import enqueue
from seed.factory import make

from .hand import hand, only, put
from .working import MARKED, known, mark, marks, states

__all__ = ["hand"]


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
