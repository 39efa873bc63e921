"""How a table wants to be shown: which columns, in which order, under which words.

A screen chooses names; it never chooses colours, classes or templates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Headings of the menu in their order: these open at first; those of other tables stand before the last ones.
FIRST_GROUPS = ("", "Operations")
GROUPS = ("Sales", "Services", "Usage", "Support", "Catalog")
LAST_GROUPS = ("Setup", "System")


def as_in_menu(groups: Iterable[str]) -> list[str]:
    """Headings in the order of the menu. Those that only tables name stand before the last ones."""
    known = (*FIRST_GROUPS, *GROUPS)
    return [*known, *sorted(set(groups) - {*known, *LAST_GROUPS}), *LAST_GROUPS]


@dataclass(frozen=True)
class Preset:
    """A way to start a new record: a button, with values filled in.

    `placeholders` are values that have to be overwritten: saving them unchanged is refused.
    """

    label: str
    values: Mapping[str, Any] = field(default_factory=dict)
    placeholders: Sequence[str] = ()
    icon: str = "plus"

    @property
    def name(self) -> str:
        """How it stands in an address: "New organization" is `organization`."""
        return self.label.split()[-1].lower()


@dataclass(frozen=True)
class Screen:
    """The declaration that the generator reads. Every name in it is checked at the start."""

    menu: str = ""  # words in the menu; empty: not in the menu
    group: str = ""  # heading in the menu
    icon: str = "table"
    list: Sequence[str] = ()  # columns of the list, the first one opens the record
    more: Sequence[str] = ()  # further columns that a reader may add to the list
    search: Sequence[str] = ()  # own columns, or table.column of a child
    filters: Sequence[str] = ()  # own columns, or tables tied by a Link
    inventory: Sequence[str] = ()  # own columns by which a thing is found; each needs an index
    order: str = "id"  # first order of the list; "-name" descends
    order_below: str = ""  # first order among the rows of one record, where it is another
    labels: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)  # fieldset -> columns
    mark: Mapping[str, str] = field(default_factory=dict)  # value of a choice -> icon by the name
    tab_of: str = ""  # the parent table on whose page the rows are a tab
    tab: str = ""  # title of that tab, "Tab/Subtab" for one below another
    subtabs: Mapping[str, str] = field(default_factory=dict)  # title -> address part: narrowed, beside it
    tab_order: int = 50
    restricted: Mapping[str, Any] = field(default_factory=dict)  # column -> value of rows for read_VALUE only
    part_of: str = ""  # the parent table in whose form the rows are edited
    views: Mapping[str, str] = field(default_factory=dict)  # title -> address part of the list
    presets: Sequence[Preset] = ()
    header: Sequence[str] = ()  # columns shown as marks beside the title
    landing: str = ""  # tab that opens first
    overview: str = "Overview"  # title of the tab of widgets
    information: str = "Information"  # title of the tab of all values
    writes: frozenset[str] = frozenset({"create", "update", "delete"})
    newcomer: Sequence[str] = ()  # columns of a parent that may be made along with a new row
    newcomer_is: Mapping[str, Any] = field(default_factory=dict)  # what such a parent has besides
    file: str = ""  # what the form calls the file that each row holds (operations/files.py)
    help: str = ""  # page of the guide, with its anchor


def said(model: Any) -> str:
    """The sentence under the page title: the first line of the class docstring."""
    return (model.__doc__ or "").strip().split("\n")[0]


def label_of(model: Any, name: str) -> str:
    """The words for a column: declared, or made from its name."""
    if declared := model.screen.labels.get(name):
        return declared
    bare = name.removesuffix("_id").removesuffix("_at").removesuffix("_e164")
    return bare.replace("_", " ").capitalize()


def title_of(model: Any) -> str:
    """What one row is called: "Price level"."""
    return model.screen.labels.get("") or model.__tablename__.replace("_", " ").capitalize()


def plural_of(model: Any) -> str:
    return model.screen.menu or model.screen.tab.split("/")[-1] or f"{title_of(model)}s"


def counted(model: Any, number: int) -> str:
    """Within a sentence: "1 customer", "2,000 customers"."""
    return f"{number:,} {lowered((title_of if number == 1 else plural_of)(model))}"


def lowered(words: str) -> str:
    """As it stands within a sentence: "price level", but "SIM card" and "VoIP line"."""
    return " ".join(w.lower() if w[1:].islower() or len(w) == 1 else w for w in words.split(" "))
