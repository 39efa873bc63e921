"""What a run would do: the real thing, rolled back."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.database import apart
from models.work import Path, RowState, Run, RunKind, RunRow, RunState
from queries.viewer import Viewer

from ..errors import Refused
from ..operation import Context
from . import ledger, rows, setwise, undo, whole
from .plan import AT_ONCE, not_there, operation_of

SAMPLES = 50  # lines that a preview tells one by one
MAILS = 5


def preview(session: Session, run: Run, viewer: Viewer) -> dict[str, Any]:
    """Do the first rows in a transaction that is rolled back, and count the rest.

    Commits before and after: nothing else may be under way in this session. The answer is kept
    in `run.preview` too.
    """
    session.commit()
    if run.state is not RunState.PLANNED:  # the same form was sent twice, and the first has been confirmed
        return run.preview
    if run.staff_id != viewer.staff_id and not viewer.everything:
        raise Refused("Somebody else has planned this. Make a preview of your own.")
    run_id = run.id
    with apart(session):
        told = _told(session, run_id, viewer)
        session.get_one(Run, run_id).preview = told
    return told


def _told(session: Session, run_id: int, viewer: Viewer) -> dict[str, Any]:
    run = session.get_one(Run, run_id)
    ctx = Context(session, viewer, run_id=run_id, dry=True)
    lines = ledger.next_lines(session, run, len_of(run), backwards=run.kind is RunKind.UNDO)
    try:
        with rows.acting_for(session, run):
            _, done = carrier(run).carry(session, run, lines, ctx)
        told = _summed(run, done, ctx)
    finally:
        session.rollback()
        session.expire_all()
    rest = _rest(session, session.get_one(Run, run_id), [line.row_id for line in lines])
    samples = told["samples"] + rest.pop("left", [])
    return told | rest | {"samples": samples}


def len_of(run: Run) -> int:
    return max(run.matched, 1) if run.path is Path.WHOLE else AT_ONCE


def carrier(run: Run) -> Any:
    """The module whose `carry` does the lines of this run."""
    if run.kind is RunKind.UNDO:
        return undo
    return whole if run.path is Path.WHOLE else rows


def _summed(run: Run, done: Sequence[rows.Outcome], ctx: Context) -> dict[str, Any]:
    counts: dict[str, int] = {}
    why: dict[str, int] = {}
    for outcome in done:
        counts[outcome.state.value] = counts.get(outcome.state.value, 0) + 1
        if outcome.reason:
            why[outcome.reason] = why.get(outcome.reason, 0) + 1
    if run.refused:  # what was named and is not there
        counts["refused"] = counts.get("refused", 0) + run.refused
        words = not_there(ledger.model_of(run))
        why[words] = why.get(words, 0) + run.refused
    mails = [m for outcome in done for m in outcome.messages]
    return {
        "looked": len(done),
        "counts": counts,
        "why": dict(sorted(why.items(), key=lambda found: -found[1])[:10]),
        "samples": [_sample(outcome, run.table_name) for outcome in _telling(done)],
        "mails": len(mails),
        "mail_samples": [{"to": m.recipient, "subject": m.subject} for m in mails[:MAILS]],
        "warnings": ctx.warnings,
        "exact": True,
    }


def _telling(done: Sequence[rows.Outcome]) -> list[rows.Outcome]:
    """The changes first, and some of everything."""
    order = [RowState.CHANGED, RowState.REFUSED, RowState.FAILED, RowState.SKIPPED, RowState.SAME]
    each = [[o for o in done if o.state is state] for state in order]
    found = [o for group in each for o in group[: SAMPLES // 2]]
    return found[:SAMPLES]


def _sample(outcome: rows.Outcome, table: str) -> dict[str, Any]:
    own_first = sorted(outcome.changes, key=lambda change: change.table != table)
    return {
        "id": outcome.row_id,
        "label": outcome.label,
        "state": outcome.state.value,
        "reason": outcome.reason,
        "changes": [c.line() for c in own_first[:SAMPLES]],
        "more": max(len(outcome.changes) - SAMPLES, 0),
    }


def _rest(session: Session, run: Run, looked: Sequence[int]) -> dict[str, Any]:
    """The rows that were not looked at one by one: counted by what the verb declares."""
    left = run.matched - run.refused - len(looked)
    if left <= 0:
        return {}
    if run.path is Path.SET:
        return setwise.forecast(session, run)
    if run.kind is RunKind.UNDO or operation_of(run).gone:
        return {"exact": False, "rest": {"changed": left}}
    return {"exact": False, "rest": _judged(session, run, looked)}


def _judged(session: Session, run: Run, looked: Sequence[int]) -> dict[str, int]:
    operation, model = operation_of(run), ledger.model_of(run)
    holds = [sa.func.coalesce(c.on(model), sa.false()) for c in operation.conditions_on(model)]
    fits = sa.and_(sa.true(), *holds)
    asked = (
        sa.select(sa.func.count().filter(fits), sa.func.count())
        .select_from(RunRow)
        .join(model, model.id == RunRow.row_id)
        .where(RunRow.run_id == run.id, RunRow.state == RowState.PLANNED, RunRow.row_id > max(looked))
    )
    good, every = session.execute(asked).one()
    return {"changed": good, "refused": every - good}
