"""Carrying out a verb row by row: the same code for a preview and for the run itself."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.act import act_of, acting
from models.base import Record
from models.history import Transaction, begin, discard, version_table
from models.message import Message
from models.screen import title_of
from models.work import RowState, Run, RunKind, RunRow
from queries.gone import gone_named
from queries.viewer import Viewer

from ..errors import Refused
from ..operation import Assign, Context, Operation
from ..refusals import explain
from ..restoring import THERE
from ..retry import is_passing
from . import ledger
from .assigning import assign
from .plan import answered, conditions_for, operation_of
from .recorder import CHANGED, Change, Recorder, recording

log = logging.getLogger("recordroom.operations")
OURS = "This is our mistake. It is in the log; the other rows are not touched by it."
OVERTAKEN = "Changed since the preview."
GONE = "Deleted since the preview."


@dataclass(frozen=True)
class Gone:
    """A deleted row, for verbs about those."""

    model: type[Record]
    id: int
    label: str = ""


@dataclass
class Outcome:
    """What became of one line."""

    row_id: int
    state: RowState
    reason: str = ""
    label: str = ""
    changes: list[Change] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


@contextmanager
def acting_for(session: Session, run: Run) -> Iterator[None]:
    """Everything within is the run's, in history and in what is sent."""
    before = act_of(session)
    source = "undo" if run.kind is RunKind.UNDO else run.source
    said = {"staff_id": run.staff_id, "staff_name": run.staff_name, "address": run.address}
    acting(session, run_id=run.id, reason=run.reason, source=source, **said)
    try:
        yield
    finally:
        acting(session, before)


def carry(
    session: Session, run: Run, lines: Sequence[RunRow], ctx: Context
) -> tuple[int | None, list[Outcome]]:
    """Do these lines, each in a savepoint of its own. What refuses or fails leaves no trace.

    Answers the id of the transaction in history, if there is one, and what became of each line.
    """
    operation, model = operation_of(run), ledger.model_of(run)
    answers = answered(operation.questions_on(model, ctx.viewer), run.answers)
    ids = [line.row_id for line in lines]
    found: dict[int, Any] = lock(session, model, ids)
    unmet = {} if operation.gone else refusals(session, operation, model, ids, ctx.viewer)
    once = operation.make(ctx, **answers) if operation.assigns else None
    # Judged before the first line is done: what a line does to the next ones is this run's own.
    late = _late(session, run, lines, found)
    if operation.gone:
        found = _gone(session, model, ids, ctx.viewer) | found
    transaction = begin(session)  # after the locks: ids of transactions are in order along each row
    done = [
        _line(
            session,
            operation,
            model,
            line,
            found,
            unmet,
            late,
            lambda row: do(operation, row, ctx, answers, once),
        )
        for line in lines
    ]
    return discard(session, transaction), done


def do(operation: Operation, row: Any, ctx: Context, answers: Mapping[str, Any], once: Assign | None) -> Any:
    """What the body says of it, if anything: see `_outcome`."""
    if once is None:
        return operation.make(row, ctx, **answers)
    assign(ctx.session, row, once, ctx.viewer)
    if once.mail:
        ctx.tell(row, once.mail, **once.said)
    return None


def lock(session: Session, model: type[Record], ids: Sequence[int]) -> dict[int, Record]:
    """In the order of ids, or two runs over the same rows would wait for each other forever."""
    asked = sa.select(model).where(model.id.in_(ids)).order_by(model.id)
    held = asked.with_for_update(key_share=True, of=model).execution_options(populate_existing=True)
    return {row.id: row for row in session.scalars(held)}


def _gone(session: Session, model: type[Record], ids: Sequence[int], viewer: Viewer) -> dict[int, Gone]:
    """These rows as deleted ones, called what they were called, where this person may know that."""
    names = gone_named(session, model, set(ids), viewer)
    return {i: Gone(model, i, str(names.get(i, f"{title_of(model)} {i}"))[:200]) for i in ids}


def refusals(
    session: Session, operation: Operation, model: type[Record], ids: Sequence[int], viewer: Viewer
) -> dict[int, str]:
    """The rows for which a declared condition, or the row rule, does not hold, with the words for it."""
    conditions = conditions_for(operation, model, viewer)
    if not conditions:
        return {}
    asked = sa.select(model.id, *(sa.func.coalesce(c.on(model), sa.false()) for c in conditions))
    found = {}
    for row_id, *holds in session.execute(asked.where(model.id.in_(ids))):
        if not all(holds):
            found[row_id] = next(c.otherwise for c, held in zip(conditions, holds, strict=True) if not held)
    return found


