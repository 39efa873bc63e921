"""Runs: the list, the page of one, confirming, steering, taking back, the ledger as a file."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView, expose
from sqlalchemy.orm import Session

from models.base import Record, db, records
from models.choice import Choice
from models.screen import plural_of
from models.text import whole_number
from models.work import RowState, Run, RunState
from operations import trail
from operations.errors import Refused
from operations.retry import again
from operations.running import agree, cancel, confirm, pause, plan_undo, preview, resume, retry
from operations.running.ledger import model_of
from queries.runs import WantedRuns, meant, run_of, runs
from queries.viewer import root

from . import exports, verbs
from .cells import badge, moment
from .gate import signed_in
from .reader import look, place, viewer
from .redirects import came_from
from .run_finish import finish, run_path
from .run_ledger import COLUMNS, ledger_rows
from .run_page import RunMaker
from .run_preview import TYPED
from .run_shapes import RunRow, RunsPage
from .shapes import Empty, Link

PATH = "/admin/run/"
ID = "/<row:run_id>"
STEERS: dict[str, Callable[[Session, int], Run]] = {
    "pause": pause,
    "resume": resume,
    "cancel": cancel,
    "retry": retry,
}


def install(admin: Admin) -> None:
    admin.add_view(RunView(name="Runs", endpoint="run", url=PATH.rstrip("/")))


class RunView(BaseView):
    """Who made a run sees it; so does who may see everybody's changes and read its table."""

    @expose("/")
    @signed_in
    def index(self) -> ResponseReturnValue:
        wanted = WantedRuns(
            table=request.args.get("table", "") if request.args.get("table", "") in _tables() else "",
            state=_member(RunState, request.args.get("state", "")),
            before=whole_number(request.args.get("before", "")),
        )
        found, older = runs(db.session(), viewer(), wanted)
        page = RunsPage(
            title="Runs",
            lede="Operations that were carried out or previewed, newest first.",
            rows=[_row(run) for run in found],
            tables=_choices("table", _tables(), wanted.table, wanted),
            states=_choices("state", {s.value: s.label for s in RunState}, wanted.state or "", wanted),
            older=_at(wanted, before=str(older)) if older else "",
            newer=_at(wanted) if wanted.before else "",
            empty=None if found else Empty("No runs", "Operations on records appear here."),
        )
        return render_template("admin/runs.html", page=page)

    def run_or_404(self, run_id: int) -> Run:
        run = run_of(db.session(), run_id, viewer())
        if run is None:
            abort(404, "There is no such run, or you may not see it.")
        return run

    def maker(self, run: Run) -> RunMaker:
        return RunMaker(db.session(), run, viewer(), place(), look())

    @expose(f"{ID}/")
    @signed_in
    def show(self, run_id: int) -> ResponseReturnValue:
        state = _member(RowState, request.args.get("state", ""))
        after = whole_number(request.args.get("after", ""))
        page = self.maker(self.run_or_404(run_id)).page(state, after)
        return render_template("admin/run.html", page=page)

    def wrong(self, run_id: int, **said: str) -> ResponseReturnValue:
        db.session.rollback()
        page = self.maker(self.run_or_404(run_id)).page(**said)
        return render_template("admin/run.html", page=page), 422

    @expose(f"{ID}/confirm/", methods=("POST",))
    @signed_in
    def confirm(self, run_id: int) -> ResponseReturnValue:
        maker = self.maker(self.run_or_404(run_id))
        will = maker.will_change()
        typed = "".join(c for c in request.form.get("count", "") if c.isdigit())
        if maker.run.state is RunState.PLANNED and will > TYPED and typed != str(will):
            return self.wrong(run_id, count_error=f"Type {will:,} to go on.")
        try:
            return finish(db.session(), confirm(db.session(), run_id, viewer()))
        except Refused as refused:
            return self.wrong(run_id, error=refused.text)

    @expose(f"{ID}/agree/", methods=("POST",))
    @signed_in
    def agree(self, run_id: int) -> ResponseReturnValue:
        """The second person says yes to a run that concerns very many."""
        self.acting(run_id)
        try:
            agree(db.session(), run_id, viewer())
        except Refused as refused:
            return self.wrong(run_id, error=refused.text)
        return redirect(run_path(run_id), 303)

    @expose(f"{ID}/pause/", methods=("POST",))
    @expose(f"{ID}/resume/", methods=("POST",))
    @expose(f"{ID}/cancel/", methods=("POST",))
    @expose(f"{ID}/retry/", methods=("POST",))
    @signed_in
    def steer(self, run_id: int) -> ResponseReturnValue:
        self.acting(run_id)
        what = request.path.rstrip("/").rpartition("/")[2]
        try:
            again(db.session(), lambda: STEERS[what](db.session(), run_id))
        except Refused as refused:
            return self.wrong(run_id, error=refused.text)
        return redirect(run_path(run_id), 303)

    @expose(f"{ID}/undo/", methods=("POST",))
    @signed_in
    def undo(self, run_id: int) -> ResponseReturnValue:
        """Plan the way back, of all of it or of the rows that are named, and show what it would do."""
        run = self.acting(run_id)
        session = db.session()
        ids = self.named()
        given = f"{viewer().staff_id} {run_id} {request.form.get('key', '')} {ids or ''}"
        key = sha256(given.encode("utf-8", "surrogatepass")).hexdigest() if request.form.get("key") else ""
        reason = request.form.get("reason", "")
        back = came_from(run_path(run.id))
        try:
            made = again(
                session,
                lambda: plan_undo(session, session.get_one(Run, run_id), viewer(), reason, key, ids),
            )
            if made.state is RunState.PLANNED:
                again(session, lambda: preview(session, session.get_one(Run, made.id), viewer()))
                made = session.get_one(Run, made.id)
                made.preview = made.preview | {"back": back}
                session.commit()
        except Refused as refused:
            return self.wrong(run_id, error=refused.text)
        return redirect(run_path(made.id), 303)

    def named(self) -> tuple[int, ...]:
        """The rows that are to go back; none: all."""
        said = [whole_number(word.strip()) for word in request.form.get("ids", "").split(",") if word.strip()]
        if 0 in said:
            abort(400, "The rows to take back are named by their numbers.")
        return tuple(sorted(set(said)))

    def acting(self, run_id: int) -> Run:
        run = self.run_or_404(run_id)
        if not self.maker(run).may_act:
            abort(403, "You may not steer or take back this run.")
        return run

    @expose(f"{ID}/ledger.csv")
    @signed_in
    def ledger(self, run_id: int) -> ResponseReturnValue:
        run = self.run_or_404(run_id)
        if run.state in (RunState.PLANNED, RunState.WAITING):
            abort(404, "Nothing was done yet, so there is no ledger.")
        whole = root(model_of(run)).__tablename__
        if not viewer().may(f"{whole}.export"):
            abort(403, "A ledger as a file is an export. Ask for the right to export.")
        if run.matched > exports.LIMIT and not viewer().may(f"{whole}.export_all"):
            abort(403, f"This is more than {exports.LIMIT:,} rows. Ask for the right to export all.")
        trail.exported(db.session(), model_of(run), viewer(), f"ledger of run {run_id}")
        rows = ledger_rows(db.engine, run_id, viewer(), look())
        headers = {"Content-Disposition": f'attachment; filename="run-{run_id}.csv"'}
        return Response(exports.as_csv(rows, COLUMNS), mimetype="text/csv", headers=headers)


