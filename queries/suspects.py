"""Which rows may share a value with others, without reading the whole index.

A job walks through it and keeps what it found (operations/walking.py). Since then a row can only have
come to share a value by being written, and its history says when that was. So these are all that do,
and some that do not any more: whoever asks looks at them as they are now.
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


def suspects(model: type[Record], column: sa.Column, look: Look) -> sa.CompoundSelect | None:
    """Ids of rows; None when nobody has walked yet."""
    walk = Walk.name == name_of(column)
    began = look(sa.select(Walk.began_at).where(walk))
    if not began:
        return None
    past = version_table(model)
    written = sa.select(past.c.id).where(past.c.updated_at >= began[0] - SLACK)
    return sa.select(Repeated.row_id).join(Walk, Walk.id == Repeated.walk_id).where(walk).union_all(written)
