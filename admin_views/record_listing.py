"""A tab that lists rows around a record, and adds to them."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode

import sqlalchemy as sa
from markupsafe import escape

from models.base import Record, Table, keys_between
from models.screen import lowered, title_of
from models.text import whole_number
from operations.adders import Choose, Confirm, adders
from operations.errors import Refused
from operations.kept import takes_more
from queries import declare
from queries.filters import Filter, Named, open_filters
from queries.listing import CAP, Page, asked, page
from queries.tabs import Tab
from queries.visibility import visible

from . import printing, record_shapes, shapes
from .cells import Look, show
from .list_page import ListMaker
from .record_frame import RecordFrame
from .series import chart


class RecordListing(RecordFrame):
    def listing_tab(self, tab: Tab) -> record_shapes.RecordPage:
        asked = tab.rows(self.record)
        if isinstance(asked, declare.Series):
            look = replace(self.look, currency=self.currency)
            made = chart(self.session, tab.title, asked, self.given, look, self.tab_at(tab))
            return self.frame(tab, body="chart", chart=made)
        if isinstance(asked, declare.Sheet):
            return self.frame(tab, body="sections", sections=self._sheet(asked))
        model = tab.child or asked.rows.column_descriptions[0]["entity"]
        more = {"add": self._add(model, asked.add), "adder": self._adder(tab)}
        if tab.child is None:
            return self.frame(tab, body="listing", listing=self._declared_listing(tab, asked), **more)
        maker = self._list_of(tab)
        return self.frame(
            tab,
            body="listing",
            listing=self._child_listing(tab, maker),
            chips=[maker.chip(f) for f in self._filters(model) if _is_offered(f, maker)],
            keep=maker.pairs(),
            clear=maker.base if maker.ask.filters else "",
            **more,
        )

    def _sheet(self, asked: declare.Sheet) -> list[record_shapes.Section]:
        return [
            record_shapes.Section(title, [shapes.Fact(label, escape(words)) for label, words in lines])
            for title, lines in asked.sections(self.session)
        ]

    def _adder(self, tab: Tab, **more: Any) -> record_shapes.Adder | None:
        if not tab.adder or not self.viewer.may(f"{self.model.__tablename__}.update"):
            return None
        words = adders[tab.adder].__doc__ or ""
        return record_shapes.Adder(
            action=f"{self.tab_at(tab)}add/",
            label="Code, name or e-mail",
            hint=words.split("\n")[0],
            button="Add",
            **more,
        )

    def asking_back(self, tab: Tab, who: str, answer: Exception) -> record_shapes.RecordPage:
        """The tab again, with what the adder wants to know."""
        more: dict[str, Any] = {"value": who}
        if isinstance(answer, Choose):
            more["choices"] = [shapes.Option(str(i), escape(words)) for i, words in answer.options]
        elif isinstance(answer, Confirm):
            more["confirm"] = answer.question
            chosen = shapes.Option(str(answer.row_id), escape(answer.name), checked=True)
            more["choices"] = [chosen]
        elif isinstance(answer, Refused):
            more["error"] = answer.text
        page = self.listing_tab(tab)
        return replace(page, adder=self._adder(tab, **more))

    def _add(self, model: type[Table], values: dict[str, Any]) -> shapes.Link | None:
        if not values or not issubclass(model, Record) or "create" not in model.screen.writes:
            return None
        may = self.viewer.may(f"{model.__tablename__}.create")
        if not may or not takes_more(self.session, model, values):
            return None
        path = f"/admin/{model.__tablename__}/new/?{urlencode(values)}"
        return shapes.Link(f"New {lowered(title_of(model))}", path, "plus")

    def _list_of(self, tab: Tab) -> ListMaker:
        """The list of a child table, narrowed to this record; what its filters do not know is passed over."""
        child = tab.child
        key = keys_between(child, self.model.__tablename__)[0]
        given = {n: self.given.getlist(n) for n in self.given if n in self._known(child)}
        always = asked(child, parse_qs(tab.narrowed), self.viewer, self.place).filters
        ask = asked(child, given, self.viewer, self.place)
        ask = replace(ask, owner=(key.name, self.record.id), narrowed=always)
        look = Look(self.look.timezone, self.look.currency)
        return ListMaker(self.session, ask, self.viewer, self.place, look, self.tab_at(tab), given)

    def _filters(self, child: type[Table]) -> list[Filter]:
        return list(open_filters(child, self.viewer).values())

    def _known(self, child: type[Table]) -> set[str]:
        """What an address may ask of the tab; forms without scripts send the ends of a range apart."""
        ends = ("", "_from", "_to", "_in")
        return {"after", "before", *(f"{f.name}{end}" for f in self._filters(child) for end in ends)}

    def _child_listing(self, tab: Tab, maker: ListMaker) -> shapes.Listing:
        """Rows of a child table, with the filters and the paging of a list."""
        child, ask = tab.child, maker.ask
        wrong = bool(ask.problems)
        found = Page([], 0, 0, "", "") if wrong else page(self.session, ask, self.viewer, self.place)
        names = [name for name in child.screen.list if name != ask.owner[0]]
        printed = printing.rows(self.session, child, found.ids, names, self.viewer, maker.look)
        total = f"{CAP:,}+" if found.total > CAP else f"{found.total:,}"
        return shapes.Listing(
            columns=printing.plain_columns(child, names),
            rows=printed,
            empty=None if printed else maker.empty(wrong) if ask.filters else self._nothing(tab),
            first=maker.at() if found.previous else "",
            previous=maker.at(("before", found.previous)) if found.previous else "",
            next=maker.at(("after", found.next)) if found.next else "",
            span=f"{found.start + 1:,}–{found.start + len(found.ids):,} of {total}" if printed else "",
        )

    def _nothing(self, tab: Tab) -> shapes.Empty:
        model = tab.child
        add = self._add(model, tab.rows(self.record).add)
        return shapes.Empty(
            f"No {lowered(tab.title)} yet",
            "What you add appears here." if add else "Nothing has been recorded so far.",
            model.screen.icon,
            [add] if add else [],
        )

    def _declared_listing(self, tab: Tab, asked: declare.Listing) -> shapes.Listing:
        model = asked.rows.column_descriptions[0]["entity"]
        start = min(whole_number(self.given.get("start", "")), CAP)
        statement = asked.rows.where(*visible(model, self.viewer)).with_only_columns(model.id)
        ids = self.session.scalars(statement.offset(start).limit(51)).all()
        names = list(asked.columns)
        look = Look(self.look.timezone, self.look.currency)
        printed = printing.rows(self.session, model, ids[:50], names, self.viewer, look, asked.below)
        here = self.tab_at(tab)
        return shapes.Listing(
            columns=printing.plain_columns(model, names),
            rows=printed,
            empty=None
            if printed
            else shapes.Empty(f"No {lowered(tab.title)} yet", asked.empty or "Nothing so far."),
            previous=f"{here}?start={max(start - 50, 0)}" if start else "",
            next=f"{here}?start={start + 50}" if len(ids) > 50 else "",
            span=f"{start + 1:,}–{start + len(printed):,}" if printed else "",
            total=self._total(model, asked) if printed else None,
            verbs=bool(tab.adder),  # what was added here can be taken out here
        )

    def _total(self, model: type[Table], asked: declare.Listing) -> shapes.Fact | None:
        """The sum of a column over all rows, and how many they are."""
        if not asked.total:
            return None
        column = model.__table__.c[asked.total]
        counted = sa.func.count(), sa.func.coalesce(sa.func.sum(column), 0)
        statement = asked.rows.where(*visible(model, self.viewer)).order_by(None)
        number, amount = self.session.execute(statement.with_only_columns(*counted)).one()
        look = Look(self.look.timezone, self.currency)
        return shapes.Fact(f"Total of {number:,}:", show(column, amount, look))


def _is_offered(asked: Filter, maker: ListMaker) -> bool:
    """A tab is narrowed by what can be ticked or ranged, not by words that compare with other rows.

    Nor by what all its rows have in common.
    """
    plain = not isinstance(asked, Named) or asked.kind == "options"
    return plain and asked.name not in maker.ask.narrowed and asked.column_name != maker.ask.owner[0]
