"""Rows of any table as cells: the list page, tabs and widgets share this."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from models.attributes import pairs
from models.base import Record, Table, table_named
from models.choice import Choice
from models.fields import field_of
from models.reach import payer_of, source
from models.screen import label_of, title_of
from queries.links import links_of
from queries.shown import Shown, known, values
from queries.tabs import slug
from queries.viewer import Viewer

from .cells import (
    MASK,
    NOTHING,
    PRICED,
    RIGHT,
    Look,
    answers,
    badge,
    is_late,
    kind_of,
    late,
    link,
    record_path,
    show,
    tags,
)
from .shapes import Cell, Column, Row

NAMING = ("line", "code", "text", "email")  # kinds that can name a row
CUT = ("line", "text", "email", "key")  # kinds that give way where a list is narrow
NEAR = 4  # columns at the beginning of a list, among which is its name
CSS = {
    "state": "col-state",
    "code": "col-code",
    "money": "col-bal",
    "flag": "col-flag",
    "moment": "col-upd",
    "key": "col-org",
    "postal": "col-post",
    "email": "col-mail",
    "phone": "nowrap",
    "text": "col-text",
    "day": "bare",
    "yes_no": "bare",
}

ABOUT = ("due", "measured")  # words in `info` whose first is another column, which is asked about the value

# Entries with a page of their own. Records always have one.
OPENED: set[type[Table]] = set()


def naming(model: type[Table], names: Sequence[str]) -> str:
    """The column that names a row in a list: a text if there is one, and never empty if possible."""
    columns = model.__table__.c
    near = [n for n in names[:NEAR] if n in columns]
    certain = [n for n in near if not columns[n].nullable]
    texts = [n for n in (*certain, *near[:1]) if kind_of(columns[n]) in NAMING]
    return (texts or certain or names)[0]


def css(model: type[Table], name: str, main: str) -> str:
    if name == main:
        return "col-name" if _may_be_cut(model, name) else "col-name whole"
    if name in links_of(model):
        return "col-tags hide-l"
    table, column = source(model, name)
    kind = "key" if name.endswith(".id") else kind_of(table.__table__.c[column])  # shown as its name
    return " ".join(filter(None, (CSS.get(kind, ""), "r" if kind in RIGHT else "")))


def _may_be_cut(model: type[Table], name: str) -> bool:
    """A number or a day that is cut says nothing, and needs no more room than it has."""
    column = model.__table__.c.get(name)
    return column is None or kind_of(column) in CUT


def heading(model: type[Table], name: str) -> str:
    if name.endswith(".id"):
        return title_of(source(model, name)[0])
    if name in links_of(model):
        return f"{title_of(table_named(name))}s"
    return label_of(model, name)


def plain_columns(model: type[Table], names: Sequence[str]) -> list[Column]:
    """Columns that cannot be sorted."""
    main = naming(model, names)
    return [Column(n, heading(model, n), css(model, n, main), icon=_icon(model, n)) for n in names]


def tab_path(model: type[Table]) -> tuple[str, ...]:
    """Where the tab of a child is on the page of its parent."""
    return tuple(slug(part) for part in model.screen.tab.split("/"))


def _icon(model: type[Table], name: str) -> str:
    table = model.__table__
    return "flag" if name in table.c and kind_of(table.c[name]) == "flag" else ""


def rows(
    session: Session,
    model: type[Table],
    ids: Sequence[int],
    names: Sequence[str],
    viewer: Viewer,
    look: Look,
    below: str = "",
) -> list[Row]:
    """The rows with these ids, in that order, ready to print; `below` as in a Listing."""
    said = [c.info[word][0] for c in model.__table__.columns for word in ABOUT if word in c.info]
    payer = _payer(model, names, look)
    extra = [n for n in ("currency", *said, *_marking(model), below, payer) if n in model.__table__.c]
    shown = values(session, model, ids, [*names, *extra], viewer)
    return Printer(model, names, shown, viewer, look, below, payer).rows()


def _payer(model: type[Table], names: Sequence[str], look: Look) -> str:
    """The key to the record in whose currency amounts are; empty where it is known, or there are none."""
    table = model.__table__
    priced = any(n in table.c and kind_of(table.c[n]) in PRICED for n in names)
    return payer_of(model) if priced and not look.currency else ""


def _marking(model: type[Table]) -> list[str]:
    """The columns whose values can put an icon before a name."""
    wanted = set(model.screen.mark)
    return [
        c.name
        for c in model.__table__.columns
        if wanted & {m.value for m in getattr(c.type, "enum_class", None) or ()}
    ]


def about(table: str, row_id: int | None, found: Table | None, viewer: Viewer) -> Markup:
    """A record of any table: what it is, and its name for who may see it."""
    model = known(table)
    what = title_of(model) if model else table.replace("_", " ").capitalize()
    if found is None:
        return escape(what) if row_id is None else Markup("{} {}").format(what, row_id)
    return Markup('<span class="muted">{}</span> {}').format(what, link(found, viewer))


def state_of(table: str, value: str | None) -> Markup:
    """A state of a record of any table, as it is shown there."""
    if not value:
        return NOTHING
    model = known(table)
    lists = [c.type.enum_class for c in model.__table__.columns if kind_of(c) == "state"] if model else []
    member = next((m for states in lists for m in states if m.value == value), None)
    return badge(member) if member else escape(value)


class Printer:
    """Prints the rows of one page; what is the same for all of them is worked out once."""

    def __init__(
        self,
        model: type[Table],
        names: Sequence[str],
        shown: Shown,
        viewer: Viewer,
        look: Look,
        below: str = "",
        payer: str = "",
    ) -> None:
        self.model, self.names, self.shown, self.look, self.viewer = model, names, shown, look, viewer
        self.below, self.payer = below, payer
        self.main = naming(model, names)
        self.css = {n: css(model, n, self.main) for n in names}
        self.may_edit = issubclass(model, Record) and viewer.may(f"{model.__tablename__}.update")
        self.marking = _marking(model)
        self.opens = issubclass(model, Record) or model in OPENED

    def rows(self) -> list[Row]:
        return [self._row(row) for row in self.shown.rows]

    def _row(self, row: Any) -> Row:
        look = self.look
        if currency := self._currency(row):
            look = Look(look.timezone, currency, look.whole, look.now)
        path = record_path(self.model, row.id) if self.opens else ""
        cells = {n: self._cell(n, row, look) for n in self.names}
        named = cells[self.main]
        return Row(
            id=row.id,
            href=path,
            label=str(row.id if named in (MASK, NOTHING) else named.striptags()),
            cells=[Cell(self.css[n], html) for n, html in cells.items()],
            edit=f"{path}edit/" if self.may_edit else "",
            mark=self._mark(row),
        )

    def _currency(self, row: Any) -> str:
        paid_by = self.shown.labels[self.payer].get(getattr(row, self.payer)) if self.payer else None
        return getattr(paid_by or row, "currency", "")

    def _cell(self, name: str, row: Any, look: Look) -> Markup:
        if name in self.shown.links:
            return tags([str(t) for t in self.shown.links[name].get(row.id, ())])
        if name in self.shown.children:
            found = self.shown.children[name].get(row.id)
            if isinstance(found, Table):
                return link(found, self.viewer)
            return self._value(*source(self.model, name), found, look)
        value = getattr(row, name)
        if asked := self._asked(name, row):
            return answers(pairs(value, asked), look)
        if found := self._about(name, row, value):
            return found
        if name in self.shown.labels:
            target = self.shown.labels[name].get(value)
            return NOTHING if target is None else self._name(name, target)
        shown = self._value(self.model, name, value, look, row)
        return late(shown) if is_late(self.model.__table__.c[name], row, look) else shown

    def _about(self, name: str, row: Any, value: Any) -> Markup | None:
        """A value whose table stands in another column of the row: a record, or a state of one."""
        said = self.model.__table__.c[name].info
        if "of" in said:
            table = getattr(row, said["of"])
            return about(table, value, self.shown.objects.get((table, value)), self.viewer)
        return state_of(getattr(row, said["state_of"]), value) if "state_of" in said else None

    def _asked(self, name: str, row: Any) -> Mapping[str, Any] | None:
        """The schema of what a column answers, when the record that has it is shown as well."""
        column = self.model.__table__.c.get(name)
        key, schema = column.info.get("schema", ("", "")) if column is not None else ("", "")
        target = self.shown.labels.get(key, {}).get(getattr(row, key, None)) if key else None
        return getattr(target, schema) if target is not None else None

    def _name(self, name: str, target: Table) -> Markup:
        return escape(str(target)) if name == self.main else link(target, self.viewer)

    def _value(self, model: type[Table], name: str, value: Any, look: Look, row: Any = None) -> Markup:
        column = model.__table__.c[name]
        if value is None and name != self.main and kind_of(column) == "flag":
            return Markup('<span class="sr">No flag</span>')
        if value not in (None, "") and field_of(column).personal and not self.viewer.sees_personal(model):
            return MASK
        return show(column, value, look, row)

    def _mark(self, row: Any) -> str:
        if self.below and getattr(row, self.below) is not None:
            return "corner-down-right"
        found = (getattr(row, name) for name in self.marking)
        return next((self.model.screen.mark.get(v, "") for v in found if isinstance(v, Choice)), "")
