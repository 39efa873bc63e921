"""The widgets of a record: each is read by itself, and fails by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
import structlog

from queries import declare
from queries.declare import Declared, Glance
from queries.tabs import Tab

from . import record_shapes, shapes
from .record_cards import Card, RecordCards

ASIDE = "aside"  # the group of widgets that stand beside the record
AT_ONCE = 6  # widgets that come with the page, and those beside; the others when they are looked at
FAILED = "This part could not be read. The others are not affected."

log = structlog.get_logger(__name__)


class RecordWidgets(RecordCards):
    def overview(self, tab: Tab) -> record_shapes.RecordPage:
        """What there is of a record; what there is nothing of is only named."""
        cards = self._cards(self._asked_of())
        empty = self._empty(cards)
        shown = [card for card in cards if card not in empty]
        here = [card for card in shown if card.said.group != ASIDE]
        made = [self.widget(c) if n < AT_ONCE else self._to_come(c.said) for n, c in enumerate(here)]
        return self.frame(
            tab,
            body="widgets",
            widgets=[w for w in made if w is not None],
            aside=[w for c in shown if c.said.group == ASIDE and (w := self.widget(c)) is not None],
            nothing=self._named(empty),
        )

    def board(self, tab: Tab) -> record_shapes.RecordPage:
        """How each of the tabs beside this one begins."""
        beside = [t for t in self.tabs if t.under == tab.under and t != tab]
        cards = self._cards(_begun(t) for t in beside)
        empty = self._empty(cards)
        made = [replace(self.widget(card), later="") for card in cards if card not in empty]
        return self.frame(tab, body="widgets", widgets=made, nothing=self._named(empty))

    def _asked_of(self) -> list[Declared]:
        """The widgets that this record has, whoever reads it."""
        return [said for said in declare.widgets[self.model.__tablename__] if said.when(self.record)]

    def _cards(self, asked: Iterable[Declared]) -> list[Card]:
        """What this person may see of these."""
        found = (self._card(said) for said in asked if self.may(said))
        return [card for card in found if card is not None]

    def _card(self, said: Declared) -> Card | None:
        try:
            return self.card(said)
        except Exception:  # as in widget()
            self._failed(said)
            return Card(said, None)

    def _empty(self, cards: Sequence[Card]) -> list[Card]:
        """Those with nothing to show, found out with one statement."""
        asked = [(card, there) for card in cards if (there := self.has_any(card)) is not None]
        if not asked:
            return []
        try:
            found = self.session.execute(sa.select(*(there for _, there in asked))).one()
        except Exception:  # one of them is broken: each will say so for itself
            self.session.rollback()
            return []
        return [card for (card, _), there in zip(asked, found, strict=True) if not there]

    def _named(self, cards: Sequence[Card]) -> list[shapes.Link]:
        return [shapes.Link(c.said.title, self.tab_at(c.tab) if c.tab else "") for c in cards]

    def _to_come(self, said: Declared, **more: Any) -> record_shapes.Widget:
        later = self.at("widget", said.name)
        return record_shapes.Widget(title=said.title, group=said.group, size=said.size, later=later, **more)

    def widget_named(self, name: str) -> record_shapes.Widget | None:
        """None for one that this person may not see. Raises KeyError where the record has none such."""
        said = {w.name: w for w in self._asked_of()}[name]
        card = self._card(said) if self.may(said) else None
        return self.widget(card) if card else None

    def widget(self, card: Card) -> record_shapes.Widget | None:
        try:
            return self.made(card)
        except Exception:  # whatever it is: one widget must not take the whole page with it
            self._failed(card.said)
            return self._to_come(card.said, error=FAILED)

    def _failed(self, said: Declared) -> None:
        log.exception("widget failed", table=self.model.__tablename__, widget=said.name)
        self.session.rollback()  # or the next one would fail with it


def _begun(tab: Tab) -> Declared:
    """A wide widget of how a tab begins."""
    return Declared(type(None), tab.title, lambda record: Glance(tab.whole), group=tab.group, size="w6")
