"""From a confirmed plan to its end: at once or in chunks, paused, resumed, taken back.

A chunk is one transaction: it locks the run, does some lines, writes them into the ledger and
counts them. Whoever is killed in between leaves a ledger that says what is left.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.work import Path, RowState, Run, RunKind, RunRow, RunState
from queries.settings import setting
from queries.staff import viewer_of
from queries.viewer import SYSTEM, Viewer

from ..errors import Refused
from ..operation import Context
from ..queue import enqueue
from ..retry import again
from . import ledger, rows, setwise, way_back
from .pace import Pace
from .plan import AT_ONCE, operation_of
from .preview import carrier, len_of

STALE = dt.timedelta(hours=24)


@dataclass
class Ran:
    """A confirmed run. `revealed` are secrets to show once to the person at hand."""

    run: Run
    revealed: list[tuple[str, str]] = field(default_factory=list)


def confirm(session: Session, run_id: int, viewer: Viewer, wait: bool = True) -> Ran:
    """Carry out a planned run: few rows at once, many by a worker (`wait=False`: all by a worker).

    Confirmed twice, however quickly, it runs once; the second answer is the same run. Commits.
    """
    return again(session, lambda: _confirm(session, run_id, viewer, wait))


def _confirm(session: Session, run_id: int, viewer: Viewer, wait: bool) -> Ran:
    run = _locked(session, run_id)
    if run is None:  # it is being carried out this very moment
        return Ran(session.get_one(Run, run_id))
    if run.state is not RunState.PLANNED:
        return Ran(run)
    _check(session, run, viewer)
    if asks_second(session, run):
        run.state = RunState.WAITING
        return Ran(run)
    return _start(session, run, viewer, wait)


def _start(session: Session, run: Run, viewer: Viewer, wait: bool) -> Ran:
    run.started_at = now()
    if run.path is Path.SET or (run.path is Path.ROWS and run.matched > AT_ONCE) or not wait:
        run.state = RunState.QUEUED
        enqueue(session, "carry_on", {"run": run.id})
        return Ran(run)
    ctx = Context(session, viewer, run_id=run.id)
    _chunk(session, run, ctx)
    _finish(session, run)
    return Ran(run, ctx.revealed)


def asks_second(session: Session, run: Run) -> bool:
    """Whether so many rows are meant that somebody else has to agree. Not where nobody sits by."""
    limit = setting(session, "second_person_above")
    return bool(limit) and run.matched > limit and run.source == "panel"


def agree(session: Session, run_id: int, viewer: Viewer) -> Ran:
    """The second person says yes: it takes the same right, and somebody else. Commits."""
    return again(session, lambda: _agree(session, run_id, viewer))


def _agree(session: Session, run_id: int, viewer: Viewer) -> Ran:
    run = _locked(session, run_id)
    if run is None or run.state is not RunState.WAITING:
        return Ran(run or session.get_one(Run, run_id))
    if run.staff_id == viewer.staff_id:
        raise Refused("Somebody else has to agree.")
    _check_way_back(session, run)
    if not operation_of(run).allowed(viewer, ledger.model_of(run)):
        raise Refused("You may not do this yourself, so you cannot agree to it.")
    run.approved_by_id, run.approved_by = viewer.staff_id, viewer.name
    run.state = RunState.QUEUED
    run.started_at = now()
    enqueue(session, "carry_on", {"run": run.id})
    return Ran(run)


def _locked(session: Session, run_id: int) -> Run | None:
    """None while somebody else holds it."""
    asked = sa.select(Run).where(Run.id == run_id).with_for_update(skip_locked=True, of=Run)
    return session.scalar(asked.execution_options(populate_existing=True))


def _check(session: Session, run: Run, viewer: Viewer) -> None:
    if run.staff_id != viewer.staff_id and not viewer.everything:
        raise Refused("Somebody else has previewed this. Make a preview of your own.")
    if run.planned_at < now() - STALE:
        raise Refused("This preview is more than a day old. Make a new one.")
    _check_way_back(session, run)
    operation = operation_of(run)
    if not operation.allowed(viewer, ledger.model_of(run)):
        raise Refused("You may not do this any more.")


def _check_way_back(session: Session, run: Run) -> None:
    """Locks the run that is taken back: nobody takes it back, or goes on with it, at the same moment."""
    if run.kind is RunKind.UNDO:
        way_back.check_confirmed(session, run, _hold(session, run.undo_of_id))


def _hold(session: Session, run_id: int) -> Run:
    return session.get_one(Run, run_id, with_for_update={"of": Run}, populate_existing=True)


def work(session: Session, run_id: int, go_on: Callable[[], None] = lambda: None) -> str:
    """What a worker does with a run: chunk after chunk until it is done, paused or cancelled.

    Safe to do again at any moment, and by several at once: each chunk locks the run first. `go_on`
    is called after every chunk and may raise to stop.
    """
    pace = Pace(session.get_bind().dialect.name)
    while again(session, lambda: _next_chunk(session, run_id, pace.size, pace.part), patient=True):
        session.expunge_all()
        go_on()
        pace.rest()
    run = session.get_one(Run, run_id)
    return f"{run.changed:,} done, {run.matched - run.changed:,} not"


def _next_chunk(session: Session, run_id: int, size: int = AT_ONCE, part: float = 1.0) -> bool:
    """Do one chunk, of so many rows or of such a part of a stretch; False when there is none to do."""
    run = _hold(session, run_id)
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        return False
    viewer = SYSTEM if run.staff_id is None else viewer_of(session, run.staff_id)
    if why := _why_not(run, viewer):
        _end(run, RunState.FAILED, why)
        return False
    run.state = RunState.RUNNING
    try:
        if _chunk(session, run, Context(session, viewer, run_id=run.id), size, part):
            return True
    except Refused as refused:  # all of it: what was answered does not hold any more
        _end(run, RunState.FAILED, refused.text[:200])
        return False
    _finish(session, run)
    return False


def _why_not(run: Run, viewer: Viewer | None) -> str:
    """What has changed while the run waited; "" when it may go on."""
    try:
        operation = operation_of(run)
    except Refused as gone:
        return gone.text
    if viewer is None or not operation.allowed(viewer, ledger.model_of(run)):
        return f"{run.staff_name} may not do this any more."
    return ""


def _chunk(session: Session, run: Run, ctx: Context, size: int = AT_ONCE, part: float = 1.0) -> int:
    """How many lines were done."""
    with rows.acting_for(session, run):
        if run.path is Path.SET:
            return setwise.chunk(session, run, ctx.viewer, part)
        most = len_of(run) if run.path is Path.WHOLE else size
        lines = ledger.next_lines(session, run, most, backwards=run.kind is RunKind.UNDO)
        if lines:
            at, done = carrier(run).carry(session, run, lines, ctx)
            rows.enter(session, run, lines, done, at)
        return len(lines)


def _finish(session: Session, run: Run) -> None:
    ledger.recount(session, run)  # what the chunks added up, once more from the lines themselves
    _end(run, RunState.DONE)
    if run.kind is RunKind.UNDO:
        from ..outbox import withdraw

        withdrawn, sent = withdraw(session, run.undo_of_id, *way_back.only_rows(session, run))
        run.preview = run.preview | {"withdrawn": withdrawn, "sent": sent}
    session.flush()


def _end(run: Run, state: RunState, error: str = "") -> None:
    run.state, run.error, run.finished_at = state, error, now()


def pause(session: Session, run_id: int) -> Run:
    """After the chunk under way."""
    return _steer(session, run_id, (RunState.QUEUED, RunState.RUNNING), RunState.PAUSED)


def interrupt(session: Session, why: str, run: int) -> None:
    """Nobody carries this run on any more: pause it, and say so."""
    held = _hold(session, run)
    if held.state in (RunState.QUEUED, RunState.RUNNING):
        held.state, held.error = RunState.PAUSED, f"Stopped after many tries. {why}"[:200]
        session.flush()


def resume(session: Session, run_id: int) -> Run:
    _refuse_undone(session, _hold(session, run_id))
    run = _steer(session, run_id, (RunState.PAUSED,), RunState.QUEUED)
    run.error = ""
    if run.state is RunState.QUEUED:
        enqueue(session, "carry_on", {"run": run.id})
    return run


def cancel(session: Session, run_id: int) -> Run:
    """What is done stays done, and can be undone."""
    before = (RunState.PLANNED, RunState.WAITING, RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
    run = _steer(session, run_id, before, RunState.CANCELLED)
    if run.state is RunState.CANCELLED and run.finished_at is None:
        run.finished_at = now()
    return run


def _steer(session: Session, run_id: int, before: tuple[RunState, ...], after: RunState) -> Run:
    run = _hold(session, run_id)
    if run.state not in before:
        raise Refused(f"This run is {run.state.label.lower()}.")
    run.state = after
    session.flush()
    return run


def retry(session: Session, run_id: int) -> Run:
    """Try the failed lines once more, on the rows as they are now. By a worker."""
    run = _hold(session, run_id)
    if not run.is_over or not run.failed:
        raise Refused("Nothing has failed in this run.")
    if run.state is not RunState.DONE:  # what it left undone would be done along with them
        raise Refused("This run was not carried to its end. Begin a new one for these rows.")
    _refuse_undone(session, run)
    again_ = (RunRow.run_id == run.id) & (RunRow.state == RowState.FAILED)
    session.execute(sa.update(RunRow).where(again_).values(state=RowState.PLANNED, version=None, reason=""))
    ledger.recount(session, run)
    run.state, run.finished_at, run.error = RunState.QUEUED, None, ""
    enqueue(session, "carry_on", {"run": run.id})
    session.flush()
    return run


def _refuse_undone(session: Session, run: Run) -> None:
    """What it would do from now on, nobody would take back."""
    if other := way_back.undone_by(session, run):
        raise Refused(f"Run {other} has taken this one back. Begin a new one.")
