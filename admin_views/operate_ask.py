"""The page of an operation's questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import Session

from models.fields import field_of
from models.parse import Place
from models.screen import lowered, plural_of, title_of
from models.text import clean
from operations import restoring
from operations.errors import Refused
from operations.operation import Operation
from queries.located import country_of
from queries.viewer import Viewer
from queries.visibility import find, visible

from . import operate_form
from .operate_meant import Meant, Words
from .run_shapes import AskPage
from .shapes import Link
from .verbs import operate_path

LOST = 20  # deleted rows that are looked at one by one


@dataclass
class AskMaker:
    """One form of questions, shown or sent."""

    session: Session
    operation: Operation
    rows: Meant
    viewer: Viewer
    place: Place
    known: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    errors: list[str] = field(default_factory=list)
    reason_error: str = ""

    def __post_init__(self) -> None:
        self.questions = self.operation.questions_on(self.rows.model, self.viewer)
        sent = request.form if request.method == "POST" and "ask" not in request.form else None
        self.was_sent = sent is not None
        path = f"{operate_path(self.rows.model, self.operation.name)}lookup/"
        self._read_as_local()
        self.form = operate_form.form_of(
            self.session, self.questions, self.viewer, self.place, path, sent, self.known
        )
        self._tell_keys()
        if self.was_sent:
            self.reason = request.form.get("reason", "")

    def _read_as_local(self) -> None:
        """Numbers of one record are read in the country that it is at home in."""
        if self.rows.is_one and any(field_of(asked.column).kind == "phone" for asked in self.questions):
            home = country_of(self.session, self.rows.model, self.rows.ids[0])
            self.place = replace(self.place, country=home or self.place.country)

    def _tell_keys(self) -> None:
        """Whose rows are offered, where only those of the same record may be chosen."""
        keys = [made for made in self.form if getattr(made, "same", "")]
        if not keys or not self.rows.is_one:
            return
        row = find(self.session, self.rows.model, self.rows.ids[0], self.viewer)
        for made in keys:
            own = made.same == f"{self.rows.model.__tablename__}_id"
            made.of = self.rows.ids[0] if own else getattr(row, made.same, None)

    def sent(self) -> bool:
        """Whether what was sent can be planned."""
        if self.operation.reason and not clean(self.reason):
            self.reason_error = "Say why; it goes into the history."
        if self.rows.is_empty:
            self.errors.append("Nothing is selected. Tick some rows first.")
        return bool(self.form.validate()) and not self.reason_error and not self.errors

    def answers(self) -> dict[str, Any]:
        return operate_form.answers_of(self.form, self.questions)

    def refused(self, refused: Refused) -> None:
        """Put a rule's words at the question that they are about."""
        if refused.field == "reason" and "reason" not in self.form:
            self.reason_error = refused.text
        elif refused.field in self.form:
            made = self.form[refused.field]
            made.errors = [*made.errors, refused.text]
        else:
            self.errors.append(refused.text)

    def again(self, run_id: int) -> str:
        """The address under which the same is asked once more, with the answers of a run."""
        path = operate_path(self.rows.model, self.operation.name)
        meant = self.rows.address()
        if meant:
            return f"{path}?{meant}&run={run_id}"
        return f"{path}?{urlencode({'run': run_id, 'back': self.rows.back})}"

    def page(self) -> AskPage:
        words = Words(self.session, self.rows, self.viewer, self.place, self.operation.gone)
        number = words.number()
        one = self.rows.is_one
        name = f"“{words.name()}”" if one else words.counted(number)
        unmet, able = self.unmet()
        alone = one and self.operation.least <= 1
        return AskPage(
            title=self.operation.title if self.rows.is_empty else self.operation.of(name),
            lede=self.operation.says,
            crumbs=[Link(plural_of(self.rows.model), f"/admin/{self.rows.model.__tablename__}/")],
            action=operate_path(self.rows.model, self.operation.name),
            back=self.rows.back,
            what=words.counted(number) if not self.rows.is_empty else "",
            names=[] if one else words.links(),
            more=words.more() or words.listed(),
            confirm=self.operation.confirm.replace("{rows}", name),
            unmet=unmet,
            able=able,
            inputs=operate_form.inputs(self.form, self.questions),
            hidden=[*self.rows.hidden(), ("key", self.key())],
            go=self.operation.title if alone else "",
            danger=self.operation.danger,
            final=self.operation.final,
            errors=self.errors,
            reason_value=self.reason,
            reason_needed=self.operation.reason,
            reason_error=self.reason_error,
        )

    def key(self) -> str:
        """Made once for a page; shown again after a mistake, the page keeps it."""
        return (self.was_sent and request.form.get("key")) or token_urlsafe(24)

    def unmet(self) -> tuple[list[tuple[str, str]], bool]:
        """Why rows that were named cannot be done, and whether any can."""
        if self.operation.gone:
            return self.lost()
        conditions = self.operation.conditions_on(self.rows.model)
        if self.rows.ask or not conditions or not self.rows.ids:
            return [], not self.rows.is_empty
        model, unmet = self.rows.model, dict[str, int]()
        good = 0
        for start in range(0, len(self.rows.ids), 500):
            part = self.rows.ids[start : start + 500]
            holds = [sa.func.coalesce(c.on(model), sa.false()) for c in conditions]
            asked = sa.select(*holds).where(model.id.in_(part), *visible(model, self.viewer))
            for row in self.session.execute(asked):
                wrong = next((c.otherwise for c, held in zip(conditions, row, strict=True) if not held), "")
                good += not wrong
                if wrong:
                    unmet[wrong] = unmet.get(wrong, 0) + 1
        if not good and not unmet:
            unmet[f"There is no such {lowered(title_of(model))}, or you may not see it."] = len(self.rows.ids)
        return _told(unmet), good > 0

    def lost(self) -> tuple[list[tuple[str, str]], bool]:
        """The same of deleted rows; of very many it shows when they are previewed."""
        ids = self.rows.ids if len(self.rows.ids) <= LOST else ()
        why = [restoring.hindrance(self.session, self.rows.model, i, self.viewer) for i in ids]
        unmet = {words: why.count(words) for words in why if words}
        return _told(unmet), not self.rows.is_empty and (not why or "" in why)


def _told(unmet: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(words, f"{number:,}") for words, number in sorted(unmet.items(), key=lambda one: -one[1])]