def _late(
    session: Session, run: Run, lines: Sequence[RunRow], found: Mapping[int, Record]
) -> dict[int, Record]:
    """The rows that somebody else has changed since. An earlier chunk of this run is nobody else."""
    moved = {line.row_id: line for line in lines if line.row_id in found and line.version is not None}
    moved = {i: line for i, line in moved.items() if found[i].version != line.version}
    if not moved:
        return {}
    kept = version_table(ledger.model_of(run))
    others = (
        sa.select(kept.c.id, sa.func.max(kept.c.version))
        .join(Transaction, Transaction.id == kept.c.transaction_id)
        .where(kept.c.id.in_(moved), Transaction.run_id.is_distinct_from(run.id))
        .group_by(kept.c.id)
    )
    theirs = dict(session.execute(others).all())
    return {i: found[i] for i, line in moved.items() if theirs.get(i, found[i].version) > line.version}


def _line(
    session: Session,
    operation: Operation,
    model: type[Record],
    line: RunRow,
    found: Mapping[int, Record],
    unmet: Mapping[int, str],
    late: Mapping[int, Record],
    body: Any,
) -> Outcome:
    row: Any = found.get(line.row_id)
    if operation.gone:
        if not isinstance(row, Gone):
            return Outcome(line.row_id, RowState.SKIPPED, THERE, str(row)[:200])
        return attempt(session, model, row, line.row_id, body)
    if row is None:
        return Outcome(line.row_id, RowState.SKIPPED, GONE)
    if line.row_id in late:
        return Outcome(line.row_id, RowState.SKIPPED, OVERTAKEN, str(row)[:200])
    if words := unmet.get(line.row_id):
        return Outcome(line.row_id, RowState.REFUSED, words, str(row)[:200])
    return attempt(session, model, row, line.row_id, body)


def attempt(session: Session, model: type[Record], row: Any, row_id: int, body: Any) -> Outcome:
    """Run a body in a savepoint and say what came of it."""
    label = row.label if isinstance(row, Gone) else str(row)[:200]
    try:
        with session.begin_nested(), recording(session) as seen:
            said = body(row)
    except Refused as refused:
        return Outcome(row_id, RowState.REFUSED, refused.text, label)
    except IntegrityError as error:
        return Outcome(row_id, RowState.REFUSED, explain(error, model).text, label)
    except (DBAPIError, StaleDataError) as error:
        if is_passing(error) or getattr(error, "connection_invalidated", False):
            raise  # the whole chunk is done again
        log.exception("an operation failed", extra={"row": row_id})
        return Outcome(row_id, RowState.FAILED, OURS, label)
    except Exception:
        log.exception("an operation failed", extra={"row": row_id})
        return Outcome(row_id, RowState.FAILED, OURS, label)
    return _outcome(row_id, label, seen, said)


def _outcome(row_id: int, label: str, seen: Recorder, said: Any) -> Outcome:
    changes = seen.found()
    state = RowState.CHANGED if changes or seen.messages else RowState.SAME
    if isinstance(said, tuple):  # an undo says what it had to leave, a verb what no record shows
        state, reason = said
        return Outcome(row_id, state, reason, label, changes, seen.messages)
    return Outcome(row_id, state, "", label, changes, seen.messages)


def enter(
    session: Session, run: Run, lines: Sequence[RunRow], done: Sequence[Outcome], at: int | None
) -> None:
    """Write what became of these lines into the ledger, and count it."""
    by_id = {line.row_id: line for line in lines}
    counted: dict[RowState, int] = {}
    for outcome in done:
        line = by_id[outcome.row_id]
        line.state, line.reason, line.label = outcome.state, outcome.reason, outcome.label
        if outcome.state is RowState.CHANGED:
            line.transaction_id = at
            own = next((c for c in outcome.changes if (c.table, c.id) == (run.table_name, line.row_id)), None)
            if own is not None and own.kind == CHANGED:
                line.before, line.after = own.before, own.after
            line.also = [c.line() for c in outcome.changes if c is not own or own.kind != CHANGED] or None
        counted[outcome.state] = counted.get(outcome.state, 0) + 1
    ledger.count(run, counted)
    session.flush()
