"""A tab that tells what was said and done, and has the forms that add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from markupsafe import Markup

from models.base import Table, target_of
from models.text import whole_number
from operations.operation import operation_named
from queries.declare import Thread
from queries.listing import CAP
from queries.shown import named
from queries.tabs import Tab
from queries.visibility import visible

from . import operate_form, record_shapes
from .cells import badge, choice, moment, record_path
from .cells import text as prose
from .record_frame import RecordFrame
from .verbs import operate_path

SIZE = 50  # turns on a page


class RecordThread(RecordFrame):
    def thread_tab(self, tab: Tab, asked: Thread) -> record_shapes.RecordPage:
        model = asked.rows.column_descriptions[0]["entity"]
        start = min(whole_number(self.given.get("start", "")), CAP)
        newest = asked.rows.where(*visible(model, self.viewer)).offset(start).limit(SIZE + 1)
        rows = self.session.scalars(newest).all()
        via = self._carried(model, asked, rows)
        said = [self._said(asked, row, via) for row in rows[:SIZE][::-1]]
        page, here = self.frame(tab, body="thread"), self.tab_at(tab)
        if len(rows) <= SIZE and asked.first:
            said.insert(0, self._first(asked, page))
        made = record_shapes.Thread(
            said=said,
            forms=self._forms(asked, page, here) if not start else (),
            older=f"{here}?start={start + SIZE}" if len(rows) > SIZE else "",
            newer=f"{here}?start={max(start - SIZE, 0)}" if start else "",
        )
        return replace(page, thread=made)

    def _carried(self, model: type[Table], asked: Thread, rows: Sequence[Any]) -> Mapping[int, Table]:
        """The messages with which it went out, as far as this person may see them."""
        if not asked.via:
            return {}
        target = target_of(model.__table__.c[asked.via])
        ids = {getattr(row, asked.via) for row in rows} - {None}
        return named(self.session, target, ids, self.viewer) if self.viewer.may_read(target) else {}

    def _said(self, asked: Thread, row: Any, via: Mapping[int, Table]) -> record_shapes.Said:
        words = getattr(row, asked.words)
        carried = via.get(getattr(row, asked.via)) if asked.via else None
        step = _step(getattr(row, asked.old), getattr(row, asked.new))
        return record_shapes.Said(
            who=getattr(row, asked.who),
            at=moment(getattr(row, asked.at), self.look),
            kind=choice(getattr(row, asked.kind)),
            side=self._side(asked, row) if words else "step",
            words=prose(words, self.look) if words else step,
            via=_way_to(carried) if carried is not None else Markup(""),
        )

    def _side(self, asked: Thread, row: Any) -> str:
        if not getattr(row, asked.public):
            return "inside"
        return "theirs" if getattr(row, asked.theirs) else "ours"

    def _first(self, asked: Thread, page: record_shapes.RecordPage) -> record_shapes.Said:
        """What the record itself says; if nobody of the staff wrote it, it is whose the record is."""
        words, at, by = asked.first
        row = getattr(self.record, by)
        found = row and named(self.session, target_of(self.model.__table__.c[by]), {row}, self.viewer)
        return record_shapes.Said(
            who=str(found[row]) if found else page.crumbs[-1].label,
            at=moment(getattr(self.record, at), self.look),
            kind=Markup(""),
            side=("theirs" if asked.first_public else "inside"),
            words=prose(getattr(self.record, words) or str(self.record), self.look),
        )

    def _forms(self, asked: Thread, page: record_shapes.RecordPage, here: str) -> list[record_shapes.SayForm]:
        """Of the verbs that this person has, each with the reason why not now."""
        offered = {verb.name: verb for verb in page.header.verbs}
        asks = [*((name, False) for name in asked.says), *((name, True) for name in asked.notes)]
        return [self._form(offered[name], here, inside) for name, inside in asks if name in offered]

    def _form(self, verb: Any, here: str, inside: bool) -> record_shapes.SayForm:
        operation, action = operation_named(self.model, verb.name), operate_path(self.model, verb.name)
        questions = operation.questions_on(self.model, self.viewer)
        form = operate_form.form_of(
            self.session, questions, self.viewer, self.place, f"{action}lookup/", None, {}
        )
        hidden = [("ids", str(self.record.id)), ("back", here), ("key", token_urlsafe(24)), ("go", "1")]
        return record_shapes.SayForm(
            label=verb.label,
            says=verb.says,
            icon=verb.icon,
            action=action,
            hidden=hidden,
            inputs=operate_form.inputs(form, questions, verb.name),
            inside=inside,
            why=verb.why,
        )


def _step(old: str, new: str) -> Markup:
    if not old:
        return Markup("<b>{}</b>").format(new or "–")
    return Markup("{} → <b>{}</b>").format(old, new or "–")


def _way_to(row: Any) -> Markup:
    """How far the message has come, as a way to it."""
    return Markup('<a href="{}">{}</a>').format(record_path(type(row), row.id), badge(row.state))
