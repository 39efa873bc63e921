"""The lists that wait for somebody: how many, since when, and which come first."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, quote

import sqlalchemy as sa

from models.base import Table, db, now, table_named, target_of
from models.fields import field_of
from models.screen import label_of, lowered, plural_of, title_of
from queries import declare
from queries.declare import Declared
from queries.filters import filter_of, handle
from queries.listing import CAP, asked, conditions
from queries.shown import named
from queries.views import with_view

from .reader import place, viewer
from .shapes import Link

NONE = "nothing waits"
MANY = "more than can be counted at a glance"
URGENT = "Urgent"
UNITS = ((730, 365, "year"), (60, 30, "month"), (1, 1, "day"))  # from so many days on, days in one


@dataclass(frozen=True)
class Tile:
    """A list that waits: the way to it, how many are in it, and a line of context."""

    link: Link
    number: str
    line: str
    heading: str
    urgent: bool = False

    @property
    def waits(self) -> bool:
        return self.number != "0"


@dataclass(frozen=True)
class Waiting:
    """What is printed: the tiles under their headings, and what is said in passing."""

    title: str
    groups: list[tuple[str, list[Tile]]]
    idle: list[Tile]


def waiting(about: type[Table] | None, fold: bool = False) -> Waiting | None:
    """Every queue that this person may see; folded, those with nothing in them are only named."""
    found = tiles()
    shown = [tile for tile in found if tile.waits] if fold else found
    groups: dict[str, list[Tile]] = {}
    for tile in sorted(shown, key=lambda tile: not (tile.urgent and tile.waits)):
        groups.setdefault(URGENT if tile.urgent and tile.waits else tile.heading, []).append(tile)
    idle = [tile for tile in found if tile not in shown]
    title = f"{title_of(about)} summary" if about else "Summary"
    return Waiting(title, list(groups.items()), idle) if found else None


def tiles() -> list[Tile]:
    """Of a queue for each target of a key, a tile for each that has something waiting."""
    seen = (said for said in declare.queues if viewer().may_read(said.model))
    return list(chain.from_iterable(_tiles_each(said) if said.each else [_tile(said)] for said in seen))


def _tiles_each(said: Declared) -> Iterator[Tile]:
    """One statement counts them all, and one tells their names."""
    model = said.model
    column, query = model.__table__.c[said.each], said.make()
    few = _few(model, query, column.label("target"))
    asked_of = sa.select(few.c.target, sa.func.count(), sa.func.min(few.c.since)).group_by(few.c.target)
    found = db.session.execute(asked_of).all()
    rest = sum(count for _, count, _ in found) > CAP  # there are more, of whichever
    counts = {target: (count, oldest) for target, count, oldest in found if target}
    names = named(db.session(), target_of(column), set(counts), viewer())
    asks = filter_of(model, said.each).name
    heading = f"{said.title} by {lowered(label_of(model, said.each))}"
    for row_id, row in sorted(names.items(), key=lambda found: str(found[1])):
        count, oldest = counts[row_id]
        at = f"/admin/{model.__tablename__}/?{asks}={quote(handle(row))}&{query}"
        number, line = (f"{count:,}+", MANY) if rest else (f"{count:,}", f"oldest {age(oldest)}")
        yield Tile(Link(str(row), at, said.group), number, line, heading)


def _tile(said: Declared) -> Tile:
    """A queue: how many wait, and since when the oldest does."""
    count, oldest = _waiting(said.model, said.make())
    number = f"{CAP:,}+" if count > CAP else f"{count:,}"
    line = f"oldest {age(oldest)}" if oldest else NONE
    if count > CAP:
        line = MANY
    link = Link(said.title, said.queue_at, said.group)
    return Tile(link, number, line, _heading(said.model), said.urgent)


def _heading(model: type[Table]) -> str:
    """As in the menu; what is told on the page of another table stands with that one."""
    while model.screen.tab_of and not model.screen.group:
        model = table_named(model.screen.tab_of)
    return plural_of(model) if model.screen.presets else model.screen.group or plural_of(model)


def _waiting(model: type[Table], query: str) -> tuple[int, dt.datetime | None]:
    few = _few(model, query)
    return db.session.execute(sa.select(sa.func.count(), sa.func.min(few.c.since)).select_from(few)).one()


def _few(model: type[Table], query: str, *more: sa.ColumnElement[Any]) -> sa.Subquery:
    """Since when the rows of a list wait, of as many as can be counted at a glance."""
    ask = asked(model, with_view(model, parse_qs(query)), viewer(), place())
    table = model.__table__
    # An entry has no moment of its making, but says first when it happened.
    moments = (c for c in table.columns if field_of(c).kind == "moment")
    since = table.c["created_at"] if "created_at" in table.c else next(moments)
    parts = conditions(db.session(), ask, viewer(), place())
    return sa.select(since.label("since"), *more).where(*parts).limit(CAP + 1).subquery()


def age(since: dt.datetime) -> str:
    """How long ago, in a unit that gives a small number: "5 days"."""
    hours = int((now() - since).total_seconds() // 3600)
    for least, days, unit in UNITS:
        if hours >= least * 24:
            return _many(hours // 24 // days, unit)
    return _many(hours, "hour") if hours else "less than an hour"


def _many(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
