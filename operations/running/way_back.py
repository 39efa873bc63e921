"""The way back from a run: planned like any other, of the whole run or of some of its rows.

A row is taken back once. Whoever takes back a run of which some rows went back already takes back the rest.
"""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record
from models.screen import lowered
from models.text import clean
from models.work import Path, RowState, Run, RunKind, RunRow, RunState
from queries.viewer import Viewer

from ..errors import Refused
from . import ledger
from .plan import MOST_IDS, begun, known_by, not_there, only_one, operation_of

UNDER_WAY = (RunState.WAITING, RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
UNDOING = (*UNDER_WAY, RunState.DONE)
BACK = (RowState.CHANGED, RowState.SAME)
ONLY = "only"  # the answer of a way back that was asked for some rows
rows = ledger.rows


def plan_undo(
    session: Session, run: Run, viewer: Viewer, reason: str = "", key: str = "", ids: Collection[int] = ()
) -> Run:
    """A run that takes this one back, or these rows of it; previewed and confirmed like any other."""
    if known := known_by(session, key, viewer):
        return known
    check(session, run, ids=ids)
    if why := not_yours(run, viewer):
        raise Refused(why)
    made = begun(
        session,
        viewer,
        key,
        clean(reason) or f"Undo of run {run.id}",
        kind=RunKind.UNDO,
        undo_of_id=run.id,
        table_name=run.table_name,
        operation=run.operation,
        title=f"Undo: {run.title}"[:200],
        answers=run.answers,
        selection=run.selection,
        path=run.path,
    )
    if (known := only_one(session, made)) is not made:
        return known
    _freeze(session, run, made, ids)
    _spare_hidden(session, run, made, viewer)
    return made


def _freeze(session: Session, run: Run, made: Run, ids: Collection[int]) -> None:
    done = sa.select(
        sa.literal(made.id, sa.BigInteger),
        rows.c.row_id,
        sa.literal(RowState.PLANNED.value),
        sa.literal(""),
        rows.c.label,
    ).where(rows.c.run_id == run.id, rows.c.state == RowState.CHANGED)
    if ids:
        done = done.where(rows.c.row_id.in_(ids))
    elif found := ways(session, run):
        done = done.where(~_among(found).exists())
    names = ("run_id", "row_id", "state", "reason", "label")
    made.matched = ledger.insert(session, names, done)
    if not made.matched:
        raise Refused("This run has changed nothing, so there is nothing to undo.")
    if ids and made.matched < run.changed:
        made.answers = {ONLY: sorted(ids)}
        made.selection = _named(session, made)
        # Few lines, which rows as they stand are enough for.
        made.path = Path.ROWS


def _named(session: Session, made: Run) -> str:
    asked = (
        sa.select(rows.c.label).where(rows.c.run_id == made.id, rows.c.label != "").order_by(rows.c.row_id)
    )
    return ", ".join(session.scalars(asked.limit(5)))


def _spare_hidden(session: Session, run: Run, made: Run, viewer: Viewer) -> None:
    """Somebody else's run may have changed rows that this person may not see: those stay."""
    found = ledger.hidden(session, made, viewer, own=run.staff_id == viewer.staff_id)
    if found and run.path is Path.WHOLE:
        raise Refused("This can only be taken back as a whole, and you may not see all of its rows.")
    ledger.refuse(session, made, found, not_there(ledger.model_of(run)))


def check(session: Session, run: Run, but: int = 0, ids: Collection[int] = ()) -> None:
    """Refused when a run, or these rows of it, cannot be taken back by anybody."""
    if why := closed(run, ids) or gone_already(session, run, but, ids):
        raise Refused(why)


def closed(run: Run, ids: Collection[int] = ()) -> str:
    """Why there is no way back from a run, or from these rows of it, whoever asks; "" when there is."""
    if not run.is_over and run.state is not RunState.PAUSED:
        return "This run is not over yet. Cancel it first."
    if operation_of(run).final:
        return "This cannot be undone."
    if ids and run.path is Path.WHOLE:
        return "This can only be taken back as a whole."
    if len(ids) > MOST_IDS:
        return f"At most {MOST_IDS:,} rows can be named; undo the whole run instead."
    return ""


def gone_already(session: Session, run: Run, but: int = 0, ids: Collection[int] = ()) -> str:
    """That somebody has gone, or goes, the way back; "" when nobody has."""
    if ids:
        other = next(iter(rows_undone(session, run, ids, but).values()), None)
    else:
        other = undone_by(session, run, but)
    return f"Run {other} is undoing this, or has done so. Undo that run to have it back." if other else ""


def not_yours(run: Run, viewer: Viewer) -> str:
    """Why this person may not take a run back; "" when they may."""
    operation = operation_of(run)
    if operation.allowed(viewer, ledger.model_of(run)):
        return ""
    return f"You may not undo this: it takes the right to {lowered(operation.title)}."


def check_confirmed(session: Session, back: Run, was: Run) -> None:
    """What the preview of a way back said still holds, now that nobody else can take it."""
    ids = back.answers[ONLY] if is_part(back) else ()
    check(session, was, back.id, ids)
    if not ids and left(session, was, back.id) != back.matched:
        raise Refused(f"Run {was.id} has gone on since this preview. Make a new one.")


def ways(session: Session, run: Run, but: int = 0) -> list[Run]:
    """The runs that took rows of this one back, or are about to, and were not taken back themselves."""
    asked = sa.select(Run).where(Run.undo_of_id == run.id, Run.id != but, Run.state != RunState.PLANNED)
    return [w for w in session.scalars(asked.order_by(Run.id)) if _counts(w) and not undone_by(session, w)]


def is_part(way: Run) -> bool:
    """Whether it was asked for some rows of its run."""
    return way.kind is RunKind.UNDO and ONLY in way.answers


def _counts(way: Run) -> bool:
    """Whether it did anything, or will."""
    return way.state in UNDER_WAY or way.changed > 0


def _among(back: Sequence[Run]) -> sa.Select:
    """The lines of these runs for the row at hand that were done, or will be."""
    lines = rows.alias("returned")
    alive = [way.id for way in back if way.state in UNDER_WAY]
    done = lines.c.state.in_(BACK) | (lines.c.run_id.in_(alive) & (lines.c.state == RowState.PLANNED))
    here = (lines.c.row_id == rows.c.row_id) & lines.c.run_id.in_([way.id for way in back])
    return sa.select(lines.c.run_id).where(here, done).correlate(rows)


def undone_by(session: Session, run: Run, but: int = 0) -> int | None:
    """The run that took all of this one back, or the last of it, and was not taken back itself."""
    found = ways(session, run, but)
    whole = next((w.id for w in found if w.state in UNDOING and not is_part(w)), None)
    if whole or not found:
        return whole
    return found[-1].id if run.changed and not _left(session, run, found) else None


def left(session: Session, run: Run, but: int = 0) -> int:
    """How many of its changes nobody has taken back."""
    found = ways(session, run, but)
    return _left(session, run, found) if found else run.changed


def _left(session: Session, run: Run, back: Sequence[Run]) -> int:
    mine = (rows.c.run_id == run.id) & (rows.c.state == RowState.CHANGED)
    asked = sa.select(sa.func.count()).select_from(rows).where(mine, ~_among(back).exists())
    return session.scalar(asked) or 0


def rows_undone(session: Session, run: Run, ids: Collection[int], but: int = 0) -> Mapping[int, int]:
    """By id of a row, the run that took it back, as far as these were taken back and are so still."""
    found: dict[int, int] = {}
    for way in ways(session, run, but) if ids else ():
        states = (*BACK, RowState.PLANNED) if way.state in UNDER_WAY else BACK
        asked = sa.select(RunRow.row_id).where(
            RunRow.run_id == way.id, RunRow.row_id.in_(ids), RunRow.state.in_(states)
        )
        gone = list(session.scalars(asked))
        again = rows_undone(session, way, gone)
        found |= {i: way.id for i in gone if i not in again}
    return found


def only_rows(session: Session, back: Run) -> tuple[type[Record], Sequence[int]] | tuple[()]:
    """The rows that went back, of a way back that is not that of the whole run."""
    if not is_part(back):
        return ()
    gone = sa.select(RunRow.row_id).where(RunRow.run_id == back.id, RunRow.state.in_(BACK))
    return ledger.model_of(back), session.scalars(gone).all()
