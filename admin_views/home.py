"""The dashboard, and finding anything by typing."""

from types import SimpleNamespace

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from markupsafe import Markup

from models.base import Table, db, now, tables
from models.screen import lowered, plural_of
from queries.history import Wanted, feed
from queries.listing import Asked
from queries.lookup import lookup
from queries.places import towns

from .cells import record_path
from .desk import Desk, main_table, maintenance
from .gate import signed_in
from .list_page import ListMaker
from .menu import places
from .queues import waiting
from .reader import look, place, viewer
from .record_shapes import Widget
from .timeline import Teller

HITS = 6  # of one table in the palette
RECENT = 8


class Home(Desk, AdminIndexView):
    """What the desk is about: find, see what waits, maintain; and what happened last."""

    @expose("/")
    @signed_in
    def index(self) -> ResponseReturnValue:
        page = SimpleNamespace(
            title=f"{_greeting()}, {viewer().name.partition(' ')[0]}",
            lede=f"{now().astimezone(look().zone):%A %-d %B}",
            crumbs=(),
            find=finder(),
            waiting=waiting(main_table(), fold=True),
            upkeep=maintenance(),
            sections=[w for w in (changed(), recently()) if w],
        )
        return render_template("admin/index.html", page=page)

    @expose("/find")
    @signed_in
    def find(self) -> ResponseReturnValue:
        """Pages and records whose name has what was typed."""
        text = request.args.get("q", "")[:100].strip()
        if not text:
            return jsonify([])
        found = [p for p in places() if text.casefold() in p[2].casefold()]
        hits = [{"group": g, "icon": i, "label": t, "code": k, "href": h} for g, i, t, k, h in found[:HITS]]
        for model in tables():
            if model.screen.menu and model.screen.search and viewer().may_read(model):
                hits += [
                    _hit(model, row) for row in lookup(db.session(), model, text, viewer(), place(), HITS)
                ]
        return jsonify(hits)

    @expose("/towns")
    @signed_in
    def towns(self) -> ResponseReturnValue:
        """The towns of a postal code, to choose from."""
        return jsonify(towns(request.args.get("country", ""), request.args.get("code", "")))


def _hit(model: type[Table], row: Table) -> dict[str, str]:
    return {
        "group": plural_of(model),
        "icon": model.screen.icon,
        "label": str(row),
        "code": str(getattr(row, "code", "") or ""),
        "href": record_path(model, row.id),
    }


def _greeting() -> str:
    hour = now().astimezone(look().zone).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def finder() -> SimpleNamespace | None:
    """A form with every filter of the main list; nothing is filtered until it is sent."""
    model = main_table()
    if model is None:
        return None
    base = f"/admin/{model.__tablename__}/"
    maker = ListMaker(db.session(), Asked(model), viewer(), place(), look(), base, {})
    return SimpleNamespace(
        title=f"Find {lowered(plural_of(model))}",
        action=base,
        hint=maker.search_hint(),
        fields=maker.search_in(),
        chips=maker.chips(),
    )


def changed() -> Widget | None:
    """The records that changed last."""
    model = main_table()
    if model is None:
        return None
    ask = Asked(model, sort="-updated_at", size=RECENT)
    maker = ListMaker(db.session(), ask, viewer(), place(), look(), f"/admin/{model.__tablename__}/", {})
    return Widget(
        title=f"{plural_of(model)} changed last",
        group="",
        href=f"/admin/{model.__tablename__}/?sort=-updated_at",
        link="All",
        size="w6",
        listing=maker.glance(),
    )


def recently() -> Widget | None:
    """What people did last, for those who may see everybody's changes."""
    if not viewer().may("history.read_all"):
        return None
    steps, _ = feed(db.session(), viewer(), Wanted())
    days = Teller(db.session(), viewer(), look()).days(steps[:RECENT])
    entries = [entry for day in days for entry in day.entries][:RECENT]
    lines = [(_line(entry), entry.moment) for entry in entries]
    return Widget(
        "Latest changes", "", "/admin/history/", "All", size="w6", lines=lines, empty="Nothing yet."
    )


def _line(entry) -> Markup:
    subject = (
        Markup(' <a href="{}">{}</a>').format(entry.subject.href, entry.subject.label)
        if entry.subject
        else ""
    )
    return Markup('<b class="strong">{}</b> {}{}').format(entry.who, entry.did, subject)
