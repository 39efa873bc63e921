"""What stands in a widget: facts, rows, sums over time, or how a tab begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup, escape

from models.screen import label_of, lowered, plural_of
from queries.beginning import model_of, rows_of
from queries.declare import Declared, Facts, Glance, Listing, Series, Sheet
from queries.tabs import Tab

from . import printing, record_shapes, shapes
from .cells import NOTHING, Look
from .record_frame import RecordFrame
from .record_values import COUNTED
from .series import chart

FEW = 5  # rows in a widget
WIDE = ("w4", "w6")  # widgets with room for a table


@dataclass(frozen=True)
class Card:
    """What a widget shows: `rows` are those of a listing that this person may see."""

    said: Declared
    asked: Any
    tab: Tab | None = None  # where all of it is
    columns: Sequence[str] = ()
    rows: sa.Select | None = None


class RecordCards(RecordFrame):
    def card(self, said: Declared) -> Card | None:
        """What a widget is about; None for what this person may not see."""
        asked = said.make(self.record)
        if isinstance(asked, Glance):
            tab = next((t for t in self.tabs if t.whole == asked.tab), None)
            return self._of_tab(said, tab, asked.columns) if tab else None
        if isinstance(asked, Listing):
            model = model_of(None, asked)
            tab = next((t for t in self.tabs if t.child is model and not t.narrowed), None)
            return (
                self._of_rows(said, asked, None, tab, asked.columns) if self.viewer.may_read(model) else None
            )
        if isinstance(asked, Facts) and not self._may_read(asked):
            return None
        tab = next((t for t in self.tabs if t.rows is said.make), None)
        return Card(said, asked, tab)

    def _of_tab(self, said: Declared, tab: Tab, columns: Sequence[str]) -> Card:
        asked = tab.rows(self.record)
        if isinstance(asked, Listing):
            return self._of_rows(said, asked, tab, tab, columns or asked.columns)
        return Card(said, asked, tab)

    def _of_rows(
        self, said: Declared, asked: Listing, of: Tab | None, tab: Tab | None, columns: Sequence[str]
    ) -> Card:
        rows = rows_of(self.session, of, self.record, asked, self.viewer, self.place)
        return Card(said, asked, tab, columns, rows)

    def _may_read(self, asked: Facts) -> bool:
        return asked.rows is None or self.viewer.may_read(asked.rows.column_descriptions[0]["entity"])

    def has_any(self, card: Card) -> sa.ColumnElement[bool] | None:
        """Whether there is anything to show, as a question; None for what is always shown."""
        if card.rows is not None:
            model = model_of(card.tab, card.asked)
            return sa.exists(card.rows.order_by(None).with_only_columns(model.id).limit(1))
        if isinstance(card.asked, Sheet) and card.asked.rows is not None:
            return sa.exists(card.asked.rows)
        if isinstance(card.asked, Series):
            return sa.exists(sa.select(card.asked.day).where(*card.asked.where).limit(1))
        return None

    def made(self, card: Card) -> record_shapes.Widget | None:
        """None where there is nothing to say. Raises whatever goes wrong on the way."""
        if card.asked is None:
            raise LookupError("what it shows could not be found out")
        if isinstance(card.asked, Facts):
            return self._of_facts(card)
        if isinstance(card.asked, Series):
            return self._of_sums(card)
        if isinstance(card.asked, Sheet):
            told = [one for _, facts in card.asked.sections(self.session) for one in facts]
            return self._widget(card, facts=[shapes.Fact(label, escape(words)) for label, words in told])
        return self._of_listing(card)

    def _widget(self, card: Card, **shown: Any) -> record_shapes.Widget:
        said = card.said
        place = {"href": self.tab_at(card.tab), "link": "All"} if card.tab else {}
        return record_shapes.Widget(title=said.title, group=said.group, size=said.size, **(place | shown))

    def _of_listing(self, card: Card) -> record_shapes.Widget:
        model = model_of(card.tab, card.asked)
        found = self.session.scalars(card.rows.with_only_columns(model.id).limit(COUNTED + 1)).all()
        look = Look(self.look.timezone, self.look.currency)
        names = [n for n in card.columns if n not in self._said_by_the_page(card)]
        rows = printing.rows(self.session, model, found[:FEW], names, self.viewer, look)
        count = f"{COUNTED}+" if len(found) > COUNTED else str(len(found))
        empty = card.asked.empty or f"No {lowered(plural_of(model))} yet."
        if card.said.size in WIDE and rows:
            listing = shapes.Listing(printing.plain_columns(model, names), rows)
            return self._widget(card, count=count, listing=listing)
        return self._widget(card, count=count, lines=[_line(row) for row in rows], empty=empty)

    def _said_by_the_page(self, card: Card) -> set[str]:
        """The key to the record, which every row has alike."""
        return {n for n in card.columns if card.tab and n in card.asked.add and card.tab.child}

    def _of_sums(self, card: Card) -> record_shapes.Widget:
        """The bars of this year and its sums; the tab has the numbers."""
        look = replace(self.look, currency=self.currency)
        made = chart(self.session, card.said.title, card.asked, {}, look, "")
        sums = zip(made.columns[1:], made.total, strict=True)
        facts = [] if made.empty else [shapes.Fact(label, html) for label, html in sums]
        return self._widget(card, chart=made, facts=facts, empty=made.empty)

    def _of_facts(self, card: Card) -> record_shapes.Widget | None:
        asked, row = card.asked, self.facts_row(card.asked)
        if row is None:
            return self._widget(card, empty=asked.missing()) if asked.missing else None
        able = asked.edit and self.viewer.may(f"{row.__tablename__}.update")
        return self._widget(
            card,
            href=f"{self.open(row)}edit/" if able else "",
            link="Edit",
            facts=[shapes.Fact(label_of(type(row), n), self.value(row, n)) for n in asked.columns],
        )


def _line(row: shapes.Row) -> tuple[Markup, Markup]:
    """The first cell as the way to the row, the others beside it."""
    first, *others = (cell.html for cell in row.cells)
    beside = Markup(" ").join(html for html in others if html != NOTHING)
    return (Markup('<a href="{}">{}</a>').format(row.href, first) if row.href else first), beside
