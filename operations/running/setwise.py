"""Carrying out an assigning verb with a few statements for many rows, or taking it back.

The same rows, versions and ledger as the row path writes, at many times its speed: the session, its
events and its rules are left out. So only such columns and ties come here as nothing else follows
from, and lines that statements cannot tell go through the row path after all.
"""

import logging
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.base import Record
from models.history import discard
from models.work import RowState, Run, RunKind, RunRow
from queries.staff import viewer_of
from queries.viewer import SYSTEM, Viewer

from ..operation import Context, Operation
from ..retry import is_passing
from . import ledger, rows, set_columns, set_entries, set_ties, undo
from .plan import operation_of
from .set_columns import Assigned, SetBack
from .set_forecast import foretold
from .set_ties import Tied
from .set_work import Work, of_operation, of_undo
from .stretch import Stretch, next_stretch, whole

log = logging.getLogger("recordroom.operations")

FEW = 50  # rows done one by one while the others of their stretch stay locked
# Of one statement. PostgreSQL that knows nothing yet of what a run has written may join it badly;
# then the rows are let go of, before those who wait for them give up.
LONGEST = 1.0


def able(session: Session, operation: Operation, run: Run, model: type[Record], viewer: Viewer) -> bool:
    """Whether what this verb assigns can be written without asking each row's rules."""
    return of_operation(session, operation, run, model, viewer) is not None


def chunk(session: Session, run: Run, viewer: Viewer, part: float = 1.0) -> int:
    """Do the next lines of a run, or of an undo; how many there were. `part`: of a whole stretch."""
    session.flush()
    stretch = next_stretch(session, run, part)
    if stretch is None:
        return 0
    done = _by_statements(session, run, stretch, viewer) or {}
    ledger.count(run, done)
    session.flush()
    left = _by_rows(session, run, viewer, stretch)
    _forget(session, run)
    return sum(done.values()) + left


def _forget(session: Session, run: Run) -> None:
    """What the session remembers of rows is not true any more."""
    for row in session:
        if row is not run:
            session.expire(row)


def _by_statements(
    session: Session, run: Run, stretch: Stretch, viewer: Viewer
) -> Mapping[RowState, int] | None:
    """What became of the lines; None when the database refuses one of them, takes too long, or none
    can be told.

    All within the savepoint, the locks too: a row that is locked outside and changed inside would
    cost PostgreSQL a list of lockers each. The session only makes a savepoint when it is asked for
    its connection.
    """
    work = work_of(session, run, stretch, viewer)
    if work is None:
        return None
    try:
        with session.begin_nested() as inner:
            session.connection()
            stretch.limit(LONGEST)
            done = _write(stretch, work)
            stretch.limit(None)
            discard(session, stretch.at)
            if not any(done.values()):
                inner.rollback()  # lets go of the rows
            return done
    except DBAPIError as error:
        if is_passing(error) or error.connection_invalidated:
            raise
        log.info("a stretch is done row by row", extra={"run": run.id})
        return None


def forecast(session: Session, run: Run) -> dict[str, Any]:
    """What would become of the lines beyond those that a preview has looked at, counted one by one."""
    viewer = SYSTEM if run.staff_id is None else viewer_of(session, run.staff_id) or SYSTEM
    stretch = whole(session, run)
    work = work_of(session, run, stretch, viewer)
    return {"exact": False, "rest": {}} if work is None else foretold(stretch, work)


def work_of(session: Session, run: Run, stretch: Stretch, viewer: Viewer) -> Work | None:
    if run.kind is RunKind.UNDO:
        return of_undo(stretch, viewer)
    return of_operation(session, operation_of(run), run, stretch.model, viewer)


def _write(stretch: Stretch, work: Work) -> Mapping[RowState, int]:
    if isinstance(work, Assigned | SetBack):
        return set_columns.write(stretch, work)
    return set_ties.write(stretch, work) if isinstance(work, Tied) else set_entries.write(stretch, work)


def _by_rows(session: Session, run: Run, viewer: Viewer, stretch: Stretch) -> int:
    """What statements left open: each row is done with its rules, and gets its own words.

    No more than others would wait for, as the rows stay locked; the rest comes again.
    """
    order = RunRow.row_id.desc() if run.kind is RunKind.UNDO else RunRow.row_id
    asked = sa.select(RunRow).where(stretch.open).order_by(order).limit(FEW)
    lines = session.scalars(asked.execution_options(populate_existing=True)).all()
    if lines:
        carrier = undo if run.kind is RunKind.UNDO else rows
        at, done = carrier.carry(session, run, lines, Context(session, viewer, run_id=run.id))
        rows.enter(session, run, lines, done, at)
    return len(lines)
