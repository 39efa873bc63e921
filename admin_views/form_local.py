"""Whose a form is, and in which country what is typed into it is read."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from models.base import Record, columns, records, target_of
from models.fields import field_of
from models.parse import countries
from models.text import whole_number
from queries.located import country_of
from queries.viewer import Viewer
from queries.visibility import find

from .form_parts import numbers
from .forms import owner_key

if TYPE_CHECKING:
    from .form_page import FormMaker

LOCAL = ("phone", "country")  # kinds that are read, or begin, as where somebody is


def local_country(maker: "FormMaker") -> str | None:
    """The first one that the form itself names, else that of whose record it is."""
    parts = [c for c in records() if c.screen.part_of == maker.model.__tablename__]
    if not any(field_of(c).kind in LOCAL for table in (maker.model, *parts) for c in columns(table)):
        return None
    if said := next((name for table in parts for name in _named(maker, table) if name in countries()), None):
        return said
    if maker.record is not None:
        return country_of(maker.session, maker.model, maker.record.id)
    owner = owner_of(maker.session, maker.model, maker.given, maker.viewer)
    return country_of(maker.session, type(owner), owner.id) if owner else None


def _named(maker: "FormMaker", table: type[Record]) -> Iterator[str]:
    """The countries of the child rows that were sent."""
    if maker.sent is not None:
        name, where = table.__tablename__, [c.name for c in columns(table) if field_of(c).kind == "country"]
        for number in numbers(maker.sent, name):
            yield from (maker.sent.get(f"{name}-{number}-{column}", "") for column in where)


def owner_of(
    session: Session, model: type[Record], given: Mapping[str, str], viewer: Viewer
) -> Record | None:
    """The record that a new child is for, as the address says; None when it does not or may not."""
    column = owner_key(model)
    row_id = whole_number(given.get(column.name, "")) if column is not None else 0
    return find(session, target_of(column), row_id, viewer) if row_id else None
