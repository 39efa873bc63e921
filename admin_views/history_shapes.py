"""What the templates of history are given; see shapes.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .shapes import Chip, Empty, Link


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
