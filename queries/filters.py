"""Filters of a list: from the value types of columns, from links, and named ones.

In an address a filter is `name=value`; repeated values mean "or", `!` before a value means
"not", and `any` and `none` ask whether there is a value at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import sqlalchemy as sa

from models.base import Link, Table, remembered, target_of
from models.choice import Choice
from models.fields import choices_of, field_of
from models.parse import Place, Unreadable, day_after, key, read
from models.screen import label_of, title_of
from models.text import fold

from .declare import Look, NamedFilter, named_filters
from .links import ends, far_end, links_of
from .viewer import SYSTEM, Viewer

ANY, NONE = "any", "none"
MOST = 50  # values in one filter; more were not typed by a person
RANGES = ("money", "unit_price", "decimal", "percent", "number", "bytes", "day", "moment")


class Unknown(ValueError):
    """The address asks for a filter that the list does not have."""


@dataclass(frozen=True)
class Said:
    """The values of one filter, as the address has them."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Iterable[str]) -> "Said":
        given = [v.strip() for v in values if v.strip() and v.strip() != "!"]
        if len(given) > MOST:
            raise Unreadable(f"Choose at most {MOST} values.")
        return cls(
            tuple(v for v in given if not v.startswith("!")),
            tuple(v[1:].strip() for v in given if v.startswith("!")),
        )


