"""When things happened in the demo world, counted back from the moment of its making."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.history import Transaction

YEARS = dt.timedelta(days=3 * 365)
WEEK = dt.timedelta(days=7)
OPENING = "The desk opens"  # the reason of the demo's first transaction


def window(first: int, after: int, total: int, base: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When some customers came: together they fill the years before the last week."""
    opened, length = base - YEARS, YEARS - WEEK - dt.timedelta(hours=2)
    return opened + length * (first / total), opened + length * (after / total)


def later(session: Session, moment: dt.datetime) -> dt.datetime:
    """That moment, but never before what the demo's history has: it is told in the order of writing."""
    opened = sa.select(sa.func.min(Transaction.id)).where(Transaction.reason == OPENING).scalar_subquery()
    last = session.scalar(sa.select(sa.func.max(Transaction.issued_at)).where(Transaction.id >= opened))
    return max(last, moment) if last else moment
