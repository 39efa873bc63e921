"""What stands on top of every tab of a record: name, marks, facts, banners, ways to act."""

from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from models.base import Table
from models.fields import field_of
from models.screen import label_of
from operations.operation import operations_of
from queries import declare
from queries.declare import Declared, Facts, Told
from queries.links import links_of, tied
from queries.visibility import visible

from . import record_shapes, shapes, verbs
from .cells import NOTHING, badge, flag, show, tags
from .record_neighbours import RecordNeighbours

BANNERS = 5  # of one kind at once
TAGS = 8  # beside the name; the others stand in its title, and with the values


class RecordHeader(RecordNeighbours):
    def header(self) -> record_shapes.Header:
        code = getattr(self.record, "code", "") if "code" in self.model.__table__.c else ""
        return record_shapes.Header(
            title=str(self.record),
            code=code or "",
            avatar=initials(str(self.record)),
            marks=self.marks(),
            facts=self.facts(),
            actions=self.actions(),
            verbs=verbs.of_row(self.session, self.model, self.record.id, self.viewer, self.at()),
        )

    def marks(self) -> list[Markup]:
        return [m for name in self.model.screen.header if (m := self.mark(name))]

    def mark(self, name: str) -> Markup | None:
        if name in links_of(self.model):
            rows = tied(self.session, links_of(self.model)[name], [self.record.id])
            names = [str(r) for r in rows.get(self.record.id, ())]
            return tags(names, TAGS) if names else None
        column, value = self.model.__table__.c[name], getattr(self.record, name)
        kind = field_of(column).kind
        if column.foreign_keys and value is not None:
            return Markup('<span class="muted">{}</span>').format(self.value(self.record, name, plain=True))
        if value is None or value is False:
            off = kind == "yes_no" and name in ("active", "is_active")
            return Markup('<span class="bdg t-hollow">Not active</span>') if off else None
        if kind == "yes_no":
            return Markup('<span class="bdg plain">{}</span>').format(label_of(self.model, name))
        if kind == "flag":
            return flag(value)
        if kind == "state":
            return badge(value)
        return (
            Markup('<span class="muted">{}</span>').format(value.label)
            if kind == "choice"
            else show(column, value, self.look)
        )

    def actions(self) -> list[shapes.Link]:
        table, screen = self.model.__tablename__, self.model.screen
        found = []
        if "update" in screen.writes and self.viewer.may(f"{table}.update"):
            found.append(shapes.Link("Edit", self.at("edit"), "pencil", key="e"))
        for said in declare.actions[table]:
            if self.may(said):
                found.append(shapes.Link(said.title, said.make(self.record), said.group or "arrow-right"))
        found += verbs.to_print(self.model, self.viewer, self.record)
        if "delete" in screen.writes and self.viewer.may(f"{table}.delete"):
            found.append(shapes.Link("Delete", self.at("delete"), "trash"))
        return found

    def facts(self) -> list[shapes.Fact]:
        declared = [said for said in declare.headers[self.model.__tablename__] if self.may(said)]
        return [fact for said in declared if (fact := self.fact(said))]

    def fact(self, said: Declared) -> shapes.Fact | None:
        """None for what has nothing to tell."""
        asked: Facts | Told = said.make(self.record)
        if isinstance(asked, Told):
            if not (words := [escape(part) for part in asked.words(self.session)]):
                return None
            large, *small = words
            return shapes.Fact(said.title, large, Markup(" · ").join(small))
        row = self.facts_row(asked)
        if row is None:
            return shapes.Fact(said.title, self.add_link(asked) or NOTHING)
        first, *rest = asked.columns
        large = self.value(row, first, plain=True)
        if row is not self.record and (path := verbs.open_path(type(row), row.id)):
            large = Markup('<a href="{}">{}</a>').format(path, large)
        small = Markup(" ").join(v for n in rest if (v := self.value(row, n)) is not NOTHING)
        return shapes.Fact(said.title, large, small, edit=self.edit_link(asked, row))

    def add_link(self, asked: Facts) -> Markup | None:
        if asked.rows is None or not asked.add:
            return None
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may(f"{model.__tablename__}.create"):
            return None
        path = f"/admin/{model.__tablename__}/new/?{urlencode(asked.add)}"
        return Markup('<a href="{}">Add</a>').format(path)

    def banners(self) -> list[record_shapes.Banner]:
        found = []
        for said in declare.banners[self.model.__tablename__]:
            if self.may(said):
                found += self._banner(said)
        return found

    def _banner(self, said: Declared) -> list[record_shapes.Banner]:
        asked: Facts = said.make(self.record)
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may_read(model):
            return []
        rows = self.session.scalars(asked.rows.where(*visible(model, self.viewer)).limit(BANNERS))
        text, *by = asked.columns
        return [
            record_shapes.Banner(
                lead=said.title,
                tone=said.group or "bad",
                text=str(getattr(row, text)),
                by=", ".join(str(self.value(row, n).striptags()) for n in by if getattr(row, n)),
                links=[*self._settling(asked, model, row), shapes.Link("Open", self.open(row))],
            )
            for row in rows
        ]

    def _settling(self, asked: Facts, model: type[Table], row: Any) -> list[shapes.Link]:
        """The operation that does what the banner is about."""
        found = [o for o in operations_of(model) if o.name == asked.verb and o.allowed(self.viewer, model)]
        query = urlencode({"ids": row.id, "back": self.at()}, safe="/")
        return [shapes.Link(o.title, f"{verbs.operate_path(model, o.name)}?{query}") for o in found]


def initials(name: str) -> str:
    letters = [w[0] for w in name.split() if w[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"
