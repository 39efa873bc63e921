"""Carrying out a verb about a set: all of it, or nothing."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.base import Record
from models.history import begin, discard
from models.work import RowState, Run, RunRow

from ..operation import Context
from . import ledger
from .plan import answered, operation_of
from .rows import GONE, OVERTAKEN, Outcome, attempt, lock, refusals

NOT_ALL = "One of these is not there any more, or is not yours to see."


def carry(
    session: Session, run: Run, lines: Sequence[RunRow], ctx: Context
) -> tuple[int | None, list[Outcome]]:
    """One savepoint for all rows. What else was changed stands in the ledger of the first one."""
    operation, model = operation_of(run), ledger.model_of(run)
    answers = answered(operation.questions_on(model, ctx.viewer), run.answers)
    ids = [line.row_id for line in lines]
    found = lock(session, model, ids)
    why = (
        (NOT_ALL if run.refused else "")
        or _hindrance(lines, found)
        or next(iter(refusals(session, operation, model, ids, ctx.viewer).values()), "")
    )
    transaction = begin(session)
    if why:
        done = [Outcome(i, RowState.REFUSED, why, str(found.get(i, ""))[:200]) for i in ids]
    else:
        together = [found[i] for i in ids]
        one = attempt(session, model, together, ids[0], lambda rows: operation.make(rows, ctx, **answers))
        done = [_share(one, found[i]) for i in ids]
    return discard(session, transaction), done


def _hindrance(lines: Sequence[RunRow], found: dict[int, Record]) -> str:
    for line in lines:
        row = found.get(line.row_id)
        if row is None:
            return GONE
        if row.version != line.version:
            return f"“{row}”: {OVERTAKEN.lower()} Look at the preview again."
    return ""


def _share(one: Outcome, row: Record) -> Outcome:
    """Each row has the state of the whole; the first one carries all that was changed."""
    first = row.id == one.row_id
    own = [c for c in one.changes if (c.table, c.id) == (row.__tablename__, row.id)]
    return Outcome(
        row.id,
        one.state,
        one.reason,
        str(row)[:200],
        one.changes if first else own,
        one.messages if first else [],
    )
