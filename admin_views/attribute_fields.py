"""Attributes in forms: a schema is edited row by row, and what it asks for becomes fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form

from models.attributes import (
    Attribute,
    AttributeKind,
    attributes_of,
    is_masked,
    packed,
    unpacked,
)
from models.fields import Field as Kind
from models.parse import Place
from models.text import fold
from operations.errors import Invalid

from . import forms, widgets
from .form_fields import ValueField
from .form_parts import numbers, shape
from .form_shapes import Input, Part

MOST = 40  # answers to what another product asks for that a form carries along
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
LINE, TICK = {"field": Kind("line")}, {"field": Kind("yes_no")}
KINDS = sa.Enum(AttributeKind, native_enum=False, values_callable=lambda kinds: [k.value for k in kinds])
WHAT_IS_ASKED: Mapping[str, sa.Column] = {
    column.name: column
    for column in (
        sa.Column("label", sa.String(60), info=LINE),
        sa.Column("kind", KINDS, nullable=False, default=AttributeKind.LINE),
        sa.Column("choices", sa.String(500), info=LINE, comment="With commas between them."),
        sa.Column("unit", sa.String(20), info=LINE, comment="Such as GB."),
        sa.Column("name", sa.String(31), info=LINE, comment="Empty: from the label."),
        sa.Column("required", sa.Boolean, info=TICK, nullable=False, default=False),
    )
}


class OneOfField(ValueField):
    """One of a list, or what it was before the list changed."""

    def __init__(self, choices: Sequence[str], **rest: Any) -> None:
        super().__init__(**rest)
        self.choices = choices

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data is not None and self.data not in (*self.choices, self.object_data):
            self.data = None
            raise ValueError(f"Choose one of {', '.join(self.choices)}.")

    def html(self, **given: Any) -> Markup:
        offered = dict.fromkeys([*self.choices, *([self.typed] if self.typed else [])])
        blank = not (self.must and self.typed)
        return widgets.select([(c, c) for c in offered], {self.typed} - {""}, blank, **given)


class SecretField(ValueField):
    """A secret: what is kept is not shown, and stays when nothing is typed."""

    def process_data(self, value: Any) -> None:
        self.data, self.typed = value, ""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if is_masked(self.object_data) and (self.data is None or is_masked(self.data)):
            self.data = self.object_data

    def html(self, **given: Any) -> Markup:
        shown = self.object_data if is_masked(self.object_data) else None
        said = {"type": "password", "value": self.typed, "placeholder": shown, **given}
        said["required"] = given.get("required") and not shown
        return Markup('<input class="form-control" autocomplete="new-password" {}>').format(
            widgets.attributes(**said)
        )


class AttributesField(Field):
    """What the schema of another record asks for; `ask` says which one."""

    must = False

    def __init__(self, column: sa.Column, place: Place, session: Session, viewer: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.column, self.place = column, place
        self.asked: list[Attribute] = []

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.sent, self.data = formdata, data if isinstance(data, dict) else {}
        self.object_data = dict(self.data)
        self.ask(None)

    def ask(self, schema: Mapping[str, Any] | None) -> None:
        later = self.column.info.get("later", False)  # what has to be said need not be said here yet
        self.asked = [replace(a, required=a.required and not later) for a in attributes_of(schema)]
        fields = {self.named(a): self._field(a) for a in self.asked}
        before = {self.named(a): unpacked(a, self.object_data.get(a.name)) for a in self.asked}
        self.form: Form = type("Attributes", (Form,), fields)(self.sent, data=before)

    def named(self, asked: Attribute) -> str:
        """The name of its field, which no attribute of a form has."""
        return f"{self.name}.{asked.name}"

    def _field(self, asked: Attribute) -> ValueField:
        label = f"{asked.label}, {asked.unit}" if asked.unit else asked.label
        said = {"column": asked.column, "place": self.place, "label": label}
        if asked.kind is AttributeKind.CHOICE:
            return OneOfField(choices=asked.choices, **said)
        return (SecretField if asked.kind is AttributeKind.SECRET else ValueField)(**said)

    def validate(self, form: Form, extra_validators: Sequence[Any] = ()) -> bool:
        good = self.form.validate()
        answers = {a.name: packed(self.form[self.named(a)].data) for a in self.asked}
        self.data = {name: value for name, value in answers.items() if value is not None}
        self.errors = []
        return good

    def inputs(self) -> list[Input]:
        return [shape(self.form, self.named(a), "") for a in self.asked]

    def carried(self) -> list[tuple[str, str]]:
        """Answers that were typed for another product: chosen again, it finds them as they were."""
        names = [n for n in self.sent or () if n.startswith(f"{self.name}.")]
        own = {self.named(a) for a in self.asked}
        return [(n, self.sent[n]) for n in names if n not in own][:MOST]


class SchemaField(Field):
    """A schema as rows, one for each thing that is asked."""

    must = False

    def __init__(self, column: sa.Column, place: Place, session: Session, viewer: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.column, self.place = column, place

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.sent, self.data = formdata, data if isinstance(data, dict) else {}
        self.object_data = dict(self.data)
        if formdata is not None:
            self.rows = [self._row(n) for n in numbers(formdata, self.name)]
        else:
            asked = [_typed(a) for a in attributes_of(self.data)]
            self.rows = [self._row(n, said) for n, said in enumerate([*asked, {}])]

    def _row(self, number: int | str, said: Mapping[str, Any] | None = None) -> Form:
        fields = {
            name: ValueField(column=column, place=self.place, label=name.capitalize())
            for name, column in WHAT_IS_ASKED.items()
        }
        sent = self.sent if said is None and isinstance(number, int) else None
        start = {"kind": AttributeKind.LINE, **(said or {})}
        return type("Asked", (Form,), fields)(sent, prefix=self._prefix(number), data=start)

    def _prefix(self, number: int | str) -> str:
        return f"{self.name}-{number}-"

    def validate(self, form: Form, extra_validators: Sequence[Any] = ()) -> bool:
        self.data, self.errors = {}, []
        rows = [row for row in self.rows if any(row[n].typed.strip() for n in ("label", "name", "choices"))]
        good = [row.validate() and self._take(row) for row in rows]
        return all(good)

    def _take(self, row: Form) -> bool:
        try:
            asked = _asked(row)
            if asked.name in self.data:
                raise Invalid("There is one of this name already.", "label")
        except Invalid as wrong:
            row[wrong.field].errors = [*row[wrong.field].errors, wrong.text]
            return False
        self.data[asked.name] = asked.said
        return True

    def part(self, title: str) -> Part:
        return Part(
            name=self.name,
            title=title,
            hint=self.column.comment or "",
            rows=[self._inputs(row, n) for n, row in enumerate(self.rows)],
            blank=self._inputs(self._row("__n__", {}), "__n__"),
        )

    def _inputs(self, row: Form, number: int | str) -> list[Input]:
        prefix = self._prefix(number)
        first, *rest = [shape(row, name, prefix) for name in WHAT_IS_ASKED]
        here = Markup('<input type="hidden" name="{}here" value="1">').format(prefix)
        return [Input(**{**first.__dict__, "html": here + first.html}), *rest]


def _typed(asked: Attribute) -> dict[str, Any]:
    return {**asked.__dict__, "choices": ", ".join(asked.choices)}


def _asked(row: Form) -> Attribute:
    """What a row asks for; Invalid says at which field it is wrong."""
    said = {name: row[name].data for name in WHAT_IS_ASKED}
    label = said["label"] or ""
    name = said["name"] or re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:31]
    if not label:
        raise Invalid("Say what is asked.", "label")
    if not NAME.fullmatch(name):
        raise Invalid("Use small letters, digits and _, beginning with a letter.", "name")
    choices = tuple(dict.fromkeys(c.strip() for c in (said["choices"] or "").split(",") if c.strip()))
    if said["kind"] is AttributeKind.CHOICE and len(choices) < 2:
        raise Invalid("List what can be chosen, with commas between them.", "choices")
    listed = choices if said["kind"] is AttributeKind.CHOICE else ()
    return Attribute(name, label, said["kind"], bool(said["required"]), listed, said["unit"] or "")


forms.FIELDS |= {"schema": SchemaField, "attributes": AttributesField}


def sent_again(sent: MultiDict[str, str] | None) -> bool:
    """Whether a form was only sent to be shown again, because what it asks for depends on an answer."""
    return sent is not None and "again" in sent
