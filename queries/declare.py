"""Questions declared beside the generator: filters, tabs, widgets, header facts, banners.

Each is a function that returns a condition or a statement, never rows: the page runs it, so that
paging, counting, masking and permission are the same everywhere.
"""

import inspect
import typing
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table
from models.fields import field_of
from models.parse import Place, Unreadable, read
from models.text import fold

from .viewer import SYSTEM, Viewer

Look = Callable[[sa.Select], Sequence[Any]]


@dataclass(frozen=True)
class Listing:
    """Rows for a table on a page. Every order ends in the primary key, or pages repeat rows."""

    rows: sa.Select
    columns: Sequence[str]
    add: dict[str, Any] = field(default_factory=dict)  # values of a new row, for the Add button
    empty: str = ""
    total: str = ""  # a column whose sum over all rows stands at the foot
    below: str = ""  # a key to another row of the listing, below which this one stands


@dataclass(frozen=True)
class Measure:
    """Something that is added up over time."""

    label: str
    sum: sa.ColumnElement[Any]  # an aggregate: sa.func.sum(UsageDay.quantity)
    kind: str = "number"  # of value: number, bytes, decimal, money, unit_price
    # What the sum is divided by, to two places: 60 for seconds told in minutes, or another aggregate
    # for an average.
    per: int | sa.ColumnElement[Any] = 1


@dataclass(frozen=True)
class Series:
    """Sums by day, month or year, as a chart that can be read as a table. The first measure is drawn.

    The reader chooses the period: the months of a year at first, the days of a month, or all years.
    """

    day: sa.ColumnElement[Any]  # the date by which rows are told apart
    measures: Sequence[Measure]
    where: Sequence[sa.ColumnElement[bool]] = ()
    empty: str = ""


@dataclass(frozen=True)
class Thread:
    """What was said and done about a record, told as people talk: the oldest first, the newest below.

    The names are columns of the rows; without words a row tells of a step from `old` to `new`.
    """

    rows: sa.Select  # the newest first
    words: str
    who: str
    at: str
    kind: str  # a choice, whose label and tone say what it is
    public: str  # yes: the other side reads it too
    theirs: str  # set, or true: the other side said it
    old: str
    new: str
    via: str = ""  # key of the message that carried it
    first: tuple[str, str, str] | None = None  # of the record itself: words, moment, key of who wrote them
    first_public: bool = True
    says: Sequence[str] = ()  # verbs of the record that add to it; they are asked below
    notes: Sequence[str] = ()  # the same, of what the other side does not read


@dataclass(frozen=True)
class Glance:
    """How a tab begins, as a widget. Who may see it, and where the rest is, follow from the tab."""

    tab: str  # its whole title, "Services/SIM cards"
    columns: Sequence[str] = ()  # none: those of the tab


@dataclass(frozen=True)
class Board:
    """A tab that shows how each of those beside it begins, and which of them are empty."""


@dataclass(frozen=True)
class Facts:
    """Values of one row: the first is shown large, the others small below it."""

    columns: Sequence[str]
    rows: sa.Select | None = None  # None: the record itself
    add: dict[str, Any] = field(default_factory=dict)
    verb: str = ""  # of a banner: the operation on its row that settles it
    edit: bool = False  # offer to change the row in place
    missing: Callable[[], str] | None = None  # says why there is no such row


@dataclass(frozen=True)
class Told:
    """What no statement can say, in a header: worked out, the first of it shown large. None: left out."""

    words: Callable[[Session], Sequence[str]]


@dataclass(frozen=True)
class Sheet:
    """The same for a tab or a widget: (heading, (label, words) ...)."""

    sections: Callable[[Session], Sequence[tuple[str, Sequence[tuple[str, str]]]]]
    rows: sa.Select | None = None  # of what it is worked out; a widget is left out where there are none


@dataclass(frozen=True)
class Declared:
    """A function with the words under which it is shown."""

    model: type[Table]
    title: str
    make: Callable[..., Any]
    order: int = 50
    group: str = ""
    when: Callable[[Any], bool] = lambda record: True
    size: str = ""
    adder: str = ""  # name of an operation that adds rows from a typed code, name or e-mail
    permission: str = ""
    page: str = ""  # of a queue: the page below the table's that shows it better than the list does
    each: str = ""  # of a queue: a key, for each target of which there is one
    urgent: bool = False  # of a queue: what waits there stands before all others

    @property
    def name(self) -> str:
        return self.make.__name__

    @property
    def queue_at(self) -> str:
        return f"/admin/{self.model.__tablename__}/{self.page or '?' + self.make()}"


