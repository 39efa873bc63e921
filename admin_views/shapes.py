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


# --- list ------------------------------------------------------------------------------------


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


# --- record ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """A cell of the record's header or a line of a widget."""

    label: str
    html: Markup
    small: Markup = Markup("")
    edit: str = ""  # address of the form that changes it
    hint: str = ""
    origin: str = ""  # where it says who set it


@dataclass(frozen=True)
class Origin:
    """Who gave a value to a record, when and why."""

    label: str
    who: str
    moment: Markup
    reason: str
    history: str  # the record's


@dataclass(frozen=True)
class OriginPage:
    title: str
    crumbs: Sequence[Link]
    origin: Origin


@dataclass(frozen=True)
class Banner:
    """Something the reader must see first: a pop-up note."""

    lead: str
    text: str
    by: str
    tone: str = "bad"  # bad, warn, info, ok
    links: Sequence[Link] = ()


@dataclass(frozen=True)
class Widget:
    title: str
    group: str
    href: str = ""
    link: str = "Open"
    count: str = ""
    size: str = ""  # "", w3, w4, w6
    facts: Sequence[Fact] = ()
    listing: Listing | None = None
    chart: Chart | None = None
    lines: Sequence[tuple[Markup, Markup]] = ()  # (left, right)
    error: str = ""
    empty: str = ""
    later: str = ""  # where it is read: when it is looked at, or once more after an error


@dataclass(frozen=True)
class Header:
    title: str
    code: str
    avatar: str
    marks: Sequence[Markup]  # state, flag, tags
    facts: Sequence[Fact]
    actions: Sequence[Link]  # first one is the filled button
    verbs: Sequence[Any] = ()  # run_shapes.Verb


@dataclass(frozen=True)
class Section:
    """A heading with its facts: how a whole record is printed."""

    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Said:
    """A turn of a conversation, or a step between two."""

    who: str
    at: Markup
    kind: Markup
    side: str  # "ours", "theirs", "inside", or "step"
    words: Markup = Markup("")
    via: Markup = Markup("")


@dataclass(frozen=True)
class SayForm:
    """A verb that adds to a conversation, asked in its place."""

    label: str
    says: str
    icon: str
    action: str
    hidden: Sequence[tuple[str, str]]
    inputs: Sequence[Input]
    inside: bool  # the other side does not read it
    why: str = ""  # why it cannot be done now


@dataclass(frozen=True)
class Thread:
    said: Sequence[Said]  # the oldest first
    forms: Sequence[SayForm]
    older: str = ""
    newer: str = ""


@dataclass(frozen=True)
class RecordPage:
    title: str
    crumbs: Sequence[Link]
    header: Header
    banners: Sequence[Banner]
    tabs: Sequence[Link]
    subtabs: Sequence[Link]
    tab: str
    help: str
    body: str  # "widgets", "sections", "listing", "chart", "thread", "history"
    widgets: Sequence[Widget] = ()
    aside: Sequence[Widget] = ()
    nothing: Sequence[Link] = ()  # parts of which the record has nothing yet
    sections: Sequence[Section] = ()
    listing: Listing | None = None
    chart: Chart | None = None
    thread: Thread | None = None
    history: Timeline | None = None
    add: Link | None = None
    note: str = ""  # a line of explanation above the body
    moving: bool = False  # changes by itself: the page looks again
    adder: Adder | None = None
    chips: Sequence[Chip] = ()  # filters of the listing
    keep: Sequence[tuple[str, str]] = ()  # what their forms must not lose
    clear: str = ""  # address without filters, "" when there are none
    before: str = ""  # previous and next record of the list it was opened from
    after: str = ""


@dataclass(frozen=True)
class Adder:
    """A small form above a tab: type a code, name or e-mail, press the button."""

    action: str
    label: str
    hint: str
    button: str
    value: str = ""
    error: str = ""
    choices: Sequence[Option] = ()  # several answered to what was typed: choose one
    confirm: str = ""  # a question that has to be said yes to ("move")


# --- form ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """Somebody else changed the same field meanwhile."""

    mine: Markup
    theirs: Markup
    by: str  # "Marta Kovács, 2 min ago"


@dataclass(frozen=True)
class Input:
    """One field of a form. `html` is the control itself; the template adds label, hint, errors."""

    name: str
    label: str
    html: Markup
    id: str
    hint: str = ""
    errors: Sequence[str] = ()
    required: bool = False
    wide: bool = False
    boxed: bool = False  # a tick box: control before its label
    clash: Clash | None = None


@dataclass(frozen=True)
class Fieldset:
    """`follows` names the field on whose value it depends which inputs there are."""

    title: str
    inputs: Sequence[Input]
    follows: str = ""
    empty: str = ""
    carried: Sequence[tuple[str, str]] = ()  # hidden inputs


@dataclass(frozen=True)
class Part:
    """Child rows edited inside the form of their parent."""

    name: str
    title: str
    hint: str
    rows: Sequence[Sequence[Input]]
    blank: Sequence[Input]  # the row that "Add" copies; its names carry "__n__"
    errors: Sequence[str] = ()
    adds: bool = True  # whether this person may make such rows
    removes: bool = True  # and delete those that are there


@dataclass(frozen=True)
class FormPage:
    title: str
    lede: str
    crumbs: Sequence[Link]
    action: str
    cancel: str
    submit: str
    fieldsets: Sequence[Fieldset]
    parts: Sequence[Part] = ()
    hidden: Sequence[tuple[str, str]] = ()
    errors: Sequence[str] = ()  # of the form as a whole
    note: str = ""
    instead: Link | None = None  # what leads on where the note says that something cannot be changed
    reason: bool = True  # offer the "why" field
    reason_value: str = ""
    meta: str = ""  # "Version 41, last changed 4 min ago"
    help: str = ""
    multipart: bool = False  # it has a file
    preview: str = ""  # address that shows what will come of it


@dataclass(frozen=True)
class KeptPage:
    """In place of a form: the record stays as it is."""

    title: str
    crumbs: Sequence[Link]
    why: Empty


# --- history ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    field: str
    old: Markup | None  # None reads "empty"
    new: Markup | None
    restore: dict[str, str] | None = None  # hidden inputs of the restore form; None: not offered
    added: Sequence[str] = ()  # for sets: tags
    removed: Sequence[str] = ()


@dataclass(frozen=True)
class Undo:
    """A button that plans the way back of a run and shows what it would do, or why it cannot be pressed."""

    action: str
    label: str
    what: str  # "run 12", for who hears the button without its entry
    hidden: Sequence[tuple[str, str]]
    why: str = ""


@dataclass(frozen=True)
class Entry:
    """What one person did in one go."""

    moment: Markup  # <time>
    clock: str
    who: str
    did: str  # "changed Bill To"
    subject: Link | None  # the record, on pages over many records
    reason: str
    source: str
    tone: str
    changes: Sequence[Change]
    restore: str = ""  # where a deleted record is asked to come back; "": not offered
    run: Link | None = None  # the run that it was part of; without an address for whom it is not shown
    undo: Sequence[Undo] = ()


@dataclass(frozen=True)
class Day:
    title: str
    count: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Timeline:
    days: Sequence[Day]
    restore_to: str = ""  # where the restore forms post
    older: str = ""
    newer: str = ""
    chips: Sequence[Chip] = ()
    empty: Empty | None = None
    keep: Sequence[tuple[str, str]] = ()  # what the forms of the chips must not lose


@dataclass(frozen=True)
class HistoryPage:
    title: str
    lede: str
    timeline: Timeline
    tabs: Sequence[Link] = ()
