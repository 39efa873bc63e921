"""The page of a run: its preview, its progress, its ledger."""

import math
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from models.base import now
from models.parse import Place
from models.work import Path, RowState, Run, RunKind, RunState
from operations.errors import Refused
from operations.operation import Operation
from operations.running import AT_ONCE, operation_of
from operations.running.control import STALE, undone_by
from operations.running.ledger import model_of
from queries.runs import counted, lines, names_of
from queries.viewer import Viewer

from . import run_words
from .cells import MASK, Look, badge, moment
from .run_finish import run_path
from .run_shapes import Button, Ledger, Line, Number, Progress, RunPage, Told
from .shapes import Empty, Link
from .verbs import open_path

TYPED = 1_000  # changes above which the number has to be typed
# Rows a second, to say beforehand how long it takes; far below what was measured.
PACE = {Path.ROWS: 150, Path.SET: 5_000, Path.WHOLE: 150}
COUNTED = {
    RowState.CHANGED: ("changed", "pos"),
    RowState.SAME: ("already so", ""),
    RowState.SKIPPED: ("changed since", ""),
    RowState.REFUSED: ("refused", "neg"),
    RowState.FAILED: ("failed", "neg"),
}


class RunMaker:
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
        return able and (self.mine or not self.viewer.resellers)

    # page ------------------------------------------------------------------------------------

    def page(
        self,
        state: RowState | None = None,
        after: int = 0,
        error: str = "",
        count_error: str = "",
        revealed: Sequence[tuple[str, str]] = (),
    ) -> RunPage:
        run, planned = self.run, self.run.state in (RunState.PLANNED, RunState.WAITING)
        note, tone = self.note()
        return RunPage(
            title=run.title,
            state=badge(run.state),
            meta=f"Run {run.id}",
            crumbs=[Link("Runs", "/admin/run/")],
            here=run_path(run.id),
            facts=self.facts(),
            told=self.told(count_error) if planned else None,
            progress=None if planned else self.progress(),
            ledger=None if planned else self.ledger(state, after),
            buttons=self.buttons(),
            links=[] if planned else [Link("Ledger as CSV", run_path(run.id) + "ledger.csv", "download")],
            note="" if error else note,
            tone=tone,
            error=error,
            ask=run.preview.get("ask", "") if self.mine else "",
            back=run.preview.get("back", "") if self.mine else "",
            revealed=revealed,
        )

    def facts(self) -> list[tuple[str, Markup]]:
        run = self.run
        found: list[tuple[str, Markup]] = [("Operation", escape(run.title)), ("Rows", escape(run.selection))]
        found += [(label, value) for label, value in self.answers()]
        if run.reason:
            found.append(("Reason", escape(run.reason)))
        found.append(("Started by", escape(run.staff_name or run.source.capitalize())))
        if run.approved_by:
            found.append(("Approved by", escape(run.approved_by)))
        for label, at in (
            ("Previewed", run.planned_at),
            ("Started", run.started_at),
            ("Ended", run.finished_at),
        ):
            if at:
                found.append((label, moment(at, self.look)))
        if run.undo_of_id:
            found.append(("Takes back", _link(run.undo_of_id)))
        if other := undone_by(self.session, run):
            found.append(("Taken back by", _link(other)))
        return [(label, value) for label, value in found if value]

    def answers(self) -> Iterable[tuple[str, Markup]]:
        """What the form was told; records by their names."""
        if self.operation is None or self.run.kind is RunKind.UNDO:
            return []
        asked = self.operation.questions_on(self.model, self.viewer)
        return run_words.answers(self.session, self.model, asked, self.run.answers, self.viewer, self.look)

    def note(self) -> tuple[str, str]:
        run = self.run
        if run.state is RunState.DONE:
            failed = f" {run.failed:,} failed and were not touched." if run.failed else ""
            kept = (
                f" {run.refused + run.skipped:,} were left as they are." if run.refused + run.skipped else ""
            )
            told = self._mail_note()
            return (
                f"{run.changed:,} of {run.matched:,} changed.{kept}{failed}{told}",
                "warn" if failed else "ok",
            )
        if run.state is RunState.CANCELLED and run.changed:
            return f"Cancelled after {run.changed:,} changes. They stay until the run is undone.", "warn"
        return run.error, "bad" if run.error else "ok"

    def _mail_note(self) -> str:
        """What became of the messages of a run that was taken back."""
        withdrawn, sent = (self.run.preview.get(n, 0) for n in ("withdrawn", "sent"))
        back = f" {withdrawn:,} unsent messages were withdrawn." if withdrawn else ""
        return back + (f" {sent:,} had been sent and cannot be taken back." if sent else "")

    # preview ---------------------------------------------------------------------------------

    def told(self, count_error: str) -> Told:
        found, run = self.run.preview, self.run
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
            submit=self._submit(will, mails) if self._can_confirm(will, mails) else "",
            danger=final or bool(self.operation and self.operation.danger),
            count=f"{will:,}" if will > TYPED else "",
            count_error=count_error,
        )

    def will_change(self) -> int:
        """How many rows the preview says will change; an upper bound where it looked at some only."""
        found = self.run.preview
        return found.get("counts", {}).get("changed", 0) + found.get("rest", {}).get("changed", 0)

    def _can_confirm(self, will: int, mails: int) -> bool:
        fresh = self.run.planned_at > now() - STALE
        waits = self.run.state is RunState.PLANNED
        return bool(will or mails) and fresh and waits and (self.mine or self.viewer.everything)

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
            name=names.called.get(row_id)
            or f"{self.model.__tablename__.replace('_', ' ').capitalize()} {row_id}",
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
        return f"{mails:,} message{'s go' if mails != 1 else ' goes'} out{looked}."

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
        return f"In the background, about {_span(seconds)}. It can be paused and cancelled."

    # progress --------------------------------------------------------------------------------

    def progress(self) -> Progress:
        run = self.run
        done = run.matched - run.left
        alive = run.state in (RunState.QUEUED, RunState.RUNNING)
        css = "" if not run.is_over else "warn" if run.failed or run.state is not RunState.DONE else "ok"
        found = counted(run)
        numbers = [Number(f"{done:,}", f"of {run.matched:,} done")]
        for state, (label, tone) in COUNTED.items():
            if found[state] or state in (RowState.CHANGED, RowState.FAILED):
                numbers.append(Number(f"{found[state]:,}", label, tone if found[state] else ""))
        return Progress(
            value=done,
            most=max(run.matched, 1),
            label=f"{done:,} of {run.matched:,} rows",
            css=css,
            numbers=numbers,
            time=self._spent(done),
            alive=alive,
        )

    def _spent(self, done: int) -> str:
        run = self.run
        if run.started_at is None:
            return ""
        if run.is_over:
            return _span(((run.finished_at or now()) - run.started_at).total_seconds())
        spent = (now() - run.started_at).total_seconds()
        if run.state is not RunState.RUNNING or not done or spent < 2:
            return ""
        return f"about {_span(run.left * spent / done)} left"

    # ledger ----------------------------------------------------------------------------------

    def ledger(self, state: RowState | None, after: int) -> Ledger:
        here = run_path(self.run.id)
        found, rest = lines(self.session, self.run, state, after)
        chosen = [("state", state.value)] if state else []
        return Ledger(
            lines=self.lines(found),
            tabs=self._tabs(here, state),
            next=f"{here}?{urlencode([*chosen, ('after', rest)])}#ledger" if rest else "",
            first=f"{here}?{urlencode(chosen)}#ledger" if after else "",
            empty=None if found else Empty("No rows here", "Nothing has come to this so far.", "list"),
        )

    def _tabs(self, here: str, chosen: RowState | None) -> list[Link]:
        numbers = counted(self.run)
        made = [Link("All", f"{here}#ledger", on=chosen is None, count=f"{self.run.matched:,}")]
        for state in (RowState.FAILED, RowState.REFUSED, RowState.SKIPPED, RowState.CHANGED, RowState.SAME):
            if numbers[state] or state is chosen:
                at = f"{here}?state={state.value}#ledger"
                made.append(Link(state.label, at, on=chosen is state, count=f"{numbers[state]:,}"))
        if self.run.left > 0:
            at = f"{here}?state=planned#ledger"
            made.append(Link("Not yet", at, on=chosen is RowState.PLANNED, count=f"{self.run.left:,}"))
        return made

    def lines(self, found: Sequence[Any]) -> list[Line]:
        names = names_of(self.session, self.model, self.run, {x.row_id: x.label for x in found}, self.viewer)
        packed = {x.row_id: run_words.packed(x, self.run.table_name) for x in found}
        self.words.learn(packed[i] for i in packed if i not in names.hidden)
        return [self._line(names, x.row_id, x.state, x.reason, packed[x.row_id]) for x in found]

    # buttons ---------------------------------------------------------------------------------

    def buttons(self) -> list[Button]:
        run, here = self.run, run_path(self.run.id)
        if not self.may_act:
            return []
        if run.state is RunState.WAITING:
            stop = Button(f"{here}cancel/", "Cancel", "player-stop", "btn-danger")
            agree = Button(f"{here}agree/", f"Agree to {run.matched:,} records", "check", "btn-primary")
            return [stop] if self.mine else [agree, stop]
        if run.state in (RunState.QUEUED, RunState.RUNNING):
            return [
                Button(f"{here}pause/", "Pause", "player-pause"),
                Button(f"{here}cancel/", "Cancel", "player-stop", "btn-danger"),
            ]
        if run.state is RunState.PAUSED:
            return [
                Button(f"{here}resume/", "Resume", "player-play", "btn-primary"),
                Button(f"{here}cancel/", "Cancel", "player-stop", "btn-danger"),
            ]
        return self._afterwards(here) if run.is_over else []

    def _afterwards(self, here: str) -> list[Button]:
        run, found = self.run, []
        if run.failed:
            found.append(Button(f"{here}retry/", f"Retry {run.failed:,} failed", "refresh"))
        undone = undone_by(self.session, run) is not None
        if run.changed and not undone and self.operation and not self.operation.final:
            label = f"Undo {run.changed:,} change{'s' if run.changed != 1 else ''}"
            key = token_urlsafe(24)
            found.append(Button(f"{here}undo/", label, "arrow-back-up", "btn-danger", key))
        return found


def _link(run_id: int) -> Markup:
    return Markup('<a href="{}">run {}</a>').format(run_path(run_id), run_id)


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{max(math.ceil(seconds), 1)} s"
    minutes = seconds / 60
    return f"{math.ceil(minutes)} min" if minutes < 90 else f"{minutes / 60:.1f} h"
