"""Everybody's changes, deleted records, and taking a change back."""

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from babel.dates import format_date
from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from markupsafe import escape
from sqlalchemy.orm.exc import StaleDataError

from models.access import StaffUser
from models.act import SOURCES, acting
from models.base import Link as Tie
from models.base import Record, db, records, table_named, target_of
from models.screen import lowered, plural_of, title_of
from models.text import whole_number
from operations import restoring
from operations.errors import Refused
from operations.retry import again
from queries.gone import Gone, as_it_was, deleted
from queries.history import Wanted, feed, readable
from queries.links import ends

from . import history_shapes, shapes
from .cells import Look, moment
from .gate import needs, signed_in
from .reader import look, viewer
from .redirects import HOME, came_from
from .timeline import TONES, Teller
from .verbs import restore_path

FEED, DELETED = "/admin/history/", "/admin/history/deleted/"


class HistoryView(BaseView):
    """The changes feed over all tables."""

    @expose("/")
    @needs("history.read_all")
    def index(self) -> ResponseReturnValue:
        wanted = self.wanted()
        steps, older = feed(db.session(), viewer(), wanted)
        timeline = history_shapes.Timeline(
            days=Teller(db.session(), viewer(), look(), back=self.at()).days(steps),
            restore_to=f"{FEED}restore/",
            older=self.at(before=str(older)) if older else "",
            newer=self.at() if wanted.before else "",
            chips=self.chips(),
            empty=shapes.Empty("No changes found", "Nobody changed anything that fits.", "history"),
            keep=[(n, request.args[n]) for n in FILTERS if request.args.get(n)],
        )
        lede = "What everybody changed, over all tables, newest first."
        page = history_shapes.HistoryPage("Changes", lede, timeline, _tabs(FEED))
        return render_template("admin/changes.html", page=page)

    def wanted(self) -> Wanted:
        table, source = request.args.get("table", ""), request.args.get("source", "")
        known = {m.__tablename__ for m in _tables()}
        return Wanted(
            staff_id=whole_number(request.args.get("who", "")) or None,
            source=source if source in SOURCES else "",
            table=table if table in known else "",
            before=whole_number(request.args.get("before", "")),
        )

    def at(self, without: str = "", **more: str) -> str:
        kept = {n: request.args[n] for n in FILTERS if n != without and request.args.get(n)}
        query = urlencode({**kept, **more})
        return f"{FEED}?{query}" if query else FEED

    def chips(self) -> list[shapes.Chip]:
        people = db.session.execute(
            sa.select(StaffUser.id, StaffUser.name).order_by(StaffUser.name).limit(200)
        )
        tables = sorted((plural_of(m), m.__tablename__) for m in _tables())
        return [
            self.chip("who", "Who", [(str(i), name) for i, name in people]),
            self.chip("table", "Table", [(name, title) for title, name in tables]),
            self.chip("source", "Source", [(s, s.capitalize()) for s in SOURCES]),
        ]

    def chip(self, name: str, label: str, options: list[tuple[str, str]]) -> shapes.Chip:
        chosen = request.args.get(name, "")
        says = next((text for value, text in options if value == chosen), "")
        return shapes.Chip(
            name=name,
            label=label,
            kind="options",
            on=bool(says),
            can_negate=False,
            says=f"is {says}",
            options=[shapes.Option(v, escape(t), v == chosen) for v, t in options],
            remove=self.at(without=name),
        )

    @expose("/deleted/")
    @needs("history.read_all")
    def deleted(self) -> ResponseReturnValue:
        before = whole_number(request.args.get("before", ""))
        gone, older = deleted(db.session(), viewer(), before)
        timeline = history_shapes.Timeline(
            days=_days([_gone(g, look()) for g in gone], gone, look()),
            older=f"{DELETED}?before={older}" if older else "",
            newer=DELETED if before else "",
            empty=shapes.Empty(
                "Nothing is deleted", "Deleted records are listed here and can be brought back.", "trash"
            ),
        )
        lede = "Records that were deleted, newest first. Bringing one back brings back what belonged to it."
        page = history_shapes.HistoryPage("Deleted records", lede, timeline, _tabs(DELETED))
        return render_template("admin/deleted.html", page=page)

    @expose("/restore/", methods=("POST",))
    @signed_in
    def restore(self) -> ResponseReturnValue:
        """Take back one change of a field or a tie; the right is that of changing the record by hand."""
        model = _model(request.form.get("table", ""))
        row_id, transaction = (whole_number(request.form.get(n, "")) for n in ("row", "transaction"))
        column = request.form.get("column", "")
        self.check(model, column, row_id, transaction)
        session = db.session()
        acting(session, source="restore")
        back = came_from(FEED if viewer().may("history.read_all") else HOME)
        try:
            record = again(
                session, lambda: restoring.restore(session, model, row_id, transaction, column, viewer())
            )
            flash(f"{_said(record, model)} restored.", "success")
        except Refused as refused:
            session.rollback()
            flash(refused.text, "error")
        except StaleDataError:
            session.rollback()
            flash("Somebody changed this record just now. Look again, then restore.", "error")
        return redirect(back)

    def check(self, model: type[Record], column: str, row_id: int, transaction: int) -> None:
        owner = target_of(ends(model)[0]) if issubclass(model, Tie) else model
        table = owner.__tablename__
        if not (viewer().may(f"{table}.read") and viewer().may(f"{table}.update")):
            abort(403, f"You may not change {lowered(plural_of(owner))}.")
        if column and column not in restoring.restorable(model, viewer()):
            abort(403, "You may not change this field.")
        if not restoring.may_see(db.session(), model, row_id, viewer()):
            abort(404)


FILTERS = ("who", "table", "source")


def _tables() -> list[type[Record]]:
    return [m for m in records() if not issubclass(m, Tie) and readable(m, viewer())]


def _tabs(here: str) -> list[shapes.Link]:
    return [
        shapes.Link("Changes", FEED, "history", on=here == FEED),
        shapes.Link("Deleted records", DELETED, "trash", on=here == DELETED),
    ]


def _model(name: str) -> type[Record]:
    try:
        found = table_named(name)
    except KeyError:
        abort(404)
    if not issubclass(found, Record):
        abort(404)
    return found


def _said(record: Record, model: type[Record]) -> str:
    return f"{title_of(model)} “{record}”" if model.screen.list else "The change"


def _gone(gone: Gone, seen: Look) -> history_shapes.Entry:
    title = str(as_it_was(gone.model, gone.values))
    when = gone.transaction.issued_at
    with_it = f", with {gone.children:,} that belonged to it" if gone.children else ""
    return history_shapes.Entry(
        moment=moment(when, seen),
        clock=when.astimezone(seen.zone).strftime("%H:%M"),
        who=gone.transaction.staff_name or gone.transaction.source.capitalize(),
        did=f"deleted {lowered(title_of(gone.model))} “{title}”{with_it}",
        subject=None,
        reason=gone.transaction.reason,
        source="",
        tone=TONES.get(gone.transaction.source, "gray"),
        changes=[],
        restore=restore_path(gone.model, gone.row_id, viewer(), DELETED),
    )


def _days(entries: list[history_shapes.Entry], gone: list[Gone], seen: Look) -> list[history_shapes.Day]:
    days: dict[Any, list[history_shapes.Entry]] = {}
    for entry, one in zip(entries, gone, strict=True):
        days.setdefault(one.transaction.issued_at.astimezone(seen.zone).date(), []).append(entry)
    return [
        history_shapes.Day(format_date(day, "d MMMM yyyy", locale="en"), f"{len(found):,}", found)
        for day, found in days.items()
    ]
