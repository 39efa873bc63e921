"""The fields of forms: WTForms fields that read by value type and keep what was typed."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import g, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import Field, Form, ValidationError

from models.base import Link, Record, same_of, target_of
from models.fields import field_of
from models.parse import Place, Unreadable, key, read
from models.screen import lowered, title_of
from operations.files import Holding, Upload
from queries.links import far_end
from queries.lookup import Owner, lookup
from queries.viewer import Viewer, known_permissions
from queries.visibility import find

from . import widgets
from .permission_ticks import permissions


class ValueField(Field):
    """A column in a form. Keeps what was typed, whatever becomes of it."""

    waived = False  # may be left empty whatever its column says

    def __init__(self, column: sa.Column, place: Place, closed: Sequence[Any] = (), **rest: Any) -> None:
        super().__init__(**rest)
        self.column, self.place, self.typed = column, place, ""
        self.closed = closed  # values that are not offered

    def process_data(self, value: Any) -> None:
        self.data = value
        self.typed = widgets.typed(self.column, value, self.place)

    def process_formdata(self, values: list[str]) -> None:
        self.typed = values[0] if values else ""
        try:
            self.data = read(self.column, self.typed, self.place)
        except Unreadable as problem:
            self.data = None
            raise ValueError(str(problem)) from None

    def pre_validate(self, form: Form) -> None:
        if self.data is None and not self.errors:
            self.data = self._blank()
            if self.data is None and self.must:
                raise ValidationError("This is needed.")

    @property
    def must(self) -> bool:
        """Whether the form has to say something: the column neither allows nothing nor has a default."""
        return not (self.waived or self.column.nullable) and self._blank() is None

    def _blank(self) -> Any:
        kind = field_of(self.column).kind
        if kind == "yes_no":
            return False
        default = self.column.default
        if self.column.nullable or default is None:
            return None
        return default.arg(None) if default.is_callable else default.arg

    def html(self, **given: Any) -> Markup:
        return widgets.control(self.column, self.typed, self.place, self.closed, **given)


class TicksField(ValueField):
    """A set of named switches or permissions."""

    @property
    def chosen(self) -> set[str]:
        return set(self.typed.split(",")) - {""}

    def process_data(self, value: Any) -> None:
        self.data = value
        on = [n for n, said in value.items() if said] if isinstance(value, dict) else (value or [])
        self.typed = ",".join(on)

    def process_formdata(self, values: list[str]) -> None:
        self.typed = ",".join(v for v in values if v in self.known())
        chosen = sorted(self.chosen)
        self.data = dict.fromkeys(chosen, True) if self.kind == "switches" else chosen

    @property
    def kind(self) -> str:
        return field_of(self.column).kind

    def known(self) -> Mapping[str, str]:
        if self.kind == "permissions":
            return {p: p for p in known_permissions()}
        return self.column.info.get("switches", {})

    def html(self, **given: Any) -> Markup:
        name = given["name"]
        if self.kind == "permissions":
            return permissions(name, self.chosen)
        return widgets.ticks(name, list(self.known().items()), self.chosen)


class OpenSwitchesField(TicksField):
    """Named switches each of which has three answers: yes, no, and as the record above says."""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.typed = ",".join(n if on else f"-{n}" for n, on in (value or {}).items())

    def process_formdata(self, values: list[str]) -> None:
        self.typed = ",".join(v for v in values if v.removeprefix("-") in self.known())
        self.data = {n: n in self.chosen for n in self.known() if self.chosen & {n, f"-{n}"}}

    def html(self, **given: Any) -> Markup:
        above = f"As the {self.column.info['inherits'].removesuffix('_id')}"
        return widgets.switches(given["name"], self.known(), self.chosen, above)


class KeyField(ValueField):
    """A record that this one points at, found by typing."""

    def __init__(self, session: Session, viewer: Viewer, **rest: Any) -> None:
        super().__init__(**rest)
        self.session, self.viewer = session, viewer
        self.of: int | None = None  # the record whose rows alone may be chosen; None: not known yet

    @property
    def target(self) -> type[Record]:
        return target_of(self.column)

    @property
    def through(self) -> str:
        """The key to the record whose column has to agree; empty: it is this record's own."""
        return same_of(self.column)[0]

    @property
    def same(self) -> str:
        """The column that has to agree with that of the record which is chosen."""
        return same_of(self.column)[1]

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data is not None and find(self.session, self.target, self.data, self.viewer) is None:
            self.data = None
            raise ValueError(f"There is no such {lowered(title_of(self.target))} any more. Choose again.")

    def html(self, **given: Any) -> Markup:
        chosen = [self.typed] if self.typed.isdecimal() else []
        owner = (self.same, self.of) if self.same and self.of is not None else None
        said = {n: self.column.info[n] for n in ("known", "among") if n in self.column.info}
        options = _options(self.session, self.target, chosen, self.viewer, self.place, owner, **said)
        path = f"{self.path()}?{urlencode([owner])}" if owner else self.path()
        return widgets.remote(options, {self.typed} - {""}, path, False, data_same=self.same or None, **given)

    def path(self) -> str:
        return f"/admin/{self.column.table.name}/lookup/{self.column.name}/"


