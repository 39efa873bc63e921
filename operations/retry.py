"""Doing a transaction again that the database gave up through nobody's fault."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from .errors import Refused

R = TypeVar("R")
TRIES = 3
LOCKED = "55P03"  # somebody held a row for longer than the lock timeout
PASSING = frozenset({"40P01", "40001", LOCKED})  # deadlock, serialization failure
BUSY = "Somebody else is changing the same records right now. Nothing was done; try again in a moment."


def is_passing(error: BaseException) -> bool:
    """Whether the same transaction may well succeed a moment later."""
    if isinstance(error, StaleDataError):
        return True
    return isinstance(error, DBAPIError) and (_state(error) in PASSING or has_waited(error))


def has_waited(error: BaseException) -> bool:
    """Whether it was given up only after seconds of waiting for somebody else."""
    return isinstance(error, DBAPIError) and (
        _state(error) == LOCKED or "database is locked" in str(error.orig)
    )


def _state(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def again(session: Session, work: Callable[[], R], patient: bool = False) -> R:
    """Do `work` and commit it, at most three times. `work` starts afresh: nothing of before is kept.

    A person is told at the first long wait, and in the end, that others are in the way (Refused). A
    `patient` worker gets the error itself, and comes back later.
    """
    for left in reversed(range(TRIES)):
        try:
            done = work()
            session.commit()
            return done
        except (DBAPIError, StaleDataError) as error:
            session.rollback()
            if not is_passing(error) or (patient and not left):
                raise
            if not patient and (not left or has_waited(error)):
                raise Refused(BUSY) from error
            session.expire_all()
            time.sleep(random.uniform(0.02, 0.1))
    raise AssertionError("unreachable")
