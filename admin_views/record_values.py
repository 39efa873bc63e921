"""Values of a record and of the rows around it, as one person may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from models.attributes import pairs
from models.base import Record, Table, target_of
from models.fields import field_of
from models.parse import Place
from models.reach import payer_of
from queries.declare import Declared, Facts
from queries.inherited import apart
from queries.links import links_of, tied
from queries.tabs import tabs_of
from queries.viewer import Viewer
from queries.visibility import find, visible

from .cells import (
    MASK,
    NOTHING,
    PRICED,
    Look,
    answers,
    is_late,
    kind_of,
    late,
    link,
    record_path,
    show,
    tags,
)

COUNTED = 99  # rows up to which the record page says how many there are


@dataclass
class RecordValues:
    session: Session
    record: Record
    viewer: Viewer
    place: Place
    look: Look
    given: Any  # the query of the address

    def __post_init__(self) -> None:
        self.model = type(self.record)
        self.tabs = tabs_of(self.model, self.record, self.viewer)
        currency = getattr(self.record, "currency", "") or ""
        self.look = Look(self.look.timezone, currency, True)

    @cached_property
    def currency(self) -> str:
        """Of the amounts on the page: the record's own, or that of the record that it belongs to."""
        key = payer_of(self.model)
        payer_id = getattr(self.record, key) if key else None
        payer = self.session.get(target_of(self.model.__table__.c[key]), payer_id) if payer_id else None
        return self.look.currency if payer is None else payer.currency

    def at(self, *rest: str) -> str:
        return record_path(self.model, self.record.id, *rest)

    def open(self, row: Record) -> str:
        return record_path(type(row), row.id)

    def may(self, said: Declared) -> bool:
        return said.when(self.record) and (not said.permission or self.viewer.may(said.permission))

    def value(self, row: Table, name: str, plain: bool = False) -> Markup:
        """A column of any row as this person may see it."""
        model = type(row)
        if name in links_of(model):
            found = tied(self.session, links_of(model)[name], [row.id]).get(row.id, [])
            return tags([str(t) for t in found], len(found)) if found else NOTHING
        column, value = model.__table__.c[name], getattr(row, name)
        if "inherits" in column.info:
            return self._inherited(row, column, plain)
        return self._shown(row, column, value, plain)

    def _inherited(self, row: Table, column: sa.Column, plain: bool) -> Markup:
        """Their own values, and what they take over with the giver that it comes from."""
        own, given, giver = apart(self.session, row, column.name)
        shown = self._shown(row, column, own, plain)
        if giver is None:
            return shown
        above = find(self.session, type(giver), giver.id, self.viewer)
        whose = link(above, self.viewer) if above else "above"
        taken = Markup('{} <span class="muted">from {}</span>').format(
            self._shown(row, column, given, plain), whose
        )
        return taken if shown is NOTHING else Markup("{} {}").format(shown, taken)

    def _shown(self, row: Table, column: sa.Column, value: Any, plain: bool) -> Markup:
        model = type(row)
        if value not in (None, "") and field_of(column).personal and not self.viewer.sees_personal(model):
            return MASK
        if column.foreign_keys and value is not None:
            target = find(self.session, target_of(column), value, self.viewer)
            return NOTHING if target is None else link(target, self.viewer)
        currency = getattr(row, "currency", "") or (self.currency if kind_of(column) in PRICED else "")
        look = Look(self.look.timezone, currency, not plain)
        if "schema" in column.info:
            return answers(pairs(value, self._schema(row, *column.info["schema"])), look)
        shown = show(column, value, look, row)
        return late(shown) if is_late(column, row, look) else shown

    def _schema(self, row: Table, key: str, name: str) -> Mapping[str, Any] | None:
        """What was asked for when an attribute was answered."""
        target = self.session.get(target_of(type(row).__table__.c[key]), getattr(row, key))
        return getattr(target, name, None)

    def facts_row(self, asked: Facts) -> Any | None:
        """The row that a fact speaks of, if this person may see it."""
        if asked.rows is None:
            return self.record
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may_read(model):
            return None
        return self.session.scalar(asked.rows.where(*visible(model, self.viewer)).limit(1))

    def edit_link(self, asked: Facts, row: Record) -> str:
        able = asked.edit and self.viewer.may(f"{row.__tablename__}.update")
        return f"{self.open(row)}edit/" if able else ""
