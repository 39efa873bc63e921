"""Reading history: what happened to one record, and to everything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import UPKEEP, Link, Record, keys_between, records
from models.history import Transaction, TransactionTable, version_table

from .links import ends
from .viewer import Viewer
from .visibility import kept_back, were_visible

INSERTED, UPDATED, DELETED = 0, 1, 2
MARKS = frozenset({"transaction_id", "end_transaction_id", "operation_type"})  # of a version, not of its row
SIZE = 20
MOST_ROWS = 25  # rows of one step that are told one by one; a larger one is summed up


@dataclass(frozen=True)
class Change:
    """One row, before and after one transaction."""

    model: type[Record]
    row_id: int
    kind: int
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def fields(self) -> list[str]:
        """The columns that differ, in the order of the table."""
        return [
            name
            for name in self.after
            if name not in UPKEEP and self.before.get(name) != self.after.get(name)
        ]


@dataclass
class Step:
    """What one person did in one go. One of very many rows is only summed up."""

    transaction: Any
    changes: list[Change] = field(default_factory=list)
    counts: dict[tuple[type[Record], int], int] = field(default_factory=dict)  # (table, kind) -> rows


def family(model: type[Record]) -> list[tuple[type[Record], sa.Column]]:
    """The tables whose rows belong to a record's history, with the key that points at it."""
    name = model.__tablename__
    found = []
    for child in records():
        if issubclass(child, Link):
            owner = ends(child)[0]
            if owner in keys_between(child, name):
                found.append((child, owner))
        elif name in (child.screen.part_of, child.screen.tab_of):
            found.append((child, keys_between(child, name)[0]))
    return found


def readable(model: type[Record], viewer: Viewer) -> bool:
    return issubclass(model, Link) or viewer.may_read(model)


def of_record(
    session: Session, model: type[Record], row_id: int, viewer: Viewer, before: int = 0
) -> tuple[list[Step], int]:
    """The newest steps of a record and its children, and where older ones go on (0: nowhere)."""
    wanted = _wanted(model, row_id, viewer)
    chosen = [
        sa.select(table.c.transaction_id)
        .where(own, *older(table, before))
        .order_by(table.c.transaction_id.desc())
        .limit(SIZE + 1)
        for table, own in ((version_table(m), own) for m, own in wanted.items())
    ]
    merged = sa.union(*(sa.select(c.subquery().c.transaction_id) for c in chosen)).subquery()
    newest = sa.select(merged.c.transaction_id).order_by(merged.c.transaction_id.desc()).limit(SIZE + 1)
    ids = list(session.scalars(newest))
    steps = _steps(session, ids[:SIZE], wanted)
    return steps, ids[SIZE - 1] if len(ids) > SIZE else 0


def steps_of_record(
    session: Session, model: type[Record], row_id: int, ids: Sequence[int], viewer: Viewer
) -> list[Step]:
    """What these transactions changed of a record and its children, newest first."""
    return _steps(session, ids, _wanted(model, row_id, viewer))


def _wanted(model: type[Record], row_id: int, viewer: Viewer) -> dict[type[Record], sa.ColumnElement[bool]]:
    """The versions of a record, and of what belongs to it, as far as this person may see them."""
    found = {model: version_table(model).c.id == row_id}
    for child, key in family(model):
        if readable(child, viewer):
            table = version_table(child)
            found[child] = sa.and_(table.c[key.name] == row_id, *kept_back(child, table, viewer))
    return found


def older(table: sa.Table, before: int) -> list[sa.ColumnElement[bool]]:
    return [table.c.transaction_id < before] if before else []


def _steps(
    session: Session, ids: Sequence[int], wanted: dict[type[Record], sa.ColumnElement[bool]]
) -> list[Step]:
    """The changes of these transactions, newest first; only touched tables are asked."""
    if not ids:
        return []
    said = {t.id: Step(t) for t in session.scalars(sa.select(Transaction).where(Transaction.id.in_(ids)))}
    touched = set(
        session.scalars(
            sa.select(TransactionTable.table_name).where(TransactionTable.transaction_id.in_(ids))
        )
    )
    asked = {model: condition for model, condition in wanted.items() if model.__tablename__ in touched}
    for model, condition in asked.items():
        _count(session, model, said, condition)
    told = [i for i, step in said.items() if sum(step.counts.values()) <= MOST_ROWS]
    for model, condition in asked.items():
        for transaction_id, change in _changes(session, model, told, condition):
            said[transaction_id].changes.append(change)
    return [
        s
        for _, s in sorted(said.items(), reverse=True)
        if s.changes or s.counts and s.transaction.id not in told
    ]


