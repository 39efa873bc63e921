"""What the templates of a record's page are given; see shapes.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .form_shapes import Input
from .history_shapes import Timeline
from .shapes import Chart, Chip, Fact, Link, Listing, Option


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
