"""Sums over time: the periods that a reader may choose, and what was added up in their parts."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.parse import FIRST_YEAR, LAST_YEAR

from .declare import Measure, Series

YEARS = 5  # that are offered, and shown together; an address may ask for any one


@dataclass(frozen=True)
class Period:
    """A month in days, a year in months, or some years. From `first` to the day before `end`."""

    part: str  # "day", "month" or "year"
    first: dt.date
    end: dt.date

    @property
    def name(self) -> str:
        """How it stands in an address."""
        if self.part == "year":
            return "all"
        return f"{self.first:%Y-%m}" if self.part == "day" else f"{self.first.year}"

    @property
    def label(self) -> str:
        if self.part == "year":
            return f"{self.first.year}–{self.end.year - 1}"
        return f"{self.first:%B %Y}" if self.part == "day" else f"{self.first.year}"


@dataclass(frozen=True)
class Sum:
    """What came together, and what it is divided by; by nothing, it is no number."""

    whole: Any
    per: Any = 1

    @property
    def value(self) -> Decimal:
        return Decimal(self.whole) / Decimal(self.per) if self.per else Decimal(0)


@dataclass(frozen=True)
class Point:
    """What came together in one part of a period."""

    label: str
    short: str  # below a bar
    values: Sequence[Sum]
    inner: str = ""  # the period that shows this part in its own parts


def month(first: dt.date) -> Period:
    return Period("day", first, first + dt.timedelta(calendar.monthrange(first.year, first.month)[1]))


def year(number: int) -> Period:
    return Period("month", dt.date(number, 1, 1), dt.date(number + 1, 1, 1))


def period(year_said: str, month_said: str, today: dt.date) -> Period:
    """The period that an address asks for; this year when it asks for none that there is."""
    if year_said == "all":
        return Period("year", dt.date(today.year - YEARS + 1, 1, 1), dt.date(today.year + 1, 1, 1))
    number, _, of_year = month_said.partition("-")
    if _known(number, FIRST_YEAR, LAST_YEAR) and _known(of_year, 1, 12):
        return month(dt.date(int(number), int(of_year), 1))
    return year(int(year_said) if _known(year_said, FIRST_YEAR, LAST_YEAR) else today.year)


def _known(text: str, low: int, high: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4 and low <= int(text) <= high


def offered(today: dt.date) -> list[Period]:
    """This year and those before, and these together."""
    return [*(year(today.year - back) for back in range(YEARS)), period("all", "", today)]


def points(session: Session, asked: Series, over: Period) -> list[Point]:
    """One for each part of the period, also where there is nothing; one statement."""
    part = sa.cast(sa.extract(over.part, asked.day), sa.Integer)
    within = (asked.day >= over.first, asked.day < over.end, *asked.where)
    shares = [m.per for m in asked.measures if not isinstance(m.per, int)]
    statement = sa.select(part, *(m.sum for m in asked.measures), *shares).where(*within).group_by(part)
    found = {number: values for number, *values in session.execute(statement)}
    nothing = [0] * (len(asked.measures) + len(shares))
    sums = {number: _sums(asked.measures, found.get(number, nothing)) for number in _numbers(over)}
    return [_point(over, number, values) for number, values in sums.items()]


def _sums(measures: Sequence[Measure], values: Sequence[Any]) -> list[Sum]:
    shares = iter(values[len(measures) :])
    pers = [m.per if isinstance(m.per, int) else next(shares) for m in measures]
    return [Sum(whole or 0, per or 0) for whole, per in zip(values, pers, strict=False)]


def _numbers(over: Period) -> range:
    if over.part == "year":
        return range(over.first.year, over.end.year)
    return range(1, 13) if over.part == "month" else range(1, (over.end - over.first).days + 1)


def _point(over: Period, number: int, values: Sequence[Sum]) -> Point:
    if over.part == "year":
        return Point(f"{number}", f"{number}", values, f"year={number}")
    if over.part == "month":
        inner = f"month={over.first.year}-{number:02}"
        return Point(f"{calendar.month_name[number]}", calendar.month_abbr[number], values, inner)
    return Point(f"{number} {over.first:%B}", f"{number}", values)


def total(measures: Sequence[Measure], found: Sequence[Point]) -> list[Sum]:
    parts = zip(*(point.values for point in found), strict=True)
    return [
        Sum(sum(s.whole for s in sums), m.per if isinstance(m.per, int) else sum(s.per for s in sums))
        for m, sums in zip(measures, parts, strict=True)
    ]
