"""The control in which a value is typed, by its kind."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa
from markupsafe import Markup, escape

from models.fields import choices_of, field_of
from models.parse import Place, countries, currencies

INPUTS = {"email": "email", "phone": "tel", "day": "date", "moment": "datetime-local"}
NUMERIC = frozenset({"money", "unit_price", "decimal", "percent", "number", "bytes"})


def attributes(**given: Any) -> Markup:
    """HTML attributes; True stands alone, None and False are left out."""
    parts = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        parts.append(escape(name) if value is True else Markup('{}="{}"').format(name, value))
    return Markup(" ").join(parts)


def option(value: Any, label: str, chosen: bool) -> Markup:
    return Markup("<option {}>{}</option>").format(attributes(value=value, selected=chosen), label)


def select(options: Iterable[tuple[Any, str]], chosen: set[str], blank: bool, **given: Any) -> Markup:
    made = [option(v, label, str(v) in chosen) for v, label in options]
    if blank:
        made.insert(0, option("", "", not chosen))
    return Markup('<select class="form-select" {}>{}</select>').format(
        attributes(**given), Markup("").join(made)
    )


def control(column: sa.Column, typed: str, place: Place, closed: Sequence[Any] = (), **given: Any) -> Markup:
    """The control of a column that holds `typed`. `given`: id, name, aria attributes."""
    kind = field_of(column).kind
    if choices := choices_of(column):
        offered = [(m.value, m.label) for m in choices if m not in closed]
        return select(offered, {typed} - {""}, column.nullable, **given)
    if listed := _listed(kind):
        return select(listed, {typed} - {""}, column.nullable or not typed, data_combo=True, **given)
    if kind == "yes_no":
        said = attributes(type="checkbox", value="yes", checked=typed == "yes", **given)
        return Markup('<input class="form-check-input" {}>').format(said)
    if kind in ("text", "value"):
        return Markup('<textarea class="form-control" {}>\n{}</textarea>').format(
            attributes(rows=5 if kind == "text" else 2, **given), typed
        )
    return Markup('<input class="form-control" {}>').format(
        attributes(
            type=INPUTS.get(kind, "text"),
            inputmode="decimal" if kind in NUMERIC else None,
            maxlength=getattr(column.type, "length", None) if kind in ("line", "code") else None,
            autocomplete="off",
            value=typed,
            **_towns(column),
            **given,
        )
    )


def _towns(column: sa.Column) -> dict[str, str]:
    """A postal code offers its towns for the columns that it says it fills."""
    if "fills" not in column.info:
        return {}
    return {
        "data_towns": "/admin/towns",
        "data_fills": ",".join(column.info["fills"]),
        "data_own": column.name,
    }


def _listed(kind: str) -> Sequence[tuple[str, str]]:
    if kind == "country":
        return [(c, name) for c, name in countries().items()]
    if kind == "currency":
        return list(currencies().items())
    if kind == "timezone":
        return [(z, z.replace("_", " ")) for z in sorted(available_timezones())]
    return ()


def remote(
    options: Sequence[tuple[int, str]], chosen: set[str], lookup: str, multiple: bool, **given: Any
) -> Markup:
    """A record or several: the first ones are listed, the others found by typing."""
    return select(options, chosen, blank=not multiple, multiple=multiple, data_lookup=lookup, **given)


def ticks(name: str, options: Sequence[tuple[str, str]], chosen: set[str]) -> Markup:
    made = [
        Markup('<label class="check"><input class="form-check-input" {}> {}</label>').format(
            attributes(type="checkbox", name=name, value=value, checked=value in chosen), label
        )
        for value, label in options
    ]
    return Markup("").join(made)


def switches(name: str, known: Mapping[str, str], chosen: set[str], above: str) -> Markup:
    """A line for each, with yes, no, and what leaves it to the record above."""
    line = Markup('<label class="switch"><span>{}</span>{}</label>')
    said = {n: [("", above), (n, "Yes"), (f"-{n}", "No")] for n in known}
    made = [line.format(label, select(said[n], chosen, False, name=name)) for n, label in known.items()]
    return Markup("").join(made)


def typed(column: sa.Column, value: Any, place: Place) -> str:
    """A value as its control holds it."""
    kind = field_of(column).kind
    if value is None:
        return ""
    if kind == "yes_no":
        return "yes" if value else ""
    if kind == "moment":
        return value.astimezone(ZoneInfo(place.timezone)).strftime("%Y-%m-%dT%H:%M")
    if kind in NUMERIC and kind not in ("number", "bytes"):
        return f"{Decimal(value).normalize():f}" if kind != "money" else f"{value:f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
