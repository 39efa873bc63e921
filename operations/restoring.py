"""Taking a change back: a field to what it was, a tie on or off, a deleted row to where it was.

A deleted record comes back through the verb `restore`, which is a run like any other.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import UPKEEP, Link, Record, columns, keys_between, target_of
from models.fields import field_of
from models.history import go_on_from, version_table
from models.screen import lowered, title_of
from queries.history import DELETED, INSERTED, MARKS
from queries.links import ends
from queries.viewer import Viewer
from queries.visibility import above, find, is_kept_back

from .deleting import pointing, remove
from .errors import Refused
from .records import Draft, update
from .refusals import flush
from .rules import come_back, obey

THERE = "It is there again already."
NOT_THERE = "There is no such record, or you may not see it."


def restorable(model: type[Record], viewer: Viewer) -> set[str]:
    """The columns that this person may set back: those that a form offers them."""
    sees = viewer.sees_personal(model)
    offered = {name for names in model.screen.form.values() for name in names}
    return {
        c.name
        for c in columns(model)
        if c.name not in UPKEEP
        and (not offered or c.name in offered)
        and not c.info.keys() & {"derived", "system", "stamped", "numbered"}
        and not field_of(c).secret
        and (sees or not field_of(c).personal)
    }


def may_see(session: Session, model: type[Record], row_id: int, viewer: Viewer) -> bool:
    """Whether the row, or for a deleted one the record it belonged to, is within the row rule."""
    if find(session, model, row_id, viewer) is not None:
        return True
    if session.get(model, row_id) is not None:
        return False
    values = _last_values(session, model, row_id)
    if is_kept_back(model, values, viewer):
        return False
    owner = ends(model)[0] if issubclass(model, Link) else owner_key(model)
    parent = values.get(owner.name) if owner is not None else None
    if owner is not None and (parent is not None or not owner.nullable):
        return parent is not None and find(session, target_of(owner), parent, viewer) is not None
    # Of a deleted record it is not known any more whose it was.
    return not viewer.resellers


def hindrance(session: Session, model: type[Record], row_id: int, viewer: Viewer) -> str:
    """Why this person cannot bring a deleted row back; "" when they can."""
    if find(session, model, row_id, viewer) is not None:
        return THERE
    if not _last_values(session, model, row_id) or session.get(model, row_id) is not None:
        return NOT_THERE
    if may_see(session, model, row_id, viewer):
        return ""
    owner = owner_key(model)
    if owner is None or viewer.resellers:
        return NOT_THERE
    name = lowered(title_of(target_of(owner)))
    return f"The {name} that it belonged to is not there. Bring that back first."


def owner_key(model: type[Record]) -> sa.Column | None:
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
    """Take one change back: a field to what it was, a tie that was made or cut."""
    table = version_table(model)
    here = (table.c.id == row_id) & (table.c.transaction_id == transaction_id)
    change = session.execute(sa.select(table).where(here)).mappings().first()
    if change is None:
        raise Refused("This change is not in the history.")
    if change["operation_type"] == DELETED:
        return _undelete(session, model, row_id, change, column, viewer)
    record = find(session, model, row_id, viewer)
    if record is None:
        raise Refused("This record is deleted. Bring it back first.")
    if change["operation_type"] == INSERTED:
        return _unmake(session, record, viewer)
    before = table.c.end_transaction_id == transaction_id
    was = session.execute(sa.select(table).where(table.c.id == row_id, before)).mappings().first()
    if was is None or column not in was:
        raise Refused("There is no earlier value to go back to.")
    return update(session, record, Draft({column: was[column]}), viewer)


def _undelete(
    session: Session,
    model: type[Record],
    row_id: int,
    change: sa.RowMapping,
    column: str,
    viewer: Viewer,
) -> Record:
    if column or not issubclass(model, Link):  # which takes another right, and makes a run
        raise Refused("This change deleted the record. Bring the whole record back.")
    if change["end_transaction_id"] is not None and session.get(model, row_id) is None:
        raise Refused("This came back since, and later went again. Restore the last change.")
    return revive(session, model, row_id, change["transaction_id"], viewer)


def _unmake(session: Session, record: Record, viewer: Viewer) -> Record:
    if not isinstance(record, Link):
        raise Refused("A new record cannot be taken back here; delete it.")
    obey(session, record, {"": (record, None)}, viewer)
    remove(session, record)
    return record


def last_deletion(session: Session, model: type[Record], row_id: int) -> int:
    """The transaction in which a row was deleted the last time."""
    table = version_table(model)
    went = sa.select(sa.func.max(table.c.transaction_id)).where(
        table.c.id == row_id, table.c.operation_type == DELETED
    )
    found = session.scalar(went)
    if found is None:
        raise Refused("Its history does not say that it was deleted.")
    return found


def revive(session: Session, model: type[Record], row_id: int, transaction_id: int, viewer: Viewer) -> Record:
    """Bring a deleted row back under its old id, with everything that went in the same go."""
    if session.get(model, row_id) is not None:
        raise Refused("This record is there again already.")
    record = _insert(session, model, _last_values(session, model, row_id), viewer)
    for child, key, rule in pointing(record):
        if rule == "CASCADE" and issubclass(child, Record):
            for values in _gone_with(session, child, key, row_id, transaction_id):
                if not (issubclass(child, Link) and _dangling(session, child, values)):
                    revive(session, child, values["id"], transaction_id, viewer)
        elif rule == "SET NULL" and issubclass(child, Record):
            _reattach(session, child, key, row_id, transaction_id)
    come_back(session, record, viewer)
    return record


def _last_values(session: Session, model: type[Record], row_id: int) -> dict[str, Any]:
    table = version_table(model)
    newest = sa.select(table).where(table.c.id == row_id).order_by(table.c.transaction_id.desc())
    row = session.execute(newest.limit(1)).mappings().first() or {}
    return {n: v for n, v in row.items() if n not in MARKS}


def _insert(session: Session, model: type[Record], values: dict[str, Any], viewer: Viewer) -> Record:
    lost = _dangling(session, model, values)
    kept = {n: None if n in lost else v for n, v in values.items() if n not in ("version", "updated_at")}
    kept |= {c.name: c.info["without"] for c in columns(model) if c.info.get("needs") in lost}
    record = model(**kept)
    if issubclass(model, Link):  # what is tied to what, such as a role to a person, has its rules
        obey(session, record, {n: (None, v) for n, v in values.items()}, viewer)
    session.add(record)
    flush(session, model)
    go_on_from(session, record, values["version"])
    return record


def _dangling(session: Session, model: type[Record], values: dict[str, Any]) -> set[str]:
    """The keys that may be empty, or tie two records, and whose target has been deleted since."""
    return {
        c.name
        for c in columns(model)
        if c.foreign_keys
        and (c.nullable or issubclass(model, Link))
        and values.get(c.name) is not None
        and session.get(target_of(c), values[c.name]) is None
    }


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
    before = sa.select(table).where(table.c[key.key] == owner, table.c.end_transaction_id == transaction_id)
    held = {row["id"]: row for row in session.execute(before).mappings()}
    free = sa.select(child).where(child.id.in_(held), child.__table__.c[key.key].is_(None))
    for row in session.scalars(free):
        setattr(row, key.key, owner)
        for column in columns(child):
            if column.info.get("needs") == key.key:
                setattr(row, column.key, held[row.id][column.name])
    flush(session, child)
