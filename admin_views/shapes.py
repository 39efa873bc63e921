"""What the templates are given: plain values, ready to print, no queries left inside.

A view builds one of these and hands it over as `page`. Templates decide how things look and
nothing else. `Markup` values are HTML that `cells.py` made and escaped; `str` values are
escaped by the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup


@dataclass(frozen=True)
class Link:
    """Somewhere to go. `on` marks the place where the reader already is."""

    label: str
    href: str
    icon: str = ""
    on: bool = False
    count: str = ""
    key: str = ""  # keyboard shortcut shown beside it
    group: str = ""  # heading above it and those that follow


@dataclass(frozen=True)
class MenuGroup:
    label: str  # "" for the first group, which has no heading
    links: Sequence[Link]
    open: bool = True


@dataclass(frozen=True)
class Option:
    value: str
    html: Markup
    checked: bool = False


@dataclass(frozen=True)
class Chip:
    """One filter above the list: offered (dashed) or set (filled).

    `kind` is how it is asked for: "options" (tick boxes), "remote" (type-ahead at `lookup`,
    chosen ones in `options`), "text", "range" (`low` and `high`, inputs named NAME_from, NAME_to).
    """

    name: str  # of the parameter in the address
    label: str
    kind: str
    on: bool = False
    negated: bool = False
    can_negate: bool = True
    says: str = ""  # "is any of Red, CHK"; only when `on`
    options: Sequence[Option] = ()
    value: str = ""
    low: str = ""
    high: str = ""
    input_type: str = "text"  # of the "text" and "range" inputs: text, number, date
    choices: Sequence[Option] = ()  # a second select beside a "text" chip, named NAME_in (country)
    lookup: str = ""
    hint: str = ""
    error: str = ""
    remove: str = ""  # address of the list without this filter


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    css: str = ""
    sort: str = ""  # address that sorts by it; "" when it cannot be sorted
    direction: str = ""  # "ascending" or "descending" when the list is sorted by it
    icon: str = ""  # shown in place of the label

    @property
    def says(self) -> str:
        """What a card puts before the value: a figure, a day or a Yes tells nothing by itself."""
        return self.label if {"r", "bare"} & set(self.css.split()) else ""


@dataclass(frozen=True)
class Cell:
    css: str
    html: Markup


@dataclass(frozen=True)
class Row:
    id: int
    href: str
    label: str
    cells: Sequence[Cell]
    edit: str = ""  # address of the edit form, "" when not permitted
    mark: str = ""  # name of an icon before the name
    trail: str = ""  # added to `href` where it is opened: the list that it is opened from


@dataclass(frozen=True)
class Empty:
    """Why there is nothing, and the nearest way out."""

    title: str
    text: str
    icon: str = "search-off"
    links: Sequence[Link] = ()


@dataclass(frozen=True)
class Listing:
    """A table with a foot: on the list page, in a tab, in a widget."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: Empty | None = None
    first: str = ""  # addresses of other pages of it
    previous: str = ""
    next: str = ""
    span: str = ""  # "1-50 of 4,812"
    total: Fact | None = None  # a sum over all rows, also those on other pages
    verbs: bool = False  # each row has the menu of what can be done with it


@dataclass(frozen=True)
class Bar:
    """One part of a period in a chart. Widths and places are shares of the chart in percent."""

    at: str  # left edge
    wide: str
    middle: str  # where its label stands
    top: str  # pixels from above
    high: str  # pixels
    label: str  # "" where it would not fit beside its neighbours
    title: str


@dataclass(frozen=True)
class Chart:
    """Sums over time, as bars and as a table of the same."""

    title: str
    says: str  # what can be seen in it, in a sentence
    bars: Sequence[Bar]
    columns: Sequence[str]  # the first is that of the periods
    rows: Sequence[tuple[Link, Sequence[Markup]]]  # a link without an address leads nowhere
    total: Sequence[Markup]
    periods: Sequence[Link] = ()
    empty: str = ""  # why there is nothing to draw


@dataclass(frozen=True)
class ListPage:
    title: str
    lede: str  # the sentence under the title
    total: str  # for people: "4,812", "10,000+"
    data_total: str  # for programs: "4812", "10000+"
    sentence: str  # what the list shows now, in words
    listing: Listing
    chips: Sequence[Chip]
    views: Sequence[Link]
    search: str
    search_hint: str
    search_in: Sequence[Option]  # columns that the search can be narrowed to; parameter `in`
    error: str  # of the search or the address as a whole
    keep: Sequence[tuple[str, str]]  # hidden inputs: what a form above the list must not lose
    clear: str  # address without filters, "" when there are none
    exports: Sequence[Link]
    new: Sequence[Link]  # first one is the filled button
    sizes: Sequence[Link]
    columns: Sequence[Option] = ()  # to choose from; parameter `columns`, comma-separated or repeated
    help: str = ""
    bulk: Any = None  # run_shapes.Bulk, where rows can be ticked


@dataclass(frozen=True)
class Fact:
    """A cell of the record's header or a line of a widget."""

    label: str
    html: Markup
    small: Markup = Markup("")
    edit: str = ""  # address of the form that changes it
    hint: str = ""
    origin: str = ""  # where it says who set it
