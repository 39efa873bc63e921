"""A record at a glance, and all of its values."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from models.base import Record, Table
from models.screen import label_of, plural_of, title_of
from queries import declare
from queries.declare import Declared, Facts, Series
from queries.links import far_end, links_of
from queries.tabs import Tab
from queries.visibility import visible

from . import shapes
from .cells import NOTHING
from .forms import plain_columns
from .record_frame import RecordFrame
from .record_values import COUNTED
from .series import chart

ASIDE = "aside"  # the group of widgets that stand beside the record
SIDE_ROWS = 5  # rows of a listing inside a widget


class RecordOverview(RecordFrame):
    def overview(self, tab: Tab) -> shapes.RecordPage:
        made = [
            (said, self.widget(said)) for said in declare.widgets[self.model.__tablename__] if self.may(said)
        ]
        return self.frame(
            tab,
            body="widgets",
            widgets=[w for said, w in made if w and said.group != ASIDE],
            aside=[w for said, w in made if w and said.group == ASIDE],
        )

    def widget(self, said: Declared) -> shapes.Widget | None:
        asked = said.make(self.record)
        if isinstance(asked, Facts):
            return self._facts_widget(said, asked)
        if isinstance(asked, Series):
            return self._chart_widget(said, asked)
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
            empty=asked.empty or f"No {plural_of(model).lower()} yet.",
        )

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

    def information(self, tab: Tab) -> shapes.RecordPage:
        """Every value of the record under the headings of its form."""
        sections = [
            shapes.Section(title, [self._information_fact(n) for n in names])
            for title, names in self._headings().items()
        ]
        return self.frame(tab, body="sections", sections=sections)

    def _headings(self) -> dict[str, list[str]]:
        declared = self.model.screen.form or {title_of(self.model): plain_columns(self.model)}
        stamps = [n for n in ("created_at", "updated_at") if n in self.model.__table__.c]
        shown = {n for names in declared.values() for n in names}
        extra = [n for n in self.model.screen.list if n in self.model.__table__.c and n not in shown]
        kept = [n for n in extra if n not in stamps and "derived" not in self.model.__table__.c[n].info]
        return {**{t: list(n) for t, n in declared.items()}, "Record": [*kept, *stamps]}

    def _information_fact(self, name: str) -> shapes.Fact:
        if name in links_of(self.model):
            title = f"{title_of(far_end(links_of(self.model)[name]))}s"
            return shapes.Fact(title, self.value(self.record, name))
        column = self.model.__table__.c[name]
        return shapes.Fact(
            label_of(self.model, name), self.value(self.record, name), hint=column.comment or ""
        )
