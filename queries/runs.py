"""Runs and the lines of their ledgers, as far as a person may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, tables
from models.work import RowState, Run, RunRow, RunState

from .shown import named
from .viewer import Viewer
from .visibility import sees_all

SIZE = 50
REASONS = 10  # that are told of a run, as of its preview


@dataclass(frozen=True)
class WantedRuns:
    """What the list of runs is narrowed to."""

    table: str = ""
    state: RunState | None = None
    before: int = 0


def may_see(viewer: Viewer) -> sa.ColumnElement[bool]:
    """One's own runs, those that wait for a second person, and with the right to everybody's changes
    those of all tables that one may read."""
    if viewer.everything:
        return sa.true()
    own = (Run.staff_id == viewer.staff_id) | (Run.approved_by_id == viewer.staff_id)
    if viewer.may("history.read_all"):
        return own | Run.table_name.in_([t.__tablename__ for t in tables() if viewer.may_read(t)])
    if viewer.resellers:  # who may not see all of its rows cannot agree to it
        return own
    able = [t.__tablename__ for t in tables() if viewer.may(f"{t.__tablename__}.update")]
    return own | (Run.table_name.in_(able) & (Run.state == RunState.WAITING))


def runs(session: Session, viewer: Viewer, wanted: WantedRuns) -> tuple[Sequence[Run], int]:
    """The newest runs, and where older ones go on (0: nowhere)."""
    asked = sa.select(Run).where(may_see(viewer))
    if wanted.table:
        asked = asked.where(Run.table_name == wanted.table)
    if wanted.state:
        asked = asked.where(Run.state == wanted.state)
    if wanted.before:
        asked = asked.where(Run.id < wanted.before)
    found = session.scalars(asked.order_by(Run.id.desc()).limit(SIZE + 1)).all()
    return found[:SIZE], found[SIZE - 1].id if len(found) > SIZE else 0


def run_of(session: Session, run_id: int, viewer: Viewer) -> Run | None:
    return session.scalar(sa.select(Run).where(Run.id == run_id, may_see(viewer)))


def lines(
    session: Session, run: Run, state: RowState | None = None, after: int = 0, size: int = SIZE
) -> tuple[Sequence[RunRow], int]:
    """Lines of a ledger in the order of their rows, and where the next ones begin (0: nowhere)."""
    asked = sa.select(RunRow).where(RunRow.run_id == run.id, RunRow.row_id > after)
    if state:
        asked = asked.where(RunRow.state == state)
    found = session.scalars(asked.order_by(RunRow.row_id).limit(size + 1)).all()
    return found[:size], found[size - 1].row_id if len(found) > size else 0


def counted(run: Run) -> Mapping[RowState, int]:
    """How many lines of each kind there are, as far as the run has counted."""
    by_state = {state: getattr(run, state.value) for state in RowState if state is not RowState.PLANNED}
    return {RowState.PLANNED: max(run.left, 0), **by_state}


def reasons(session: Session, run: Run) -> dict[str, int]:
    """Why rows were left as they are, and how many for each; the most frequent ones."""
    left = RunRow.state.in_((RowState.REFUSED, RowState.FAILED, RowState.SKIPPED))
    count = sa.func.count()
    asked = sa.select(RunRow.reason, count).where(RunRow.run_id == run.id, left, RunRow.reason != "")
    asked = asked.group_by(RunRow.reason).order_by(count.desc(), RunRow.reason)
    return dict(tuple(line) for line in session.execute(asked.limit(REASONS)))


def meant(run: Run, model: type[Record], viewer: Viewer) -> str:
    """Which rows a run was for, in words. They may hold names and what was searched for."""
    if run.staff_id == viewer.staff_id or (sees_all(model, viewer) and viewer.sees_personal(model)):
        return run.selection
    return ""


@dataclass(frozen=True)
class Names:
    """What the rows of a ledger are called, for one person."""

    called: Mapping[int, str]
    there: frozenset[int]  # rows that this person can open
    hidden: frozenset[int]  # rows whose ledger tells this person nothing


def names_of(
    session: Session, model: type[Record], run: Run, kept: Mapping[int, str], viewer: Viewer
) -> Names:
    """`kept` are ids with the names that the ledger kept.

    Somebody else's ledger says nothing about rows that this person may not see, nor, to whom not
    all rows are shown, about rows that are gone.
    """
    there = {i: str(row) for i, row in named(session, model, set(kept), viewer).items()}
    if run.staff_id == viewer.staff_id or sees_all(model, viewer):
        return Names({i: label for i, label in kept.items() if label} | there, frozenset(there), frozenset())
    return Names(there, frozenset(there), frozenset(set(kept) - set(there)))
