"""The services of the demo world: a batch of customers in a transaction, until all have theirs.

Another process describes the next batch while this one hands the last to the database.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import acting
from models.base import Record, Table, at
from models.customer import Address, AddressRole, Customer
from models.message import Message
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
from models.support import Rating, Ticket, TicketEvent
from models.usage import DataSession, UsageDay, UsageRecord
from operations.usage.tariffs import Tariffs

from .batch import CUSTOMERS
from .clock import later
from .desk import Desk
from .ids import close_gaps
from .makers import in_turn
from .offer import Offer
from .progress import Mark, shown
from .served import STOCK, Owner, Service
from .shed import restore, shed
from .sheet import Filled, Place, Sheet
from .talked import Talk
from .used import Use

SERVED = Mark("served")  # the id of the last customer who has services
LAST = Mark("served_to")  # the id of the last one who is to have them: later ones came during the week
WORLD = Mark("served_of")  # how many customers the world had when that was settled
BARE = Mark("services_without_indexes")
BATCH = 500
MANY = 20_000  # customers from whom on it is quicker to build indexes anew
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
LOADED: tuple[type[Table], ...] = (
    *RECORDS,
    UsageRecord,
    UsageDay,
    DataSession,
    TicketEvent,
    Rating,
    Message,
)


@dataclass(frozen=True)
class Batch:
    """The customers whose ids come next after one."""

    after: int
    owners: Sequence[Owner]


@dataclass
class Errand:
    """Describes one batch after the other, each from where the one before ended."""

    place: Place
    offer: Offer
    staff: Sequence[tuple[int, str]]
    tariffs: Tariffs
    base: dt.datetime
    dialect: str

    @classmethod
    def of(cls, session: Session, base: dt.datetime) -> "Errand":
        close_gaps(session)
        offer, tariffs = Offer.read(session), Tariffs(session)
        for plan in offer.plans.values():
            tariffs.of(plan)
        del tariffs.session  # another process has none, and nothing else is asked
        place, staff = Place.read(session, RECORDS), Desk.read(session).staff
        return cls(place, offer, staff, tariffs, base, session.get_bind().dialect.name)

    def make(self, batch: Batch) -> Filled:
        sheet = Sheet(self.place)
        service = Service(sheet, self.offer, self.base, self.staff)
        use = Use(sheet, self.offer, self.base, self.tariffs)
        talk = Talk(sheet, self.offer, self.base, self.staff)
        service.stock(len(batch.owners) // STOCK, self.base - dt.timedelta(days=30))
        for owner in batch.owners:
            served = service.serve(owner)
            use.of(served)
            talk.about(served)
        filled = sheet.filled(self.dialect)
        self.place = filled.ends
        return filled


def serve(session: Session, base: dt.datetime) -> None:
    """Everybody by whom the world has grown since the last time."""
    settle(session)
    total = waiting(session)
    if total > max(MANY, SERVED.read(session)):
        shed(session, BARE, LOADED)
    served = 0
    with shown("Services", total) as reached:
        while waiting(session):
            errand = Errand.of(session, base)
            with closing(in_turn(errand, batches(session))) as made:
                for batch, filled in made:
                    if not write(session, batch, filled, base):
                        break  # somebody else has added to the tables: once more, from what is there now
                    served += len(batch.owners)
                    reached(served)
    restore(session, BARE, LOADED)


def settle(session: Session) -> None:
    for mark in (SERVED, LAST, WORLD):
        mark.begin(session)
    session.flush()
    if WORLD.hold(session) != (known := CUSTOMERS.read(session)):
        LAST.move(session, session.scalar(sa.select(sa.func.max(Customer.id))) or 0)
        WORLD.move(session, known)
    session.commit()


def waiting(session: Session) -> int:
    """How many have no services yet."""
    left = Customer.id > SERVED.read(session), Customer.id <= LAST.read(session)
    return session.scalar(sa.select(sa.func.count()).where(*left))


def batches(session: Session) -> Iterator[Batch]:
    after, last = SERVED.read(session), LAST.read(session)
    while owners := list(owners_after(session, after, last)):
        yield Batch(after, owners)
        after = owners[-1].id


def write(session: Session, batch: Batch, filled: Filled, base: dt.datetime) -> bool:
    """A batch in one transaction; False when it does not belong at the end of what is there."""
    session.rollback()
    if SERVED.hold(session) != batch.after or Place.read(session, RECORDS) != filled.begins:
        session.rollback()
        return False
    with at(later(session, base - dt.timedelta(days=8))):
        acting(session, reason=f"Services of {len(batch.owners):,} customers")
        filled.write(session)
        SERVED.move(session, batch.owners[-1].id)
        session.commit()
    session.expunge_all()
    return True


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
    if not rows:
        return
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
