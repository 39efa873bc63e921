"""What a stretch of work changed, seen by the session itself: for ledgers and previews.

Versions cannot tell: a preview is rolled back, some columns have no versions, and a row may have
been loaded without a first one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from models.base import UPKEEP, Entry, Table, columns
from models.fields import field_of
from models.message import Message
from models.pack import BLANK, pack

MADE, CHANGED, DELETED = 0, 1, 2


@dataclass
class Change:
    """One row, before and after, packed; only the columns that differ when it was changed."""

    table: str
    id: int
    kind: int
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def line(self) -> list[Any]:
        return [self.table, self.id, self.kind, self.before, self.after]


@dataclass
class Recorder:
    changes: dict[tuple[str, int], Change] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def found(self) -> list[Change]:
        """Of a secret it is only known that it was written, so that alone makes a change."""
        return [
            c
            for c in self.changes.values()
            if c.kind != CHANGED or c.before != c.after or BLANK in c.after.values()
        ]

    def changed(self, row: Table, before: dict[str, Any], after: dict[str, Any]) -> None:
        known = self.changes.get((row.__tablename__, row.id))
        if known is None:
            made = Change(row.__tablename__, row.id, CHANGED, before, after)
            self.changes[row.__tablename__, row.id] = made
            return
        for name, value in after.items():
            if known.kind == CHANGED:
                known.before.setdefault(name, before[name])
            known.after[name] = value
            if known.kind == CHANGED and known.before[name] == value != BLANK:
                del known.before[name], known.after[name]

    def made(self, row: Table) -> None:
        after = {n: v for n, v in _values(row).items() if v is not None}
        self.changes[row.__tablename__, row.id] = Change(row.__tablename__, row.id, MADE, {}, after)

    def deleted(self, row: Table) -> None:
        known = self.changes.pop((row.__tablename__, row.id), None)
        if known is None or known.kind == CHANGED:
            before = _values(row) | (known.before if known else {})
            made = Change(row.__tablename__, row.id, DELETED, before)
            self.changes[row.__tablename__, row.id] = made


def kept(model: type[Table]) -> Iterator[sa.Column]:
    """The columns of a ledger: what somebody decided, not what follows from it."""
    for column in columns(model):
        if column.name not in UPKEEP and "derived" not in column.info:
            yield column


def _values(row: Table) -> dict[str, Any]:
    return {c.name: pack(c, getattr(row, c.key)) for c in kept(type(row))}


@contextmanager
def recording(session: Session) -> Iterator[Recorder]:
    """Everything that the session writes within. Flushed before and after, so that no more is seen."""
    session.flush()
    outer = session.info.get("recorder")
    session.info["recorder"] = recorder = Recorder()
    try:
        yield recorder
        session.flush()
    finally:
        session.info["recorder"] = outer


def _before(session: Session, context: object, instances: object) -> None:
    """While old values are still known."""
    recorder: Recorder | None = session.info.get("recorder")
    if recorder is None:
        return
    for row in session.dirty:
        if isinstance(row, Table) and session.is_modified(row, include_collections=False):
            _note(session, recorder, row)
    for row in session.deleted:
        if isinstance(row, Table) and not isinstance(row, Entry):
            recorder.deleted(row)
    session.info["recorded_new"] = [row for row in session.new if isinstance(row, Table)]


def _note(session: Session, recorder: Recorder, row: Table) -> None:
    before, after = {}, {}
    for column in kept(type(row)):
        seen = sa.inspect(row).attrs[column.key].history
        if seen.has_changes():
            old = seen.deleted[0] if seen.deleted else _stored(session, row, column)
            before[column.name], after[column.name] = pack(column, old), pack(column, seen.added[0])
    differs = [n for n in after if before[n] != after[n] or _is_secret(row, n)]
    if differs:
        recorder.changed(row, {n: before[n] for n in differs}, {n: after[n] for n in differs})


def _is_secret(row: Table, name: str) -> bool:
    return field_of(row.__table__.c[name]).secret


def _stored(session: Session, row: Table, column: sa.Column) -> Any:
    """An attribute that was set before it was loaded does not know what it was."""
    return session.connection().scalar(sa.select(column).where(column.table.c.id == row.id))


def _after(session: Session, context: object) -> None:
    recorder: Recorder | None = session.info.get("recorder")
    fresh: Iterable[Table] = session.info.pop("recorded_new", ())
    if recorder is None:
        return
    for row in fresh:
        if isinstance(row, Message):
            recorder.messages.append(row)
        elif not isinstance(row, Entry):
            recorder.made(row)


event.listen(Session, "before_flush", _before)
event.listen(Session, "after_flush", _after)
