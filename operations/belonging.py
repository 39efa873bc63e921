"""A key that says `same` points at rows of the same customer only: a location of theirs, not of another."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import Record, columns, records, target_of
from models.screen import lowered, title_of
from queries.viewer import Viewer

from .errors import Refused
from .rules import Changes, rule


def keep_together(model: type[Record], column: sa.Column) -> None:
    shared = column.info["same"]

    @rule(model, on=(column.name, shared))
    def stay_with_the_same(session: Session, record: Record, changes: Changes, viewer: Viewer) -> None:
        # What a merge had brought together goes apart row by row, and was theirs before.
        if act_of(session).source == "undo" or not changes.keys() & {column.name, shared}:
            return
        target = target_of(column)
        chosen, owner = (_after(record, changes, name) for name in (column.name, shared))
        if chosen is None:
            return
        theirs = session.scalar(sa.select(target.__table__.c[shared]).where(target.id == chosen))
        if theirs != owner:
            whose = lowered(title_of(target_of(record.__table__.c[shared])))
            what = lowered(title_of(target))
            raise Refused(f"This {what} is of another {whose}. Choose one of the same {whose}.", column.name)


def _after(record: Record, changes: Changes, name: str) -> Any:
    return changes[name][1] if name in changes else getattr(record, name)


for table in records():
    for key in columns(table):
        if "same" in key.info:
            keep_together(table, key)
