"""Descriptions of customers as rows for a bulk load: every column filled, nothing left to the session.

What the session does for single rows (models/upkeep.py, models/search.py) is done here for many:
defaults, derived columns and search text, by the same functions. Runs in processes of its own, so
an order and its rows are plain values.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.base import Record, Table
from models.customer import Address, Contact, Customer, CustomerTag, Note, Source
from models.fields import Instant
from models.search import search_table, searchable, text_of

from .desk import Desk
from .world import BATCH, Described, describe

DIALECTS = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}
TABLES: tuple[type[Record], ...] = (Customer, Address, Contact, CustomerTag, Note)
Values = Mapping[str, Any]
Parts = Mapping[type[Record], list[dict[str, Any]]]


@dataclass(frozen=True)
class Order:
    """Which customers to make, and what they point at in the database."""

    first: int
    after: int
    begins: dt.datetime
    ends: dt.datetime
    first_id: int
    first_code: int
    desk: Desk
    dialect: str

    def id_of(self, number: int) -> int:
        return self.first_id + number - self.first

    def moment(self, number: int, share: float) -> dt.datetime:
        """`share` is of the number's batch; a batch that began in an earlier order is cut off."""
        part = (number - number % BATCH + share * BATCH - self.first) / (self.after - self.first)
        return (self.begins + (self.ends - self.begins) * min(max(part, 0), 1)).replace(microsecond=0)


def columns_of(model: type[Table], with_id: bool) -> list[sa.Column]:
    """What is written. Rows bring their ids along when others have to point at them."""
    return [c for c in model.__table__.columns if c.name != "id" or with_id]


class Writer:
    """Turns values into rows of one table, as its driver takes them."""

    def __init__(self, model: type[Table], dialect: sa.Dialect, with_id: bool) -> None:
        self.model, columns = model, columns_of(model, with_id)
        self.texts: list[str] | None = [] if model in searchable() else None
        self.names = [c.name for c in columns]
        self.defaults = {c.name: default_of(c) for c in columns}
        self.derived = [(c.name, c.info["derived"]) for c in columns if "derived" in c.info]
        found = [converter_of(c, dialect) for c in columns]
        self.converters = [(place, convert) for place, convert in enumerate(found) if convert]

    def row(self, said: Values, children: Mapping[str, list[dict[str, Any]]]) -> list[Any]:
        values = self.defaults | said
        for name, rule in self.derived:
            values[name] = rule.compute(*(values[source] for source in rule.sources))
        if self.texts is not None:
            self.texts.append(text_of(self.model, values, children))
        row = [values[name] for name in self.names]
        for place, convert in self.converters:
            row[place] = convert(row[place])
        return row


def converter_of(column: sa.Column, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    if isinstance(column.type, sa.JSON):
        return json.dumps  # which PostgreSQL's dialect leaves to its driver
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    if convert and isinstance(column.type, Instant):
        return _moments.setdefault(dialect.name, lru_cache(maxsize=64)(convert))
    return convert


# All rows of a customer were made at one moment, and writing it down is the slowest of conversions.
_moments: dict[str, Callable[[Any], Any]] = {}


def default_of(column: sa.Column) -> Any:
    if column.default is None:
        return None
    return column.default.arg(None) if column.default.is_callable else column.default.arg


def rows_of(order: Order) -> dict[str, tuple[int, Any]]:
    """How many rows of each table, and the rows as the database takes them at once.

    Texts are bare, in the order of their rows: the ids of parts are only known when they are stored.
    """
    dialect = DIALECTS[order.dialect]()
    writers = {model: Writer(model, dialect, model is Customer) for model in TABLES}
    made: dict[type[Record], list[list[Any]]] = {model: [] for model in TABLES}
    for number in range(order.first, order.after):
        add(describe(number), order, writers, made)
    pack = copy_text if order.dialect == "postgresql" else list
    packed = {model.__tablename__: (len(rows), pack(rows)) for model, rows in made.items()}
    return packed | {search_table(m).name: (len(w.texts), w.texts) for m, w in writers.items() if w.texts}


def add(
    described: Described,
    order: Order,
    writers: Mapping[type[Record], Writer],
    made: Mapping[type[Record], list[list[Any]]],
) -> None:
    moment = order.moment(described.number, described.since)
    dated = {"created_at": moment, "updated_at": moment}
    parts = parts_of(described, order, dated)
    children = {model.__tablename__: rows for model, rows in parts.items()}
    made[Customer].append(writers[Customer].row(customer_of(described, order) | dated, children))
    for model, rows in parts.items():
        made[model].extend(writers[model].row(row, {}) for row in rows)


def customer_of(described: Described, order: Order) -> dict[str, Any]:
    number, said, above = described.number, described.customer, described.organization
    joined = above is not None and above >= order.first
    return said | {
        "id": order.id_of(number),
        "code": f"C-{order.first_code + number - order.first}",
        "organization_id": order.id_of(above) if joined else None,
        "bill_to_organization": joined and said.get("bill_to_organization", False),
        "price_level_id": order.desk.levels.get(described.price_level),
        "reseller_id": order.desk.resellers.get(described.reseller),
        "balance_at": order.moment(number, described.since) if said["balance"] else None,
        "created_by_id": order.desk.author(number)[0] if said["source"] is Source.MANAGER else None,
    }


def parts_of(described: Described, order: Order, dated: Values) -> Parts:
    own = {"customer_id": order.id_of(described.number), **dated}
    return {
        Address: [own | address for address in described.addresses],
        Contact: [own | contact | _alerts(contact, dated) for contact in described.contacts],
        CustomerTag: [own | {"tag_id": order.desk.tags[tag]} for tag in described.tags],
        Note: [own | note_of(note, order, described.number) for note in described.notes],
    }


def _alerts(contact: Values, dated: Values) -> Values:
    return {"alerts_since": dated["created_at"] if contact["alerts"] else None}


def note_of(note: Values, order: Order, number: int) -> dict[str, Any]:
    moment = order.moment(number, note["at"])
    author_id, author_name = order.desk.author(number + 3)
    said = {name: value for name, value in note.items() if name != "at"}
    return said | {
        "author_id": author_id,
        "author_name": author_name,
        "created_at": moment,
        "updated_at": moment,
    }


def copy_text(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV for COPY. Mostly made here, because the loading process has enough to do."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