@dataclass(frozen=True)
class NamedFilter:
    """A filter written as a function. Its first parameter is the value that people type."""

    model: type[Table]
    label: str
    make: Callable[..., sa.ColumnElement[bool]]
    asks: dict[str, sa.Column]  # parameter -> a column of its value type
    reads: Sequence[type[Table]] = ()  # other tables of which it tells: it is for who may read them

    @property
    def name(self) -> str:
        return self.make.__name__

    @property
    def kinds(self) -> list[str]:
        return [field_of(column).kind for column in self.asks.values()]

    @property
    def hint(self) -> str:
        return inspect.getdoc(self.make) or ""

    def condition(
        self, text: str, place: Place, viewer: Viewer = SYSTEM, look: Look | None = None
    ) -> sa.ColumnElement[bool]:
        """`text` is VALUE, or SECOND:VALUE for a filter with a second parameter.

        A filter that compares rows takes the `viewer` too: it must not tell of rows they do not see.
        One that takes `look` may ask the database beforehand (None: there is none at hand).
        """
        first, *others = self.asks
        answers: dict[str, Any] = {}
        if others and ":" in text:
            prefix, text = text.split(":", 1)
            answers[others[0]] = self._read(others[0], prefix, place)
        elif others and self.kinds[1] == "country":
            answers[others[0]] = place.country
        answers[first] = self._read(first, text, place)
        asks = inspect.signature(self.make).parameters
        brought = {"viewer": viewer, "look": look}
        return self.make(**answers, **{n: v for n, v in brought.items() if n in asks})

    def _read(self, name: str, text: str, place: Place) -> Any:
        value = read(self.asks[name], text, place)
        if value is None:
            raise Unreadable(f"Say which {self.label.lower()}.")
        return value


BROUGHT = ("return", "viewer", "look")  # what nobody types

named_filters: dict[str, dict[str, NamedFilter]] = defaultdict(dict)
tabs: dict[str, list[Declared]] = defaultdict(list)
widgets: dict[str, list[Declared]] = defaultdict(list)
headers: dict[str, list[Declared]] = defaultdict(list)
banners: dict[str, list[Declared]] = defaultdict(list)
actions: dict[str, list[Declared]] = defaultdict(list)  # ways to go from a record; return an address
queues: list[Declared] = []


def _asks(function: Callable[..., Any]) -> dict[str, sa.Column]:
    hints = typing.get_type_hints(function, include_extras=True)
    return {name: _asked(hint) for name, hint in hints.items() if name not in BROUGHT}


def _asked(hint: Any) -> sa.Column:
    for part in (hint, *typing.get_args(hint)):
        for said in getattr(part, "__metadata__", ()):
            if "field" in said.column.info:
                return said.column
    raise TypeError(f"{hint}: annotate the parameters of a named filter with value types")


def named_filter(model: type[Table], label: str, reads: Sequence[type[Table]] = ()) -> Callable[[Any], Any]:
    def declare(function: Any) -> Any:
        said = NamedFilter(model, label, function, _asks(function), reads)
        named_filters[model.__tablename__][said.name] = said
        return function

    return declare


def _declarer(into: dict[str, list[Declared]]) -> Callable[..., Callable[[Any], Any]]:
    def says(model: type[Table], title: str, **rest: Any) -> Callable[[Any], Any]:
        def declare(function: Any) -> Any:
            into[model.__tablename__].append(Declared(model, title, function, **rest))
            into[model.__tablename__].sort(key=lambda said: said.order)
            return function

        return declare

    return says


tab = _declarer(tabs)
widget = _declarer(widgets)


def glance(model: type[Table], of: str, *columns: str, title: str = "", **rest: Any) -> None:
    """A widget of how a tab begins, under the tab's own title if no other is given."""

    def begin(record: Any) -> Glance:
        return Glance(of, columns)

    words = title or of.rsplit("/", 1)[-1]
    begin.__name__ = fold(words).replace(" ", "_")
    widget(model, words, **rest)(begin)


header = _declarer(headers)
banner = _declarer(banners)
action = _declarer(actions)


def fact(model: type[Table], title: str, *columns: str, **rest: Any) -> None:
    """A header of columns of the record itself; left out while the first of them is empty."""

    def own(record: Any) -> Facts:
        return Facts(columns)

    header(model, title, when=lambda record: getattr(record, columns[0]) is not None, **rest)(own)


def queue(model: type[Table], title: str, **rest: Any) -> Callable[[Any], Any]:
    """A list that waits for someone: the function returns the address part of that list."""

    def declare(function: Any) -> Any:
        queues.append(Declared(model, title, function, **rest))
        queues.sort(key=lambda said: said.order)
        return function

    return declare
