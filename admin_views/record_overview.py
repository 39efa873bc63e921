"""All values of a record, under the headings of its form."""

from models.base import UPKEEP, Record
from models.fields import field_of
from models.history import version_table
from models.screen import label_of, title_of
from queries.history import last_change
from queries.impersonation import subjects
from queries.links import far_end, links_of
from queries.tabs import Tab

from . import record_shapes, shapes
from .cells import moment
from .forms import plain_columns
from .record_widgets import RecordWidgets


class RecordOverview(RecordWidgets):
    def information(self, tab: Tab) -> record_shapes.RecordPage:
        """Every value of the record under the headings of its form."""
        sections = [
            record_shapes.Section(title, [self._information_fact(n) for n in names])
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
            label_of(self.model, name),
            self.value(self.record, name),
            hint=column.comment or "",
            origin=self.at("set", name) if self._has_origin(name) else "",
        )

    def _has_origin(self, name: str) -> bool:
        """Whether history has the column, and this person may see its value."""
        if not issubclass(self.model, Record) or name in UPKEEP or name not in version_table(self.model).c:
            return False
        return self.viewer.sees_personal(self.model) or not field_of(self.model.__table__.c[name]).personal

    def origin(self, name: str) -> record_shapes.Origin | None:
        """Who gave a column its present value; None for what has no history, or not for this person."""
        if name not in self.model.__table__.c or not self._has_origin(name):
            return None
        said = last_change(self.session, self.model, self.record.id, name)
        if said is None:
            return None
        whom = subjects(self.session, [said.impersonation_id]).get(said.impersonation_id)
        who = said.staff_name or said.source.capitalize()
        return record_shapes.Origin(
            label_of(self.model, name),
            f"{who} as {whom}" if whom else who,
            moment(said.issued_at, self.look),
            said.reason or "",
            self.at("history"),
        )
