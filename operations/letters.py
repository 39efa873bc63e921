"""From a template and a few values to the text and the HTML of a mail.

A template is paragraphs apart by an empty line, with names in double braces. Nothing in it is
computed, so whoever edits one cannot break into anything, and a value that holds braces stays
what it is. A paragraph in which a name has no value is left out. A paragraph of nothing but a link,
or of a label, a colon and a link, becomes a button; a password or code alone stands out in a box.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from models.choice import Choice
from models.text import clean

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "mail"
BLANK = "••••••"  # in the stored copy, in place of a secret
LONGEST_VALUE = 10_000
SUBJECT = 200
PLACE = re.compile(r"\{\{ *([a-z_]+) *\}\}")
_ALONE = re.compile(r"(?:([^\n{}:]+):\s+)?\{\{ *([a-z_]+) *\}\}")


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str
    html: str


def names_in(text: str) -> set[str]:
    return set(PLACE.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """One pass: what a value brings along is not looked at again."""
    return PLACE.sub(lambda place: values.get(place[1], ""), text)


def write(subject: str, body: str, values: Mapping[str, str], locale: str) -> Letter:
    # No line breaks in a subject: what follows one would be read as another header.
    title = " ".join(fill(subject, values).split())[:SUBJECT]
    kept = list(_paragraphs(body, values))
    inner = "\n".join(_html(paragraph, values) for paragraph in kept)
    frame = {name: escape(value) for name, value in values.items()}
    frame |= {"subject": escape(title), "body": inner, "lang": locale.replace("_", "-")}
    return Letter(title, "\n\n".join(fill(paragraph, values) for paragraph in kept), fill(layout(), frame))


@lru_cache(maxsize=1)
def layout() -> str:
    return (FOLDER / "layout.html").read_text(encoding="utf-8")


def _paragraphs(body: str, values: Mapping[str, str]) -> Iterator[str]:
    for paragraph in re.split(r"\n[ \t]*\n", body.replace("\r\n", "\n").strip()):
        if all(values.get(name) for name in PLACE.findall(paragraph)):
            yield paragraph.strip()


def _html(paragraph: str, values: Mapping[str, str]) -> str:
    alone = _ALONE.fullmatch(paragraph)
    if alone is None:
        return f"<p>{_lines(fill(paragraph, values))}</p>"
    label, name = alone[1] or "", alone[2]
    if name.endswith("link"):
        return _button(label or "Open", values[name])
    if not name.endswith(("password", "code")):
        return f"<p>{_lines(fill(paragraph, values))}</p>"
    before = f'<p class="label">{escape(label)}</p>' if label else ""
    return f'{before}<p class="box">{_lines(values[name])}</p>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _button(label: str, address: str) -> str:
    """With the address below it, for whoever reads where a button leads before pressing it."""
    if not address.startswith(("https://", "http://")):
        return (
            f'<p><span class="button off">{escape(label)}</span></p>\n<p class="small">{escape(address)}</p>'
        )
    there = escape(address)
    return (
        f'<p><a class="button" href="{there}">{escape(label)}</a></p>\n<p class="small">'
        f'If the button does not work, open this address:<br><a href="{there}">{there}</a></p>'
    )


def plain(value: Any, locale: str) -> str:
    """A value as it stands in a letter: days and numbers as the reader writes them."""
    if value is None:
        return ""
    if isinstance(value, Choice):
        return value.label
    known = _known(locale)
    if isinstance(value, dt.datetime):
        return f"{format_datetime(value.astimezone(dt.UTC), 'd MMMM y, HH:mm', locale=known)} UTC"
    if isinstance(value, dt.date):
        return format_date(value, "long", locale=known)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return format_decimal(value, locale=known)
    return clean(str(value))[:LONGEST_VALUE]


def amount(value: Decimal, currency: str, locale: str = "en_US") -> str:
    """Money with its currency, as the reader writes it."""
    return format_currency(value, currency, locale=_known(locale))


@lru_cache(maxsize=64)
def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale)
    except (ValueError, UnknownLocaleError):
        return Locale("en", "US")
