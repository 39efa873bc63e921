"""The rest of a large world, loaded set-based: live rows, search text, codes, and baseline versions.

Other processes describe customers and turn them into rows; this one hands them to the database, a
chunk in a transaction. Each chunk follows from the number of customers that are there, so a load
that was killed goes on with the next one.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import acting
from models.base import Record, at
from models.counter import FIRST, Counter, take
from models.customer import ALERTS, Contact, Customer, NotificationSetting
from models.search import search_table, searchable

from .batch import CUSTOMERS
from .clock import later, window
from .desk import Desk
from .ids import close_gaps, next_ids
from .loader import Loader
from .makers import made
from .progress import Mark, shown
from .rows import TABLES, Order, rows_of
from .shed import restore, shed
from .world import BATCH

BARE = Mark("indexes_off")
CHUNK = 20 * BATCH
LOADED: tuple[type[Record], ...] = (*TABLES, NotificationSetting)
Rows = dict[str, tuple[int, Any]]


def load(session: Session, total: int, base: dt.datetime) -> None:
    """Customers up to `total`."""
    done = CUSTOMERS.read(session)
    if total - done > done:  # to build indexes anew for a few rows would take longer than the rows
        shed(session, BARE, LOADED)
    first = next_order(session, done, total, base)
    session.rollback()
    with shown("Customers", total, done) as reached, made(following(first, total, base)) as chunks:
        for order, rows in chunks:
            reached(write(session, order, rows, total, base))
    restore(session, BARE, LOADED)


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
        put(session, order, rows)
        CUSTOMERS.move(session, order.after)
        session.commit()
    session.expunge_all()
    return order.after


def put(session: Session, order: Order, rows: Rows) -> None:
    loader = Loader(session)
    loader.spare_checks()
    begins = dict(zip(LOADED, next_ids(session, LOADED), strict=True))
    take(session, "customer.code", order.after - order.first)
    for model in TABLES:
        count, packed = rows[model.__tablename__]
        if count:
            loader.insert(model, packed, with_id=model is Customer)
        if model in searchable():
            loader.insert_texts(model, begins[model], rows.get(search_table(model).name, (0, []))[1])
    notify(session, begins[Contact])
    loader.write_versions(begins)
    close_gaps(session)


def notify(session: Session, first_contact: int) -> None:
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
        for row in session.execute(alerted.order_by(Contact.id))
        for topic in ALERTS
    ]
    if rows:
        session.connection().execute(sa.insert(NotificationSetting.__table__), rows)


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
