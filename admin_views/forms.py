"""The form of any table, made from its columns: which fields it has, and of what kind."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from wtforms import Field, Form

from models.base import UPKEEP, Record, columns, keys_between, table_named
from models.fields import field_of
from models.parse import Place
from models.screen import label_of, title_of
from operations.files import FILE, Holding
from queries.links import far_end, links_of
from queries.viewer import Viewer
from queries.visibility import closed

from .form_fields import FileField, KeyField, OpenSwitchesField, TicksField, TiesField, ValueField

# Kinds whose fields are more than one control (attribute_fields.py).
FIELDS: dict[str, type[Field]] = {}
INLINE = 20  # child rows up to which they are edited in the form of their parent


def owner_key(model: type[Record]) -> sa.Column | None:
    """The key to the record that rows of this table belong to."""
    above = model.screen.part_of or model.screen.tab_of
    return keys_between(model, above)[0] if above else None


def editable(model: type[Record], viewer: Viewer) -> dict[str, list[str]]:
    """Fieldset -> names of the columns and ties that this person may fill in."""
    declared = model.screen.form or {title_of(model): plain_columns(model)}
    sees = viewer.sees_personal(model)
    ties = links_of(model)

    def allowed(name: str) -> bool:
        if name in ties:
            return viewer.may_read(far_end(ties[name]))
        field = field_of(model.__table__.c[name])
        return not field.secret and (sees or not field.personal)

    return {title: [n for n in names if allowed(n)] for title, names in declared.items()}


def plain_columns(model: type[Record]) -> list[str]:
    """Without a declared form: every column that people could fill in, then the ties."""
    own = owner_key(model)
    named = [
        c.name
        for c in columns(model)
        if c.name not in UPKEEP
        and c is not own
        and not c.info.keys() & {"derived", "system", "stamped", "numbered"}
        and not field_of(c).secret
    ]
    return [*named, *links_of(model)]


def form_class(
    session: Session,
    model: type[Record],
    names: Sequence[str],
    viewer: Viewer,
    place: Place,
    holding: Holding | None = None,
    row: Record | None = None,
) -> type[Form]:
    """A WTForms form over these columns and ties, and the file that a new row holds."""
    made = {name: _field(session, model, name, viewer, place, row) for name in names}
    if holding:
        made[FILE] = FileField(holding, label=model.screen.file)
    return type(f"{model.__name__}Form", (Form,), made)


def _field(
    session: Session, model: type[Record], name: str, viewer: Viewer, place: Place, row: Record | None
) -> Any:
    ties = links_of(model)
    if name in ties:
        label = f"{title_of(table_named(name))}s"
        return TiesField(ties[name], model.__tablename__, session, viewer, place, label=label)
    column = model.__table__.c[name]
    said = {"column": column, "place": place, "label": label_of(model, name)}
    kind = field_of(column).kind
    if kind == "key":
        return KeyField(session, viewer, **said)
    if made := FIELDS.get(kind):
        return made(session=session, viewer=viewer, **said)
    if kind == "switches" and "inherits" in column.info:
        return OpenSwitchesField(**said)
    if kind in ("switches", "permissions"):
        return TicksField(**said)
    return ValueField(closed=closed(model, name, viewer, row), **said)
