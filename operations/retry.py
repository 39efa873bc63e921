"""Doing a transaction again that the database gave up through nobody's fault."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

R = TypeVar("R")
TRIES = 3
# Deadlock, serialization failure, lock timeout.
PASSING = frozenset({"40P01", "40001", "55P03"})


def is_passing(error: BaseException) -> bool:
    """Whether the same transaction may well succeed a moment later."""
    if isinstance(error, StaleDataError):
        return True
    cause = getattr(error, "orig", None)
    return isinstance(error, DBAPIError) and (
        getattr(cause, "sqlstate", "") in PASSING or "database is locked" in str(cause)
    )


def again(session: Session, work: Callable[[], R]) -> R:
    """Do `work` and commit it, at most three times. `work` starts afresh: nothing of before is kept."""
    for left in reversed(range(TRIES)):
        try:
            done = work()
            session.commit()
            return done
        except (DBAPIError, StaleDataError) as error:
            session.rollback()
            if not left or not is_passing(error):
                raise
            session.expire_all()
            time.sleep(random.uniform(0.02, 0.1))
    raise AssertionError("unreachable")
