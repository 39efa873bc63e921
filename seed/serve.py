"""The services of the demo world: a batch of customers in a transaction, until all have theirs."""

import datetime as dt
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import acting
from models.base import Record, at
from models.customer import Address, AddressRole, Customer
from models.sales import OrderLine, Quote, QuoteLine, SalesOrder
from models.service import (
    AccountCode,
    DataAccount,
    Facility,
    PackageChange,
    Sim,
    Subscription,
    Suspension,
    VoipLine,
)
from models.support import Ticket
from operations.usage.tariffs import Tariffs

from .batch import CUSTOMERS
from .clock import later
from .desk import Desk
from .ids import close_gaps
from .offer import Offer
from .progress import Mark, shown
from .served import STOCK, Owner, Service
from .sheet import Sheet
from .talked import Talk
from .used import Use

SERVED = Mark("served")  # the id of the last customer who has services
LAST = Mark("served_to")  # the id of the last one who is to have them: later ones came during the week
WORLD = Mark("served_of")  # how many customers the world had when that was settled
BATCH = 500
RECORDS: tuple[type[Record], ...] = (
    Subscription,
    DataAccount,
    VoipLine,
    Sim,
    AccountCode,
    Facility,
    PackageChange,
    Suspension,
    SalesOrder,
    OrderLine,
    Quote,
    QuoteLine,
    Ticket,
)


def serve(session: Session, base: dt.datetime) -> None:
    """Everybody by whom the world has grown since the last time."""
    settle(session)
    left = sa.select(sa.func.count()).where(
        Customer.id > SERVED.read(session), Customer.id <= LAST.read(session)
    )
    total, done = session.scalar(left), 0
    with shown("Services", total) as reached:
        while done < total:
            done += serve_batch(session, base)
            reached(done)


def settle(session: Session) -> None:
    for mark in (SERVED, LAST, WORLD):
        mark.begin(session)
    session.flush()
    if WORLD.hold(session) != (known := CUSTOMERS.read(session)):
        LAST.move(session, session.scalar(sa.select(sa.func.max(Customer.id))) or 0)
        WORLD.move(session, known)
    session.commit()


def serve_batch(session: Session, base: dt.datetime) -> int:
    """The next customers by id. Returns how many they were."""
    last = SERVED.hold(session)
    close_gaps(session)
    owners = list(owners_after(session, last, LAST.read(session)))
    with at(later(session, base - dt.timedelta(days=8))):
        acting(session, reason=f"Services of {len(owners):,} customers")
        sheet = Sheet(session, RECORDS)
        describe(session, sheet, owners, base)
        sheet.write()
        SERVED.move(session, owners[-1].id)
        session.commit()
    session.expunge_all()
    return len(owners)


def describe(session: Session, sheet: Sheet, owners: Sequence[Owner], base: dt.datetime) -> None:
    offer, staff = Offer.read(session), Desk.read(session).staff
    service, use = Service(sheet, offer, base, staff), Use(sheet, offer, base, Tariffs(session))
    talk = Talk(sheet, offer, base, staff)
    service.stock(len(owners) // STOCK, base - dt.timedelta(days=30))
    for owner in owners:
        served = service.serve(owner)
        use.of(served)
        talk.about(served)


def owners_after(session: Session, last: int, upto: int) -> Iterator[Owner]:
    """The next batch, with where they live."""
    few = (
        sa.select(
            Customer.id,
            Customer.kind,
            Customer.account_class,
            Customer.workflow_state,
            Customer.currency,
            Customer.created_at,
            Customer.email,
        )
        .where(Customer.id > last, Customer.id <= upto)
        .order_by(Customer.id)
        .limit(BATCH)
    )
    rows = session.execute(few).all()
    ids = [row.id for row in rows]
    bill_to = sa.select(Address.customer_id, Address.id, Address.country).where(
        Address.customer_id.between(ids[0], ids[-1]), Address.role == AddressRole.BILL_TO
    )
    places = {owner: (place, country) for owner, place, country in session.execute(bill_to)}
    for row in rows:
        place, country = places.get(row.id, (None, "US"))
        yield Owner(
            row.id,
            row.kind,
            row.account_class,
            row.workflow_state,
            row.currency,
            country,
            row.created_at,
            place,
            row.email,
        )
