"""All values of a record, under the headings of its form."""

from models.screen import label_of, title_of
from queries.links import far_end, links_of
from queries.tabs import Tab

from . import shapes
from .forms import plain_columns
from .record_widgets import RecordWidgets


class RecordOverview(RecordWidgets):
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
