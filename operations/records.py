"""Making and changing rows of any table, with history and rules.

Two people may edit one record: what only one of them changed is kept from both, and where both
changed the same field the later one is asked (`Clashes`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, keys_between, table_named
from queries.history import version_at
from queries.links import ends, links_of
from queries.viewer import Viewer
from queries.visibility import find

from .deleting import delete
from .errors import Refused
from .refusals import flush
from .rules import follow_ups_for, obey


@dataclass
class PartRow:
    """A child row as the form has it. `id` None is a new one."""

    values: dict[str, Any]
    id: int | None = None
    version: int = 0
    keep_at: int = 0  # the person saw what others had changed by this version, and keeps their own
    remove: bool = False


@dataclass
class Draft:
    """What a form asks to be written. `ties` are the ids at the other end of each link."""

    values: dict[str, Any] = field(default_factory=dict)
    ties: dict[str, set[int]] = field(default_factory=dict)
    ties_were: dict[str, set[int]] = field(default_factory=dict)
    parts: dict[str, list[PartRow]] = field(default_factory=dict)


@dataclass
class Clashes(Exception):
    """Fields that two people changed: column -> (mine, theirs). Nothing was written."""

    fields: dict[str, tuple[Any, Any]]


class Overtaken(Refused):
    """A child row that somebody changed meanwhile; says up to which version."""

    def __init__(self, text: str, field: str, at: int) -> None:
        super().__init__(text, field)
        self.at = at


class PartRefused(Refused):
    """A rule that a child row breaks; says which."""

    def __init__(self, table: str, index: int, cause: Refused) -> None:
        super().__init__(cause.text, cause.field)
        self.table, self.index, self.at = table, index, getattr(cause, "at", 0)


def create(session: Session, model: type[Record], draft: Draft, viewer: Viewer) -> Record:
    record = model(**draft.values)
    changes = {n: (None, v) for n, v in draft.values.items()}
    with session.no_autoflush:
        obey(session, record, changes, viewer)
    session.add(record)
    flush(session, model)
    _finish(session, record, draft, changes, viewer)
    return record


def update(
    session: Session,
    record: Record,
    draft: Draft,
    viewer: Viewer,
    base: int | None = None,
    keep: Mapping[str, str] | None = None,
) -> Record:
    """Write what the form changed since row version `base`. `keep` answers earlier clashes."""
    values = _merge(session, record, draft.values, base, keep or {})
    changes = {n: (getattr(record, n), v) for n, v in values.items() if getattr(record, n) != v}
    obey(session, record, changes, viewer)
    for name, (_, value) in changes.items():
        setattr(record, name, value)
    flush(session, type(record))
    _finish(session, record, draft, changes, viewer)
    return record


def _merge(
    session: Session,
    record: Record,
    mine: Mapping[str, Any],
    base: int | None,
    keep: Mapping[str, str],
) -> dict[str, Any]:
    """The values to write: mine where only I changed them, theirs where only they did."""
    if base is None or base == record.version:
        return {n: v for n, v in mine.items() if keep.get(n) != "theirs"}
    was = version_at(session, type(record), record.id, base)
    values, clashes = {}, {}
    for name, value in mine.items():
        theirs = getattr(record, name)
        before = was.get(name, theirs) if was else None
        if value == before or value == theirs:
            continue
        if theirs == before or keep.get(name) == "mine":
            values[name] = value
        elif keep.get(name) != "theirs":
            clashes[name] = (value, theirs)
    if clashes:
        raise Clashes(clashes)
    return values


def _finish(
    session: Session, record: Record, draft: Draft, changes: Mapping[str, tuple], viewer: Viewer
) -> None:
    for follow in follow_ups_for(type(record)):
        follow(session, record, changes, viewer)
    for name, wanted in draft.ties.items():
        tie(session, record, name, wanted, draft.ties_were.get(name), viewer)
    for table, rows in draft.parts.items():
        _write_parts(session, record, table_named(table), rows, viewer)


def tie(
    session: Session,
    record: Record,
    name: str,
    wanted: set[int],
    was: set[int] | None,
    viewer: Viewer,
) -> None:
    """Make the links of a record those wanted; what others added or removed meanwhile stays."""
    link = links_of(type(record))[name]
    owner, far = ends(link)
    present = {
        getattr(row, far.key): row for row in session.scalars(sa.select(link).where(owner == record.id))
    }
    was = set(present) if was is None else was
    added, removed = wanted - was - set(present), (was - wanted) & set(present)
    if added or removed:
        obey(session, record, {name: (set(present), (set(present) | added) - removed)}, viewer)
    for row_id in sorted(added):
        session.add(link(**{owner.key: record.id, far.key: row_id}))
    for row_id in sorted(removed):
        session.delete(present[row_id])
    flush(session, link)


def _write_parts(
    session: Session, record: Record, child: type[Record], rows: Sequence[PartRow], viewer: Viewer
) -> None:
    key = keys_between(child, record.__tablename__)[0]
    for index, row in enumerate(rows):
        try:
            _write_part(session, record, child, key, row, viewer)
        except Refused as refused:
            raise PartRefused(child.__tablename__, index, refused) from refused


def _write_part(
    session: Session, record: Record, child: type[Record], key: sa.Column, row: PartRow, viewer: Viewer
) -> None:
    if row.id is None:
        if not row.remove:
            create(session, child, Draft({**row.values, key.key: record.id}), viewer)
        return
    found = find(session, child, row.id, viewer)
    if found is None or getattr(found, key.key) != record.id:
        raise Refused("This row is not there any more, or belongs to another record.")
    if row.remove:
        delete(session, found, viewer)
        return
    keep = dict.fromkeys(row.values, "mine") if row.keep_at == found.version else {}
    try:
        update(session, found, Draft(row.values), viewer, base=row.version, keep=keep)
    except Clashes as clashes:
        name, (_, theirs) = next(iter(clashes.fields.items()))
        shown = getattr(theirs, "label", theirs)
        words = f"Somebody changed this to “{shown}” meanwhile. Save again to keep yours."
        raise Overtaken(words, name, found.version) from None
