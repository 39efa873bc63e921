"""Rows that are gathered before they are written: each knows its id, so that others can point at it."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, Table
from models.counter import take
from models.search import searchable

from .ids import close_gaps, next_ids
from .loader import Loader
from .rows import DIALECTS, Writer, copy_text


class Sheet:
    """The rows of one transaction, by table. Entries get their ids from the database: none points at them."""

    def __init__(self, session: Session, records: tuple[type[Record], ...]) -> None:
        self.session = session
        self.begins = dict(zip(records, next_ids(session, records), strict=True))
        self.rows: dict[type[Table], list[dict[str, Any]]] = defaultdict(list)

    def add(self, model: type[Table], **values: Any) -> int:
        """The id that the row will have; 0 for an entry."""
        rows = self.rows[model]
        rows.append(values)
        if model not in self.begins:
            return 0
        values["id"] = self.begins[model] + len(rows) - 1
        return values["id"]

    def write(self) -> None:
        loader = Loader(self.session)
        dialect = self.session.get_bind().dialect.name
        loader.spare_checks()
        entries = [model for model in self.rows if model not in self.begins]
        for model in (*self.begins, *entries):  # what others point at comes first
            rows = self.rows[model]
            self._number(model, rows)
            with_id = model in self.begins
            writer = Writer(model, DIALECTS[dialect](), with_id)
            made = [writer.row(row, {}) for row in rows]
            loader.insert(model, copy_text(made) if dialect == "postgresql" else made, with_id)
            if model in searchable():
                loader.insert_texts(model, self.begins[model], writer.texts)
        loader.write_versions({model: first for model, first in self.begins.items() if self.rows.get(model)})
        close_gaps(self.session)

    def _number(self, model: type[Table], rows: list[dict[str, Any]]) -> None:
        """Give out the codes that the session would give."""
        for column in _numbered(model):
            first = take(self.session, f"{model.__tablename__}.{column.name}", len(rows))
            for place, row in enumerate(rows):
                row[column.name] = f"{column.info['numbered']}{first + place}"


def _numbered(model: type[Table]) -> list[sa.Column]:
    return [column for column in model.__table__.columns if "numbered" in column.info]
