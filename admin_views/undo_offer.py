"""Undo where a history tells what a run did: for the record at hand, or the whole run, or why not."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Link, Record, target_of
from models.work import Path, RowState, Run, RunRow
from operations.errors import Refused
from operations.running import way_back
from queries.history import Change, Step
from queries.links import ends
from queries.viewer import Viewer

from .history_shapes import Undo
from .run_finish import run_path


def why_not(
    session: Session, run: Run, viewer: Viewer, ids: Collection[int] = (), untouched: bool = False
) -> str:
    """Why this person cannot take a run, or these rows of it, back now; "" when they can.

    `untouched`: it is known that nobody has begun to take it back.
    """
    try:
        done = "" if untouched else way_back.gone_already(session, run, ids=ids)
        words = way_back.closed(run, ids) or done or way_back.not_yours(run, viewer)
    except Refused as gone:  # its verb went with an upgrade
        return gone.text
    if not words and viewer.resellers and run.staff_id != viewer.staff_id:
        return "Somebody else began this run, and you may not see all of its rows."
    return words


@dataclass
class Offers:
    """What can be taken back of some steps: three statements, however many steps there are."""

    session: Session
    viewer: Viewer
    steps: Sequence[Step]
    home: tuple[type[Record], int] | None = None
    runs: dict[int, Run] = field(default_factory=dict)
    lines: set[tuple[int, int]] = field(default_factory=set)  # (run, row) that was changed
    returned: set[int] = field(default_factory=set)  # runs that somebody has begun to take back

    def __post_init__(self) -> None:
        ids = {s.transaction.run_id for s in self.steps} - {None}
        if not ids:
            return
        self.runs = {r.id: r for r in self.session.scalars(sa.select(Run).where(Run.id.in_(ids)))}
        back = sa.select(Run.undo_of_id).where(Run.undo_of_id.in_(ids))
        self.returned = set(self.session.scalars(back))
        self.lines = self._lines()

    def _lines(self) -> set[tuple[int, int]]:
        """Which of the rows that are told of are lines of their run; others changed along with one."""
        wanted: dict[int, set[int]] = {}
        for step in self.steps:
            if run := self.runs.get(step.transaction.run_id):
                rows = self._named(run, step.changes) | self._named(run, ())
                wanted.setdefault(run.id, set()).update(rows)
        asked = [(RunRow.run_id == i) & RunRow.row_id.in_(rows) for i, rows in wanted.items() if rows]
        if not asked:
            return set()
        mine = sa.select(RunRow.run_id, RunRow.row_id).where(sa.or_(*asked), RunRow.state == RowState.CHANGED)
        return {(run_id, row_id) for run_id, row_id in self.session.execute(mine)}

    def of(self, run_id: int | None, changes: Sequence[Change]) -> list[Undo]:
        """The buttons at an entry that tells these changes of a run."""
        run = self.runs.get(run_id)
        if run is None:
            return []
        mine = self._named(run, changes) or self._named(run, ())
        ids = sorted(i for i in mine if (run.id, i) in self.lines)
        if not ids or run.path is Path.WHOLE or len(ids) == run.changed:
            return [self._undo(run, ())]
        whole = self._undo(run, ())
        return [self._undo(run, ids), *([] if whole.why else [whole])]

    def _named(self, run: Run, changes: Iterable[Change]) -> set[int]:
        """The rows of the run's own table that are told of; what changed along with the record at hand
        is told by that record."""
        found = {i for c in changes for name, i in [_subject(c)] if name == run.table_name}
        if not found and self.home and self.home[0].__tablename__ == run.table_name:
            found = {self.home[1]}
        return found

    def _undo(self, run: Run, ids: Sequence[int]) -> Undo:
        sees = run.staff_id == self.viewer.staff_id or self.viewer.may("history.read_all")
        untouched = run.id not in self.returned
        why = "" if sees else "Only who began this run can undo it."
        why = why or why_not(self.session, run, self.viewer, ids, untouched)
        hidden = [("key", token_urlsafe(24)), *([("ids", ",".join(map(str, ids)))] if ids else [])]
        count = run.changed if untouched or ids or why else way_back.left(self.session, run)
        return Undo(f"{run_path(run.id)}undo/", _label(count, ids), f"run {run.id}", hidden, why)


def _subject(change: Change) -> tuple[str, int]:
    """A tie is about its owner."""
    if not issubclass(change.model, Link):
        return change.model.__tablename__, change.row_id
    owner = ends(change.model)[0]
    return target_of(owner).__tablename__, change.after[owner.name]


def _label(count: int, ids: Sequence[int]) -> str:
    if ids:
        return "Undo for this record" if len(ids) == 1 else f"Undo for these {len(ids):,}"
    return "Undo" if count == 1 else f"Undo all {count:,} rows"
