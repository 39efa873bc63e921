"""A key that says `same` points at rows of the same customer only: a location of theirs, not of another."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import Record, columns, records, same_of, target_of
from models.screen import lowered, title_of
from queries.viewer import Viewer

from .errors import Refused
from .rules import Changes, after, rule


def keep_together(model: type[Record], column: sa.Column) -> None:
    through, shared = same_of(column)
    own = through or shared

    @rule(model, on=(column.name, own))
    def stay_with_the_same(session: Session, record: Record, changes: Changes, viewer: Viewer) -> None:
        # What a merge had brought together goes apart row by row, and was theirs before.
        if act_of(session).source == "undo" or not changes.keys() & {column.name, own}:
            return
        target = target_of(column)
        chosen, owner = (after(record, changes, name) for name in (column.name, own))
        if chosen is None:
            return
        if through:
            owner = getattr(session.get(target_of(record.__table__.c[through]), owner), shared, None)
        theirs = session.scalar(sa.select(target.__table__.c[shared]).where(target.id == chosen))
        if theirs != owner:
            whose = lowered(title_of(target_of(target.__table__.c[shared])))
            what = lowered(title_of(target))
            raise Refused(f"This {what} is of another {whose}. Choose one of the same {whose}.", column.name)


for table in records():
    for key in columns(table):
        if "same" in key.info:
            keep_together(table, key)
