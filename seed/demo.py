"""The demo world: made through the application, so that it has history from its first day.

Every step commits together with the number that says it is done (progress.py), so the work may
be killed anywhere and goes on where it stopped. The rest of a large world comes in bulk.py.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from models.access import StaffUser
from models.act import acting
from models.base import at, now
from models.counter import FIRST, take
from models.customer import (
    Address,
    Contact,
    Customer,
    CustomerTag,
    NotificationSetting,
    Note,
    PriceLevel,
    Reseller,
    Source,
    Tag,
    Topic,
)

from .desk import PEOPLE, ensure_desk, sign_ins
from .ids import close_gaps
from .progress import Mark, shown
from .roles import ensure_roles
from .week import work_through
from .world import BATCH, Described, describe

CUSTOMERS = Mark("customers")
BELIEVABLE = 5_000  # made through the application; more are loaded in bulk
LOADED_ABOVE = 20_000
YEARS = dt.timedelta(days=3 * 365)
WEEK = dt.timedelta(days=7)


def make_world(session: Session, config: Config) -> None:
    if config.is_production:
        raise SystemExit("The demo has passwords that everyone knows: not with RECORDROOM_ENV=production")
    refuse_a_real_desk(session)
    base = now()
    open_the_desk(session, base)
    fill(session, config.customers, base)
    work_through(session, base, config.customers)
    say_how_to_sign_in(session, config)


def refuse_a_real_desk(session: Session) -> None:
    """Customers that somebody entered are not to be mixed with invented ones."""
    if CUSTOMERS.read(session) is None and session.scalar(sa.select(Customer.id).limit(1)):
        raise SystemExit("This database has customers already; the demo needs one of its own")


def open_the_desk(session: Session, base: dt.datetime) -> None:
    with at(base - YEARS):
        acting(session, reason="The desk opens")
        ensure_roles(session)
        ensure_desk(session)
        CUSTOMERS.begin(session)
        session.commit()


def fill(session: Session, total: int, base: dt.datetime) -> None:
    """Customers 0 to `total`, a batch at a time."""
    done = CUSTOMERS.read(session)
    with shown("Customers", total, done) as reached:
        while done < total:
            done = add_batch(session, total, base)
            reached(done)


def add_batch(session: Session, total: int, base: dt.datetime) -> int:
    """The next batch of customers. Returns how many there are then."""
    first = CUSTOMERS.hold(session)
    after = min(first - first % BATCH + BATCH, total)
    if first < after:
        close_gaps(session)
        begins, ends = window(first, after, total, base)
        with at(ends):
            acting(session, reason=f"Customers {first + 1:,} to {after:,}")
            Batch(session, begins, ends).add([describe(number) for number in range(first, after)])
            CUSTOMERS.move(session, after)
            session.commit()
    session.expunge_all()
    return max(first, after)


def window(first: int, after: int, total: int, base: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When a batch of customers came: together they fill the years before the last week."""
    opened, length = base - YEARS, YEARS - WEEK - dt.timedelta(hours=2)
    return opened + length * (first / total), opened + length * (after / total)


class Batch:
    """Writes descriptions down as rows of one transaction."""

    def __init__(self, session: Session, begins: dt.datetime, ends: dt.datetime) -> None:
        self.session, self.begins, self.length = session, begins, ends - begins
        self.tags = dict(session.execute(sa.select(Tag.name, Tag.id)).all())
        self.resellers = dict(session.execute(sa.select(Reseller.code, Reseller.id)).all())
        self.levels = dict(session.execute(sa.select(PriceLevel.name, PriceLevel.id)).all())
        emails = [person.email for person in PEOPLE]
        found = sa.select(StaffUser).where(StaffUser.email.in_(emails)).order_by(StaffUser.id)
        self.staff = session.scalars(found).all()

    def add(self, batch: list[Described]) -> None:
        code = take(self.session, "customer.code", len(batch))
        made = {d.number: self.customer(d, f"C-{code + n}") for n, d in enumerate(batch)}
        self.session.add_all(made.values())
        self.session.flush()
        for described in batch:
            if described.organization in made:
                self.join(made[described.number], made[described.organization], described)
            self.session.add_all(self.parts(described, made[described.number].id))
        self.notify([row for row in self.session.new if isinstance(row, Contact) and row.alerts])

    def moment(self, share: float) -> dt.datetime:
        return (self.begins + self.length * share).replace(microsecond=0)

    def author(self, number: int) -> StaffUser:
        return self.staff[number % len(self.staff)]

    def customer(self, described: Described, code: str) -> Customer:
        moment = self.moment(described.since)
        said = dict(described.customer)
        said.pop("bill_to_organization", None)
        if said["source"] is Source.MANAGER:
            said["created_by_id"] = self.author(described.number).id
        return Customer(
            **said,
            code=code,
            price_level_id=self.levels.get(described.price_level),
            reseller_id=self.resellers.get(described.reseller),
            balance_at=moment if said["balance"] else None,
            **self.dated(moment),
        )

    def join(self, member: Customer, organization: Customer, described: Described) -> None:
        member.organization_id = organization.id
        member.bill_to_organization = described.customer.get("bill_to_organization", False)
        member.updated_at = member.created_at

    @staticmethod
    def dated(moment: dt.datetime) -> dict[str, Any]:
        return {"created_at": moment, "updated_at": moment}

    def parts(self, described: Described, customer_id: int) -> Iterator[Any]:
        moment = self.moment(described.since)
        own = {"customer_id": customer_id, **self.dated(moment)}
        for address in described.addresses:
            yield Address(**address, **own)
        for contact in described.contacts:
            yield Contact(**contact, **own, alerts_since=moment if contact["alerts"] else None)
        for tag in described.tags:
            yield CustomerTag(tag_id=self.tags[tag], **own)
        for note in described.notes:
            yield self.note(note, described.number, customer_id)

    def note(self, note: dict[str, Any], number: int, customer_id: int) -> Note:
        author = self.author(number + 3)
        said = {name: value for name, value in note.items() if name != "at"}
        dated = self.dated(self.moment(note["at"]))
        return Note(**said, customer_id=customer_id, author_id=author.id, author_name=author.name, **dated)

    def notify(self, contacts: list[Contact]) -> None:
        """The alerts box stands for these two rows."""
        self.session.flush()
        for contact in contacts:
            for topic in Topic:
                dated = self.dated(contact.created_at)
                self.session.add(NotificationSetting(contact_id=contact.id, topic=topic, **dated))


def say_how_to_sign_in(session: Session, config: Config) -> None:
    lines = sign_ins(session)
    count = CUSTOMERS.read(session)
    session.rollback()
    print(f"The demo world has {count:,} customers. Sign in as:")
    print("\n".join(lines), flush=True)
