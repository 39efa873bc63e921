"""The pages that make a record or change one, and where they lead afterwards."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from models.base import Record, Table, db
from models.screen import plural_of, title_of
from operations import once
from operations import records as write
from operations.errors import Refused
from operations.retry import BUSY, again, has_waited, is_passing
from queries.tabs import slug
from queries.visibility import above

from .attribute_fields import sent_again
from .cells import record_path
from .form_local import owner_of
from .form_page import FormMaker
from .form_shapes import KeptPage
from .forms import owner_key
from .gate import needs
from .kept_page import locked, nothing
from .letter_frame import around
from .reader import look, place, viewer
from .redirects import own_path
from .shapes import Empty, Link

TRIES = 3  # saves that another person's save overtook


class FormPages:
    """The part of a table's pages that has its forms."""

    model: type[Table]
    url: str

    @expose("/new/", methods=("GET", "POST"))
    @needs("{table}.create")
    def create_page(self) -> ResponseReturnValue:
        self.records_only("create")
        given = {**request.args.to_dict(), **self.fixed()}
        owner = owner_of(db.session(), self.model, given, viewer())
        sent = request.form if request.method == "POST" else None
        maker = self.form_maker(None, sent, given)
        if sent is not None and not sent_again(sent) and maker.validate():
            try:
                made = self.attempt(maker, lambda: again(db.session(), lambda: self.create(maker)))
            except once.SentBefore as before:
                db.session.rollback()
                return redirect(self.leads_to(self.record_or_404(before.row_id)))
            if made is not None:
                flash(f"{title_of(self.model)} “{made}” created.", "success")
                return redirect(self.leads_to(made))
        return self.form(maker, self.url + "/new/", self.back(owner), self.crumbs(owner))

    def create(self, maker: FormMaker) -> Record:
        """In the transaction that keeps the form from being taken twice."""
        session, text = db.session(), request.form.get("once", "")
        told = f"{viewer().staff_id} {self.model.__tablename__} {text}".encode("utf-8", "surrogatepass")
        form = once.begin(session, sha256(told).hexdigest(), self.model) if text else None
        made = write.create(session, self.model, maker.draft(), viewer())
        if form is not None:
            form.row_id = made.id
        return made

    def fixed(self) -> dict[str, str]:
        """What a sent form carries of the address that it was opened from."""
        own = owner_key(self.model)
        names = ["preset", *([own.name] if own is not None else [])]
        fields = request.form
        return {n: fields[n] for n in names if request.method == "POST" and n in fields}

    def form_maker(self, record: Record | None, sent: Any, given: dict[str, str]) -> FormMaker:
        return FormMaker(db.session(), self.model, record, viewer(), place(), look(), sent, given)

    @expose("/<row:row_id>/edit/", methods=("GET", "POST"))
    @needs("{table}.read", "{table}.update")
    def edit_page(self, row_id: int) -> ResponseReturnValue:
        self.records_only("update")
        record = self.record_or_404(row_id)
        sent = request.form if request.method == "POST" else None
        if sent is None and (shut := locked(db.session(), record, viewer(), self.leads_to(record))):
            return self.kept(record, shut, 423)
        maker = self.form_maker(record, sent, request.args.to_dict())
        if sent is None and maker.kept and not maker.names:
            words, instead = next(iter(maker.kept.values()))
            led = self.leads_to(record)
            return self.kept(record, nothing(db.session(), record, words, instead, viewer(), led), 409)
        again = sent_again(sent)
        if sent is not None and not again and maker.validate() and self.save(row_id, maker):
            flash(f"{title_of(self.model)} “{maker.record}” saved.", "success")
            # A form that was opened over a page leads back to that page.
            return redirect(own_path(request.form.get("back"), self.leads_to(maker.record)))
        return self.form(
            maker, record_path(self.model, row_id, "edit"), self.leads_to(record), self.trailed(record)
        )

    def kept(self, record: Record, why: Empty, status: int) -> ResponseReturnValue:
        page = KeptPage(f"Edit {record}", self.trailed(record), why)
        return render_template("admin/model/kept.html", page=page), status

    def save(self, row_id: int, maker: FormMaker) -> bool:
        """Write the form; when another save overtook this one, look again and merge."""
        for tried in range(TRIES):
            try:
                if tried:
                    maker.record = self.record_or_404(row_id, lock=True)
                return self.attempt(maker, lambda: self.write(maker)) is not None
            except (DBAPIError, StaleDataError) as error:
                db.session.rollback()
                if not is_passing(error):
                    raise
                if has_waited(error):
                    break  # whoever is in the way stays there for longer
        maker.record = self.record_or_404(row_id)
        maker.errors.append(BUSY)
        maker.status = 409
        return False

    def write(self, maker: FormMaker) -> Record:
        return write.update(
            db.session(), maker.record, maker.draft(), viewer(), base=maker.base(), keep=maker.keep()
        )

    def attempt(self, maker: FormMaker, work: Callable[[], Record]) -> Record | None:
        """The record when it was written; None when the form has to be shown again."""
        try:
            made = work()
            db.session.commit()
            return made
        except Refused as refused:
            self.undone(maker)
            maker.refused(refused)
        except write.Clashes as clashes:
            self.undone(maker)
            maker.clashed(clashes)
        return None

    def undone(self, maker: FormMaker) -> None:
        db.session.rollback()
        if maker.record is not None:
            db.session.expire_all()
            maker.record = self.record_or_404(maker.record.id)

    def form(self, maker: FormMaker, action: str, cancel: str, crumbs: list[Link]) -> ResponseReturnValue:
        page = maker.page(action, cancel, crumbs)
        wrong = maker.sent is not None and not sent_again(maker.sent)
        status = 409 if maker.clashes else maker.status if wrong else 200
        made = render_template("admin/model/form.html", page=page)
        return (around(made) if page.preview else made), status

    def leads_to(self, record: Record) -> str:
        """Where a form leads to: a child to its parent's page, unless one goes on with it on its own."""
        own = record_path(self.model, record.id)
        return own if self.model.screen.landing else self.parent_tab(record) or own

    def parent_tab(self, record: Record) -> str:
        owner = above(self.model)
        if owner is None or not self.model.screen.tab:
            return ""
        row_id = getattr(record, owner_key(self.model).name)
        return record_path(owner, row_id, *(slug(p) for p in self.model.screen.tab.split("/")))

    def back(self, owner: Record | None) -> str:
        if owner is None:
            return self.url + "/"
        return record_path(type(owner), owner.id, *(slug(p) for p in self.model.screen.tab.split("/") if p))

    def crumbs(self, owner: Record | None) -> list[Link]:
        if owner is None:
            return [Link(plural_of(self.model), self.url + "/")]
        table = type(owner)
        return [
            Link(plural_of(table), f"/admin/{table.__tablename__}/"),
            Link(str(owner), record_path(table, owner.id)),
        ]

    def trailed(self, record: Record) -> list[Link]:
        return [*self.maker(record).crumbs(), Link(str(record), record_path(self.model, record.id))]
