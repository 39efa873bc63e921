"""The filters of a list: what is offered, what is set, and what was wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from models.fields import field_of
from models.parse import Place, countries
from queries.filters import (
    ANY,
    NONE,
    ChoiceFilter,
    Filter,
    KeyFilter,
    LinkFilter,
    Named,
    RangeFilter,
    Said,
    YesNoFilter,
    open_filters,
)
from queries.listing import Asked
from queries.viewer import Viewer
from queries.visibility import closed

from .cells import badge, choice, flag
from .shapes import Chip, Option


class ListChips:
    """The part of a list that shows its filters."""

    ask: Asked
    viewer: Viewer
    place: Place
    given: Mapping[str, Sequence[str]]

    def chips(self) -> list[Chip]:
        return [self.chip(asked) for asked in open_filters(self.model, self.viewer).values()]

    def chip(self, asked: Filter) -> Chip:
        known = self.ask.filters.get(asked.name, Said())
        problem = self.ask.problems.get(asked.name, "")
        values = known.yes or known.no
        typed = values[0] if values else next(iter(self.given.get(asked.name, ())), "")
        low, _, high = typed.partition("..")
        country, colon, rest = typed.partition(":")
        local = isinstance(asked, Named) and asked.asks_country
        return Chip(
            name=asked.name,
            label=asked.label,
            kind=asked.kind,
            on=bool(values) or bool(problem),
            negated=bool(known.no) and not known.yes,
            can_negate=not isinstance(asked, RangeFilter),
            says=asked.says(known) or f"is {typed}",
            options=self.options(asked, values),
            value=rest if local and colon else typed,
            low=low,
            high=high if ".." in typed else low,
            input_type=_input_type(asked),
            choices=_countries(country if colon else self.place.country) if local else (),
            lookup=f"/admin/{self.model.__tablename__}/lookup/{asked.column_name}/word/"
            if asked.kind == "remote"
            else "",
            hint=asked.made.hint if isinstance(asked, Named) else "",
            error=problem,
            remove=self.at(without=[asked.name]),
        )

    def options(self, asked: Filter, values: Sequence[str]) -> list[Option]:
        chosen = {v.casefold() for v in values}
        if isinstance(asked, ChoiceFilter):
            hidden = closed(asked.model, asked.column_name, self.viewer)
            offered = [m for m in asked.choices if m not in hidden]
            made = [Option(m.value, _marked(asked, m), m.value.casefold() in chosen) for m in offered]
            if asked.column.nullable:
                made.append(Option(ANY, Markup("Any"), ANY in chosen))
                made.append(Option(NONE, Markup("None"), NONE in chosen))
            return made
        if isinstance(asked, YesNoFilter) or (isinstance(asked, Named) and asked.kind == "options"):
            return [Option(v, escape(v.capitalize()), v in chosen) for v in ("yes", "no")]
        if isinstance(asked, (KeyFilter, LinkFilter)):
            return [Option(v, escape(v), True) for v in values]
        return []


def _marked(asked: ChoiceFilter, member: Any) -> Markup:
    kind = field_of(asked.column).kind
    if kind == "flag":
        return flag(member) + Markup('<span aria-hidden="true">{}</span>').format(member.label)
    return badge(member) if kind == "state" else choice(member)


def _input_type(asked: Filter) -> str:
    if isinstance(asked, Named) or asked.column_name not in asked.model.__table__.c:
        return "text"
    return {"day": "date", "moment": "datetime-local", "number": "number"}.get(
        field_of(asked.column).kind, "text"
    )


def _countries(chosen: str) -> list[Option]:
    return [Option(code, escape(name), code == chosen) for code, name in countries().items()]
