"""The pages of one record: its tabs, and the parts of them that are asked for alone."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models.base import Record, Table, db
from models.text import clean
from operations import trail
from operations.adders import Choose, Confirm, adders
from operations.errors import Refused
from operations.retry import again
from queries.tabs import HISTORY, Tab, slug, tabs_of
from queries.viewer import SYSTEM

from .gate import needs
from .reader import look, place, viewer
from .record_page import RecordMaker
from .record_shapes import OriginPage
from .record_widgets import ASIDE

CLOSED = "You may not see this part of the record. Ask an administrator for the right."


class RecordPages:
    """The part of a table's pages that shows a record."""

    model: type[Table]

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

    @expose("/<row:row_id>/")
    @needs("{table}.read")
    def details_page(self, row_id: int) -> ResponseReturnValue:
        record = self.record_or_404(row_id)
        wanted = viewer().landing.get(self.model.__tablename__) or self.model.screen.landing
        shown = any(wanted in (slug(t.under), t.name) for t in tabs_of(self.model, record, viewer()))
        return self.open(record, lambda t: not shown or wanted in (slug(t.under), t.name))

    @expose("/<row:row_id>/widget/<widget>/")
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

    @expose("/<row:row_id>/set/<column>/")
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

    @expose("/<row:row_id>/history/")
    @needs("{table}.read")
    def history_page(self, row_id: int) -> ResponseReturnValue:
        return self.open(self.record_or_404(row_id), lambda tab: tab.name == HISTORY)

    @expose("/<row:row_id>/<tab>/")
    @needs("{table}.read")
    def tab_page(self, row_id: int, tab: str) -> ResponseReturnValue:
        """A tab, or the first subtab of one that is only a heading."""
        return self.open(self.record_or_404(row_id), lambda t: tab == (slug(t.under) or t.name))

    @expose("/<row:row_id>/<tab>/<subtab>/")
    @needs("{table}.read")
    def subtab_page(self, row_id: int, tab: str, subtab: str) -> ResponseReturnValue:
        return self.open(
            self.record_or_404(row_id),
            lambda t: t.under and slug(t.under) == tab and t.name == subtab,
        )

    @expose("/<row:row_id>/<tab>/add/", methods=("POST",))
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
