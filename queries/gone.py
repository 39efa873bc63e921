"""Reading what was deleted: as a list to bring back from, and for the names of single rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Link, Record, columns, records, target_of
from models.history import Transaction, version_table

from .history import DELETED, SIZE, older, readable, values_of
from .viewer import Viewer
from .visibility import kept_back, were_visible

MOST_GONE = 200  # deleted rows of one table on a page


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
        *older(table, before),
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
            values_of(row),
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
    return model(**{n: v for n, v in values_of(values).items() if n != "version"})


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
