"""Jobs that run by the clock, and how jobs are declared."""

import datetime as dt
import inspect
import re

import pytest
import sqlalchemy as sa

from jobs import declare, ticking
from jobs.declare import job
from models.base import at, now
from models.work import Clock

from .hand import alone, hand
from .source import ROOT
from .working import known, mark, marks, states

__all__ = ["hand"]


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