def _row(run: Run) -> RunRow:
    parts = {"changed": run.changed, "refused": run.refused + run.skipped, "failed": run.failed}
    said = [f"{number:,} {word}" for word, number in parts.items() if number]
    return RunRow(
        href=run_path(run.id),
        title=run.title,
        state=badge(run.state),
        who=run.staff_name or run.source.capitalize(),
        when=moment(run.planned_at, look()),
        numbers=", ".join(said) or f"{run.matched:,} meant",
        what=meant(run, model_of(run), viewer()),
    )


def _tables() -> dict[str, str]:
    found = [m for m in records() if m.screen.list and viewer().may_read(m)]
    return {m.__tablename__: plural_of(m) for m in sorted(found, key=plural_of) if _has_verbs(m)}


def _has_verbs(model: type[Record]) -> bool:
    return bool(verbs.offered(model, viewer(), "list") or verbs.offered(model, viewer(), "row"))


def _choices(name: str, options: dict[str, str], chosen: str, wanted: WantedRuns) -> list[Link]:
    every = Link("Any", _at(wanted, **{name: ""}), on=not chosen)
    return [every, *(Link(t, _at(wanted, **{name: v}), on=v == chosen) for v, t in options.items())]


def _at(wanted: WantedRuns, **more: str) -> str:
    kept = {"table": wanted.table, "state": wanted.state.value if wanted.state else ""} | more
    query = urlencode({n: v for n, v in kept.items() if v})
    return f"{PATH}?{query}" if query else PATH


def _member(kind: type[Choice], text: str) -> Any:
    return next((m for m in kind if m.value == text), None)
