"""The lines of a run: frozen when it is planned, filled as it goes, counted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, table_named
from models.history import version_table
from models.work import RowState, Run, RunRow
from queries.viewer import SYSTEM, Viewer
from queries.visibility import visible

COUNTED = {state: state.value for state in RowState if state is not RowState.PLANNED}
rows = RunRow.__table__


def freeze(session: Session, run: Run, model: type[Record], conditions: Iterable[Any]) -> int:
    """Put the rows that meet the conditions into the ledger, each with its version. How many there are."""
    table = model.__table__
    found = sa.select(
        sa.literal(run.id, sa.BigInteger),
        table.c.id,
        table.c.get("version", sa.null()),  # entries have none
        sa.literal(RowState.PLANNED.value),
        sa.literal(""),
        sa.literal(""),
    ).where(*conditions)
    names = ("run_id", "row_id", "version", "state", "reason", "label")
    return insert(session, names, found)


def insert(session: Session, names: Sequence[str], found: sa.Select) -> int:
    """Put what a statement finds into the ledger; how many lines there are."""
    made = sa.insert(rows).from_select(names, found).execution_options(preserve_rowcount=True)
    return session.connection().execute(made).rowcount


def freeze_gone(session: Session, run: Run, model: type[Record], ids: Sequence[int]) -> int:
    """The same for rows that are deleted: with the version that they ended in."""
    kept = version_table(model)
    live = sa.select(model.id).where(model.id == kept.c.id)
    last = (
        sa.select(kept.c.id, sa.func.max(kept.c.version).label("version"))
        .where(kept.c.id.in_(ids), ~live.exists())
        .group_by(kept.c.id)
    )
    found = session.execute(last).all()
    write(session, run, [(row.id, row.version, RowState.PLANNED, "") for row in found])
    return len(found)


def write(session: Session, run: Run, lines: Iterable[tuple[int, int | None, RowState, str]]) -> None:
    made = [
        {
            "run_id": run.id,
            "row_id": row_id,
            "version": version,
            "state": state,
            "reason": reason,
            "label": "",
        }
        for row_id, version, state, reason in lines
    ]
    for start in range(0, len(made), 500):
        session.connection().execute(sa.insert(rows), made[start : start + 500])


def hidden(session: Session, run: Run, viewer: Viewer, own: bool) -> list[int]:
    """The rows of a ledger that this person may not see, though others do.

    Of rows that nobody sees any more it is not known whose they were: only `own` says.
    """
    if not viewer.resellers:
        return []
    model = model_of(run)
    seen, there = (
        sa.exists().where(model.id == rows.c.row_id, *visible(model, reader)).correlate(rows)
        for reader in (viewer, SYSTEM)
    )
    strange = there & ~seen if own else ~seen
    return list(session.scalars(sa.select(rows.c.row_id).where(rows.c.run_id == run.id, strange)))


def refuse(session: Session, run: Run, ids: Sequence[int], words: str) -> None:
    """Leave some lines out before the run begins."""
    for start in range(0, len(ids), 500):
        few = (rows.c.run_id == run.id) & rows.c.row_id.in_(ids[start : start + 500])
        refused = {"state": RowState.REFUSED, "reason": words, "label": ""}
        session.connection().execute(sa.update(rows).where(few).values(refused))
    run.refused += len(ids)


def next_lines(session: Session, run: Run, size: int, backwards: bool = False) -> list[RunRow]:
    asked = sa.select(RunRow).where(RunRow.run_id == run.id, RunRow.state == RowState.PLANNED)
    order = RunRow.row_id.desc() if backwards else RunRow.row_id
    return list(session.scalars(asked.order_by(order).limit(size)))


def counts(session: Session, run: Run) -> Mapping[RowState, int]:
    asked = sa.select(RunRow.state, sa.func.count()).where(RunRow.run_id == run.id).group_by(RunRow.state)
    return dict(tuple(line) for line in session.execute(asked))


def count(run: Run, found: Mapping[RowState, int]) -> None:
    """Add what a chunk came to."""
    for state, name in COUNTED.items():
        setattr(run, name, getattr(run, name) + found.get(state, 0))


def recount(session: Session, run: Run) -> None:
    found = counts(session, run)
    run.matched = sum(found.values())
    for state, name in COUNTED.items():
        setattr(run, name, found.get(state, 0))


def model_of(run: Run) -> type[Record]:
    return table_named(run.table_name)
