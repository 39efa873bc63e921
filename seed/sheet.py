"""Rows that are gathered before they are written: each knows its id, so that others can point at it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, Table
from models.counter import FIRST, Counter, take
from models.search import searchable

from .ids import close_gaps, next_ids
from .loader import Loader
from .rows import DIALECTS, Writer, copy_text


@dataclass(frozen=True)
class Place:
    """Where a batch begins: the next id of each record, and the next number of each code."""

    ids: Mapping[type[Record], int]
    codes: Mapping[str, int]

    @classmethod
    def read(cls, session: Session, records: Sequence[type[Record]]) -> "Place":
        names = [name for model in records for name, _ in numbered(model)]
        told = sa.select(Counter.name, Counter.last).where(Counter.name.in_(names))
        last = dict(session.execute(told).all())
        ids = dict(zip(records, next_ids(session, records), strict=True))
        return cls(ids, {name: last.get(name, FIRST - 1) + 1 for name in names})

    def after(self, rows: Mapping[type[Table], Sequence[Any]]) -> "Place":
        counted = {name: len(rows.get(model, ())) for model in self.ids for name, _ in numbered(model)}
        return Place(
            {model: first + len(rows.get(model, ())) for model, first in self.ids.items()},
            {name: first + counted[name] for name, first in self.codes.items()},
        )


@dataclass(frozen=True)
class Filled:
    """The rows of a batch as the database takes them, in the order in which they are written."""

    begins: Place
    ends: Place
    tables: Sequence[tuple[type[Table], Any, Sequence[str]]]  # rows and their search texts

    def write(self, session: Session) -> None:
        """Within a transaction that has found that this is the place."""
        loader, begins = Loader(session), self.begins.ids
        loader.spare_checks()
        for name, first in self.ends.codes.items():
            take(session, name, first - self.begins.codes[name])
        for model, packed, texts in self.tables:
            loader.insert(model, packed, model in begins)
            if texts:
                loader.insert_texts(model, begins[model], texts)
        loader.write_versions({model: begins[model] for model, *_ in self.tables if model in begins})
        close_gaps(session)


class Sheet:
    """The rows of one batch, by table. Entries get their ids from the database: none points at them."""

    def __init__(self, place: Place) -> None:
        self.place, self.begins = place, place.ids
        self.rows: dict[type[Table], list[dict[str, Any]]] = defaultdict(list)

    def add(self, model: type[Table], **values: Any) -> int:
        """The id that the row will have; 0 for an entry."""
        rows = self.rows[model]
        rows.append(values)
        if model not in self.begins:
            return 0
        values["id"] = self.begins[model] + len(rows) - 1
        return values["id"]

    def filled(self, dialect: str) -> Filled:
        entries = [model for model in self.rows if model not in self.begins]
        ordered = [model for model in (*self.begins, *entries) if self.rows.get(model)]
        tables = [self._table(model, dialect) for model in ordered]  # what others point at comes first
        return Filled(self.place, self.place.after(self.rows), tables)

    def _table(self, model: type[Table], dialect: str) -> tuple[type[Table], Any, Sequence[str]]:
        rows = self.rows[model]
        for name, column in numbered(model):  # the codes that the session would give
            for number, row in enumerate(rows, self.place.codes[name]):
                row[column.name] = f"{column.info['numbered']}{number}"
        writer = Writer(model, DIALECTS[dialect](), model in self.begins)
        made = [writer.row(row, {}) for row in rows]
        texts = writer.texts if model in searchable() else ()
        return model, copy_text(made) if dialect == "postgresql" else made, texts


def numbered(model: type[Table]) -> Iterator[tuple[str, sa.Column]]:
    """The columns whose values are given out in order, each with the name of its counter."""
    for column in model.__table__.columns:
        if "numbered" in column.info:
            yield f"{model.__tablename__}.{column.name}", column
