"""Values of columns as JSON and back: how ledgers and answers keep them.

Money is text with all its places, a moment is in UTC with microseconds, an enumeration is its
stored value. What set-based statements write must read the same (operations/running/setwise.py).
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from .fields import Exact, Instant, choices_of, field_of

BLANK = "••••••"  # stands for a secret, in ledgers as on pages


def pack(column: sa.Column, value: Any) -> Any:
    if value is None:
        return None
    if field_of(column).secret:
        return BLANK
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(column.type, Exact):  # a default may be a plain number
        return f"{Decimal(value):.{column.type.places}f}"
    return getattr(value, "value", value)


def unpack(column: sa.Column, packed: Any) -> Any:
    if packed is None:
        return None
    if choices := choices_of(column):
        return choices(packed)
    if isinstance(column.type, Exact):
        return Decimal(packed)
    if isinstance(column.type, Instant):
        return dt.datetime.fromisoformat(packed)
    if isinstance(column.type, sa.Date):
        return dt.date.fromisoformat(packed)
    return packed
