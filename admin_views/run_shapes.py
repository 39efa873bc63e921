"""What the templates of operations and runs are given; see shapes.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .form_shapes import Input
from .history_shapes import Change
from .shapes import Empty, Link


@dataclass(frozen=True)
class Verb:
    """A button that carries an operation out, or a word why it cannot be pressed now."""

    name: str
    label: str
    icon: str
    says: str  # what it does, for whoever points at it
    href: str = ""
    why: str = ""  # not possible on this row, and why; "" when it is
    danger: bool = False
    prime: bool = False  # what a record in this state most likely needs


@dataclass(frozen=True)
class VerbGroup:
    label: str
    verbs: Sequence[Verb]


@dataclass(frozen=True)
class RowMenu:
    title: str
    crumbs: Sequence[Link]
    verbs: Sequence[Verb]
    links: Sequence[Link]


@dataclass(frozen=True)
class Bulk:
    """The bar under a list with ticks."""

    action: str  # where the ticked rows are sent, with the name of the operation
    query: str  # of the list: what "all that match" means, and what the ticks belong to
    total: str  # "1,797", "10,000+"
    what: str  # "customers"
    groups: Sequence[VerbGroup]
    hidden: Sequence[tuple[str, str]]
    back: str
    prints: Sequence[Link] = ()  # pages that print the ticked rows


@dataclass(frozen=True)
class AskPage:
    """What an operation wants to know before it can be previewed."""

    title: str
    lede: str
    crumbs: Sequence[Link]
    action: str
    back: str
    what: str  # which rows are meant, in words
    names: Sequence[Link]
    more: str  # "and 12 more"
    confirm: str
    unmet: Sequence[tuple[str, str]]  # (words, how many rows they hold for)
    able: bool  # whether any row can be done, as far as can be said
    inputs: Sequence[Input]
    hidden: Sequence[tuple[str, str]]
    go: str = ""  # label of the button that does it without a preview, for one row
    danger: bool = False
    final: bool = False
    errors: Sequence[str] = ()
    reason_value: str = ""
    reason_needed: bool = False
    reason_error: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a preview or a ledger: its name, what became of it, what was changed."""

    name: str
    href: str
    state: Markup
    reason: str
    changes: Sequence[Change] = ()
    others: Sequence[str] = ()  # what else was written, in words
    at: str = ""


@dataclass(frozen=True)
class Number:
    value: str
    label: str
    tone: str = ""  # "", pos, neg


@dataclass(frozen=True)
class Button:
    """A form with one button."""

    action: str
    label: str
    icon: str = ""
    css: str = ""
    key: str = ""
    why: str = ""  # it cannot be pressed, and why


@dataclass(frozen=True)
class Told:
    """A preview in words."""

    numbers: Sequence[Number]
    why: Sequence[tuple[str, str]]  # (words, how many rows)
    warnings: Sequence[str]
    lines: Sequence[Line]
    of: str  # "5 of 1,797"
    mails: str
    mail_samples: Sequence[tuple[str, str]]
    undo: str
    final: bool
    time: str
    submit: str  # "" when there is nothing to confirm, and
    instead: str  # why
    danger: bool
    count: str = ""  # has to be typed, "" when it need not be
    count_error: str = ""


@dataclass(frozen=True)
class Progress:
    value: int
    most: int
    label: str
    css: str
    numbers: Sequence[Number]
    time: str
    alive: bool


@dataclass(frozen=True)
class Ledger:
    lines: Sequence[Line]
    tabs: Sequence[Link]
    next: str = ""
    first: str = ""
    empty: Empty | None = None


@dataclass(frozen=True)
class RunPage:
    title: str
    state: Markup
    meta: str
    crumbs: Sequence[Link]
    here: str
    facts: Sequence[tuple[str, Markup]]
    told: Told | None = None  # of one that waits to be confirmed
    progress: Progress | None = None
    ledger: Ledger | None = None
    buttons: Sequence[Button] = ()
    links: Sequence[Link] = ()
    note: str = ""
    tone: str = "ok"
    error: str = ""
    ask: str = ""  # address of the questions
    back: str = ""
    revealed: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class RunRow:
    href: str
    title: str
    state: Markup
    who: str
    when: Markup
    numbers: str
    what: str


@dataclass(frozen=True)
class RunsPage:
    title: str
    lede: str
    rows: Sequence[RunRow]
    tables: Sequence[Link]
    states: Sequence[Link]
    older: str = ""
    newer: str = ""
    empty: Empty | None = None
