"""Value types: what a value means, from which everything else follows.

`Mapped[Email]` says it all: column type, form control, filter, cell, import parser, and whether
the value is personal. Only this file writes the key `field` into a column's `info`.
"""

import datetime as dt
import enum
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

from .choice import Choice, FlagChoice, StateChoice


class Exact(sa.types.TypeDecorator):
    """A Decimal of fixed places: NUMERIC on PostgreSQL, a scaled integer on SQLite.

    SQLite has only binary floats, so sums and comparisons of NUMERIC there are not exact.
    """

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, digits: int, places: int) -> None:
        super().__init__(digits, places)
        self.digits, self.places = digits, places
        self.unit = Decimal(1).scaleb(-places)

    def load_dialect_impl(self, dialect):
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.Numeric(self.digits, self.places))

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        exact = Decimal(value).quantize(self.unit, ROUND_HALF_UP)
        return int(exact.scaleb(self.places)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value, dialect):
        if value is None or dialect.name != "sqlite":
            return value
        return Decimal(value).scaleb(-self.places)


class Instant(sa.types.TypeDecorator):
    """An aware moment in UTC, also on SQLite, which stores no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value, dialect):
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Field:
    """The meaning of a column. `kind` chooses widget, cell, filter and parser."""

    kind: str
    personal: bool = False  # hidden without <table>.read_personal
    secret: bool = False  # never shown, exported, logged or kept in history


def _typed(python: Any, column: Any, kind: str, **rest: bool) -> Any:
    return Annotated[python, mapped_column(column, info={"field": Field(kind, **rest)})]


Code = _typed(str, sa.String(32), "code")
Name = _typed(str, sa.String(120), "line")
Line = _typed(str, sa.String(200), "line")
Text = _typed(str, sa.Text, "text")
Email = _typed(str, sa.String(254), "email", personal=True)
Phone = _typed(str, sa.String(16), "phone", personal=True)
Destination = _typed(str, sa.String(254), "line", personal=True)
Street = _typed(str, sa.String(120), "line", personal=True)
TaxNumber = _typed(str, sa.String(40), "line", personal=True)
PostalCode = _typed(str, sa.String(16), "postal")
Country = _typed(str, sa.String(2), "country")
Currency = _typed(str, sa.String(3), "currency")
Locale = _typed(str, sa.String(16), "locale")
TimeZone = _typed(str, sa.String(64), "timezone")
Money = _typed(Decimal, Exact(14, 2), "money")
Rate = _typed(Decimal, Exact(14, 6), "unit_price")
Percent = _typed(Decimal, Exact(5, 2), "percent")
TaxPercent = _typed(Decimal, Exact(7, 4), "percent")
Quantity = _typed(Decimal, Exact(10, 2), "decimal")
Degrees = _typed(Decimal, Exact(9, 6), "decimal")
Number = _typed(int, sa.Integer, "number")
Count = _typed(int, sa.BigInteger, "number")
Bytes = _typed(int, sa.BigInteger, "bytes")
YesNo = _typed(bool, sa.Boolean, "yes_no")
Day = _typed(dt.date, sa.Date, "day")
Moment = _typed(dt.datetime, Instant, "moment")
Switches = _typed(dict[str, bool], sa.JSON, "switches")
Schema = _typed(dict[str, Any], sa.JSON, "schema")
Attributes = _typed(dict[str, Any], sa.JSON, "attributes")
Permissions = _typed(list[str], sa.JSON, "permissions")
Value = _typed(str, sa.Text, "value")
NetAddress = _typed(str, sa.String(45), "line", personal=True)
Secret = _typed(str, sa.String(255), "secret", secret=True)

type_annotation_map = {
    enum.Enum: sa.Enum(
        enum.Enum,
        native_enum=False,
        create_constraint=False,  # base.py adds a named check that history does not copy
        length=24,
        values_callable=lambda choices: [member.value for member in choices],
    ),
}


def field_of(column: sa.Column) -> Field:
    """The meaning of any column, also of keys and enumerations, which no value type declares."""
    if declared := column.info.get("field"):
        return declared
    if rule := column.info.get("derived"):
        # A folded e-mail is as personal as the one that was typed.
        sources = [field_of(column.table.c[name]) for name in rule.sources]
        return Field("line", any(s.personal for s in sources), any(s.secret for s in sources))
    if choices := choices_of(column):
        if issubclass(choices, StateChoice):
            return Field("state")
        return Field("flag" if issubclass(choices, FlagChoice) else "choice")
    if column.foreign_keys:
        return Field("key")
    for kind, word in (("any_key", "of"), ("any_state", "state_of")):
        if word in column.info:  # the table that it is about stands in another column of the row
            return Field(kind)
    return Field("line" if isinstance(column.type, sa.String) else "number")


def choices_of(column: sa.Column) -> type[Choice] | None:
    return getattr(column.type, "enum_class", None)
