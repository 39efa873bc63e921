"""When things happened in the demo world, counted back from the moment of its making."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.history import Transaction

YEARS = dt.timedelta(days=3 * 365)
WEEK = dt.timedelta(days=7)


def window(first: int, after: int, total: int, base: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When some customers came: together they fill the years before the last week."""
    opened, length = base - YEARS, YEARS - WEEK - dt.timedelta(hours=2)
    return opened + length * (first / total), opened + length * (after / total)


def later(session: Session, moment: dt.datetime) -> dt.datetime:
    """That moment, but never before what history has: it is told in the order of its writing."""
    last = session.scalar(sa.select(sa.func.max(Transaction.issued_at)))
    return max(last, moment) if last else moment
