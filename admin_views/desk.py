"""The desk's own pages: what waits, what one saw last, a record to be picked, maintenance."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models.base import Record, Table, db, records, tables
from models.screen import lowered, plural_of, title_of
from models.text import whole_number
from operations.operation import Operation
from queries.links import links_of
from queries.lookup import lookup
from queries.seen import seen_last

from . import printing, verbs, widgets
from .cells import moment, record_path
from .gate import signed_in
from .inventory import Inventory
from .queues import waiting
from .reader import look, place, viewer
from .shapes import Cell, Column, Empty, Link, Listing, Row

HITS = 20  # of the picker


class Desk(Inventory):
    """Pages beside the dashboard."""

    @expose("/queues/")
    @signed_in
    def queues(self) -> ResponseReturnValue:
        """Every list that waits for somebody."""
        page = SimpleNamespace(
            title="Queues",
            lede="Lists that wait for somebody: how many, and since when the oldest.",
            crumbs=(),
            waiting=waiting(main_table()),
        )
        return render_template("admin/queues.html", page=page)

    @expose("/recent/")
    @signed_in
    def recent(self) -> ResponseReturnValue:
        """The records that one has opened, the last one first."""
        model = about()
        page = SimpleNamespace(
            title=f"Recently viewed {lowered(plural_of(model))}",
            lede="The ones that you opened yourself, the last one first.",
            crumbs=[Link(plural_of(model), f"/admin/{model.__tablename__}/")],
            listing=_recent(model),
        )
        return render_template("admin/recent.html", page=page)

    @expose("/pick/")
    @signed_in
    def pick(self) -> ResponseReturnValue:
        """An empty page with a picker: what is chosen there is opened."""
        model = about()
        if chosen := whole_number(request.args.get("id", "")):
            return redirect(record_path(model, chosen))
        words = request.args.get("q", "")[:200].strip()
        found = lookup(db.session(), model, words, viewer(), place(), HITS) if words else []
        title = lowered(title_of(model))
        page = SimpleNamespace(
            title=f"Edit {lowered(plural_of(model))}",
            lede="",
            crumbs=[Link(plural_of(model), f"/admin/{model.__tablename__}/")],
            label=title_of(model),
            words=words,
            picker=_picker(),
            found=[Link(_told(row), record_path(model, row.id), model.screen.icon) for row in found],
            empty=Empty(
                f"No {title} of this name" if words else f"No {title} chosen",
                "Try fewer words." if words else f"Pick a {title} at the top right.",
                "search-off" if words else model.screen.icon,
            ),
        )
        return render_template("admin/pick.html", page=page)

    @expose("/pick/lookup/")
    @signed_in
    def pick_lookup(self) -> ResponseReturnValue:
        """The records that the picker offers for what was typed."""
        found = lookup(db.session(), about(), request.args.get("q", "")[:200], viewer(), place(), HITS)
        return jsonify([{"value": row.id, "text": _told(row)} for row in found])

    @expose("/maintain/")
    @signed_in
    def maintain(self) -> ResponseReturnValue:
        """Leads to the preview of the maintenance that was chosen; changes nothing."""
        chosen = request.args.get("action", "")
        for model, operation in desk_verbs():
            if chosen == _name(model, operation):
                among = f"&{operation.among}" if operation.among else ""
                return redirect(f"{verbs.operate_path(model, operation.name)}?all=1{among}&back=/admin/")
        flash("Nothing was done: choose an action first.", "error")
        return redirect("/admin/#maintenance")


def main_table() -> type[Table] | None:
    """The table that the desk is about: the one with views and ways to begin."""
    return next((t for t in tables() if t.screen.views and t.screen.presets and viewer().may_read(t)), None)


def about() -> type[Table]:
    model = main_table()
    if model is None:
        abort(404, "There is nothing here that you may see.")
    return model


def desk_verbs() -> list[tuple[type[Record], Operation]]:
    """The operations that look after many records at once, as far as this person may."""
    return [
        (model, verb)
        for model in records()
        if model.screen.list and viewer().may_read(model)
        for verb in verbs.offered(model, viewer(), "desk")
    ]


def _name(model: type[Table], operation: Operation) -> str:
    return f"{model.__tablename__}.{operation.name}"


def maintenance() -> SimpleNamespace | None:
    """The form that starts one of them; None when there is none for this person."""
    found = desk_verbs()
    model = main_table()
    if not found or model is None:
        return None
    return SimpleNamespace(
        title=f"{title_of(model)} maintenance",
        actions=[(_name(m, verb), verb.title, verb.says) for m, verb in found],
    )


def _recent(model: type[Table]) -> Listing:
    seen = seen_last(db.session(), model, viewer())
    names = [n for n in model.screen.list if n != "updated_at" and n not in links_of(model)]
    printed = printing.rows(db.session(), model, list(seen), names, viewer(), look())
    rows = [_with_moment(row, seen[row.id]) for row in printed]
    columns = [*printing.plain_columns(model, names), Column("seen", "Opened", "r col-upd")]
    empty = Empty("Nothing opened yet", "What you open appears here.", "history")
    return Listing(columns, rows, None if rows else empty)


def _with_moment(row: Row, at: dt.datetime) -> Row:
    cells = [*row.cells, Cell("r col-upd", moment(at, look()))]
    return Row(row.id, row.href, row.label, cells, row.edit, row.mark)


def _told(row: Table) -> str:
    return ", ".join(filter(None, (str(row), getattr(row, "code", ""))))


def _picker() -> Any:
    """A field that finds by typing; without a script, a few words are sent instead."""
    return widgets.remote([], set(), "/admin/pick/lookup/", False, id="pick", name="id", data_pick=True)
