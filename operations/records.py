"""Making, changing, deleting and bringing back rows of any table, with history and rules.

Two people may edit one record: what only one of them changed is kept from both, and where both
changed the same field the later one is asked (`Clashes`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import Link, Record, Table, columns, keys_between, table_named, tables, target_of
from models.fields import field_of
from models.history import version_table
from models.screen import label_of, plural_of, title_of
from queries.history import DELETED, INSERTED, MARKS, version_at
from queries.links import ends, links_of
from queries.viewer import Viewer
from queries.visibility import above, find

from .errors import Refused
from .rules import follow_ups_for, rules_for


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
        _obey(session, record, changes, viewer)
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
    _obey(session, record, changes, viewer)
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


def _obey(session: Session, record: Record, changes: Mapping[str, tuple], viewer: Viewer) -> None:
    for rule in rules_for(type(record)):
        rule(session, record, changes, viewer)


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
        _obey(session, record, {name: (set(present), (set(present) | added) - removed)}, viewer)
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


# --- what the database refuses ---------------------------------------------------------------


def flush(session: Session, model: type[Table]) -> None:
    """Write; turn what the database refuses into words at the right field."""
    try:
        session.flush()
    except IntegrityError as error:
        session.rollback()
        raise explain(error, model) from error


def explain(error: IntegrityError, model: type[Table]) -> Refused:
    text = str(error.orig)
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or text
    for owner in (model, *tables()):
        for constraint in _constraints(owner.__table__):
            if _is_meant(constraint, named):
                return _words(owner, constraint)
    if "foreign key" in text.lower():
        return Refused("Something that this points at is not there any more. Choose again.")
    return Refused("The database refused this. Check what you typed.")


def _constraints(table: sa.Table) -> Iterator[Any]:
    yield from (c for c in table.constraints if isinstance(c, (sa.UniqueConstraint, sa.CheckConstraint)))
    yield from (i for i in table.indexes if i.unique)


def _is_meant(constraint: Any, named: str) -> bool:
    """PostgreSQL names the constraint; SQLite names checks, and the columns of unique ones."""
    if constraint.name and str(constraint.name) in named.split("constraint failed: ")[-1].split():
        return True
    if isinstance(constraint, sa.CheckConstraint):
        return False
    listed = ", ".join(f"{constraint.table.name}.{c.name}" for c in constraint.columns)
    return named == f"UNIQUE constraint failed: {listed}"


def _words(model: type[Table], constraint: Any) -> Refused:
    said = constraint.info if isinstance(constraint.info, dict) else {}
    if "says" in said:
        return Refused(said["says"], said.get("field", ""))
    if isinstance(constraint, sa.CheckConstraint):
        return Refused(f"Not allowed: {str(constraint.name).replace('_', ' ')}.")
    names = [c.name for c in constraint.columns]
    shown = [_source(model, n) for n in names]
    return Refused(f"This {label_of(model, shown[-1]).lower()} is already taken.", shown[-1])


def _source(model: type[Table], name: str) -> str:
    """The column that people fill in, for one that is derived from it."""
    rule = model.__table__.c[name].info.get("derived")
    return rule.sources[-1] if rule else name


# --- deleting --------------------------------------------------------------------------------


def _pointing(record: Record) -> Iterator[tuple[type[Table], sa.Column, str]]:
    for model in tables():
        for column in columns(model):
            for key in column.foreign_keys:
                if key.target_fullname == f"{record.__tablename__}.id":
                    yield model, column, (key.ondelete or "NO ACTION").upper()


@dataclass(frozen=True)
class Consequence:
    """Rows that a deletion touches: `what` is deleted, kept (without this record), or in the way."""

    label: str
    count: int
    what: str


WHAT = {"CASCADE": "deleted", "SET NULL": "kept"}


def consequences(session: Session, record: Record) -> list[Consequence]:
    """What would go, stay without this record, or stand in the way."""
    found = []
    for model, column, rule in _pointing(record):
        if issubclass(model, Record) and not issubclass(model, Link):
            count = session.scalar(sa.select(sa.func.count()).select_from(model).where(column == record.id))
            if count:
                found.append(Consequence(plural_of(model), count, WHAT.get(rule, "in the way")))
    return found


def delete(session: Session, record: Record, viewer: Viewer) -> None:
    """Delete a row and what belongs to it, row by row, so that all of it is in the history."""
    blocked = [c for c in consequences(session, record) if c.what == "in the way"]
    if blocked:
        listed = ", ".join(f"{c.count:,} {c.label.lower()}" for c in blocked)
        raise Refused(f"{title_of(type(record))} “{record}” is still used by {listed}.")
    _obey(session, record, {"": (record, None)}, viewer)
    _delete(session, record)
    flush(session, type(record))


def _delete(session: Session, record: Record) -> None:
    for model, column, rule in _pointing(record):
        if not issubclass(model, Record):
            continue  # trails: the database does it
        for row in session.scalars(sa.select(model).where(column == record.id)):
            if rule == "CASCADE":
                _delete(session, row)
            elif rule == "SET NULL":
                _release(row, column.key)
    session.flush()
    session.delete(record)
    session.flush()


def _release(row: Record, key: str) -> None:
    """Let go of a record; what only makes sense with it goes too, as the tables declare."""
    setattr(row, key, None)
    for column in columns(type(row)):
        if column.info.get("needs") == key:
            setattr(row, column.key, column.info["without"])


# --- taking back -----------------------------------------------------------------------------


def restorable(model: type[Record], viewer: Viewer) -> set[str]:
    """The columns that this person may set back: those that a form could offer them."""
    sees = viewer.sees_personal(model)
    return {
        c.name
        for c in columns(model)
        if not c.info.keys() & {"derived", "system", "stamped", "numbered"}
        and not field_of(c).secret
        and (sees or not field_of(c).personal)
    }


def may_see(session: Session, model: type[Record], row_id: int, transaction_id: int, viewer: Viewer) -> bool:
    """Whether the row, or for a deleted one the record it belonged to, is within the row rule."""
    if find(session, model, row_id, viewer) is not None:
        return True
    if session.get(model, row_id) is not None:
        return False
    values = _last_values(session, model, row_id)
    owner = ends(model)[0] if issubclass(model, Link) else _owner_key(model)
    if owner is not None:
        parent = values.get(owner.name)
        return parent is not None and find(session, target_of(owner), parent, viewer) is not None
    # Of a deleted record it is not known any more whose it was.
    return not viewer.resellers


def _owner_key(model: type[Record]) -> sa.Column | None:
    owner = above(model)
    return keys_between(model, owner.__tablename__)[0] if owner else None


def restore(
    session: Session,
    model: type[Record],
    row_id: int,
    transaction_id: int,
    column: str,
    viewer: Viewer,
) -> Record:
    """Take one change back: a field to what it was, a deleted row to where it was."""
    table = version_table(model)
    here = (table.c.id == row_id) & (table.c.transaction_id == transaction_id)
    change = session.execute(sa.select(table).where(here)).mappings().first()
    if change is None:
        raise Refused("This change is not in the history.")
    if change["operation_type"] == DELETED:
        return revive(session, model, row_id, transaction_id, viewer)
    record = find(session, model, row_id, viewer)
    if record is None:
        raise Refused("This record is deleted. Bring it back first.")
    if change["operation_type"] == INSERTED:
        if not issubclass(model, Link):
            raise Refused("A new record cannot be taken back here; delete it.")
        _obey(session, record, {"": (record, None)}, viewer)
        _delete(session, record)
        return record
    before = table.c.end_transaction_id == transaction_id
    was = session.execute(sa.select(table).where(table.c.id == row_id, before)).mappings().first()
    if was is None or column not in was:
        raise Refused("There is no earlier value to go back to.")
    return update(session, record, Draft({column: was[column]}), viewer)


def revive(session: Session, model: type[Record], row_id: int, transaction_id: int, viewer: Viewer) -> Record:
    """Bring a deleted row back under its old id, with everything that went in the same go."""
    if session.get(model, row_id) is not None:
        raise Refused("This record is there again already.")
    record = _insert(session, model, _last_values(session, model, row_id), viewer)
    for child, key, rule in _pointing(record):
        if rule == "CASCADE" and issubclass(child, Record):
            for values in _gone_with(session, child, key, row_id, transaction_id):
                revive(session, child, values["id"], transaction_id, viewer)
        elif rule == "SET NULL" and issubclass(child, Record):
            _reattach(session, child, key, row_id, transaction_id)
    return record


def _last_values(session: Session, model: type[Record], row_id: int) -> dict[str, Any]:
    table = version_table(model)
    newest = sa.select(table).where(table.c.id == row_id).order_by(table.c.transaction_id.desc())
    row = session.execute(newest.limit(1)).mappings().first() or {}
    return {n: v for n, v in row.items() if n not in MARKS}


def _insert(session: Session, model: type[Record], values: dict[str, Any], viewer: Viewer) -> Record:
    record = model(**{n: v for n, v in values.items() if n not in ("version", "updated_at")})
    if issubclass(model, Link):  # what is tied to what, such as a role to a person, has its rules
        _obey(session, record, {n: (None, v) for n, v in values.items()}, viewer)
    session.add(record)
    flush(session, model)
    return record


def _gone_with(
    session: Session, child: type[Record], key: sa.Column, owner: int, transaction_id: int
) -> list[Any]:
    table = version_table(child)
    statement = sa.select(table).where(
        table.c[key.key] == owner,
        table.c.transaction_id == transaction_id,
        table.c.operation_type == DELETED,
    )
    return list(session.execute(statement).mappings())


def _reattach(session: Session, child: type[Record], key: sa.Column, owner: int, transaction_id: int) -> None:
    """Rows that the deletion let go of, and that nobody has given to another since."""
    table = version_table(child)
    held = sa.select(table.c.id).where(
        table.c[key.key] == owner, table.c.end_transaction_id == transaction_id
    )
    free = sa.select(child).where(child.id.in_(held), child.__table__.c[key.key].is_(None))
    for row in session.scalars(free):
        setattr(row, key.key, owner)
    session.flush()
