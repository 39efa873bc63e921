"""Workers that are killed in the middle of a job, and workers that are asked to stop."""

import os
import random
import signal
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from models.work import Job, JobState
from operations.queue import enqueue

from .carrying import is_alive, until
from .working import PARTS, marks, part_of, states


def done(session) -> int:
    return states(session).get(JobState.DONE, 0)


def fill(session, jobs):
    """Most of them short, every tenth in parts."""
    for number in range(jobs):
        enqueue(session, "mark_parts" if number % 10 == 0 else "mark_once", {"number": number})
    session.commit()


def expected(jobs):
    parts = [part_of(number, part) for number in range(0, jobs, 10) for part in range(PARTS)]
    return Counter(parts + [number for number in range(jobs) if number % 10])


@pytest.mark.parametrize(
    ("jobs", "kills", "workers"), [(300, 3, 2), pytest.param(10_000, 20, 2, marks=pytest.mark.soak)]
)
def test_whoever_is_killed_nothing_is_lost_and_nothing_doubled(session, crew, jobs, kills, workers):
    fill(session, jobs)
    hired = [crew.start("jobs") for _ in range(workers)]
    until(lambda: done(session) > 0)
    for n in range(kills):
        # Spread over the whole of the work, at moments that nobody chose.
        until(lambda n=n: done(session) >= jobs * n // (kills + 1), within=600)
        time.sleep(random.uniform(0, 0.05))
        crew.kill(hired.pop(0))
        hired.append(crew.start("jobs"))
    until(lambda: states(session) == {JobState.DONE: jobs}, within=600)
    found = Counter(marks(session))
    lost, doubled = expected(jobs) - found, found - expected(jobs)
    assert not lost and not doubled
    assert all(map(is_alive, hired))


def test_a_worker_that_is_asked_to_stop_ends_soon_and_hands_back_what_it_held(session, crew):
    enqueue(session, "mark_without_end", {"number": 1})
    session.commit()
    process = crew.start("jobs")
    until(lambda: marks(session))
    os.kill(process, signal.SIGTERM)
    until(lambda: not is_alive(process), within=30)
    left = session.execute(sa.select(Job.state, Job.attempts, Job.worker)).one()
    assert left == (JobState.WAITING, 0, "")
    session.rollback()
    kept = len(marks(session))
    crew.start("jobs")
    until(lambda: len(marks(session)) > kept)  # the next one takes it up at once
