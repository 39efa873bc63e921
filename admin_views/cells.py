"""A value as HTML: one function per kind, for lists, records and history alike.

Everything that comes from the database is escaped here. `Markup` made here is the only HTML that
templates print as it is.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, get_currency_precision, get_currency_symbol
from markupsafe import Markup, escape

from models.attributes import Attribute, attributes_of, pairs
from models.base import Record, Table
from models.choice import Choice
from models.fields import field_of
from models.parse import countries, spelled
from queries.viewer import Viewer

LONGEST = 120  # characters of a text in a list
MASK = Markup('<span class="muted" title="You may not see this value">••••</span>')
NOTHING = Markup('<span class="muted" aria-label="none">–</span>')
ADMIN = "/admin"


@dataclass(frozen=True)
class Look:
    """For whom and where a value is shown."""

    timezone: str = "UTC"
    currency: str = ""
    whole: bool = False  # on a record page: nothing is cut short, addresses can be clicked
    now: dt.datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def record_path(model: type[Table], row_id: int, *rest: str) -> str:
    return "/".join((ADMIN, model.__tablename__, str(row_id), *rest)) + "/"


def text(value: Any, look: Look) -> Markup:
    said = str(value)
    if look.whole:
        return Markup('<span class="prewrap">{}</span>').format(_parted(said))
    if len(said) <= LONGEST:
        return escape(said)
    return Markup('<span title="{}">{}…</span>').format(said[:1000], said[: LONGEST - 1])


def _parted(said: str) -> Markup:
    """An e-mail address that is too long for its line breaks between its parts, not within a word."""
    words = re.split(r"(\s+)", said)
    parts = (Markup("<wbr>").join(re.split("(?=[@.])", word)) if "@" in word else word for word in words)
    return Markup("").join(parts)


def code(value: str, look: Look) -> Markup:
    return Markup('<span class="code">{}</span>').format(value)


def email(value: str, look: Look) -> Markup:
    if not look.whole:
        return Markup('<span title="{}">{}</span>').format(value, value)
    return Markup('<a href="mailto:{}">{}</a>').format(value, _parted(value))


def phone(value: str, look: Look) -> Markup:
    shown = spelled(value)
    if look.whole:
        return Markup('<a href="tel:{}"><bdi>{}</bdi></a>').format(value, shown)
    return Markup("<bdi>{}</bdi>").format(shown)


def money(value: Decimal, look: Look) -> Markup:
    shown = _priced(value, look.currency) if look.currency else f"{value:,.2f}"
    return Markup('<bdi class="num">{}</bdi>').format(shown.replace("-", "−"))


@lru_cache(maxsize=256)
def _sign(currency: str) -> tuple[str, int]:
    """What stands before an amount, a code with a blank, and how many places it has."""
    sign = get_currency_symbol(currency, locale="en")
    return f"{sign}\xa0" if sign.isalpha() else sign, get_currency_precision(currency)


def _priced(value: Decimal, currency: str) -> str:
    sign, places = _sign(currency)
    return f"{'-' if value < 0 else ''}{sign}{abs(value):,.{places}f}"


def unit_price(value: Decimal, look: Look) -> Markup:
    """Money to six places, and to no fewer than its currency has."""
    sign, places = _sign(look.currency) if look.currency else ("", 2)
    shown = format_decimal(abs(value), f"#,##0.{'0' * places}{'#' * (6 - places)}", locale="en")
    return Markup('<bdi class="num">{}{}{}</bdi>').format("−" if value < 0 else "", sign, shown)


def decimal(value: Decimal, look: Look) -> Markup:
    shown = format_decimal(value, "#,##0.######", locale="en")  # all places that a value can have
    return Markup('<bdi class="num">{}</bdi>').format(shown.replace("-", "−"))


def percent(value: Decimal, look: Look) -> Markup:
    shown = format_decimal(value, locale="en")
    return Markup('<bdi class="num">{} %</bdi>').format(shown)


def number(value: int, look: Look) -> Markup:
    return Markup('<bdi class="num">{}</bdi>').format(f"{value:,}".replace("-", "−"))


def size(value: int, look: Look) -> Markup:
    """In the unit that leaves few digits; 1 kB is 1,024 bytes, as networks count."""
    shown, exact = _sized(value), f"{value:,} bytes"
    return Markup('<bdi class="num" title="{}">{}</bdi>').format(exact, shown)


def _sized(value: int) -> str:
    amount, units = float(value), ("B", "kB", "MB", "GB", "TB")
    for unit in units:
        if abs(amount) < 1024 or unit == units[-1]:
            return f"{amount:,.0f} {unit}" if unit == "B" or abs(amount) >= 100 else f"{amount:,.1f} {unit}"
        amount /= 1024
    raise AssertionError("unreachable")


def duration(value: int, look: Look) -> Markup:
    """Seconds as a clock shows them, such as 1:05 or 2:03:20."""
    minutes, seconds = divmod(value, 60)
    hours, minutes = divmod(minutes, 60)
    shown = f"{hours:,}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return Markup('<bdi class="num" title="{}">{}</bdi>').format(f"{value:,} seconds", shown)


def yes_no(value: bool, look: Look) -> Markup:
    return Markup("Yes") if value else Markup('<span class="muted">No</span>')


def day(value: dt.date, look: Look) -> Markup:
    shown = f"{value.day} {value:%b %Y}"
    return Markup('<time class="nowrap" datetime="{}">{}</time>').format(value.isoformat(), shown)


def moment(value: dt.datetime, look: Look) -> Markup:
    """Relative up to a day before or after, else the date; the exact time with its zone on hover."""
    local = value.astimezone(look.zone)
    exact = f"{local.day} {local:%B %Y, %H:%M:%S} {look.timezone}"
    shown = ago(value, look.now or dt.datetime.now(dt.UTC), local)
    return Markup('<time class="nowrap" datetime="{}" title="{}" data-rel>{}</time>').format(
        value.isoformat(timespec="seconds"), exact, shown
    )


def ago(value: dt.datetime, now: dt.datetime, local: dt.datetime) -> str:
    seconds = (now - value).total_seconds()
    if abs(seconds) >= 86_400:
        return f"{local.day} {local:%b %Y}"
    if -60 < seconds < 60:
        return "just now"
    minutes = int(abs(seconds) // 60)
    said = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
    return f"{said} ago" if seconds > 0 else f"in {said}"


# Typed: two lists may have one value in common, a job and a message that are both "queued".
@lru_cache(maxsize=512, typed=True)
def badge(member: Choice) -> Markup:
    return Markup('<span class="bdg t-{}">{}</span>').format(member.tone, member.label)


@lru_cache(maxsize=512, typed=True)
def choice(member: Choice) -> Markup:
    if member.tone == "gray":
        return escape(member.label)
    return Markup('<span class="bdg plain t-{}">{}</span>').format(member.tone, member.label)


@lru_cache(maxsize=64, typed=True)
def flag(member: Choice) -> Markup:
    letter = member.label if member.tone == "chk" else member.label[0]
    return Markup(
        '<span class="flag f-{}" title="{} flag"><span aria-hidden="true">{}</span>'
        '<span class="sr">{} flag</span></span>'
    ).format(member.tone, member.label, letter, member.label)


def country(value: str, look: Look) -> Markup:
    name = countries().get(value, value)
    return escape(name) if look.whole else Markup('<span title="{}">{}</span>').format(name, value)


def locale(value: str, look: Look) -> Markup:
    name = _spoken(value)
    return escape(name) if look.whole else Markup('<span title="{}">{}</span>').format(name, value)


@lru_cache(maxsize=256)
def _spoken(value: str) -> str:
    """Language and country in words."""
    try:
        return Locale.parse(value).get_display_name("en") or value
    except (UnknownLocaleError, ValueError):
        return value


def switches(value: dict[str, bool], look: Look) -> Markup:
    """Those that are on; one that was switched off, instead of leaving it open, says so."""
    said = [("" if on else "not ") + name.replace("_", " ") for name, on in (value or {}).items()]
    return tags(said, len(said)) if said else NOTHING


def permissions(value: Sequence[str], look: Look) -> Markup:
    if look.whole:
        return Markup('<span class="tags wrap">{}</span>').format(
            Markup("").join(Markup('<span class="tag">{}</span>').format(_permitted(v)) for v in value)
        )
    return Markup('<span class="num">{}</span>').format(f"{len(value):,}")


def _permitted(permission: str) -> str:
    """As on the form: "Price level: read"."""
    return permission.replace(".", ": ").replace("_", " ").capitalize()


def attributes(value: dict[str, Any], look: Look) -> Markup:
    return answers(pairs(value), look)


def answers(said: Sequence[tuple[str, str]], look: Look) -> Markup:
    """Labels with what was answered: line by line on a record, in a row in a list."""
    if not said:
        return NOTHING
    between = "\n" if look.whole else ", "
    return KINDS["text"](between.join(f"{label}: {answer}" for label, answer in said), look)


def schema(value: dict[str, Any], look: Look) -> Markup:
    return answers([(a.label, _asked(a)) for a in attributes_of(value)], look)


def _asked(attribute: Attribute) -> str:
    what = ", ".join(attribute.choices) or attribute.kind.label.lower()
    more = [attribute.unit and f"in {attribute.unit}", attribute.required and "needed"]
    return ", ".join(filter(None, (what, *more)))


def tags(names: Sequence[str], most: int = 2) -> Markup:
    """A few tags in a row, the rest in the title of "+n"."""
    shown = Markup("").join(Markup('<span class="tag">{}</span>').format(n) for n in names[:most])
    rest = names[most:]
    if rest:
        shown += Markup('<span class="muted small" title="{}">+{}</span>').format(", ".join(rest), len(rest))
    return Markup('<span class="tags">{}</span>').format(shown)


def link(row: Table, viewer: Viewer) -> Markup:
    """The name of a record that a key points at, as a way to it for who may open it."""
    if not (isinstance(row, Record) and row.screen.list and viewer.may_read(type(row))):
        return escape(str(row))
    return Markup('<a href="{}">{}</a>').format(record_path(type(row), row.id), str(row))


KINDS: dict[str, Callable[[Any, Look], Markup]] = {
    "text": text,
    "value": text,
    "code": code,
    "email": email,
    "phone": phone,
    "money": money,
    "unit_price": unit_price,
    "seconds": duration,
    "decimal": decimal,
    "percent": percent,
    "number": number,
    "bytes": size,
    "yes_no": yes_no,
    "day": day,
    "moment": moment,
    "country": country,
    "locale": locale,
    "switches": switches,
    "permissions": permissions,
    "attributes": attributes,
    "schema": schema,
    "state": lambda value, look: badge(value),
    "flag": lambda value, look: flag(value),
    "choice": lambda value, look: choice(value),
    "secret": lambda value, look: MASK,
}


def is_late(column: sa.Column, row: Any, look: Look) -> bool:
    """Whether what was due is not done: `info={"due": (column of the state, states that end it)}`."""
    due, value = column.info.get("due"), getattr(row, column.name, None)
    if not due or value is None or getattr(row, due[0]) in due[1]:
        return False
    return value < (look.now or dt.datetime.now(dt.UTC))


def late(shown: Markup) -> Markup:
    return Markup('<span class="late">{}<span class="sr"> overdue</span></span>').format(shown)


PRICED = frozenset({"money", "unit_price"})  # kinds that are shown with a currency
RIGHT = frozenset({"money", "unit_price", "decimal", "percent", "number", "bytes", "moment", "permissions"})


def kind_of(column: sa.Column) -> str:
    """How a column is shown; a derived text is shown as text."""
    if "derived" in column.info:
        return "line"
    return field_of(column).kind


def kind_in(column: sa.Column, row: Any) -> str:
    """The same of one row, where another column of it says what was measured."""
    said, kinds = column.info.get("measured", ("", {}))
    return kinds.get(getattr(row, said, None) if said else None) or kind_of(column)


def show(column: sa.Column, value: Any, look: Look, row: Any = None) -> Markup:
    """Any value of a column, empty ones as a dash."""
    if value is None or value == "":
        return NOTHING
    return KINDS.get(kind_in(column, row), text)(value, look)
