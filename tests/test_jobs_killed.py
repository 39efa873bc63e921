"""Workers that are killed in the middle of a job, and workers that are asked to stop."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from models.work import Job, JobState
from operations.queue import enqueue

from .source import ROOT
from .working import PARTS, marks, part_of, states

WITHIN = 60.0  # seconds that anything here may take at most


@pytest.fixture
def hire(database, tmp_path):
    """`hire()`: a worker in a process of its own. None of them outlives the test."""
    hired = []

    def start(*more):
        command = [sys.executable, "-m", "tests.working", database.url, str(tmp_path), *more]
        hired.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL))
        return hired[-1]

    yield start
    for process in hired:
        process.kill()
        process.wait()


def until(said, within=WITHIN):
    deadline = time.monotonic() + within
    while not said():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


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
def test_whoever_is_killed_nothing_is_lost_and_nothing_doubled(session, hire, jobs, kills, workers):
    fill(session, jobs)
    crew = [hire() for _ in range(workers)]
    until(lambda: done(session) > 0)
    for n in range(kills):
        # Spread over the whole of the work, at moments that nobody chose.
        until(lambda n=n: done(session) >= jobs * n // (kills + 1), within=600)
        time.sleep(random.uniform(0, 0.05))
        victim = crew.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        crew.append(hire())
    until(lambda: states(session) == {JobState.DONE: jobs}, within=600)
    found = Counter(marks(session))
    lost, doubled = expected(jobs) - found, found - expected(jobs)
    assert not lost and not doubled
    assert all(process.poll() is None for process in crew)


def test_a_worker_that_is_asked_to_stop_ends_soon_and_hands_back_what_it_held(session, hire):
    enqueue(session, "mark_without_end", {"number": 1})
    session.commit()
    process = hire()
    until(lambda: marks(session))
    process.terminate()
    assert process.wait(30) == 0
    left = session.execute(sa.select(Job.state, Job.attempts, Job.worker)).one()
    assert left == (JobState.WAITING, 0, "")
    session.rollback()
    kept = len(marks(session))
    hire()
    until(lambda: len(marks(session)) > kept)  # the next one takes it up at once


def test_a_worker_waits_for_a_database_that_has_no_tables_yet(empty_database, tmp_path):
    command = [sys.executable, "-m", "tests.working", empty_database, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "there\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
    finally:
        process.terminate()
        said = process.communicate(timeout=30)[1]
    assert process.returncode == 0 and "Traceback" not in said
