"""What stands on a record's overview: each widget is read by itself, and fails by itself."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
import structlog
from markupsafe import Markup, escape

from models.base import Record, Table
from models.screen import label_of, lowered, plural_of
from queries import declare
from queries.declare import Declared, Facts, Series, Sheet
from queries.tabs import Tab
from queries.visibility import visible

from . import shapes
from .cells import NOTHING
from .record_frame import RecordFrame
from .record_values import COUNTED
from .series import chart

ASIDE = "aside"  # the group of widgets that stand beside the record
AT_ONCE = 6  # widgets that come with the page, and those beside; the others when they are looked at
SIDE_ROWS = 5  # rows of a listing inside a widget
FAILED = "This part could not be read. The others are not affected."

log = structlog.get_logger(__name__)


class RecordWidgets(RecordFrame):
    def overview(self, tab: Tab) -> shapes.RecordPage:
        made = list(self._widgets())
        return self.frame(
            tab,
            body="widgets",
            widgets=[w for w in made if w.group != ASIDE],
            aside=[w for w in made if w.group == ASIDE],
        )

    def _widgets(self) -> Iterator[shapes.Widget]:
        shown = [said for said in self._asked_of() if self._may_show(said)]
        for number, said in enumerate(shown):
            later = number >= AT_ONCE and said.group != ASIDE
            made = self._to_come(said) if later else self.widget(said)
            if made is not None:
                yield made

    def _asked_of(self) -> list[Declared]:
        """The widgets that this record has, whoever reads it."""
        return [said for said in declare.widgets[self.model.__tablename__] if said.when(self.record)]

    def _may_show(self, said: Declared) -> bool:
        if not self.may(said):
            return False
        rows = getattr(said.make(self.record), "rows", None)
        return rows is None or self.viewer.may_read(rows.column_descriptions[0]["entity"])

    def _to_come(self, said: Declared) -> shapes.Widget:
        return shapes.Widget(
            title=said.title, group=said.group, size=said.size, later=self.at("widget", said.name)
        )

    def widget_named(self, name: str) -> shapes.Widget | None:
        """None for one that this person may not see. Raises KeyError where the record has none such."""
        said = {w.name: w for w in self._asked_of()}[name]
        return self.widget(said) if self._may_show(said) else None

    def widget(self, said: Declared) -> shapes.Widget | None:
        try:
            return self._made(said)
        except Exception:  # whatever it is: one widget must not take the whole page with it
            log.exception("widget failed", table=self.model.__tablename__, widget=said.name)
            self.session.rollback()
            return shapes.Widget(
                title=said.title,
                group=said.group,
                size=said.size,
                later=self.at("widget", said.name),
                error=FAILED,
            )

    def _made(self, said: Declared) -> shapes.Widget | None:
        asked = said.make(self.record)
        if isinstance(asked, Facts):
            return self._facts_widget(said, asked)
        if isinstance(asked, Series):
            return self._chart_widget(said, asked)
        if isinstance(asked, Sheet):
            return self._sheet_widget(said, asked)
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may_read(model):
            return None
        statement = asked.rows.where(*visible(model, self.viewer))
        total = self.session.scalar(
            sa.select(sa.func.count()).select_from(statement.order_by(None).limit(COUNTED + 1).subquery())
        )
        rows = self.session.scalars(statement.limit(SIDE_ROWS)).all()
        first, *rest = asked.columns
        return shapes.Widget(
            title=said.title,
            group=said.group,
            href=self._widget_link(model, asked),
            count=f"{COUNTED}+" if total > COUNTED else str(total),
            size=said.size,
            lines=[(self._opening(row, first), self._beside(row, rest)) for row in rows],
            empty=asked.empty or f"No {lowered(plural_of(model))} yet.",
        )

    def _sheet_widget(self, said: Declared, asked: Sheet) -> shapes.Widget:
        told = [one for _, facts in asked.sections(self.session) for one in facts]
        facts = [shapes.Fact(label, escape(words)) for label, words in told]
        return shapes.Widget(title=said.title, group=said.group, size=said.size, facts=facts)

    def _chart_widget(self, said: Declared, asked: Series) -> shapes.Widget:
        """The bars of this year and its sums; the tab of the same function has the numbers."""
        tab = next((t for t in self.tabs if t.rows is said.make), None)
        made = chart(self.session, said.title, asked, {}, self.look, "")
        sums = zip(made.columns[1:], made.total, strict=True)
        return shapes.Widget(
            title=said.title,
            group=said.group,
            href=self.tab_at(tab) if tab else "",
            size=said.size,
            chart=made,
            facts=[] if made.empty else [shapes.Fact(label, html) for label, html in sums],
            empty=made.empty,
        )

    def _widget_link(self, model: type[Table], asked: Any) -> str:
        tab = next((t for t in self.tabs if t.child is model), None)
        return self.tab_at(tab) if tab else ""

    def _opening(self, row: Table, name: str) -> Markup:
        said = self.value(row, name, plain=True)
        if not (isinstance(row, Record) and type(row).screen.list):
            return said
        return Markup('<a href="{}">{}</a>').format(self.open(row), said)

    def _beside(self, row: Table, names: Sequence[str]) -> Markup:
        return Markup(" ").join(v for n in names if (v := self.value(row, n, plain=True)) is not NOTHING)

    def _facts_widget(self, said: Declared, asked: Facts) -> shapes.Widget | None:
        row = self.facts_row(asked)
        if row is None:
            return self._missing_widget(said, asked)
        able = asked.edit and self.viewer.may(f"{row.__tablename__}.update")
        return shapes.Widget(
            title=said.title,
            group=said.group,
            href=f"{self.open(row)}edit/" if able else "",
            link="Edit",
            size=said.size,
            facts=[shapes.Fact(label_of(type(row), n), self.value(row, n)) for n in asked.columns],
        )

    def _missing_widget(self, said: Declared, asked: Facts) -> shapes.Widget | None:
        if asked.missing is None or not self.viewer.may_read(asked.rows.column_descriptions[0]["entity"]):
            return None
        return shapes.Widget(title=said.title, group=said.group, size=said.size, empty=asked.missing())
