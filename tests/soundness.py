"""What must hold of histories, ledgers and search texts whatever happened: `assert_sound(session)`."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import search
from models.base import Record, columns, records
from models.database import writes
from models.history import Transaction, TransactionTable, version_table
from models.work import RowState, Run, RunRow, RunState
from operations.running import ledger
from queries.history import DELETED

MOST = 5  # of a kind that are told


def assert_sound(session: Session) -> None:
    """In a session of its own, so that nothing is taken for stored that is not."""
    before = writes.set(False)
    try:
        with Session(session.get_bind()) as own:
            found = [f"{what}: {rows}" for what, rows in faults(own)]
    finally:
        writes.reset(before)
    assert not found, "\n".join(found)


def faults(session: Session) -> Iterator[tuple[str, object]]:
    checks = [
        (f"{model.__tablename__}: {what}", asked) for model in records() for what, asked in chain(model)
    ]
    for what, asked in (*checks, *transactions(), *ledgers()):
        if rows := session.execute(asked.limit(MOST)).all():
            yield what, rows
    yield from _counters(session)
    yield from _texts(session)


def chain(model: type[Record]) -> Iterator[tuple[str, sa.Select]]:
    """The versions of a row follow one another without gap or overlap, and the last one is the row."""
    live, kept = model.__table__, version_table(model)
    yield (
        "two open versions",
        (sa.select(kept.c.id).where(kept.c.end_transaction_id.is_(None)).group_by(kept.c.id).having(_many())),
    )
    lost = kept.c.operation_type == DELETED
    open_ = sa.select(kept.c.id).where(kept.c.end_transaction_id.is_(None), kept.c.id == live.c.id)
    yield "no open version of a row", sa.select(live.c.id).where(~open_.where(~lost).exists())
    here = sa.select(live.c.id).where(live.c.id == kept.c.id).exists()
    yield (
        "an open version of no row",
        sa.select(kept.c.id).where(kept.c.end_transaction_id.is_(None), ~lost, ~here),
    )
    yield "versions with a gap or in disorder", _disorder(kept)
    yield "versions of no transaction", _orphans(kept)
    yield "not in transaction_table", _unlisted(kept, model.__tablename__)
    yield "a stale copy in history", _stale(model)


def _many() -> sa.ColumnElement[bool]:
    return sa.func.count() > 1


def _disorder(kept: sa.Table) -> sa.Select:
    in_order = {"partition_by": kept.c.id, "order_by": kept.c.transaction_id}
    following = sa.func.lead(kept.c.transaction_id).over(**in_order).label("following")
    number = sa.func.lead(kept.c.version).over(**in_order).label("number")
    read = sa.select(
        kept.c.id, kept.c.transaction_id, kept.c.end_transaction_id, kept.c.version, following, number
    )
    each = read.subquery()
    wrong = (
        each.c.end_transaction_id.is_distinct_from(each.c.following)
        | (each.c.end_transaction_id <= each.c.transaction_id)
        | (each.c.number < each.c.version)
    )
    return sa.select(each).where(wrong)


def _orphans(kept: sa.Table) -> sa.Select:
    known = sa.select(Transaction.id).where(Transaction.id == kept.c.transaction_id).exists()
    return sa.select(kept.c.id, kept.c.transaction_id).where(~known)


def _unlisted(kept: sa.Table, name: str) -> sa.Select:
    listed = TransactionTable.transaction_id == kept.c.transaction_id
    known = sa.select(TransactionTable).where(listed, TransactionTable.table_name == name).exists()
    return sa.select(kept.c.id, kept.c.transaction_id).where(~known)


def _stale(model: type[Record]) -> sa.Select:
    kept = version_table(model)
    pairs = [(c, kept.c[c.name]) for c in columns(model) if c.name in kept.c]
    differs = sa.or_(*(a.is_distinct_from(b) for a, b in pairs if not isinstance(a.type, sa.JSON)))
    at_last = (kept.c.id == model.__table__.c.id) & kept.c.end_transaction_id.is_(None)
    return sa.select(model.__table__.c.id).join(kept, at_last).where(differs)


def transactions() -> Iterator[tuple[str, sa.Select]]:
    listed = sa.select(TransactionTable).where(TransactionTable.transaction_id == Transaction.id).exists()
    yield "a transaction with nothing under it", sa.select(Transaction.id, Transaction.source).where(~listed)
    known = sa.select(Transaction.id).where(Transaction.id == TransactionTable.transaction_id).exists()
    yield "transaction_table without transaction", sa.select(TransactionTable.transaction_id).where(~known)


def ledgers() -> Iterator[tuple[str, sa.Select]]:
    line = sa.select(RunRow.run_id, RunRow.row_id).join(Run, Run.id == RunRow.run_id)
    left = RunRow.state == RowState.PLANNED
    yield "lines that were left", line.where(Run.state == RunState.DONE, left)
    over = RunRow.transaction_id.is_not(None)
    own = sa.select(Transaction.id).where(
        Transaction.id == RunRow.transaction_id, Transaction.run_id == RunRow.run_id
    )
    yield "lines whose transaction is not the run's", line.where(over, ~own.exists())
    yield "lines that say too much", line.where(RunRow.state != RowState.CHANGED, over)
    for model in records():
        yield from _entries(model)


def _entries(model: type[Record]) -> Iterator[tuple[str, sa.Select]]:
    """One entry in the history of a row per line, and none without its line."""
    name, kept = model.__tablename__, version_table(model)
    entry = (kept.c.id == RunRow.row_id) & (kept.c.transaction_id == RunRow.transaction_id)
    written = sa.select(kept.c.id).where(entry)
    line = (
        sa.select(RunRow.run_id, RunRow.row_id)
        .join(Run, Run.id == RunRow.run_id)
        .where(Run.table_name == name)
    )
    # sa.JSON compares as text here; an empty ledger line is NULL.
    yield f"{name}: changed without history", line.where(RunRow.after.is_not(None), ~written.exists())
    # What a line changed besides its own row stands in that line's `also`.
    noted = sa.select(RunRow.row_id).where(
        RunRow.run_id == Transaction.run_id,
        RunRow.transaction_id == kept.c.transaction_id,
        (RunRow.row_id == kept.c.id) | RunRow.also.is_not(None),
    )
    entries = (
        sa.select(kept.c.id, kept.c.transaction_id)
        .join(Transaction, Transaction.id == kept.c.transaction_id)
        .join(Run, (Run.id == Transaction.run_id) & (Run.table_name == name))
    )
    yield f"{name}: history without a line", entries.where(~noted.exists(), Run.path != "whole")


def _counters(session: Session) -> Iterator[tuple[str, object]]:
    for run in session.scalars(sa.select(Run)):
        counted = ledger.counts(session, run)
        said = {state: getattr(run, name) for state, name in ledger.COUNTED.items()}
        if any(said[s] != counted.get(s, 0) for s in said) or run.matched != sum(counted.values()):
            yield f"counters of run {run.id}", (said, run.matched, counted)


def _texts(session: Session) -> Iterator[tuple[str, object]]:
    for model in search.searchable():
        for ids in search.chunks(session, model):
            if wrong := search.wrong(session, model, ids):
                yield f"{model.__tablename__}: search_text", dict(list(wrong.items())[:MOST])
