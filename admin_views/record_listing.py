"""A tab that lists rows around a record, and adds to them."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import escape

from models.base import Record, Table, keys_between
from models.screen import title_of
from operations.adders import Choose, Confirm, adders
from operations.errors import Refused
from queries import declare
from queries.listing import CAP, Asked, page
from queries.tabs import Tab
from queries.visibility import visible

from . import printing, shapes
from .cells import Look
from .record_frame import RecordFrame


class RecordListing(RecordFrame):
    def listing_tab(self, tab: Tab) -> shapes.RecordPage:
        asked = tab.rows(self.record)
        listing = self._child_listing(tab) if tab.child is not None else self._declared_listing(tab, asked)
        model = tab.child or asked.rows.column_descriptions[0]["entity"]
        return self.frame(
            tab, body="listing", listing=listing, add=self._add(model, asked.add), adder=self._adder(tab)
        )

    def _adder(self, tab: Tab, **more: Any) -> shapes.Adder | None:
        if not tab.adder or not self.viewer.may(f"{self.model.__tablename__}.update"):
            return None
        words = adders[tab.adder].__doc__ or ""
        return shapes.Adder(
            action=f"{self.tab_at(tab)}add/",
            label="Code, name or e-mail",
            hint=words.split("\n")[0],
            button="Add",
            **more,
        )

    def asking_back(self, tab: Tab, who: str, answer: Exception) -> shapes.RecordPage:
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
        if not self.viewer.may(f"{model.__tablename__}.create"):
            return None
        path = f"/admin/{model.__tablename__}/new/?{urlencode(values)}"
        return shapes.Link(f"New {title_of(model).lower()}", path, "plus")

    def _child_listing(self, tab: Tab) -> shapes.Listing:
        """Rows of a child table, with the paging and the sorting of a list."""
        child = tab.child
        key = keys_between(child, self.model.__tablename__)[0]
        ask = Asked(
            child,
            after=self.given.get("after", ""),
            before=self.given.get("before", ""),
            owner=(key.name, self.record.id),
        )
        found = page(self.session, ask, self.viewer, self.place)
        names = [name for name in child.screen.list if name != key.name]
        here = self.tab_at(tab)
        printed = printing.rows(
            self.session, child, found.ids, names, self.viewer, Look(self.look.timezone, self.look.currency)
        )
        total = f"{CAP:,}+" if found.total > CAP else f"{found.total:,}"

        def turn(name: str, cursor: str) -> str:
            return f"{here}?{urlencode({name: cursor})}" if cursor else ""

        return shapes.Listing(
            columns=printing.plain_columns(child, names),
            rows=printed,
            empty=None if printed else self._nothing(child, tab.title),
            first=here if found.previous else "",
            previous=turn("before", found.previous),
            next=turn("after", found.next),
            span=f"{found.start + 1:,}–{found.start + len(found.ids):,} of {total}" if printed else "",
        )

    def _nothing(self, model: type[Table], title: str) -> shapes.Empty:
        add = self._add(model, {keys_between(model, self.model.__tablename__)[0].name: self.record.id})
        return shapes.Empty(
            f"No {title.lower()} yet",
            "What you add appears here." if add else "Nothing has been recorded so far.",
            model.screen.icon,
            [add] if add else [],
        )

    def _declared_listing(self, tab: Tab, asked: declare.Listing) -> shapes.Listing:
        model = asked.rows.column_descriptions[0]["entity"]
        start = min(number(self.given.get("start", "")), CAP)
        statement = asked.rows.where(*visible(model, self.viewer)).with_only_columns(model.id)
        ids = self.session.scalars(statement.offset(start).limit(51)).all()
        names = list(asked.columns)
        look = Look(self.look.timezone, self.look.currency)
        printed = printing.rows(self.session, model, ids[:50], names, self.viewer, look)
        here = self.tab_at(tab)
        return shapes.Listing(
            columns=printing.plain_columns(model, names),
            rows=printed,
            empty=None
            if printed
            else shapes.Empty(f"No {tab.title.lower()} yet", asked.empty or "Nothing so far."),
            previous=f"{here}?start={max(start - 50, 0)}" if start else "",
            next=f"{here}?start={start + 50}" if len(ids) > 50 else "",
            span=f"{start + 1:,}–{start + len(printed):,}" if printed else "",
        )


def number(text: str) -> int:
    """A number from an address; 0 for anything else."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 0
