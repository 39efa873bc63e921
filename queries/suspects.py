"""Values that may occur more than once in a column, without reading its whole index.

A job walks through it and keeps what it found (operations/walking.py). Since then a value can only have
come to occur twice by a row being written, and history says when that was. So all that do are among
these, and some that do not any more: whoever asks looks at the rows as they are now.
"""

import datetime as dt

import sqlalchemy as sa

from models.base import Record
from models.history import version_table
from models.walk import Repeated, Walk

from .declare import Look

# Longer than anything takes to be written and committed, and than clocks of machines differ.
SLACK = dt.timedelta(minutes=10)


def name_of(column: sa.Column) -> str:
    return f"{column.table.name}.{column.name}"


def suspects(
    model: type[Record], column: sa.Column, look: Look, after: str = "", most: int | None = None
) -> sa.Select | None:
    """The values after one, all or the first so many in order; None when nobody has walked yet."""
    named = Walk.name == name_of(column)
    began = look(sa.select(Walk.began_at).where(named, Walk.began_at.is_not(None)))
    if not began:
        return None
    walk, past = sa.select(Walk.id).where(named).scalar_subquery(), version_table(model)
    kept = sa.select(Repeated.value).where(Repeated.walk_id == walk, Repeated.value > after)
    written = sa.select(past.c.id).where(past.c.updated_at >= began[0] - SLACK)
    theirs = column.table.alias("written")
    fresh = sa.select(theirs.c[column.key]).where(theirs.c.id.in_(written), theirs.c[column.key] > after)
    if most is None:
        return sa.select(kept.union(fresh).subquery().c.value)
    either = kept.order_by(Repeated.value).limit(most).subquery().select().union(fresh).subquery()
    return sa.select(either.c.value).order_by(either.c.value).limit(most)
