"""The worker as people start it: as a process of its own, or with the server."""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app import create_app
from config import Config, Misconfigured
from models.work import Job, JobState
from operations.queue import enqueue
from web.server import company

from .ground.worlds import KEY, config_for
from .source import ROOT

WITHIN = 120.0  # seconds that anything here may take at most, on a busy machine


def wait_for(session, job_id):
    deadline = time.monotonic() + WITHIN
    state = sa.select(Job.state).where(Job.id == job_id)
    while session.scalar(state) is not JobState.DONE:
        session.rollback()
        assert time.monotonic() < deadline, "nobody did it"
        time.sleep(0.05)
    session.rollback()


def put(session) -> int:
    job = enqueue(session, "clean")
    session.commit()
    return job.id


@contextmanager
def working(url):
    """The command, until it is told to stop; how it ended and what it said."""
    said = {"RECORDROOM_ENV": "test", "DATABASE_URL": url, "SECRET_KEY": KEY}
    command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | said, **pipes) as process:
        try:
            yield process
            process.terminate()
            process.said = process.communicate(timeout=WITHIN)
        finally:
            process.kill()


def test_the_command_carries_out_what_waits_until_it_is_told_to_stop(session, database):
    job_id = put(session)
    with working(database.url) as process:
        wait_for(session, job_id)
    out, err = process.said
    assert (process.returncode, err) == (0, "") and "worker is there" in out


def test_a_worker_waits_for_a_database_that_has_no_tables_yet(empty_database):
    with working(empty_database) as process:
        assert "worker is there" in process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
    assert process.returncode == 0 and "Traceback" not in process.said[1]


def test_a_server_may_bring_its_own_worker(session, database, tmp_path):
    app = create_app(replace(config_for(database.url, tmp_path), worker="thread"))
    job_id, stopping, before = put(session), threading.Event(), threading.active_count()
    with company(app, stopping):
        wait_for(session, job_id)
    assert stopping.is_set() and threading.active_count() == before
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_a_server_has_no_worker_unless_it_was_asked_for(app):
    before = threading.active_count()
    with company(app, threading.Event()):
        assert threading.active_count() == before


@pytest.mark.parametrize(
    ("environment", "worker"), [("demo", "thread"), ("development", "thread"), ("test", "off")]
)
def test_where_one_command_starts_everything_the_server_works_too(tmp_path, environment, worker):
    assert Config.from_env({"RECORDROOM_ENV": environment}, instance=tmp_path).worker == worker


def test_in_production_the_worker_is_a_process_of_its_own_unless_said_otherwise(tmp_path):
    said = {"RECORDROOM_ENV": "production", "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz"}
    said |= {"PUBLIC_URL": "https://desk.example.com"}
    assert Config.from_env(said, instance=tmp_path).worker == "off"
    assert Config.from_env(said | {"WORKER": "Thread"}, instance=tmp_path).worker == "thread"
    with pytest.raises(Misconfigured, match="WORKER is 'process'; use one of thread, off"):
        Config.from_env({"WORKER": "process"}, instance=tmp_path)
