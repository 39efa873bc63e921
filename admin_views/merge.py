"""Merging records of a table, and listing those that may be the same."""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy.orm import Session

from models.base import Record, db
from models.screen import lowered, plural_of, title_of
from models.text import whole_number
from models.work import Run, RunState
from operations.errors import Refused
from operations.merge_declared import FROM, SURVIVOR, Merging, merging_of, survivor_of
from operations.operation import Operation, operation_named
from operations.retry import again
from operations.running import Selection, confirm, plan, preview
from queries.likeness import Likenesses, likenesses_of
from queries.visibility import find

from .cells import record_path
from .duplicates_page import DuplicatesMaker
from .gate import needs
from .merge_page import MergeMaker, merge_path
from .operate_meant import ids_named
from .reader import look, viewer
from .redirects import own_path
from .run_finish import finish, run_path, toast, why_not

LONGEST = 400  # of a value at which a page of duplicates begins


class MergePages:
    """The part of a table's pages that makes one record of several."""

    model: type[Any]

    def merging(self) -> Merging:
        found = merging_of(self.model)
        if found is None:
            abort(404)
        return found

    @expose("/merge/", methods=("GET", "POST"))
    @needs("{table}.read", "{table}.merge")
    def merge_page(self) -> ResponseReturnValue:
        """GET compares and writes nothing; POST previews, or merges when it is about two."""
        merging = self.merging()
        maker = self.compared(merging, self.picked())
        if request.method == "GET":
            return render_template("admin/merge.html", page=maker.page())
        if answer := self.carry_merge(merging, maker):
            return answer
        db.session.rollback()
        again_ = self.compared(merging, self.picked())
        again_.errors, again_.reason_error = maker.errors, maker.reason_error
        return render_template("admin/merge.html", page=again_.page()), 422

    def picked(self) -> list[int]:
        """In the order in which they were picked; the first is kept unless another one is chosen."""
        return ids_named(self.model)

    def compared(self, merging: Merging, ids: list[int]) -> MergeMaker:
        many = f"At most {merging.most} {lowered(plural_of(self.model))} are merged at once."
        if len(ids) > merging.most:
            abort(400, f"{many} These are {len(ids):,}.")
        session, rows, missing = db.session(), [], []
        for row_id in dict.fromkeys(ids):
            row = find(session, self.model, row_id, viewer())
            if row is not None:
                rows.append(row)
            else:
                missing.append(self.not_there(session, row_id))
        missing += [f"“{row}” cannot be merged with itself." for row in rows if ids.count(row.id) > 1]
        wanted = whole_number(request.values.get(SURVIVOR, ""))
        kept = next((row for row in rows if row.id == wanted), rows[0] if rows else None)
        back = own_path(request.values.get("back"), self.home(kept, len(rows)))
        chosen = self.choices(merging) if request.method == "POST" else {}
        return MergeMaker(
            session,
            merging,
            rows,
            kept,
            viewer(),
            look(),
            back,
            missing,
            chosen,
            reason=request.form.get("reason", "")[:500],
            key=request.form.get("key", "")[:64],
        )

    def home(self, kept: Record | None, many: int) -> str:
        alone = kept is not None and many == 1
        return record_path(self.model, kept.id) if alone else f"/admin/{self.model.__tablename__}/"

    def not_there(self, session: Session, row_id: int) -> str:
        """Words for one that was picked and cannot be shown."""
        if into := survivor_of(session, self.model, row_id, viewer()):
            return f"{title_of(self.model)} {row_id} has been merged into “{into}” already."
        return f"There is no {lowered(title_of(self.model))} {row_id}, or you may not see it."

    def choices(self, merging: Merging) -> dict[str, int]:
        """Column -> the record whose value is kept, as far as this person may say so."""
        allowed = merging.choosable(viewer())
        said = {name: whole_number(request.form.get(f"{name}{FROM}", "")) for name in allowed}
        return {name: row_id for name, row_id in said.items() if row_id}

    def carry_merge(self, merging: Merging, maker: MergeMaker) -> ResponseReturnValue | None:
        """None when the screen has to be shown again, with what is wrong."""
        if not maker.reason.strip():
            maker.reason_error = "Say why; it goes into the history."
            return None
        if len(maker.rows) < 2 or maker.hindrances:
            return None
        session = db.session()
        names = [str(row) for row in (maker.kept, *maker.others)]
        kept_id, said = maker.kept.id, self.said(maker)
        try:
            run = again(session, lambda: self.planned_merge(merging, maker, names))
            if run.state is not RunState.PLANNED:
                return redirect(run_path(run.id), 303)
            if "go" in request.form:
                return self.merged(run, kept_id, said, maker)
            again(session, lambda: preview(session, session.get_one(Run, run.id), viewer()))
            run = session.get_one(Run, run.id)
            led = {"ask": maker.at(maker.rows), "back": record_path(self.model, kept_id), "said": said}
            run.preview = run.preview | led
            session.commit()
        except Refused as refused:
            maker.errors.append(refused.text)
            return None
        return redirect(run_path(run.id), 303)

    def planned_merge(self, merging: Merging, maker: MergeMaker, names: list[str]) -> Run:
        answers = {SURVIVOR: maker.kept.id} | {f"{n}{FROM}": i for n, i in maker.decided().items()}
        selection = Selection([row.id for row in maker.rows], words=", ".join(names))
        told = (viewer().staff_id, maker.key or token_urlsafe(24), sorted(answers.items()), maker.reason)
        key = sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()
        return plan(db.session(), merging.verb, self.model, viewer(), selection, answers, maker.reason, key)

    def merged(self, run: Run, kept_id: int, said: str, maker: MergeMaker) -> ResponseReturnValue | None:
        session = db.session()
        ran = confirm(session, run.id, viewer())
        if ran.run.state is not RunState.DONE:
            return finish(session, ran)
        if not ran.run.changed:
            maker.errors.append(why_not(session, ran.run) or "Nothing was merged.")
            return None
        flash(toast(session, ran.run, said), "success")
        return redirect(record_path(self.model, kept_id), 303)

    def said(self, maker: MergeMaker) -> str:
        """The message afterwards names the one that was kept."""
        code = getattr(maker.kept, "code", "")
        name = f"“{maker.kept}”{f', {code}' if code else ''}"
        gone = [f"“{row}”" for row in maker.others]
        listed = " and ".join(filter(None, (", ".join(gone[:-1]), gone[-1])))
        return f"{listed} merged into {name}."

    def merge_at(self, verb: Operation) -> str:
        """The merge screen for what was ticked, when that is what the operation does; "" otherwise."""
        found = merging_of(self.model)
        if found is None or found.operation != verb.name:
            return ""
        table = f"/admin/{self.model.__tablename__}/"
        back = own_path(request.values.get("back"), table)
        if request.values.get("all"):
            flash(f"Tick the records to merge one by one, 2 to {found.most} of them.", "error")
            return back
        query = {"ids": ",".join(str(i) for i in self.picked()), "back": back}
        return f"{merge_path(self.model)}?{urlencode(query, safe=',/')}"

    def lead_on(self, row_id: int) -> None:
        """The address of a record that was merged leads to the one that it became part of."""
        into = survivor_of(db.session(), self.model, row_id, viewer())
        if into is None:
            return
        if request.method not in ("GET", "HEAD"):
            abort(409, f"This was merged into “{into}” meanwhile. Open that one and do it there.")
        here = f"/admin/{self.model.__tablename__}/"
        path = request.full_path.rstrip("?").replace(f"{here}{row_id}/", f"{here}{into.id}/", 1)
        abort(redirect(path))

    def likenesses(self) -> Likenesses:
        return likenesses_of(self.model) or abort(404)

    @expose("/duplicates/", methods=("GET", "POST"))
    @needs("{table}.read")
    def duplicates_page(self) -> ResponseReturnValue:
        said = self.likenesses()
        if request.method == "POST":
            return self.tell_apart(said)
        after = request.args.get("after", "")[:LONGEST]
        if "\x00" in after:
            abort(400, "The address holds a character that no search can hold.")
        maker = DuplicatesMaker(db.session(), said, viewer(), look(), request.args.get("by", ""), after)
        return render_template("admin/duplicates.html", page=maker.page())

    def tell_apart(self, said: Likenesses) -> ResponseReturnValue:
        """Say that some records are not the same. Small enough to be done at once, and undone."""
        verb = operation_named(self.model, said.verb)
        if not verb.allowed(viewer(), self.model):
            abort(403, "You may not tell records apart.")
        session, ids = db.session(), self.picked()
        back = own_path(request.form.get("back"), f"/admin/{self.model.__tablename__}/duplicates/")
        reason = request.form.get("reason", "")

        def work() -> Run:
            return plan(session, verb, self.model, viewer(), Selection(ids), {}, reason)

        try:
            run: Any = again(session, work)
            return finish(session, confirm(session, run.id, viewer()), back)
        except Refused as refused:
            session.rollback()
            flash(refused.text, "error")
            return redirect(back, 303)
