"""Reading history: what happened to one record, to everything, and what was deleted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import UPKEEP, Link, Record, columns, keys_between, records, target_of
from models.history import Transaction, TransactionTable, version_table

from .links import ends
from .viewer import Viewer
from .visibility import kept_back, were_visible

INSERTED, UPDATED, DELETED = 0, 1, 2
SIZE = 20
MOST_GONE = 200  # deleted rows of one table on a page
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
        .where(own, *_older(table, before))
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


def _older(table: sa.Table, before: int) -> list[sa.ColumnElement[bool]]:
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


MARKS = frozenset({"transaction_id", "end_transaction_id", "operation_type"})


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


@dataclass(frozen=True)
class Gone:
    model: type[Record]
    row_id: int
    transaction: Any
    values: dict[str, Any]
    children: int  # rows that went with it


def deleted(session: Session, viewer: Viewer, before: int = 0) -> tuple[list[Gone], int]:
    """Records that were deleted and not brought back, newest first, without their children.

    A page holds whole transactions; the second value is where older ones go on, 0 for nowhere.
    """
    models = [m for m in records() if m.screen.list and readable(m, viewer)]
    steps: set[int] = set()
    for model in models:
        marks = _lost(model, viewer, sa.select(version_table(model).c.transaction_id), before)
        newest = marks.distinct().order_by(version_table(model).c.transaction_id.desc())
        steps.update(session.scalars(newest.limit(SIZE + 1)))
    shown = sorted(steps, reverse=True)[:SIZE]
    said = {t.id: t for t in session.scalars(sa.select(Transaction).where(Transaction.id.in_(shown)))}
    found = [gone for model in models for gone in _gone(session, model, viewer, said)]
    found.sort(key=lambda gone: (-gone.transaction.id, gone.model.__tablename__, gone.row_id))
    return found, shown[-1] if len(steps) > SIZE else 0


def _lost(model: type[Record], viewer: Viewer, asked: sa.Select, before: int = 0) -> sa.Select:
    """Deleted rows that are still gone, but for those that went together with their owner."""
    table = version_table(model)
    conditions = [
        table.c.operation_type == DELETED,
        table.c.end_transaction_id.is_(None),
        were_visible(model, table, viewer),
        *_older(table, before),
    ]
    for key in _owning(model):
        owner = version_table(target_of(key)).alias()
        together = sa.select(owner.c.id).where(
            owner.c.id == table.c[key.name],
            owner.c.transaction_id == table.c.transaction_id,
            owner.c.operation_type == DELETED,
        )
        conditions.append(~together.exists())
    return asked.where(*conditions)


def _owning(model: type[Record]) -> list[sa.Column]:
    """The keys to records that a row of this table goes with."""
    keys = [(c, key) for c in columns(model) for key in c.foreign_keys]
    gone_with = [c for c, key in keys if (key.ondelete or "").upper() == "CASCADE"]
    return [c for c in gone_with if issubclass(target_of(c), Record)]


def _gone(session: Session, model: type[Record], viewer: Viewer, said: Mapping[int, Any]) -> list[Gone]:
    table = version_table(model)
    asked = _lost(model, viewer, sa.select(table)).where(table.c.transaction_id.in_(said))
    rows = session.execute(asked.limit(MOST_GONE)).mappings().all()
    with_it = _together(session, model, rows, viewer) if rows else {}
    return [
        Gone(
            model,
            row["id"],
            said[row["transaction_id"]],
            _values(row),
            with_it.get((row["id"], row["transaction_id"]), 0),
        )
        for row in rows
    ]


def gone_named(session: Session, model: type[Record], ids: set[int], viewer: Viewer) -> dict[int, Record]:
    """Deleted rows as they last were, by id, for their names; no statement for no ids."""
    if not ids:
        return {}
    table = version_table(model)
    ended = (table.c.operation_type == DELETED) & table.c.end_transaction_id.is_(None)
    asked = sa.select(table).where(table.c.id.in_(ids), ended, were_visible(model, table, viewer))
    return {row["id"]: as_it_was(model, row) for row in session.execute(asked).mappings()}


def as_it_was(model: type[Record], values: Mapping[str, Any]) -> Record:
    """A version as a record, to ask for its name. It belongs to no session."""
    return model(**{n: v for n, v in _values(values).items() if n != "version"})


def _together(
    session: Session, model: type[Record], rows: Sequence[Any], viewer: Viewer
) -> dict[tuple[int, int], int]:
    """How many children went in the same go as each of these rows."""
    counts: dict[tuple[int, int], int] = defaultdict(int)
    children = [c for c in records() if not issubclass(c, Link)]
    for child, key in ((c, k) for c in children for k in _owning(c) if target_of(k) is model):
        table = version_table(child)
        grouped = (table.c[key.name], table.c.transaction_id)
        statement = sa.select(*grouped, sa.func.count()).where(
            table.c.operation_type == DELETED,
            grouped[0].in_([row["id"] for row in rows]),
            grouped[1].in_({row["transaction_id"] for row in rows}),
            *kept_back(child, table, viewer),
        )
        for owner, transaction, number in session.execute(statement.group_by(*grouped)):
            counts[owner, transaction] += number
    return counts


def version_at(session: Session, model: type[Record], row_id: int, version: int) -> dict[str, Any] | None:
    """The kept values of a row at one of its row versions."""
    table = version_table(model)
    statement = sa.select(table).where(table.c.id == row_id, table.c.version == version)
    row = session.execute(statement.order_by(table.c.transaction_id.desc()).limit(1)).mappings().first()
    return _values(row) if row else None


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
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
