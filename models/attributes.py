"""What a product asks of each subscription: attributes, declared in data instead of in a table.

A schema is name -> how it is asked for; the answers are name -> value, as JSON keeps it. A secret
answer is kept elsewhere, encrypted; among the others stands only how it ends.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from .choice import Choice
from .fields import Exact, Field

DOTS = "••••"
LONGEST = 200


class AttributeKind(Choice):
    LINE = "line", "Text"
    NUMBER = "number", "Number"
    YES_NO = "yes_no", "Yes or no"
    CHOICE = "choice", "One of a list"
    DAY = "day", "Day"
    SECRET = "secret", "Secret"


COLUMNS: Mapping[AttributeKind, tuple[Any, str]] = {
    AttributeKind.LINE: (sa.String(LONGEST), "line"),
    AttributeKind.NUMBER: (Exact(14, 6), "decimal"),
    AttributeKind.YES_NO: (sa.Boolean(), "yes_no"),
    AttributeKind.CHOICE: (sa.String(LONGEST), "line"),
    AttributeKind.DAY: (sa.Date(), "day"),
    AttributeKind.SECRET: (sa.String(LONGEST), "line"),
}


@dataclass(frozen=True)
class Attribute:
    """One thing that is asked."""

    name: str  # by which the answer is kept
    label: str
    kind: AttributeKind = AttributeKind.LINE
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""

    @property
    def column(self) -> sa.Column:
        """What a column for it would be, from which its field in a form is made."""
        kind, field = COLUMNS[self.kind]
        return sa.Column(self.name, kind, nullable=not self.required, info={"field": Field(field)})

    @property
    def said(self) -> dict[str, Any]:
        """How the schema keeps it, without what goes without saying."""
        own = {"label": self.label, "kind": self.kind.value}
        more = {"required": self.required, "choices": list(self.choices), "unit": self.unit}
        return own | {name: value for name, value in more.items() if value}

    def words(self, value: Any) -> str:
        return f"{plain(value)} {self.unit}".strip()


def attributes_of(schema: Mapping[str, Any] | None) -> list[Attribute]:
    """What a schema asks for, in its order; what cannot be understood is a text."""
    return [_attribute(name, said) for name, said in (schema or {}).items() if isinstance(said, Mapping)]


def _attribute(name: str, said: Mapping[str, Any]) -> Attribute:
    known = {kind.value: kind for kind in AttributeKind}
    return Attribute(
        name,
        said.get("label") or titled(name),
        known.get(said.get("kind", ""), AttributeKind.LINE),
        bool(said.get("required")),
        tuple(said.get("choices") or ()),
        said.get("unit") or "",
    )


def titled(name: str) -> str:
    return name.replace("_", " ").capitalize()


def pairs(values: Mapping[str, Any] | None, schema: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
    """(label, answer) for people, in the order of the schema; what it does not know comes last."""
    known = {attribute.name: attribute for attribute in attributes_of(schema)}
    given = {name: value for name, value in (values or {}).items() if value not in (None, "")}
    asked = [(a.label, a.words(given[n])) for n, a in known.items() if n in given]
    return [*asked, *((titled(n), plain(v)) for n, v in given.items() if n not in known)]


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def packed(value: Any) -> Any:
    """An answer as JSON keeps it: whole numbers as such, others exactly, days as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def unpacked(attribute: Attribute, value: Any) -> Any:
    """The other way round; None for what cannot be an answer to this any more."""
    try:
        if attribute.kind is AttributeKind.NUMBER and value is not None:
            return Decimal(str(value))
        if attribute.kind is AttributeKind.DAY and value:
            return dt.date.fromisoformat(value)
    except (ArithmeticError, ValueError, TypeError):
        return None
    return value


def masked(secret: str) -> str:
    """How it ends, by which a person can tell two apart, and never more than a third of it."""
    return f"{DOTS}{secret[-min(4, len(secret) // 3) :]}" if len(secret) > 2 else DOTS


def is_masked(text: Any) -> bool:
    return isinstance(text, str) and text.startswith(DOTS)