def _count(
    session: Session, model: type[Record], said: dict[int, Step], condition: sa.ColumnElement[bool]
) -> None:
    table = version_table(model)
    grouped = (table.c.transaction_id, table.c.operation_type)
    statement = sa.select(*grouped, sa.func.count()).where(table.c.transaction_id.in_(said), condition)
    for transaction_id, kind, rows in session.execute(statement.group_by(*grouped)):
        said[transaction_id].counts[model, kind] = rows


def _changes(
    session: Session, model: type[Record], ids: Sequence[int], condition: sa.ColumnElement[bool]
) -> Iterable[tuple[int, Change]]:
    now = version_table(model)
    old = now.alias("before")
    names = [c.name for c in now.columns if c.name not in MARKS]
    joined = now.outerjoin(old, (old.c.id == now.c.id) & (old.c.end_transaction_id == now.c.transaction_id))
    statement = (
        sa.select(now, *(old.c[n].label(f"before_{n}") for n in names))
        .select_from(joined)
        .where(now.c.transaction_id.in_(ids), condition)
        .order_by(now.c.transaction_id.desc(), now.c.id)
    )
    for row in session.execute(statement).mappings():
        before = {n: row[f"before_{n}"] for n in names} if row["before_id"] is not None else {}
        after = {n: row[n] for n in names}
        change = Change(model, row["id"], row["operation_type"], before, after)
        if change.kind != UPDATED or change.fields:
            yield row["transaction_id"], change


@dataclass(frozen=True)
class Wanted:
    """What the changes feed is narrowed to."""

    staff_id: int | None = None
    source: str = ""
    table: str = ""
    before: int = 0


def feed(session: Session, viewer: Viewer, wanted: Wanted) -> tuple[list[Step], int]:
    """Everybody's changes over all tables, newest first."""
    asked = sa.select(Transaction.id)
    if wanted.staff_id:
        asked = asked.where(Transaction.staff_id == wanted.staff_id)
    if wanted.source:
        asked = asked.where(Transaction.source == wanted.source)
    if wanted.table:
        touched = sa.select(TransactionTable.transaction_id).where(
            TransactionTable.table_name == wanted.table,
            TransactionTable.transaction_id == Transaction.id,
        )
        asked = asked.where(touched.exists())
    if wanted.before:
        asked = asked.where(Transaction.id < wanted.before)
    ids = list(session.scalars(asked.order_by(Transaction.id.desc()).limit(SIZE + 1)))
    models = [m for m in records() if readable(m, viewer)]
    if wanted.table:
        models = [m for m in models if m.__tablename__ == wanted.table]
    wanted_rows = {m: were_visible(m, version_table(m), viewer) for m in models}
    return _steps(session, ids[:SIZE], wanted_rows), ids[SIZE - 1] if len(ids) > SIZE else 0


def version_at(session: Session, model: type[Record], row_id: int, version: int) -> dict[str, Any] | None:
    """The kept values of a row at one of its row versions."""
    table = version_table(model)
    statement = sa.select(table).where(table.c.id == row_id, table.c.version == version)
    row = session.execute(statement.order_by(table.c.transaction_id.desc()).limit(1)).mappings().first()
    return values_of(row) if row else None


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a version keeps of the row itself."""
    return {n: v for n, v in row.items() if n not in MARKS}


def last_change(session: Session, model: type[Record], row_id: int, column: str) -> Any | None:
    """The transaction that gave a column its present value; None for a row without history."""
    table = version_table(model)
    value = table.c[column]
    if isinstance(value.type, sa.JSON):
        value = sa.cast(value, sa.Text)  # PostgreSQL does not compare JSON
    order = table.c.transaction_id
    before = sa.func.lag(value).over(order_by=order)
    told = sa.select(order, value.label("value"), before.label("before"), table.c.operation_type)
    versions = told.where(table.c.id == row_id).subquery()
    changed = versions.c.value.is_distinct_from(versions.c.before)
    latest = sa.select(sa.func.max(versions.c.transaction_id)).where(
        changed | (versions.c.operation_type == INSERTED)
    )
    found = session.scalar(latest)
    return session.get(Transaction, found) if found else None
