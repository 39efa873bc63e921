"""Operations in the browser: ask, plan, preview. What follows is the page of the run."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy.exc import IntegrityError

from models.base import Table, db, same_of
from models.screen import lowered, plural_of
from models.text import whole_number
from models.work import Run, RunRow, RunState
from operations.errors import Refused
from operations.operation import Operation, operation_named
from operations.retry import again
from operations.running import Ran, confirm, plan, preview
from operations.running.plan import MOST_IDS
from queries.lookup import Owner, lookup
from queries.runs import run_of
from queries.search import TooLong

from . import operate_form, verbs
from .gate import needs
from .operate_ask import AskMaker
from .operate_meant import Meant, Words, meant
from .reader import place, viewer
from .redirects import own_path
from .run_finish import finish, run_path
from .run_shapes import RowMenu


class Operating:
    """The part of a table's pages that carries its operations out."""

    model: type[Table]

    def operation(self, name: str) -> Operation:
        try:
            found = operation_named(self.model, name)
        except KeyError:
            abort(404, f"{plural_of(self.model)} have no operation of this name.")
        if not found.allowed(viewer(), self.model):
            abort(403, f"You may not do this: {lowered(found.of(plural_of(self.model)))}.")
        return found

    @expose("/operate/")
    @needs("{table}.read")
    def operate_page(self) -> ResponseReturnValue:
        """What the form around a list leads to: the rows that were ticked, and the operation's name."""
        operation = self.operation(request.args.get("operation", ""))
        if instead := self.merge_at(operation):
            return redirect(instead)
        rows = meant(self.model, viewer(), place())
        if rows.is_empty:
            flash("Tick some rows first, then choose what to do with them.", "error")
            return redirect(rows.back)
        return redirect(f"{verbs.operate_path(self.model, operation.name)}?{rows.address()}")

    @expose("/operate/<operation>/", methods=("GET", "POST"))
    @needs("{table}.read")
    def ask_page(self, operation: str) -> ResponseReturnValue:
        """GET asks and writes nothing, POST plans and previews. Many ids may be sent to be asked about."""
        verb = self.operation(operation)
        if request.method == "GET" and (instead := self.merge_at(verb)):
            return redirect(instead)
        rows = meant(self.model, viewer(), place())
        known: Mapping[str, Any] = {}
        if earlier := self.earlier(verb):
            known = operate_form.stored(verb.questions_on(self.model, viewer()), earlier.answers)
            rows = rows if not rows.is_empty else replace(rows, ids=_ids_of(earlier))
        maker = AskMaker(db.session(), verb, rows, viewer(), place(), known, earlier and earlier.reason or "")
        if request.method == "GET" or "ask" in request.form:
            status = 200 if not rows.is_empty else 400
            return render_template("admin/operate.html", page=maker.page()), status
        if self.comes_too_late(verb, rows, maker):
            return render_template("admin/operate.html", page=maker.page()), 409
        if maker.sent() and (answer := self.carry(verb, rows, maker)):
            return answer
        return render_template("admin/operate.html", page=maker.page()), 422

    def comes_too_late(self, verb: Operation, rows: Meant, maker: AskMaker) -> bool:
        """A record that is not, or not any more, in a state for this; the page says why."""
        meant_now = rows.is_one and request.form.get("go")
        return bool(meant_now and not maker.unmet()[1] and self.run_of_form(verb.name) is None)

    def earlier(self, verb: Operation) -> Run | None:
        """The run whose preview led back here, to begin with its answers."""
        number = whole_number(request.args.get("run", ""))
        run = run_of(db.session(), number, viewer()) if number else None
        mine = run and (run.table_name, run.operation) == (self.model.__tablename__, verb.name)
        return run if mine else None

    def carry(self, verb: Operation, rows: Meant, maker: AskMaker) -> ResponseReturnValue | None:
        """Plan, and preview or go; None when the form has to be shown again."""
        session, reason = db.session(), request.form.get("reason", "")
        try:
            run = self.planned(verb, rows, maker, reason)
            if rows.is_one and request.form.get("go") and not self.warns(verb, run):
                return finish(session, confirm(session, run.id, viewer()), rows.back)
            if run.state is not RunState.PLANNED:  # sent twice
                return redirect(run_path(run.id), 303)
            again(session, lambda: preview(session, session.get_one(Run, run.id), viewer()))
            led = {"ask": maker.again(run.id), "back": rows.back}
            run = session.get_one(Run, run.id)
            run.preview = run.preview | led
            session.commit()
        except Refused as refused:
            session.rollback()
            maker.refused(refused)
            return None
        except TooLong as problem:
            session.rollback()
            abort(400, str(problem))
        return redirect(run_path(run.id), 303)

    def warns(self, verb: Operation, run: Run) -> bool:
        """What is dangerous and has something to consider is not done before that was read."""
        if not verb.danger or run.state is not RunState.PLANNED:
            return False
        session = db.session()
        told = again(session, lambda: preview(session, session.get_one(Run, run.id), viewer()))
        return bool(told["warnings"])

    def planned(self, verb: Operation, rows: Meant, maker: AskMaker, reason: str) -> Run:
        """The run of this form; the same form sent twice, however quickly, has one."""
        session = db.session()
        selection = Words(session, rows, viewer(), place(), verb.gone).selection()
        key = self.key(verb)

        def work() -> Run:
            return plan(session, verb, self.model, viewer(), selection, maker.answers(), reason, key)

        try:
            return again(session, work)
        except IntegrityError:
            session.rollback()
            run = session.scalar(sa.select(Run).where(Run.key == key))
            if run is None:
                raise
            return run

    def key(self, verb: Operation) -> str:
        """Of the person, the page and what it was told: changed answers make a run of their own."""
        kept = [(n, v) for n, v in request.form.items(multi=True) if n not in ("csrf_token", "go")]
        once = request.form.get("key") or token_urlsafe(24)
        told = repr((viewer().staff_id, self.model.__tablename__, verb.name, once, sorted(kept)))
        return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def run_of_form(self, name: str) -> Run | None:
        """The run that this very form has made already."""
        operation = operation_named(self.model, name)
        return db.session.scalar(sa.select(Run).where(Run.key == self.key(operation)))

    def at_once(self, name: str, row_id: int) -> Ran:
        """Carry an operation out on one row, without a preview."""
        session, operation = db.session(), self.operation(name)
        selection = Words(session, Meant(self.model, (row_id,), None, "", ""), viewer(), place()).selection()
        reason = request.form.get("reason", "")

        def work() -> Run:
            return plan(session, operation, self.model, viewer(), selection, {}, reason, self.key(operation))

        return confirm(session, again(session, work).id, viewer())

    @expose("/operate/<operation>/lookup/<question>/")
    @needs("{table}.read")
    def answer_lookup(self, operation: str, question: str) -> ResponseReturnValue:
        """At most 50 records that could answer a question."""
        asked = self.operation(operation).questions_on(self.model, viewer())
        found = next((q for q in asked if q.name == question and q.table), None)
        if found is None:
            abort(404)
        if not (found.column.info.get("known") or viewer().may_read(found.target)):
            abort(403, f"You may not read {lowered(plural_of(found.target))}.")
        text, owner = request.args.get("q", "")[:200], same_as(found.column)
        among = found.column.info.get("among", "")
        rows = lookup(db.session(), found.target, text, viewer(), place(), owner=owner, among=among)
        return jsonify([{"value": row.id, "text": str(row)} for row in rows])

    @expose("/<row:row_id>/verbs/")
    @needs("{table}.read")
    def row_verbs(self, row_id: int) -> ResponseReturnValue:
        """The menu of one row of a list, made when it is opened."""
        record = self.record_or_404(row_id)
        back = own_path(request.args.get("back"), f"/admin/{self.model.__tablename__}/")
        found = verbs.of_row(db.session(), self.model, record.id, viewer(), back)
        maker = self.maker(record)
        page = RowMenu(str(record), maker.crumbs(), found, maker.actions())
        return render_template("admin/row_menu.html", page=page)


def same_as(column: sa.Column | None) -> Owner | None:
    """Whose rows alone can be chosen: the key says `same`, and the form knows of which record."""
    same = same_of(column)[1] if column is not None else ""
    row_id = whole_number(request.args.get(same, "")) if same else 0
    return (same, row_id) if row_id else None


def _ids_of(run: Run) -> tuple[int, ...]:
    asked = sa.select(RunRow.row_id).where(RunRow.run_id == run.id).order_by(RunRow.row_id)
    return tuple(db.session.scalars(asked.limit(MOST_IDS)))
