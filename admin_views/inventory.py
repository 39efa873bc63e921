"""The page that finds a thing by what is written on it, and leads to whoever has it."""

from types import SimpleNamespace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup

from models.base import Record, Table, db, tables
from models.choice import StateChoice
from models.fields import choices_of
from models.screen import label_of, lowered, title_of
from queries.inventory import Found, things

from .cells import NOTHING, badge, record_path, show
from .gate import signed_in
from .reader import look, place, viewer
from .shapes import Cell, Column, Empty, Listing, Row


class Inventory:
    """Part of the desk."""

    @expose("/inventory/")
    @signed_in
    def inventory(self) -> ResponseReturnValue:
        """What is known by a number, a card, a circuit, a username or an address."""
        words = request.args.get("q", "")[:200].strip()
        found = things(db.session(), words, viewer(), place()) if words else []
        page = SimpleNamespace(
            title="Inventory",
            lede=f"Find whose it is by what is written on it: {_known_by()}.",
            words=words,
            listing=_listing(found, words),
        )
        return render_template("admin/inventory.html", page=page)


def _known_by() -> str:
    """In the words of the tables themselves, as far as this person reads them."""
    models = [m for m in tables() if m.screen.inventory and viewer().may_read(m)]
    each = [(title_of(m), ", ".join(lowered(label_of(m, n)) for n in m.screen.inventory)) for m in models]
    return ", ".join(f"{lowered(title)} ({columns})" for title, columns in each)


def _listing(found: list[Found], words: str) -> Listing:
    columns = [
        Column("what", "What", "col-name"),
        Column("by", "Found by"),
        Column("state", "State"),
        Column("owner", "Owner"),
    ]
    nothing = Empty(
        "Nothing is known by this" if words else "Nothing searched for yet",
        "Type all of it; blanks and capitals make no difference." if words else "Type what is written on it.",
        "search-off" if words else "barcode",
    )
    return Listing(columns, [_row(each) for each in found], None if found else nothing)


def _row(each: Found) -> Row:
    model = type(each.row)
    column = model.__table__.c[each.name]
    by = Markup('<span class="muted">{}</span> {}').format(
        label_of(model, each.name), show(column, getattr(each.row, each.name), look())
    )
    cells = [
        Cell("col-name", Markup('{} <span class="muted">{}</span>').format(str(each.row), title_of(model))),
        Cell("", by),
        Cell("", _state(each)),
        Cell("", _owner(each)),
    ]
    return Row(each.row.id, _path(each.row), str(each.row), cells)


def _path(row: Table) -> str:
    return record_path(type(row), row.id) if isinstance(row, Record) and type(row).screen.list else ""


def _state(each: Found) -> Markup:
    for column in type(each.row).__table__.columns:
        if issubclass(choices_of(column) or int, StateChoice):
            return badge(getattr(each.row, column.key))
    return NOTHING


def _owner(each: Found) -> Markup:
    if each.owner is None:
        return Markup('<span class="muted">Nobody</span>')
    words = ", ".join(filter(None, (str(each.owner), getattr(each.owner, "code", ""))))
    return Markup('<a href="{}">{}</a>').format(record_path(type(each.owner), each.owner.id), words)
