"""The rest of a large world, loaded set-based: live rows, search text, codes, and baseline versions.

Other processes describe customers and turn them into rows; this one hands them to the database, a
chunk in a transaction. Each chunk follows from the number of customers that are there, so a load
that was killed goes on with the next one.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.orm import Session

from models.act import acting
from models.base import Record, at
from models.counter import FIRST, Counter, take
from models.customer import ALERTS, Contact, NotificationSetting
from models.history import TransactionTable, begin, version_table
from models.search import search_table, searchable
from queries.history import INSERTED

from .batch import CUSTOMERS
from .clock import later, window
from .desk import Desk
from .ids import close_gaps, next_ids
from .makers import made
from .progress import shown
from .rows import TABLES, Order, columns_of, copy_text, rows_of
from .shed import restore, shed
from .world import BATCH

CHUNK = 20 * BATCH
LOADED: tuple[type[Record], ...] = (*TABLES, NotificationSetting)
Rows = dict[str, tuple[int, Any]]


def load(session: Session, total: int, base: dt.datetime) -> None:
    """Customers up to `total`."""
    done = CUSTOMERS.read(session)
    if total - done > done:  # to build indexes anew for a few rows would take longer than the rows
        shed(session, LOADED)
    first = next_order(session, done, total, base)
    session.rollback()
    with shown("Customers", total, done) as reached, made(following(first, total, base)) as chunks:
        for order, rows in chunks:
            reached(write(session, order, rows, total, base))
    restore(session, LOADED)


def next_order(session: Session, first: int, total: int, base: dt.datetime) -> Order:
    """What comes next, as the database stands now."""
    after = min(first - first % CHUNK + CHUNK, total)
    last_code = session.scalar(sa.select(Counter.last).where(Counter.name == "customer.code"))
    return Order(
        first,
        after,
        *window(first, after, total, base),
        first_id=next_ids(session, TABLES[:1])[0],
        first_code=(last_code or FIRST - 1) + 1,
        desk=Desk.read(session),
        dialect=session.get_bind().dialect.name,
    )


def following(order: Order, total: int, base: dt.datetime) -> Iterator[Order]:
    """This order and those after it, should nobody else add customers meanwhile."""
    while order.first < total:
        yield order
        first, count = order.after, order.after - order.first
        after = min(first + CHUNK, total)
        begins, ends = window(first, after, total, base)
        order = replace(
            order,
            first=first,
            after=after,
            begins=begins,
            ends=ends,
            first_id=order.first_id + count,
            first_code=order.first_code + count,
        )


def write(session: Session, order: Order, rows: Rows, total: int, base: dt.datetime) -> int:
    """One chunk, in one transaction. Returns how many customers there are then."""
    first = CUSTOMERS.hold(session)
    if first >= total:
        session.rollback()
        return first
    order_now = next_order(session, first, total, base)
    if order_now != order:
        order, rows = order_now, rows_of(order_now)
    with at(later(session, order.ends)):
        acting(session, reason=f"Customers {order.first + 1:,} to {order.after:,}, loaded")
        Chunk(session).write(order, rows)
        CUSTOMERS.move(session, order.after)
        session.commit()
    session.expunge_all()
    return order.after


class Chunk:
    """Puts rows where they belong, past the session and with all that the session would do."""

    def __init__(self, session: Session) -> None:
        self.session, self.connection = session, session.connection()
        self.driver = self.connection.connection.driver_connection

    def write(self, order: Order, rows: Rows) -> None:
        self._spare_checks()
        begins = dict(zip(LOADED, next_ids(self.session, LOADED), strict=True))
        take(self.session, "customer.code", order.after - order.first)
        for model in TABLES:
            count, packed = rows[model.__tablename__]
            if count:
                self._insert(model, packed)
            if model in searchable():
                self._insert_texts(model, begins[model], rows)
        self._notify(begins[Contact])
        self._write_versions(begins)
        close_gaps(self.session)

    def _spare_checks(self) -> None:
        """Every key was read from this database just now. Only a superuser may leave the checks out."""
        if self.connection.dialect.name == "postgresql":
            if self.connection.scalar(sa.select(sa.func.current_setting("is_superuser"))) == "on":
                self.connection.execute(sa.text("SET LOCAL session_replication_role = replica"))

    def _insert(self, model: type[Record], packed: Any) -> None:
        self._hand_over(model.__table__, columns_of(model), packed)

    def _insert_texts(self, model: type[Record], first: int, rows: Rows) -> None:
        """The rows have been given their ids in the order in which they came."""
        into = search_table(model)
        _, texts = rows.get(into.name, (0, []))
        ids = self.session.scalars(sa.select(model.id).where(model.id >= first).order_by(model.id))
        lines = list(zip(ids, texts, strict=True))
        if lines:
            self._hand_over(into, list(into.c), copy_text(lines) if self._copies else lines)

    @property
    def _copies(self) -> bool:
        return isinstance(self.driver, psycopg.Connection)

    def _hand_over(self, table: sa.Table, columns: Sequence[sa.Column], packed: Any) -> None:
        if self._copies:
            with self.driver.cursor() as cursor, cursor.copy(_copy(table, columns)) as into:
                into.write(packed)
        else:
            names = [column.name for column in columns]
            insert = sa.insert(table).compile(dialect=self.connection.dialect, column_keys=names)
            self.driver.executemany(str(insert), packed)

    def _notify(self, first_contact: int) -> None:
        """The alerts box of a contact stands for these rows."""
        alerted = sa.select(Contact.id, Contact.customer_id, Contact.email, Contact.created_at).where(
            Contact.id >= first_contact, Contact.alerts
        )
        rows = [
            {
                "customer_id": row.customer_id,
                "contact_id": row.id,
                "topic": topic,
                "destination": row.email,
                "created_at": row.created_at,
                "updated_at": row.created_at,
            }
            for row in self.session.execute(alerted.order_by(Contact.id))
            for topic in ALERTS
        ]
        if rows:
            self.connection.execute(sa.insert(NotificationSetting.__table__), rows)

    def _write_versions(self, begins: dict[type[Record], int]) -> None:
        """What is stored is what history says: copied, not written a second time."""
        transaction = begin(self.session)
        for model, first in begins.items():
            table, history = model.__table__, version_table(model)
            names = [column.name for column in table.columns if column.name in history.c]
            marks = (sa.literal(transaction), sa.literal(INSERTED))
            new = sa.select(*(table.c[name] for name in names), *marks).where(table.c.id >= first)
            into = sa.insert(history).from_select([*names, "transaction_id", "operation_type"], new)
            self.connection.execute(into)
            self.session.add(TransactionTable(transaction_id=transaction, table_name=model.__tablename__))
        self.session.flush()


def _copy(table: sa.Table, columns: Sequence[sa.Column]) -> sql.Composed:
    """In CSV nothing at all is NULL, but for columns that cannot be."""
    filled = [c.name for c in columns if not c.nullable]
    return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({}))").format(
        sql.Identifier(table.name), _listed([c.name for c in columns]), _listed(filled)
    )


def _listed(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def settle(session: Session) -> None:
    """Let the planner know what came."""
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        with session.get_bind().connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM ANALYZE"))
    else:
        session.execute(sa.text("PRAGMA analysis_limit = 1000"))
        session.execute(sa.text("ANALYZE"))
        session.commit()