class FileField(Field):
    """The file that a new row holds. It has to be chosen again when the form comes back."""

    must = True
    typed = ""

    def __init__(self, holding: Holding, **rest: Any) -> None:
        super().__init__(**rest)
        self.holding, self.hint = holding, holding.hint()

    def process_data(self, value: Any) -> None:
        self.data = None

    def process_formdata(self, values: list[str]) -> None:
        found = request.files.get(self.name)
        if found and found.filename:
            # One byte more than is allowed tells that there are too many.
            self.data = Upload(found.filename, found.stream.read(self.holding.largest() + 1))

    def pre_validate(self, form: Form) -> None:
        if self.data is None:
            raise ValidationError("Choose a file.")

    def html(self, **given: Any) -> Markup:
        said = widgets.attributes(type="file", accept=self.holding.accept, **given)
        return Markup('<input class="form-control" {}>').format(said)


class TiesField(Field):
    """Records that this one is tied to by a Link: tags, roles."""

    def __init__(
        self, link: type[Link], owner: str, session: Session, viewer: Viewer, place: Place, **rest: Any
    ) -> None:
        super().__init__(**rest)
        self.link, self.owner, self.session = link, owner, session
        self.viewer, self.place, self.typed = viewer, place, []

    @property
    def target(self) -> type[Record]:
        return far_end(self.link)

    def path(self) -> str:
        return f"/admin/{self.owner}/lookup/{self.target.__tablename__}/"

    def process_data(self, value: Any) -> None:
        self.data = set(value or ())
        self.typed = [str(i) for i in sorted(self.data)]

    def process_formdata(self, values: list[str]) -> None:
        self.typed = [v for v in values if v]
        try:
            self.data = {key(v) for v in self.typed}
        except Unreadable as problem:
            raise ValueError(str(problem)) from None
        for row_id in self.data:
            if find(self.session, self.target, row_id, self.viewer) is None:
                raise ValueError("One of these is not there any more. Choose again.")

    def html(self, **given: Any) -> Markup:
        options = _options(self.session, self.target, self.typed, self.viewer, self.place)
        return widgets.remote(options, set(self.typed), self.path(), True, **given)


def _options(
    session: Session,
    target: type[Record],
    chosen: Sequence[str],
    viewer: Viewer,
    place: Place,
    owner: Owner | None = None,
    known: bool = False,
    among: str = "",
) -> list[tuple[int, str]]:
    """The first rows of the target, so that a short list needs no typing, and those chosen.

    `known`: their names are no secret to whoever fills in the form.
    """
    may = known or viewer.may_read(target)
    rows = dict(_first(session, target, viewer, place, owner, among)) if may else {}
    for word in chosen:
        if word.isdecimal() and len(word) <= 18 and int(word) not in rows:
            if row := find(session, target, int(word), viewer):
                rows[row.id] = str(row)
    return list(rows.items())


def _first(
    session: Session, target: type[Record], viewer: Viewer, place: Place, owner: Owner | None, among: str
) -> Mapping[int, str]:
    """Asked once for a page, however many child rows in it offer the same."""
    kept = g.setdefault("offered", {})
    asked = (target.__tablename__, owner, among)
    if asked not in kept:
        found = lookup(session, target, "", viewer, place, owner=owner, among=among)
        kept[asked] = {row.id: str(row) for row in found}
    return kept[asked]