@dataclass(frozen=True)
class Filter:
    """One question that a list can be asked. Subclasses say how a value becomes a condition."""

    model: type[Table]
    column_name: str
    label: str

    kind = "text"

    @property
    def name(self) -> str:
        return "_".join(fold(self.label).replace("-", "").split())

    @property
    def column(self) -> sa.Column:
        return self.model.__table__.c[self.column_name]

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        raise NotImplementedError

    def asking(self, look: Look) -> "Filter":
        """The same filter, with a way to look up beforehand what a word stands for.

        A planner that sees the tag's id knows how rare it is; from its name it takes all for average.
        """
        return self

    def seen_by(self, viewer: Viewer) -> "Filter":
        """The same filter, for one that tells of other rows than those it is asked of."""
        return self

    def open_to(self, viewer: Viewer) -> bool:
        """Whether it tells this person nothing that pages hide from them."""
        return viewer.sees_personal(self.model) or not personal(self)

    def filled(self) -> sa.ColumnElement[bool]:
        """Whether there is a value at all: what `any` asks."""
        return self.column.is_not(None)

    def condition(self, said: Said, place: Place) -> sa.ColumnElement[bool]:
        parts = []
        if said.yes:
            parts.append(self._one_of(said.yes, place))
        parts += [self._not(v, place) for v in said.no]
        return sa.and_(*parts)

    def _one_of(self, values: Sequence[str], place: Place) -> sa.ColumnElement[bool]:
        return sa.or_(*(self._word(value, place) for value in values))

    def _not(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        """Where it does not hold: "not red" includes those without a flag, which SQL's NOT leaves out."""
        return sa.not_(sa.func.coalesce(self._word(value, place), sa.false()))

    def _word(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        if value == ANY:
            return self.filled()
        return sa.not_(self.filled()) if value == NONE else self.one(value, place)

    def shown(self, value: str) -> str:
        """A value in words."""
        return {ANY: "any", NONE: "none"}.get(value, value)

    def says(self, said: Said) -> str:
        return " and ".join(
            filter(None, (_list("is", said.yes, self.shown), _list("is not", said.no, self.shown)))
        )


def _list(verb: str, values: Sequence[str], shown) -> str:
    if not values:
        return ""
    *most, last = (shown(v) for v in values)
    return f"{verb} {', '.join(most)} or {last}" if most else f"{verb} {last}"


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    kind = "options"

    @cached_property
    def choices(self) -> type[Choice]:
        return choices_of(self.column)

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        return self.column == read(self.column, value, place)

    def shown(self, value: str) -> str:
        if value in (ANY, NONE):
            return super().shown(value)
        try:
            return read(self.column, value, Place()).label
        except Unreadable:
            return value


@dataclass(frozen=True)
class YesNoFilter(Filter):
    kind = "options"

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        wanted = sa.true() if read(self.column, value, place) else sa.false()
        return self.column == wanted


@dataclass(frozen=True)
class Remote(Filter):
    """Rows that have to do with a record of another table, which goes by a word."""

    look: Look | None = None

    kind = "remote"

    def open_to(self, viewer: Viewer) -> bool:
        """Its values are looked up among records of the other table."""
        return self.is_known or viewer.may_read(self.target)

    @property
    def is_known(self) -> bool:
        """Whether the names of those records are no secret to who reads this table."""
        table = self.model.__table__
        return self.column_name in table.c and bool(self.column.info.get("known"))

    def asking(self, look: Look) -> "Filter":
        return replace(self, look=look)

    def ids(self, value: str) -> sa.Select | Sequence[int]:
        wanted = called(self.target, value)
        return self.look(wanted) if self.look else wanted


@dataclass(frozen=True)
class KeyFilter(Remote):
    """Rows that point at a record. Its code or name stands in the address, or its id."""

    @property
    def target(self) -> type[Table]:
        return target_of(self.column)

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        return self.column.in_(self.ids(value))


@dataclass(frozen=True)
class LinkFilter(Remote):
    """Rows tied to a record by a Link: customers with a tag."""

    @property
    def link(self) -> type[Link]:
        return links_of(self.model)[self.column_name]

    @property
    def target(self) -> type[Table]:
        return far_end(self.link)

    def filled(self) -> sa.ColumnElement[bool]:
        return self._tied()

    def _one_of(self, values: Sequence[str], place: Place) -> sa.ColumnElement[bool]:
        """One list of all of them, which both databases read from its shorter side; see `_not`."""
        if ANY in values or NONE in values:
            return super()._one_of(values, place)
        owner, _ = ends(self.link)
        return self.model.__table__.c.id.in_(sa.select(owner).where(self._called(*values)))

    def _called(self, *values: str) -> sa.ColumnElement[bool]:
        return sa.or_(*(ends(self.link)[1].in_(self.ids(value)) for value in values))

    def _not(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        """Asked row by row: PostgreSQL would compare each with the whole of a list that is long."""
        if value in (ANY, NONE):
            return sa.not_(self._word(value, place))
        return ~self._tied(self._called(value))

    def _tied(self, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.exists().where(ends(self.link)[0] == self.model.__table__.c.id, *conditions)

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        return self._tied(self._called(value))


@dataclass(frozen=True)
class TextFilter(Filter):
    """A column that holds what was typed: exactly for codes and addresses, else anywhere in it."""

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        kind = field_of(self.column).kind
        if kind in ("line", "text", "value"):
            return sa.func.lower(self.column).contains(value.lower(), autoescape=True)
        typed = read(self.column, value, place)
        if kind in ("code", "email", "postal"):
            return sa.func.lower(self.column) == str(typed).lower()
        return self.column == typed


@dataclass(frozen=True)
class RangeFilter(Filter):
    """From a value to a value, both included: `100..200`, `100..`, `..200`. Of moments a day is all of it."""

    kind = "range"

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        low, _, high = value.partition("..") if ".." in value else (value, "", value)
        parts = []
        if low:
            parts.append(self.column >= read(self.column, low, place))
        if high:
            parts.append(self._upto(high, place))
        return sa.and_(*parts) if parts else self.filled()

    def _upto(self, text: str, place: Place) -> sa.ColumnElement[bool]:
        if field_of(self.column).kind == "moment" and (after := day_after(text)):
            return self.column < read(self.column, after, place)
        return self.column <= read(self.column, text, place)

    def shown(self, value: str) -> str:
        low, dots, high = value.partition("..")
        if not dots:
            return super().shown(value)
        if low and high:
            return f"from {low} to {high}"
        return f"{low} or more" if low else f"{high} or less"


@dataclass(frozen=True)
class Named(Filter):
    """A filter that queries/ declares as a function."""

    made: NamedFilter
    viewer: Viewer = SYSTEM
    look: Look | None = None

    @property
    def name(self) -> str:
        return self.made.name

    @property
    def kind(self) -> str:
        return "options" if self.made.kinds == ["yes_no"] else "text"

    def asking(self, look: Look) -> "Filter":
        return replace(self, look=look)

    def open_to(self, viewer: Viewer) -> bool:
        return all(viewer.may_read(table) for table in self.made.reads)

    def seen_by(self, viewer: Viewer) -> "Filter":
        return replace(self, viewer=viewer)

    def one(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        return self.made.condition(value, place, self.viewer, self.look)

    def _word(self, value: str, place: Place) -> sa.ColumnElement[bool]:
        return self.one(value, place)

    @property
    def asks_country(self) -> bool:
        return self.made.kinds[1:] == ["country"]

    def shown(self, value: str) -> str:
        country, colon, rest = value.partition(":")
        return f"{rest} ({country})" if colon else value


def called(target: type[Table], word: str) -> sa.Select:
    """The ids of rows that go by a code, a name or an id."""
    table = target.__table__
    for column in table.columns:
        if column.info.get("sorts") == "name":
            return sa.select(table.c.id).where(column == fold(word))
    found = []
    if word.isdecimal():
        found.append(table.c.id == key(word))
    found += [_says(table.c[n], word) for n in ("code", "name") if n in table.c]
    return sa.select(table.c.id).where(sa.or_(*found) if found else sa.false())


def _says(column: sa.Column, word: str) -> sa.ColumnElement[bool]:
    """In any case; codes that we give out are in capitals, and there may be millions of them."""
    if "numbered" in column.info:
        return column == word.upper()
    return sa.func.lower(column) == word.lower()


def handle(row: Table) -> str:
    """By what word a row goes in an address: its code, its name, or its id."""
    for name in ("code", "name"):
        if value := getattr(row, name, None):
            return str(value)
    return str(row.id)


def filter_of(model: type[Table], name: str) -> Filter:
    """The filter that a name in `Screen.filters` stands for."""
    if name in named_filters[model.__tablename__]:
        made = named_filters[model.__tablename__][name]
        return Named(model, name, made.label, made)
    if name in links_of(model):
        return LinkFilter(model, name, title_of(far_end(links_of(model)[name])))
    column = model.__table__.c[name]
    label = label_of(model, name)
    if choices_of(column):
        return ChoiceFilter(model, name, label)
    kind = field_of(column).kind
    made = {"yes_no": YesNoFilter, "key": KeyFilter}.get(kind, RangeFilter if kind in RANGES else TextFilter)
    return made(model, name, label)


@remembered
def filters_of(model: type[Table]) -> dict[str, Filter]:
    """Every filter of a list, by its name in the address."""
    declared = [*model.screen.filters, *named_filters[model.__tablename__]]
    made = [filter_of(model, name) for name in dict.fromkeys(declared)]
    return {f.name: f for f in made}


def open_filters(model: type[Table], viewer: Viewer) -> dict[str, Filter]:
    """Those that one person's list has."""
    return {name: asked for name, asked in filters_of(model).items() if asked.open_to(viewer)}


def personal(asked: Filter) -> bool:
    """Whether the filter would tell about values that some readers may not see."""
    table = asked.model.__table__
    return asked.column_name in table.c and field_of(table.c[asked.column_name]).personal
