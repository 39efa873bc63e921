"""The tabs of a record: declared ones, and the child tables that say where they belong.

A declared tab of the same title takes the place of the child's own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa

from models.base import Record, Table, keys_between, tables
from models.screen import plural_of
from models.text import fold

from . import declare
from .declare import Listing
from .viewer import Viewer

OVERVIEW, INFORMATION, HISTORY = "overview", "information", "history"


@dataclass(frozen=True)
class Tab:
    """A tab or, with `under`, a subtab. `rows` None: the page knows what it shows."""

    name: str  # in the address
    title: str
    order: int
    under: str = ""
    group: str = ""  # heading among the subtabs
    child: type[Table] | None = None
    rows: Callable[[Any], Listing] | None = None
    adder: str = ""
    permission: str = ""
    narrowed: str = ""  # the address part that is always asked of the rows

    @property
    def whole(self) -> str:
        """Its title with what it stands below, as it is declared."""
        return "/".join(filter(None, (self.under, self.group, self.title)))


def slug(title: str) -> str:
    return fold(title).replace(" ", "-").replace("/", "-")


def parts_of(title: str) -> tuple[str, str, str]:
    """Of "Tab/Group/Subtab" the tab, the group and the subtab; the first two may be missing."""
    *above, own = title.split("/")
    return (above[0] if above else ""), (above[1] if len(above) > 1 else ""), own


def tabs_of(model: type[Table], record: Any, viewer: Viewer) -> list[Tab]:
    """What this person may open on this record, in order; subtabs follow their tab."""
    found = [t for t in _all(model, record) if not t.permission or viewer.may(t.permission)]
    return sorted(found, key=lambda t: (t.order, t.title))


def _all(model: type[Table], record: Any) -> Iterator[Tab]:
    """Those of one record; of None, all that any record has."""
    name = model.__tablename__
    if declare.widgets[name]:
        yield Tab(OVERVIEW, model.screen.overview, 0)
    yield Tab(INFORMATION, model.screen.information, 10)
    declared = [said for said in declare.tabs[name] if record is None or said.when(record)]
    told = {said.title for said in declared}
    for child in tables():
        if child.screen.tab_of == name and child.screen.tab not in told:
            yield _of_child(model, child)
            yield from _narrowed(model, child)
    yield from map(_declared, declared)
    if issubclass(model, Record):
        yield Tab(HISTORY, "Field changes" if _has_metrics(name) else "History", 91, _metrics(name))


def top_tabs(model: type[Table], viewer: Viewer) -> list[tuple[str, str]]:
    """The tabs that records of a table can have, as (name, title); a heading stands for its first subtab."""
    found = {}
    for tab in sorted(_all(model, None), key=lambda t: (t.order, t.title)):
        if not tab.permission or viewer.may(tab.permission):
            found.setdefault(slug(tab.under) or tab.name, tab.under or tab.title)
    return list(found.items())


def _metrics(name: str) -> str:
    return "Metrics" if _has_metrics(name) else ""


def _has_metrics(name: str) -> bool:
    """Records with trails gather them, and their history, under one tab."""
    return any(t.screen.tab_of == name and t.screen.tab.startswith("Metrics/") for t in tables())


def _of_child(model: type[Table], child: type[Table]) -> Tab:
    title = child.screen.tab or plural_of(child)
    under, group, own = parts_of(title)
    key = keys_between(child, model.__tablename__)[0]

    def rows(record: Record) -> Listing:
        # In what order, and how many at once, is for the list of the child to say (listing.py).
        mine = sa.select(child).where(key == record.id)
        return Listing(mine, child.screen.list, add={key.name: record.id})

    permission = f"{child.__tablename__}.read"
    return Tab(slug(own), own, child.screen.tab_order, under, group, child, rows, permission=permission)


def _narrowed(model: type[Table], child: type[Table]) -> Iterator[Tab]:
    """The tabs beside that of a child table which show some of its rows; a new one begins like them."""
    whole = _of_child(model, child)
    for title, query in child.screen.subtabs.items():
        more = dict(parse_qsl(query))

        def rows(record: Record, more: Mapping[str, str] = more) -> Listing:
            made = whole.rows(record)
            return replace(made, add=made.add | {n: v for n, v in more.items() if n in child.__table__.c})

        said = {"name": slug(title), "title": title, "rows": rows, "narrowed": query}
        yield replace(whole, permission=_right(child, more) or whole.permission, **said)


def _right(child: type[Table], narrowed: Mapping[str, str]) -> str:
    """The permission that rows with these values take besides; "" when it is that of all."""
    restricted = child.screen.restricted.items()
    return next((f"{child.__tablename__}.read_{v}" for n, v in restricted if narrowed.get(n) == v), "")


def _declared(said: declare.Declared) -> Tab:
    under, group, own = parts_of(said.title)
    return Tab(slug(own), own, said.order, under, group, None, said.make, said.adder, said.permission)
