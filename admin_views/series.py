"""Sums over time as a chart: bars of one measure, and a table of them all."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from models.base import now
from queries.declare import Measure, Series
from queries.series import Period, Point, Sum, offered, period, points, total

from .cells import KINDS, NOTHING, Look
from .shapes import Bar, Chart, Link

HIGH, FOOT = 120.0, 20  # pixels of the highest bar, and below it for labels
LABELS = 12  # that fit beside each other on a phone


def chart(
    session: Session, title: str, asked: Series, given: Mapping[str, str], look: Look, here: str
) -> Chart:
    """`given` is the query of the address, `here` the address without it."""
    today = now().astimezone(look.zone).date()
    over = period(given.get("year", ""), given.get("month", ""), today)
    found = points(session, asked, over)
    sums = total(asked.measures, found)
    printed = [_cells(asked.measures, sums, look), *(_cells(asked.measures, p.values, look) for p in found)]
    return Chart(
        title=title,
        says=_says(asked.measures[0], over, found, printed),
        bars=_bars(asked.measures[0], found, look),
        columns=[_heading(over), *(m.label for m in asked.measures)],
        rows=[(Link(p.label, _inner(here, p)), cells) for p, cells in zip(found, printed[1:], strict=True)],
        total=printed[0],
        periods=_periods(over, here, today),
        empty="" if any(s.whole for s in sums) else asked.empty or "Nothing in this time.",
    )


def _inner(here: str, point: Point) -> str:
    return f"{here}?{point.inner}" if point.inner else ""


def _heading(over: Period) -> str:
    return {"day": "Day", "month": "Month", "year": "Year"}[over.part]


def _periods(over: Period, here: str, today: Any) -> list[Link]:
    made = [Link(p.label, f"{here}?year={p.name}", on=p == over) for p in offered(today)]
    if not any(link.on for link in made):
        kind = "month" if over.part == "day" else "year"
        made.insert(0, Link(over.label, f"{here}?{kind}={over.name}", on=True))
    return made


def _cells(measures: Sequence[Measure], values: Sequence[Sum], look: Look) -> list[Markup]:
    return [_cell(m, v, look) for m, v in zip(measures, values, strict=True)]


def _cell(measure: Measure, value: Sum, look: Look) -> Markup:
    """Sums of whole numbers come from PostgreSQL as decimals."""
    if not value.per:
        return NOTHING
    if not (isinstance(measure.per, int) and measure.per == 1):
        return KINDS[measure.kind](round(value.value, 2), look)
    whole = measure.kind in ("number", "bytes")
    return KINDS[measure.kind](int(value.whole) if whole else Decimal(value.whole), look)


def _says(measure: Measure, over: Period, found: Sequence[Point], printed: Sequence[Any]) -> str:
    most = max(range(len(found)), key=lambda at: found[at].values[0].value)
    words = f"{measure.label} in {over.label}: {printed[0][0].striptags()}"
    if not found[most].values[0].whole:
        return f"{words}."
    return f"{words}; most in {found[most].label}, {printed[most + 1][0].striptags()}."


def _bars(measure: Measure, found: Sequence[Point], look: Look) -> list[Bar]:
    highest = max(p.values[0].value for p in found) or Decimal(1)
    share, step = 100 / len(found), -(-len(found) // LABELS)
    made = []
    for at, point in enumerate(found):
        high = float(point.values[0].value / highest) * HIGH
        made.append(
            Bar(
                at=f"{at * share + share * 0.15:.2f}%",
                wide=f"{share * 0.7:.2f}%",
                middle=f"{at * share + share / 2:.2f}%",
                top=f"{HIGH - high:.1f}",
                high=f"{high:.1f}",
                label=point.short if at % step == 0 else "",
                title=f"{point.label}: {_cell(measure, point.values[0], look).striptags()}",
            )
        )
    return made
