"""Which sessions go on: begun, not ended, and still heard of."""

import datetime as dt

from sqlalchemy import ColumnElement, Select, false, func

from models.base import now
from models.fields import YesNo
from models.usage import DataSession

from .declare import named_filter

# An access server that reports at all does so every few minutes; one that does not may hold a
# session for days. After that its end was most likely lost.
UNHEARD = dt.timedelta(hours=3)
UNREPORTED = dt.timedelta(days=7)

is_open = DataSession.stopped_at.is_(None)


def is_silent() -> ColumnElement[bool]:
    """Open, but nothing was heard of it for so long that it has most likely ended."""
    reported = DataSession.updated_at < now() - UNHEARD
    unreported = DataSession.updated_at.is_(None) & (DataSession.started_at < now() - UNREPORTED)
    return is_open & (reported | unreported)


def is_online() -> ColumnElement[bool]:
    reported = DataSession.updated_at >= now() - UNHEARD
    unreported = DataSession.updated_at.is_(None) & (DataSession.started_at >= now() - UNREPORTED)
    return is_open & (reported | unreported)


def newest_first(sessions: Select) -> Select:
    return sessions.order_by(DataSession.started_at.desc(), DataSession.id.desc())


@named_filter(DataSession, "Online")
def online(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: it has not ended, and is still heard of."""
    return is_online() if wanted else _not(is_online())


@named_filter(DataSession, "Silent")
def silent(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: open, but unheard of for three hours, or for seven days where nothing is ever reported."""
    return is_silent() if wanted else _not(is_silent())


def _not(holds: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a session that never reported SQL cannot tell when it did, and its NOT would leave it out."""
    return ~func.coalesce(holds, false())
