"""What a run would do, as its page shows it before it is confirmed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from models.base import now
from models.parse import Place
from models.screen import title_of
from models.work import Path, RowState, Run, RunState
from operations.errors import Refused
from operations.operation import Operation
from operations.running import AT_ONCE, operation_of
from operations.running.control import STALE
from operations.running.ledger import model_of
from queries.runs import names_of
from queries.viewer import Viewer
from queries.visibility import sees_all

from . import run_words
from .cells import MASK, Look, badge
from .run_shapes import Line, Number, Told
from .verbs import open_path

TYPED = 1_000  # changes above which the number has to be typed
# Rows a second, to say beforehand how long it takes; far below what was measured.
PACE = {Path.ROWS: 150, Path.SET: 5_000, Path.WHOLE: 150}


class RunPreview:
    """One run as one person sees it."""

    def __init__(self, session: Session, run: Run, viewer: Viewer, place: Place, look: Look) -> None:
        self.session, self.run, self.viewer, self.look = session, run, viewer, look
        self.model = model_of(run)
        self.operation = self._operation()
        self.words = run_words.Told(session, viewer, look)

    def _operation(self) -> Operation | None:
        """None for one that an upgrade has taken away."""
        try:
            return operation_of(self.run)
        except Refused:
            return None

    @property
    def mine(self) -> bool:
        return self.run.staff_id == self.viewer.staff_id

    @property
    def may_act(self) -> bool:
        """Whether this person could have begun it: somebody else's only when they see all its rows."""
        able = self.operation is not None and self.operation.allowed(self.viewer, self.model)
        return able and (self.mine or sees_all(self.model, self.viewer))

    def told(self, count_error: str) -> Told:
        found, run = self.run.preview, self.run
        if not self.mine and not sees_all(self.model, self.viewer):
            # These name rows, and not only those that they see.
            found = {**found, "why": {}, "warnings": (), "mail_samples": ()}
        will = self.will_change()
        final = self.operation is not None and self.operation.final
        samples = self._samples(found.get("samples", ()))
        mails = found.get("mails", 0)
        return Told(
            numbers=self._forecast(found),
            why=[(words, f"{n:,}") for words, n in found.get("why", {}).items()],
            warnings=found.get("warnings", ()),
            lines=samples,
            of=f"{len(samples):,} of {run.matched:,}",
            mails=self._mails(mails, found),
            mail_samples=[self._mail(m) for m in found.get("mail_samples", ())],
            undo=self._undo_words(final),
            final=final,
            time=self._time(),
            submit="" if (instead := self._hindrance(will, mails)) else self._submit(will, mails),
            instead=instead,
            danger=final or bool(self.operation and self.operation.danger),
            count=f"{will:,}" if will > TYPED else "",
            count_error=count_error,
        )

    def will_change(self) -> int:
        """How many rows the preview says will change; an upper bound where it looked at some only."""
        found = self.run.preview
        return found.get("counts", {}).get("changed", 0) + found.get("rest", {}).get("changed", 0)

    def _hindrance(self, will: int, mails: int) -> str:
        """Why there is nothing to confirm."""
        if self.run.state is RunState.WAITING:
            return "Confirmed; it waits for a second person."
        if not (self.mine or self.viewer.everything):
            return "Only who previewed this can confirm it."
        if self.run.planned_at < now() - STALE:
            return "This preview is more than a day old. Make a new one."
        return "" if will or mails else "Nothing would change."

    def _submit(self, will: int, mails: int) -> str:
        if not will:
            return f"Send {mails:,} message{'s' if mails != 1 else ''}"
        return f"Change {will:,} record{'s' if will != 1 else ''}"

    def _forecast(self, found: Mapping[str, Any]) -> list[Number]:
        counts = {**found.get("counts", {})}
        for state, number in found.get("rest", {}).items():
            counts[state] = counts.get(state, 0) + number
        about = "" if found.get("exact", True) else "up to "
        made = [Number(f"{self.run.matched:,}", "meant")]
        made.append(Number(f"{counts.get('changed', 0):,}", f"{about and 'at most, '}will change", "pos"))
        words = {
            "same": "already so",
            "skipped": "changed since",
            "refused": "refused",
            "failed": "would fail",
        }
        for state, label in words.items():
            if counts.get(state) or state in ("same", "refused"):
                tone = "neg" if state in ("refused", "failed") and counts.get(state) else ""
                made.append(Number(f"{counts.get(state, 0):,}", label, tone))
        return made

    def _samples(self, samples: Sequence[Mapping[str, Any]]) -> list[Line]:
        kept = {s["id"]: s["label"] for s in samples}
        names = names_of(self.session, self.model, self.run, kept, self.viewer)
        self.words.learn(s["changes"] for s in samples if s["id"] not in names.hidden)
        return [
            self._line(names, s["id"], RowState(s["state"]), s["reason"], s["changes"], s["more"])
            for s in samples
        ]

    def _line(
        self, names: Any, row_id: int, state: RowState, reason: str, packed: Sequence[Any], more: int = 0
    ) -> Line:
        hidden = row_id in names.hidden
        fields, others = ([], []) if hidden else self.words.of(self.run.table_name, row_id, packed)
        if more:
            others = [*others, f"{more:,} more changes"]
        planned = self.run.state in (RunState.PLANNED, RunState.WAITING)
        plain = state is RowState.PLANNED or (planned and state is RowState.CHANGED)
        label = Markup("") if plain else badge(state)
        return Line(
            name=names.called.get(row_id) or f"{title_of(self.model)} {row_id}",
            href=open_path(self.model, row_id) if row_id in names.there else "",
            state=label,
            reason="" if hidden else reason,
            changes=fields,
            others=others,
        )

    def _mails(self, mails: int, found: Mapping[str, Any]) -> str:
        if not mails:
            return "No message goes out."
        looked = "" if found.get("exact", True) else f" for the first {found.get('looked', 0):,} rows"
        shown = len(found.get("mail_samples", ()))
        first = f" The first {shown}:" if 0 < shown < mails else ""
        return f"{mails:,} message{'s go' if mails != 1 else ' goes'} out{looked}.{first}"

    def _mail(self, mail: Mapping[str, str]) -> tuple[str, str]:
        seen = self.viewer.sees_personal(self.model)
        return (mail["to"] if seen else str(MASK.striptags()), mail["subject"])

    def _undo_words(self, final: bool) -> str:
        if final:
            return "This cannot be undone."
        return "Can be undone at any time. What others change in the meantime stays and is listed."

    def _time(self) -> str:
        run = self.run
        if run.path is Path.WHOLE or run.matched <= AT_ONCE:
            return "Done at once."
        seconds = run.matched / PACE[run.path]
        return f"In the background, about {span(seconds)}. It can be paused and cancelled."


def span(seconds: float) -> str:
    if seconds < 60:
        return f"{max(math.ceil(seconds), 1)} s"
    minutes = seconds / 60
    return f"{math.ceil(minutes)} min" if minutes < 90 else f"{minutes / 60:.1f} h"
