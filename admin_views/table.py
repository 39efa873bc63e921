"""The generated view of a table: one registered Flask-Admin view, all pages from the declaration.

Flask-Admin keeps the registry, the addresses and the blueprint; its stock pages are replaced one
by one, because they reach rows around the row rule and answer bad input with errors
(docs/design.md says which).
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.tools import get_primary_key
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from models.base import Record, Table, db, target_of
from models.screen import lowered, plural_of, title_of
from models.text import clean, whole_number
from operations import once, trail
from operations import records as write
from operations.adders import Choose, Confirm, adders
from operations.errors import Refused
from operations.retry import BUSY, again, has_waited, is_passing
from queries.filters import Unknown, handle
from queries.links import far_end, links_of
from queries.listing import Asked, asked, conditions, count
from queries.lookup import lookup
from queries.search import TooLong
from queries.tabs import HISTORY, Tab, slug, tabs_of
from queries.viewer import SYSTEM
from queries.views import with_view
from queries.visibility import above, find

from . import exports
from .attribute_fields import sent_again
from .cells import record_path
from .delete_page import Deleting
from .files import Filing
from .form_local import owner_of
from .form_page import FormMaker
from .forms import owner_key
from .gate import needs, signed_in
from .kept_page import locked, nothing
from .letter_frame import around
from .list_page import ListMaker
from .merge import MergePages
from .operate import Operating, same_as
from .paper_page import Printing
from .previewing import Previewing
from .reader import look, place, viewer
from .record_page import RecordMaker
from .record_widgets import ASIDE
from .redirects import own_path
from .shapes import Empty, KeptPage, Link, OriginPage

ID = "/<row:row_id>"
CLOSED = "You may not see this part of the record. Ask an administrator for the right."
TRIES = 3  # saves that another person's save overtook


class TableView(Operating, Deleting, Filing, Previewing, MergePages, Printing, ModelView):
    """All pages of one table."""

    model: type[Table]

    def __init__(self, model: type[Table]) -> None:
        super().__init__(
            model,
            db,
            name=plural_of(model),
            category=model.screen.group or None,
            endpoint=model.__tablename__,
            url=f"/admin/{model.__tablename__}",
        )

    # What Flask-Admin would work out from the mapper is said by the declaration.
    def _refresh_cache(self) -> None:
        self._list_columns = [(n, n) for n in self.model.screen.list]

    def scaffold_pk(self) -> str:
        return get_primary_key(self.model)

    def init_search(self) -> bool:
        return bool(self.model.screen.search)

    def record_or_404(self, row_id: int, lock: bool = False) -> Record:
        found = find(db.session(), self.model, row_id, viewer(), lock)
        if found is None:
            self.lead_on(row_id)
            abort(404, f"There is no such {lowered(title_of(self.model))}, or you may not see it.")
        return found

    def records_only(self, verb: str) -> None:
        if not issubclass(self.model, Record) or verb not in self.model.screen.writes:
            abort(404)

    # list ------------------------------------------------------------------------------------

    def ask(self) -> Asked:
        given = self.given()
        if "\x00" in request.full_path or "%00" in request.full_path:
            abort(400, "The address holds a character that no search can hold.")
        try:
            return asked(self.model, given, viewer(), place())
        except Unknown as unknown:
            abort(400, str(unknown))

    def given(self) -> dict[str, list[str]]:
        """The address, with the filters of the view that it names."""
        return dict(with_view(self.model, {name: request.args.getlist(name) for name in request.args}))

    @expose("/")
    @needs("{table}.read")
    def index_view(self) -> ResponseReturnValue:
        maker = ListMaker(db.session(), self.ask(), viewer(), place(), look(), self.url + "/", self.given())
        page = maker.make()
        response = Response(render_template("admin/model/list.html", page=page))
        response.status_code = 400 if page.error else 200
        response.vary.add("HX-Request")
        if "HX-Request" in request.headers:
            response.headers["HX-Push-Url"] = maker.here()
        return response

    @expose("/export/<kind>")
    @needs("{table}.read", "{table}.export")
    def export(self, kind: str) -> ResponseReturnValue:
        if kind not in exports.KINDS:
            abort(404)
        ask, session = self.ask(), db.session()
        if ask.problems:
            abort(400, " ".join(ask.problems.values()))
        try:
            total = count(session, ask, conditions(session, ask, viewer(), place()))
        except TooLong as problem:
            abort(400, str(problem))
        if total > exports.LIMIT and not viewer().may(f"{self.model.__tablename__}.export_all"):
            many = f"This is more than {exports.LIMIT:,} rows."
            abort(403, f"{many} Narrow the list, or ask for the right to export all.")
        maker = ListMaker(session, ask, viewer(), place(), look(), self.url + "/", {})
        trail.exported(session, self.model, viewer(), f"{kind}: {maker.sentence() or 'everything'}")
        make, mimetype = exports.KINDS[kind]
        rows = exports.records(db.engine, ask, viewer(), place())
        body = make(rows, exports.names_of(self.model, viewer()))
        name = f"{self.model.__tablename__}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, mimetype=mimetype, headers=headers)

    @expose("/lookup/<relation>/")
    @expose("/lookup/<relation>/<by>/")
    @signed_in
    def lookup(self, relation: str, by: str = "id") -> ResponseReturnValue:
        """At most 50 records that a key or a tie of this table could point at."""
        target = self.target(relation)
        column = self.model.__table__.c.get(relation)
        known = column is not None and column.info.get("known") and viewer().may_read(self.model)
        if not (known or viewer().may_read(target)):
            abort(403, f"You may not read {lowered(plural_of(target))}.")
        text, owner = request.args.get("q", "")[:200], same_as(column)
        rows = lookup(db.session(), target, text, viewer(), place(), owner=owner)
        word = handle if by == "word" else lambda row: row.id
        return jsonify([{"value": word(row), "text": str(row)} for row in rows])

    def target(self, name: str) -> type[Table]:
        ties = links_of(self.model)
        if name in ties:
            return far_end(ties[name])
        column = self.model.__table__.c.get(name)
        if column is None or not column.foreign_keys:
            abort(404)
        return target_of(column)

    # record ----------------------------------------------------------------------------------

    def maker(self, record: Record) -> RecordMaker:
        return RecordMaker(db.session(), record, viewer(), place(), look(), request.args)

    def open(self, record: Record, pick: Callable[[Tab], bool]) -> ResponseReturnValue:
        maker = self.maker(record)
        tab = next((t for t in maker.tabs if pick(t)), None)
        if tab is None:
            if any(pick(closed) for closed in tabs_of(self.model, record, SYSTEM)):
                abort(403, CLOSED)
            abort(404)
        page = render_template("admin/model/record.html", page=maker.show(tab))
        trail.looked(db.session(), record, viewer())
        return page

    @expose(f"{ID}/")
    @needs("{table}.read")
    def details_page(self, row_id: int) -> ResponseReturnValue:
        record = self.record_or_404(row_id)
        wanted = viewer().landing.get(self.model.__tablename__) or self.model.screen.landing
        shown = any(wanted in (slug(t.under), t.name) for t in tabs_of(self.model, record, viewer()))
        return self.open(record, lambda t: not shown or wanted in (slug(t.under), t.name))

    @expose(f"{ID}/widget/<widget>/")
    @needs("{table}.read")
    def widget_page(self, row_id: int, widget: str) -> ResponseReturnValue:
        """One widget of the overview: alone for the page that waits for it, else within a page."""
        record = self.record_or_404(row_id)
        maker = self.maker(record)
        try:
            made = maker.widget_named(widget)
        except KeyError:
            abort(404, "This record has no such part.")
        if made is None:
            abort(403, CLOSED)
        if "HX-Request" in request.headers:
            return render_template("admin/model/widget.html", w=made, beside=made.group == ASIDE)
        page = maker.frame(maker.tabs[0], body="widgets", widgets=[made])
        return render_template("admin/model/record.html", page=page)

    @expose(f"{ID}/set/<column>/")
    @needs("{table}.read")
    def origin_page(self, row_id: int, column: str) -> ResponseReturnValue:
        """Who gave a column its present value."""
        maker = self.maker(self.record_or_404(row_id))
        found = maker.origin(column)
        if found is None:
            abort(404, "Nobody knows who set this, or you may not see it.")
        if "HX-Request" in request.headers:
            return render_template("admin/model/origin_part.html", o=found)
        page = OriginPage(str(maker.record), self.trailed(maker.record), found)
        return render_template("admin/model/origin.html", page=page)

    @expose(f"{ID}/history/")
    @needs("{table}.read")
    def history_page(self, row_id: int) -> ResponseReturnValue:
        return self.open(self.record_or_404(row_id), lambda tab: tab.name == HISTORY)

    @expose(f"{ID}/<tab>/")
    @needs("{table}.read")
    def tab_page(self, row_id: int, tab: str) -> ResponseReturnValue:
        """A tab, or the first subtab of one that is only a heading."""
        return self.open(self.record_or_404(row_id), lambda t: tab == (slug(t.under) or t.name))

    @expose(f"{ID}/<tab>/<subtab>/")
    @needs("{table}.read")
    def subtab_page(self, row_id: int, tab: str, subtab: str) -> ResponseReturnValue:
        return self.open(
            self.record_or_404(row_id),
            lambda t: t.under and slug(t.under) == tab and t.name == subtab,
        )

    @expose(f"{ID}/<tab>/add/", methods=("POST",))
    @needs("{table}.read", "{table}.update")
    def add(self, row_id: int, tab: str) -> ResponseReturnValue:
        """Add a row to a tab by what was typed: a code, a name or an e-mail."""
        record = self.record_or_404(row_id)
        maker = self.maker(record)
        found = next((t for t in maker.tabs if t.name == tab and t.adder), None)
        if found is None:
            abort(404)
        who = clean(request.form.get("who", "")[:200])
        try:
            session, add = db.session(), adders[found.adder]
            added = again(session, lambda: add(session, record, who, request.form, viewer()))
        except (Refused, Choose, Confirm) as answer:
            db.session.rollback()
            shown = self.maker(self.record_or_404(row_id)).asking_back(found, who, answer)
            return render_template("admin/model/record.html", page=shown), 422
        flash(f"“{added}” added.", "success")
        return redirect(maker.tab_at(found))

    # forms -----------------------------------------------------------------------------------

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

    @expose(f"{ID}/edit/", methods=("GET", "POST"))
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

    # Flask-Admin's own addresses -------------------------------------------------------------

    @expose("/details/")
    @needs("{table}.read")
    def details_view(self) -> ResponseReturnValue:
        return redirect(self.old_address())

    @expose("/edit/")
    @needs("{table}.read")
    def edit_view(self) -> ResponseReturnValue:
        return redirect(f"{self.old_address()}edit/")

    def old_address(self) -> str:
        return record_path(self.model, whole_number(request.args.get("id", "")) or abort(404))

    # Stock pages that reach around the row rule: without them their addresses lead nowhere.
    create_view = delete_view = action_view = ajax_update = ajax_lookup = None
