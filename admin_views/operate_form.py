"""The form of an operation, made from its questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import Form

from models.base import Record
from models.fields import choices_of, field_of
from models.pack import unpack
from models.parse import Place
from operations.operation import Question
from queries.viewer import Viewer

from . import widgets
from .form_fields import KeyField, TicksField, TiesField, ValueField
from .form_shapes import Input

# Names that the form of every operation has already.
TAKEN = frozenset(
    {"ids", "rowid", "all", "query", "back", "run", "key", "go", "ask", "reason", "count", "csrf_token"}
)
WIDE = ("text", "value", "switches", "permissions")


class AnswerField(ValueField):
    """A value. What may be left open is left open, also a yes or no."""

    def html(self, **given: Any) -> Markup:
        if field_of(self.column).kind == "yes_no" and self.column.nullable:
            return widgets.select([("yes", "Yes"), ("no", "No")], {self.typed} - {""}, True, **given)
        if choices := choices_of(self.column):  # nothing is chosen for people who have not chosen
            open_ = self.column.nullable or not self.typed
            return widgets.select([(m.value, m.label) for m in choices], {self.typed} - {""}, open_, **given)
        return super().html(**given)

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        if value is False and self.column.nullable:
            self.typed = "no"

    def _blank(self) -> Any:
        return None if self.column.nullable else super()._blank()


class AnswerKeyField(KeyField):
    """A record."""

    def __init__(self, question: Question, path: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.question, self.lookup = question, path

    @property
    def target(self) -> type[Record]:
        return self.question.target

    def path(self) -> str:
        return self.lookup


class AnswerKeysField(TiesField):
    """Any number of records."""

    must = False

    def __init__(self, question: Question, path: str, **rest: Any) -> None:
        super().__init__(link=None, owner="", **rest)
        self.question, self.lookup = question, path
        self.must = question.required

    @property
    def target(self) -> type[Record]:
        return self.question.target

    def path(self) -> str:
        return self.lookup


def form_of(
    session: Session,
    questions: Sequence[Question],
    viewer: Viewer,
    place: Place,
    lookup: str,
    sent: Any,
    known: Mapping[str, Any],
) -> Form:
    """`lookup` is where records that answer are found; `known` are answers of before."""
    fields = {q.name: _field(session, q, viewer, place, f"{lookup}{q.name}/") for q in questions}
    data = {q.name: known[q.name] if q.name in known else default_of(q) for q in questions}
    return type("Questions", (Form,), fields)(sent, data=data)


def _field(session: Session, question: Question, viewer: Viewer, place: Place, path: str) -> Any:
    said = {"place": place, "label": question.label}
    if question.table:
        made = AnswerKeysField if question.many else AnswerKeyField
        own = {} if question.many else {"column": question.column}
        return made(question=question, path=path, session=session, viewer=viewer, **own, **said)
    ticked = field_of(question.column).kind in ("switches", "permissions")
    return (TicksField if ticked else AnswerField)(column=question.column, **said)


def default_of(question: Question) -> Any:
    default = question.column.default
    return None if default is None or default.is_callable else default.arg


def answers_of(form: Form, questions: Sequence[Question]) -> dict[str, Any]:
    return {q.name: form[q.name].data for q in questions}


def stored(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a run keeps, as the form holds them."""
    return {
        q.name: set(answers[q.name]) if q.many else unpack(q.column, answers[q.name])
        for q in questions
        if q.name in answers and not field_of(q.column).secret
    }


def inputs(form: Form, questions: Sequence[Question], within: str = "ask") -> list[Input]:
    """`within` tells the fields of several forms on one page apart."""
    return [_input(form, q, within) for q in questions]


def _input(form: Form, question: Question, within: str) -> Input:
    made, name = form[question.name], f"{within}-{question.name}"
    kind = "keys" if question.many else field_of(question.column).kind
    boxed = kind == "yes_no" and not question.column.nullable
    described = [question.hint and f"{name}-hint", made.errors and f"{name}-error"]
    html = made.html(
        id=name,
        name=question.name,
        required=question.required and not boxed,
        aria_invalid="true" if made.errors else None,
        aria_describedby=" ".join(filter(None, described)) or None,
    )
    return Input(
        name=question.name,
        label=question.label,
        html=html,
        id=name,
        hint=question.hint,
        errors=[str(e) for e in made.errors],
        required=question.required and not boxed,
        wide=kind in WIDE or question.many,
        boxed=boxed,
    )
