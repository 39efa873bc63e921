"""A form's fields as the template prints them, and child rows inside the form of their parent."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form

from models.base import Record
from models.fields import field_of
from operations.installation import installation
from operations.records import PartRow

from .form_shapes import Input
from .forms import editable, form_class
from .widgets import attributes

if TYPE_CHECKING:
    from .form_page import FormMaker


class PartForm:
    """A child row inside the form of its parent; its fields are named TABLE-NUMBER-COLUMN."""

    def __init__(
        self, maker: "FormMaker", child: type[Record], number: int | str, row: Record | None
    ) -> None:
        self.maker, self.child, self.record = maker, child, row
        self.prefix = f"{child.__tablename__}-{number}-"
        names = [n for found in editable(child, maker.viewer).values() for n in found]
        self.names = [n for n in names if n in child.__table__.c and _is_one_field(child.__table__.c[n])]
        made = form_class(maker.session, child, self.names, maker.viewer, maker.place, row=row)
        sent = maker.sent if isinstance(number, int) else None
        data = {n: getattr(row, n) if row else maker.start(child.__table__.c[n]) for n in self.names}
        self.form: Form = made(sent, prefix=self.prefix, data=data)
        for key in self.form:
            if same := getattr(key, "same", ""):  # the record around this row may be the one that knows
                key.of = maker.chosen(same) if key.through else getattr(row, same, None)
        self.keep_at = 0

    def _sent(self, name: str) -> str:
        text = (self.maker.sent or {}).get(f"{self.prefix}{name}", "")
        return text if text.isdecimal() and len(text) < 19 else ""

    @property
    def is_empty(self) -> bool:
        """A new row in which nobody typed anything is not a row."""
        if self.record or self._sent("id"):
            return False
        return not any(
            self.form[n].typed.strip()
            for n in self.names
            if default_of(self.child.__table__.c[n]) is None
            and field_of(self.child.__table__.c[n]).kind != "country"
        )

    def row(self) -> PartRow:
        values = {n: self.form[n].data for n in self.names}
        row_id = self._sent("id")
        version, keep_at = (int(self._sent(name) or 0) for name in ("version", "keep_at"))
        return PartRow(values, int(row_id) if row_id else None, version, keep_at)

    def inputs(self) -> list[Input]:
        made = [shape(self.form, n, self.prefix) for n in self.names]
        first = made[0]
        made[0] = Input(**{**first.__dict__, "html": self._marks() + first.html})
        return made

    def _marks(self) -> Markup:
        row_id = str(self.record.id) if self.record else self._sent("id")
        version = str(self.record.version) if self.record else self._sent("version")
        hidden = Markup("")
        marks = {"id": row_id, "version": version, "here": "1"}
        if self.keep_at:
            marks["keep_at"] = str(self.keep_at)
        for name, value in marks.items():
            hidden += Markup("<input {}>").format(
                attributes(type="hidden", name=f"{self.prefix}{name}", value=value)
            )
        return hidden


def _is_one_field(column: sa.Column) -> bool:
    """What is asked anew for each answer to another field has its place on the row's own page."""
    return field_of(column).kind != "attributes"


def hint_of(column: sa.Column) -> str:
    """What the column says, and where a column asks for it, from whom our mails come."""
    said = column.comment or ""
    return f"{said} It is {installation().sender}." if column.info.get("names_sender") else said


def shape(form: Form, name: str, prefix: str) -> Input:
    """A field as the template prints it."""
    made = form[name]
    column = getattr(made, "column", None)
    kind = field_of(column).kind if column is not None else "ties"
    full = f"{prefix}{name}"
    hint = hint_of(column) if column is not None else getattr(made, "hint", "")
    described = " ".join(filter(None, (hint and f"{full}-hint", made.errors and f"{full}-error")))
    must = getattr(made, "must", False)
    html = made.html(
        id=full,
        name=full,
        required=must and kind != "yes_no",
        aria_invalid="true" if made.errors else None,
        aria_describedby=described or None,
    )
    return Input(
        name=full,
        label=str(made.label.text),
        html=html,
        id=full,
        hint=hint,
        errors=[str(e) for e in made.errors],
        required=must and kind != "yes_no",
        wide=kind in ("text", "switches", "permissions", "ties"),
        boxed=kind == "yes_no",
    )


def numbers(sent: MultiDict[str, str], table: str) -> list[int]:
    """The numbers of the child rows that were sent, at most a hundred of them."""
    start, end = f"{table}-", "-here"
    found = {n.removeprefix(start).removesuffix(end) for n in sent if n.startswith(start) and n.endswith(end)}
    return sorted(int(n) for n in found if n.isdecimal() and len(n) < 6)[:100]


def default_of(column: sa.Column) -> Any:
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
