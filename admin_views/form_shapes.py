"""What the templates of forms are given; see shapes.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .shapes import Empty, Link


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
