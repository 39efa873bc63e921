"""What staff of the demo world do in a week: small pieces of work on customers that need it."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record
from models.customer import (
    Address,
    AddressRole,
    Contact,
    ContactRole,
    Customer,
    CustomerState,
    CustomerTag,
    Flag,
    Kind,
    Note,
    NoteKind,
    PriceLevel,
    Source,
    Tag,
)
from operations import deleting, records, restoring
from operations.records import Draft, PartRow
from queries.history import last_change
from queries.viewer import Viewer

from . import phrases
from .names import person_email, pool
from .places import COUNTRIES, Country, fill
from .world import BATCH, describe

OPEN_TO_CHANGE = (
    Customer.is_locked.is_(False),
    Customer.workflow_state.in_((CustomerState.APPROVED, CustomerState.SUSPENDED)),
)
# Numbers of customers that the script of the week needs to find again.
MISTYPED, DOUBLED = 7, 12
FIRST_NEW = 90_000_000  # numbers of the customers that come during the week
EARLY = 6_000  # ids that are looked at: in a large world a week is no longer than in a small one


@dataclass(frozen=True)
class Work:
    session: Session
    viewer: Viewer
    rng: Random

    def pick(self, model: type[Record], *conditions: Any) -> Any | None:
        """A row that meets the conditions; None in a world too small to have one."""
        if "customer_id" in model.__table__.c:
            owner = sa.exists().where(Customer.id == model.customer_id, ~Customer.is_locked)
            conditions = (*conditions, owner)
        early = sa.select(model.id).where(model.id <= EARLY, *conditions)
        ids = self.session.scalars(early.order_by(model.id)).all()
        return self.session.get(model, self.rng.choice(ids)) if ids else None

    def customer(self, *conditions: Any) -> Customer | None:
        return self.pick(Customer, *OPEN_TO_CHANGE, *conditions)

    def nth(self, number: int) -> Customer | None:
        return self.session.scalar(sa.select(Customer).order_by(Customer.id).offset(number).limit(1))

    def change(self, record: Record | None, **values: Any) -> None:
        if record is not None:
            records.update(self.session, record, Draft(values), self.viewer)

    def create(self, model: type[Record], **values: Any) -> None:
        records.create(self.session, model, Draft(values), self.viewer)

    def country(self, customer: Customer) -> Country:
        return COUNTRIES[customer.locale.rpartition("_")[2]]


def _tagged(tag: Tag) -> sa.ColumnElement[bool]:
    return sa.exists().where(CustomerTag.customer_id == Customer.id, CustomerTag.tag_id == tag.id)


def approve(work: Work) -> None:
    waiting = Customer.workflow_state == CustomerState.WAITING_APPROVAL
    # Those with everything at once go on waiting: filters are tried out on them.
    wholesale = work.session.scalar(sa.select(Tag).where(Tag.name == "Wholesale"))
    customer = work.pick(Customer, waiting, ~_tagged(wholesale))
    work.change(customer, workflow_state=CustomerState.APPROVED)


def suspend(work: Work) -> None:
    owing = (Customer.workflow_state == CustomerState.APPROVED, Customer.balance > Decimal(100))
    work.change(work.customer(*owing), workflow_state=CustomerState.SUSPENDED)


def resume(work: Work) -> None:
    suspended = Customer.workflow_state == CustomerState.SUSPENDED
    work.change(work.customer(suspended), workflow_state=CustomerState.APPROVED)


def close(work: Work) -> None:
    leaving = (Customer.kind == Kind.CUSTOMER, Customer.balance == Decimal(0))
    work.change(work.customer(*leaving), workflow_state=CustomerState.CLOSED, flag=None)


def flag(work: Work) -> None:
    chosen = work.rng.choice((*Flag, Flag.CHK, Flag.CHK))
    work.change(work.customer(Customer.flag.is_(None)), flag=chosen)


def unflag(work: Work) -> None:
    work.change(work.customer(Customer.flag.is_not(None)), flag=None)


def add_tag(work: Work) -> None:
    tag = work.pick(Tag)
    _tie(work, work.customer(~_tagged(tag)), {tag.id}, set())


def remove_tag(work: Work) -> None:
    if customer := work.customer(sa.exists().where(CustomerTag.customer_id == Customer.id)):
        mine = sa.select(CustomerTag.tag_id).where(CustomerTag.customer_id == customer.id)
        tag = work.rng.choice(work.session.scalars(mine.order_by(CustomerTag.tag_id)).all())
        _tie(work, customer, set(), {tag})


def _tie(work: Work, customer: Customer | None, wanted: set[int], was: set[int]) -> None:
    if customer is not None:
        records.update(
            work.session, customer, Draft(ties={"tag": wanted}, ties_were={"tag": was}), work.viewer
        )


def move(work: Work) -> None:
    if customer := work.customer():
        bill_to = sa.select(Address).where(
            Address.customer_id == customer.id, Address.role == AddressRole.BILL_TO
        )
        country, rng = work.country(customer), work.rng
        city = rng.choice(country.cities)
        work.change(
            work.session.scalar(bill_to),
            line1=country.line.format(number=rng.randrange(1, 140), street=rng.choice(country.streets)),
            postal_code=fill(rng.choice(city.codes), rng, country.letters),
            city=city.name,
            region=city.region,
        )


def change_email(work: Work) -> None:
    if customer := work.customer(Customer.kind == Kind.CUSTOMER):
        email = person_email(customer.first_name, customer.last_name, work.rng.randrange(10, 99), work.rng)
        work.change(customer, email=email)


def change_phone(work: Work) -> None:
    if customer := work.customer():
        country = work.country(customer)
        city = work.rng.choice(country.cities)
        work.change(customer, phone_e164=fill(work.rng.choice(country.mobiles or (city.landline,)), work.rng))


def write_note(work: Work) -> None:
    if customer := work.customer():
        body = work.rng.choice(phrases.NOTES)
        work.create(Note, customer_id=customer.id, kind=NoteKind.GENERAL, body=body)


def warn(work: Work) -> None:
    if customer := work.customer():
        body = work.rng.choice(phrases.POPUPS)
        work.create(Note, customer_id=customer.id, kind=NoteKind.GENERAL, body=body, popup=True)


def add_contact(work: Work) -> None:
    if customer := work.customer(Customer.kind == Kind.ORGANIZATION):
        names, rng = pool(work.country(customer).code), work.rng
        first, last = rng.choice(names.first), rng.choice(names.last)
        email = person_email(first, last, rng.randrange(10, 99), rng)
        role = rng.choice((ContactRole.TECHNICAL, ContactRole.GENERAL, ContactRole.BILLING))
        work.create(Contact, customer_id=customer.id, name=f"{first} {last}", role=role, email=email)


def set_alerts(work: Work) -> None:
    work.change(work.pick(Contact, Contact.email.is_not(None), Contact.alerts.is_(False)), alerts=True)


def delete_contact(work: Work) -> None:
    if contact := work.pick(Contact, Contact.role == ContactRole.BILLING):
        deleting.delete(work.session, contact, work.viewer)


def change_terms(work: Work) -> None:
    limit = Decimal(work.rng.choice((1500, 3000, 7500)))
    work.change(work.customer(Customer.kind == Kind.ORGANIZATION), terms_days=45, credit_limit=limit)


def change_level(work: Work) -> None:
    level = work.pick(PriceLevel)
    work.change(work.customer(Customer.kind == Kind.ORGANIZATION), price_level_id=level.id)


def win(work: Work) -> None:
    """A new customer, as the form sends it."""
    described = describe(FIRST_NEW + work.rng.randrange(1000) * BATCH)
    said = {n: v for n, v in described.customer.items() if n not in ("balance", "is_locked", "flag")}
    said |= {"workflow_state": CustomerState.WAITING_APPROVAL, "source": Source.MANAGER}
    parts = {
        "address": [PartRow(values) for values in described.addresses],
        "contact": [PartRow(values) for values in described.contacts],
    }
    records.create(work.session, Customer, Draft(said, parts=parts), work.viewer)


def mistype_email(work: Work) -> None:
    if customer := work.nth(MISTYPED):
        work.change(customer, email="info@wrong-customer.example")


def take_back(work: Work) -> None:
    if customer := work.nth(MISTYPED):
        change = last_change(work.session, Customer, customer.id, "email")
        restoring.restore(work.session, Customer, customer.id, change.id, "email", work.viewer)


def enter_twice(work: Work) -> None:
    if customer := work.nth(DOUBLED):
        kept = (
            "kind",
            "account_class",
            "first_name",
            "last_name",
            "email",
            "phone_e164",
            "locale",
            "currency",
        )
        bill_to = work.session.scalar(sa.select(Address).where(Address.customer_id == customer.id).limit(1))
        place = {n: getattr(bill_to, n) for n in ("line1", "postal_code", "city", "region", "country")}
        draft = Draft({n: getattr(customer, n) for n in kept}, parts={"address": [PartRow(place)]})
        records.create(work.session, Customer, draft, work.viewer)


def delete_double(work: Work) -> None:
    if customer := work.nth(DOUBLED):
        same = (Customer.name_norm == customer.name_norm, Customer.id > customer.id)
        newest = work.session.scalar(sa.select(Customer).where(*same).order_by(Customer.id.desc()).limit(1))
        if newest is not None:
            deleting.delete(work.session, newest, work.viewer)
