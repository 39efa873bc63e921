"""The page of a run: facts, progress, ledger, buttons."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from models.base import now
from models.work import RowState, Run, RunKind, RunState
from operations.running import way_back
from queries.runs import counted, lines, meant, names_of
from queries.viewer import root
from queries.visibility import sees_all

from . import run_words
from .cells import badge, moment
from .run_finish import run_path
from .run_preview import RunPreview, span
from .run_shapes import Button, Ledger, Line, Number, Progress, RunPage
from .shapes import Empty, Link
from .undo_offer import why_not

COUNTED = {
    RowState.CHANGED: ("changed", "pos"),
    RowState.SAME: ("already so", ""),
    RowState.SKIPPED: ("changed since", ""),
    RowState.REFUSED: ("refused", "neg"),
    RowState.FAILED: ("failed", "neg"),
}


class RunMaker(RunPreview):
    """Its page."""

    @cached_property
    def ways(self) -> Sequence[Run]:
        """The runs that took it back, or some rows of it."""
        return way_back.ways(self.session, self.run)

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
            links=[] if planned else self.files(),
            note="" if error else note,
            tone=tone,
            error=error,
            ask=run.preview.get("ask", "") if self.mine else "",
            back=run.preview.get("back", "") if self.mine else "",
            revealed=revealed,
        )

    def facts(self) -> list[tuple[str, Markup]]:
        run = self.run
        found: list[tuple[str, Markup]] = [
            ("Operation", escape(run.title)),
            ("Rows", escape(meant(run, self.model, self.viewer))),
        ]
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
            found.append(("Takes back", _link(run.undo_of_id, _share(run))))
        if self.ways:
            found.append(
                ("Taken back by", Markup(", ").join(_link(way.id, _share(way)) for way in self.ways))
            )
        return [(label, value) for label, value in found if value]

    def answers(self) -> Iterable[tuple[str, Markup]]:
        """What the form was told; records by their names. It may be what was written into hidden rows."""
        told = self.mine or sees_all(self.model, self.viewer)
        if self.operation is None or self.run.kind is RunKind.UNDO or not told:
            return []
        asked = self.operation.questions_on(self.model, self.viewer)
        return run_words.answers(self.session, self.model, asked, self.run.answers, self.viewer, self.look)

    def note(self) -> tuple[str, str]:
        run = self.run
        if run.state is RunState.DONE:
            failed = f" {run.failed:,} failed and were not touched." if run.failed else ""
            left = run.refused + run.skipped
            kept = (
                f" {left:,} {'was left as it is' if left == 1 else 'were left as they are'}." if left else ""
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
            return span(((run.finished_at or now()) - run.started_at).total_seconds())
        spent = (now() - run.started_at).total_seconds()
        if run.state is not RunState.RUNNING or not done or spent < 2:
            return ""
        return f"about {span(run.left * spent / done)} left"

    def files(self) -> list[Link]:
        """The ledger to take along, for whoever may take rows of that table along."""
        if not self.viewer.may(f"{root(self.model).__tablename__}.export"):
            return []
        return [Link("Ledger as CSV", run_path(self.run.id) + "ledger.csv", "download")]

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

    def buttons(self) -> list[Button]:
        run, here = self.run, run_path(self.run.id)
        if run.is_over:
            return self._afterwards(here)
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
        return []

    def _afterwards(self, here: str) -> list[Button]:
        run, found = self.run, []
        if run.failed and self.may_act:
            found.append(Button(f"{here}retry/", f"Retry {run.failed:,} failed", "refresh"))
        if run.changed:
            why = why_not(self.session, run, self.viewer, untouched=not self.ways)
            left = way_back.left(self.session, run) if self.ways else run.changed
            label = "Undo" if why else f"Undo {left:,} change{'s' if left != 1 else ''}"
            key = token_urlsafe(24)
            found.append(Button(f"{here}undo/", label, "arrow-back-up", "btn-danger", key, why))
        return found


def _link(run_id: int, rest: str = "") -> Markup:
    return Markup('<a href="{}">run {}</a>{}').format(run_path(run_id), run_id, rest)


def _share(way: Run) -> str:
    """Said of a way back that is not that of the whole run."""
    return f" ({way.matched:,} row{'s' if way.matched != 1 else ''} of it)" if way_back.is_part(way) else ""
