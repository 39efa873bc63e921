"""What the templates of merging and of duplicates are given; see shapes.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .shapes import Cell, Column, Empty, Link


@dataclass(frozen=True)
class Candidate:
    """One of the records side by side."""

    id: int
    name: str
    code: str
    href: str
    marks: Sequence[Markup]
    since: Markup
    kept: bool
    without: str  # address of the screen without this one, "" when too few would be left
    instead: str  # address of the screen that keeps this one, "" where the form itself asks


@dataclass(frozen=True)
class Pick:
    record: int
    html: Markup
    chosen: bool
    empty: bool


@dataclass(frozen=True)
class Field:
    """A field in which the records differ: whose value is kept."""

    name: str
    label: str
    picks: Sequence[Pick]
    result: Markup


@dataclass(frozen=True)
class Equal:
    label: str
    html: Markup


@dataclass(frozen=True)
class Relation:
    label: str
    counts: Sequence[str]  # by record, in the order of the candidates
    after: str
    note: str


@dataclass(frozen=True)
class Total:
    label: str
    parts: Sequence[Markup]
    sum: Markup


@dataclass(frozen=True)
class Picker:
    """A field in which another record is found."""

    action: str
    lookup: str
    label: str
    hidden: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class MergePage:
    title: str
    lede: str
    crumbs: Sequence[Link]
    action: str
    cancel: str
    back: str
    kept: Candidate | None
    candidates: Sequence[Candidate] = ()
    fields: Sequence[Field] = ()
    equal: Sequence[Equal] = ()
    relations: Sequence[Relation] = ()
    linked: str = ""  # how many records move, in words
    totals: Sequence[Total] = ()
    hindrances: Sequence[str] = ()
    concerns: Sequence[str] = ()
    errors: Sequence[str] = ()
    picker: Picker | None = None
    apart: str = ""  # where "not duplicates" is sent; "" when the person may not say so
    submit: str = ""
    direct: bool = False  # exactly two: they can be merged from here, without the preview
    hidden: Sequence[tuple[str, str]] = ()
    reason: str = ""
    reason_error: str = ""
    help: str = ""

    @property
    def able(self) -> bool:
        return not self.hindrances and len(self.candidates) > 1


@dataclass(frozen=True)
class LikeRow:
    id: int
    href: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class LikeGroup:
    title: Markup
    count: str
    rows: Sequence[LikeRow]
    more: str  # "and 12 more"
    merge: str  # address of the merge screen for these, "" when not permitted
    ids: str


@dataclass(frozen=True)
class DuplicatesPage:
    title: str
    lede: str
    crumbs: Sequence[Link]
    ways: Sequence[Link]
    sure: bool
    columns: Sequence[Column]
    groups: Sequence[LikeGroup]
    next: str
    looked: bool  # there may be more further on, though none were found so far
    first: str
    apart: str
    back: str
    empty: Empty | None
    as_list: str
    help: str
