"""The worker: takes one job after the other until it is told to stop.

Any number of them may run, as processes or in a thread of the server; they share nothing but the
database.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from models.act import Act, acting
from models.base import now
from models.database import writes

from . import lease, ticking
from .declare import Sessions, Stopping, Work
from .lease import Lost, Taken

log = structlog.get_logger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 2.0  # seconds, while there is nothing to do
COURTESY = 0.03  # seconds between two parts of a job, in which others may write
PATIENCE = 5.0  # seconds, while the database is away or has no tables yet


class Worker:
    def __init__(self, sessions: Sessions, stopping: threading.Event | None = None) -> None:
        self.sessions = sessions
        self.stopping = stopping or threading.Event()
        # The last part tells apart what two containers of one name and number hold.
        self.name = f"{socket.gethostname()[:80]}, process {os.getpid()}, {secrets.token_hex(3)}"
        self.pause = SHORTEST_PAUSE

    def stop(self, *_: Any) -> None:
        """Safe from a signal handler and from another thread."""
        self.stopping.set()

    def run(self) -> None:
        away = False
        while not self.stopping.is_set():
            try:
                self._rest(self.turn())
                away = False
            except (DBAPIError, PoolTimeout) as error:
                if not away:
                    log.error("database_unavailable", kind=type(error).__name__)
                away = True
                self.stopping.wait(PATIENCE)

    def _rest(self, busy: bool) -> None:
        if busy:
            self.pause = SHORTEST_PAUSE
            return
        self.stopping.wait(self.pause)
        self.pause = min(self.pause * 1.1, LONGEST_PAUSE)

    def turn(self) -> bool:
        """See to the clocks and carry out one job; False when there was none."""
        with _only_reading(), self.sessions() as session:
            at = now()
            clocks, waits = ticking.overdue(session, at), lease.any_due(session, at)
        for name in clocks:
            waits |= self._apart(ticking.strike, name, now())
        return waits and self.work()

    def work(self) -> bool:
        """Carry out the job that is due; False when there is none."""
        taken = self._apart(lease.take, self.name)
        if taken is None:
            return False
        began = time.monotonic()
        try:
            self._carry_out(taken)
        except Stopping:
            self._settle(lease.hand_back, taken)
        except Lost:
            log.warning("job_lost", job=taken.id, name=taken.name)
        # The one place where any mistake of a job ends: it is written down, tried again, and shown.
        except Exception as error:
            log.error("job_failed", job=taken.id, name=taken.name, attempt=taken.attempts, exc_info=True)
            self._settle(lease.failed, taken, error)
        else:
            say = log.debug if taken.is_periodic else log.info
            say("job_done", job=taken.id, name=taken.name, seconds=round(time.monotonic() - began, 3))
        return True

    def _carry_out(self, taken: Taken) -> None:
        said = taken.declared
        if said is None:
            raise LookupError(f"no job of this version is called {taken.name}")
        with self.sessions() as session:
            acting(session, Act(staff_id=taken.staff_id, staff_name=taken.staff_name, source="job"))
            work = Work(session, self.sessions, renew=partial(self._renew, session, taken))
            result = said.function(work, **taken.payload)
            lease.done(session, taken, result or "")
            session.commit()

    def _renew(self, session: Session, taken: Taken) -> None:
        session.flush()
        lease.renew(session, taken)
        session.commit()
        if session.get_bind().dialect.name == "sqlite":
            # One writes at a time, and who waits for it only looks now and then whether it is free.
            self.stopping.wait(COURTESY)
        if self.stopping.is_set():
            raise Stopping

    def _settle(self, how: Callable[..., None], taken: Taken, *more: Any) -> None:
        try:
            self._apart(how, taken, *more)
        except Lost:
            log.warning("job_lost", job=taken.id, name=taken.name)

    def _apart(self, step: Callable[..., Any], *more: Any) -> Any:
        """One step in a transaction of its own."""
        with self.sessions() as session:
            made = step(session, *more)
            session.commit()
        return made


@contextmanager
def _only_reading() -> Iterator[None]:
    """On SQLite a worker that looks for something to do must not keep others from writing."""
    token = writes.set(False)
    try:
        yield
    finally:
        writes.reset(token)
