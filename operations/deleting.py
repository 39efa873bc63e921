"""Deleting a row with what belongs to it, row by row, so that all of it is in the history."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Link, Record, Table, columns, tables, target_of
from models.screen import lowered, plural_of, title_of
from queries.links import ends
from queries.viewer import Viewer
from queries.visibility import visible_below

from .errors import Refused
from .operation import operations_of
from .refusals import flush
from .rules import obey


def pointing(record: Record) -> Iterator[tuple[type[Table], sa.Column, str]]:
    for model in tables():
        for column in columns(model):
            for key in column.foreign_keys:
                if key.target_fullname == f"{record.__tablename__}.id":
                    yield model, column, (key.ondelete or "NO ACTION").upper()


@dataclass(frozen=True)
class Consequence:
    """Rows that a deletion touches: `what` is deleted, kept (without this record), or in the way."""

    label: str
    one: str  # the same in the singular
    count: int
    what: str

    @property
    def counted(self) -> str:
        return f"{self.count:,} {self.one if self.count == 1 else self.label}"


WHAT = {"CASCADE": "deleted", "SET NULL": "kept"}


def consequences(session: Session, record: Record, viewer: Viewer | None = None) -> list[Consequence]:
    """What would go or stay without this record, as far as `viewer` sees it, and what stands in the way."""
    touched = [
        (model, column, rule)
        for model, column, rule in pointing(record)
        if issubclass(model, Record) and not (issubclass(model, Link) and rule in WHAT)
    ]
    if not touched:
        return []
    asked = (_count(column, record, *_seen(model, rule, viewer)) for model, column, rule in touched)
    counts = session.execute(sa.select(*asked)).one()
    return [
        Consequence(plural_of(about), title_of(about), count, WHAT.get(rule, "in the way"))
        for (model, _, rule), count in zip(touched, counts, strict=True)
        if count and (about := target_of(ends(model)[0]) if issubclass(model, Link) else model)
    ]


def _seen(model: type[Table], rule: str, viewer: Viewer | None) -> list[sa.ColumnElement[bool]]:
    return visible_below(model, viewer) if viewer and rule in WHAT else []


def _count(column: sa.Column, record: Record, *seen: sa.ColumnElement[bool]) -> sa.ScalarSelect:
    counted = sa.select(sa.func.count()).select_from(column.table).where(column == record.id, *seen)
    return counted.scalar_subquery()


def delete(session: Session, record: Record, viewer: Viewer) -> None:
    """Delete a row and what belongs to it, row by row, so that all of it is in the history."""
    if words := hindrance(record, consequences(session, record)):
        raise Refused(words)
    obey(session, record, {"": (record, None)}, viewer)
    remove(session, record)


def hindrance(record: Record, found: Iterable[Consequence]) -> str:
    """Why it has to stay, "" when it may go."""
    listed = ", ".join(lowered(c.counted) for c in found if c.what == "in the way")
    if not listed:
        return ""
    instead = " Close it instead." if "close" in _verbs(type(record)) else ""
    return f"{title_of(type(record))} “{record}” is still used by {listed}.{instead}"


def _verbs(model: type[Table]) -> set[str]:
    return {verb.name for verb in operations_of(model)}


def remove(session: Session, record: Record) -> None:
    for model, column, rule in pointing(record):
        if not issubclass(model, Record):
            continue  # trails: the database does it
        for row in session.scalars(sa.select(model).where(column == record.id)):
            if rule == "CASCADE":
                remove(session, row)
            elif rule == "SET NULL":
                _release(row, column.key)
    session.flush()
    session.delete(record)
    flush(session, type(record))


def _release(row: Record, key: str) -> None:
    """Let go of a record; what only makes sense with it goes too, as the tables declare."""
    setattr(row, key, None)
    for column in columns(type(row)):
        if column.info.get("needs") == key:
            setattr(row, column.key, column.info["without"])
