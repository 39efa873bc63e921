"""Work carried out by processes of their own, to be killed.

`python -m tests.carrying DATABASE_URL FOLDER` reads one command a line and starts a process for
each: "worker", "jobs" or "jobs LINES", "confirm RUN", or the words of a `flask` command. It answers the
id of the process. They are its forks, so that one begins at once, and it never asks the database itself.
"""

import os
import random
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.database import writes
from models.work import RowState, Run, RunRow, RunState

from .ground.worlds import World, config_for
from .source import ROOT

LEASE = 0.005  # minutes: who is killed leaves the job to the next one at once
WITHIN = 120.0  # seconds that anything here may take at most, on a busy machine


class Crew:
    """Starts and kills processes that work on one database."""

    def __init__(self, world: World, folder: Path) -> None:
        words = [sys.executable, "-m", "tests.carrying", world.url, str(folder)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
        self.parent = subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(ROOT)}, **pipes)
        self.alive: list[int] = []
        self.folder = folder  # where files of usage are kept

    def start(self, *words: str) -> int:
        assert self.parent.stdin is not None and self.parent.stdout is not None
        self.parent.stdin.write(shlex.join(words) + "\n")
        self.parent.stdin.flush()
        self.alive.append(int(self.parent.stdout.readline()))
        return self.alive[-1]

    def kill(self, process: int) -> None:
        self.alive.remove(process)
        if is_alive(process):
            os.kill(process, signal.SIGKILL)
        until(lambda: not is_alive(process))

    def dismiss(self) -> None:
        for process in list(self.alive):
            self.kill(process)

    def close(self) -> None:
        self.dismiss()
        self.parent.kill()
        self.parent.communicate()


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def until(said, within: float = WITHIN) -> None:
    deadline = time.monotonic() + within
    while not said():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.005)


def ask(session: Session, statement: sa.Select) -> Any:
    """One row, read without keeping others from writing."""
    before = writes.set(False)
    try:
        with Session(session.get_bind(), expire_on_commit=False) as own:
            return own.execute(statement).one()
    finally:
        writes.reset(before)


def last_run(session: Session) -> int:
    return ask(session, sa.select(sa.func.coalesce(sa.func.max(Run.id), 0)))[0]


def is_over(session: Session, before: int) -> bool:
    over = Run.state.in_((RunState.DONE, RunState.FAILED))
    return bool(ask(session, sa.select(sa.func.count()).where(Run.id > before, over))[0])


def progress(session: Session, before: int) -> float:
    """How much is done of the run that was made after run `before`; below 0 until it is confirmed."""
    asked = (
        sa.select(sa.func.count(), sa.func.count().filter(RunRow.state != RowState.PLANNED))
        .join(Run, Run.id == RunRow.run_id)
        .where(Run.id > before, Run.state != RunState.PLANNED)
    )
    every, over = ask(session, asked)
    return over / every if every else -1.0


def carried_on(session: Session, crew: Crew, words: list[str], kills: int, late: float) -> Run:
    """The run that a command begins and others end: each of them killed at a moment nobody chose."""
    before = last_run(session)
    process = crew.start(*words)
    for n in range(kills):
        share = random.uniform(n, n + 1) / (kills + 1)
        until(lambda s=share, p=process: progress(session, before) >= s or not is_alive(p))
        assert progress(session, before) >= 0, "it has not begun"
        time.sleep(random.uniform(0, late))
        crew.kill(process)
        process = crew.start("worker")
    until(lambda: is_over(session, before))
    crew.kill(process)
    (run,) = ask(session, sa.select(Run).where(Run.id > before))
    return run


def main(url: str, folder: str) -> None:
    from app import create_app

    app = create_app(config_for(url, Path(folder)))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended is nobody's to wait for
    for line in sys.stdin:
        if child := os.fork():
            print(child, flush=True)
            continue
        sys.stdout = open(os.devnull, "w")
        try:
            carry(app, shlex.split(line))
        finally:
            os._exit(0)


def carry(app, words: list[str]) -> None:
    from jobs import declare, worker
    from jobs.declare import job
    from jobs.runs import carry_on
    from operations import running
    from queries.viewer import SYSTEM
    from worker import sessions_of

    from .working import work_at_jobs

    if words == ["worker"]:
        declare.declared.clear()  # the periodic jobs have no part in this
        job(minutes=LEASE, attempts=100)(carry_on)
        worker.SHORTEST_PAUSE = worker.LONGEST_PAUSE = 0.05
        worker.Worker(sessions_of(app), threading.Event()).run()
    elif words[0] == "jobs":
        work_at_jobs(app, *map(int, words[1:]))
    elif words[0] == "confirm":
        with sessions_of(app)() as session:
            running.confirm(session, int(words[1]), SYSTEM)
    else:
        with app.app_context():
            said = app.test_cli_runner().invoke(args=words)
        print(said.output, said.exception or "", file=sys.stderr)  # shown when the test fails


if __name__ == "__main__":
    main(*sys.argv[1:])
