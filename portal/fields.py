"""Forms of the portal: a few columns of a row, read by their value type as everywhere."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.base import Record
from models.fields import field_of
from models.parse import Place, Unreadable, countries, read
from models.screen import label_of

TYPES = {"email": "email", "phone": "tel", "text": "area"}
AUTOCOMPLETE = {
    "name": "name",
    "email": "email",
    "phone_e164": "tel",
    "line1": "address-line1",
    "line2": "address-line2",
    "postal_code": "postal-code",
    "city": "address-level2",
    "region": "address-level1",
    "country": "country",
}


@dataclass(frozen=True)
class Input:
    name: str
    label: str
    value: str
    type: str
    required: bool
    autocomplete: str
    limit: int | None
    error: str = ""
    options: Sequence[tuple[str, str]] = ()


@dataclass
class Fields:
    """Some columns of a table as one form. `sent` None: shown for the first time."""

    model: type[Record]
    names: Sequence[str]
    row: Record | None
    sent: Mapping[str, str] | None
    place: Place
    needed: Collection[str] = ()  # beside those that the table demands
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def read(self) -> bool:
        """Whether everything that was sent can be understood; `values` has it then."""
        for name in self.names:
            column = self.model.__table__.c[name]
            try:
                value = read(column, (self.sent or {}).get(name, ""), self.place)
            except Unreadable as problem:
                self.errors[name] = str(problem)
                continue
            if value is None and not column.nullable:
                value = "" if column.default is not None else None
                if value is None:
                    self.errors[name] = "This is needed."
                    continue
            self.values[name] = value
        return not self.errors

    def inputs(self) -> list[Input]:
        return [self._input(name) for name in self.names]

    def _input(self, name: str) -> Input:
        column = self.model.__table__.c[name]
        kind = field_of(column).kind
        kept = getattr(self.row, name) if self.row else self.place.country if kind == "country" else None
        return Input(
            name=name,
            label=label_of(self.model, name),
            value=self.sent.get(name, "") if self.sent is not None else kept or "",
            type=TYPES.get(kind, "text"),
            required=(not column.nullable and column.default is None) or name in self.needed,
            autocomplete=AUTOCOMPLETE.get(name, "off"),
            limit=getattr(column.type, "length", None) if kind == "line" else None,
            error=self.errors.get(name, ""),
            options=list(countries().items()) if kind == "country" else (),
        )
