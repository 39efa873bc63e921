"""Customers with everything that can belong to one, and merges of them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table, now
from models.customer import (
    Address,
    AddressRole,
    Contact,
    ContactRole,
    Customer,
    CustomerTag,
    Note,
    Tag,
)
from models.portal import PortalUser
from models.work import Run
from operations.merge_relations import keys_to
from operations.operation import operation_named
from operations.running import Selection, confirm, plan, plan_undo
from queries.viewer import SYSTEM
from seed.factory import make


def furnished(session: Session, **said: Any) -> Customer:
    """A customer with one of each: locations, contacts, notes, a log-in, trails."""
    customer = make(session, Customer, **said)
    make(session, Address, customer=customer, role=AddressRole.BILL_TO, city="Bergen")
    make(session, Contact, customer=customer, role=ContactRole.PRIMARY)
    make(session, PortalUser, customer=customer, is_primary=True)
    for model in owned():
        if model is not PortalUser:
            make(session, model, customer=customer)
    session.flush()
    return customer


def owned() -> list[type[Table]]:
    """The tables whose rows belong to a customer, in the plain way."""
    names = {key.table.info["model"] for key in keys_to(Customer) if key.key == "customer_id"}
    return sorted(names - {CustomerTag, *_PAIRS}, key=lambda model: model.__tablename__)


_PAIRS = {key.table.info["model"] for key in keys_to(Customer) if key.key == "other_id"}


def tagged(session: Session, customer: Customer, *tags: Tag) -> None:
    for tag in tags:
        session.add(CustomerTag(customer_id=customer.id, tag_id=tag.id))
    session.flush()


def planned(session: Session, kept: Customer, *gone: Customer, viewer: Any = SYSTEM, **chosen: int) -> Run:
    ids = [kept.id, *(row.id for row in gone)]
    answers = {"survivor": kept.id, **chosen}
    merge = operation_named(Customer, "merge")
    run = plan(session, merge, Customer, viewer, Selection(ids=ids), answers, "The same person")
    session.commit()
    return run


def merged(session: Session, kept: Customer, *gone: Customer, **chosen: int) -> Run:
    run = confirm(session, planned(session, kept, *gone, **chosen).id, SYSTEM).run
    session.expire_all()
    return run


def unmerged(session: Session, run: Run) -> Run:
    made = plan_undo(session, run, SYSTEM, "They are two after all")
    session.commit()
    run = confirm(session, made.id, SYSTEM).run
    session.expire_all()
    return run


def everything(session: Session) -> dict[str, list[tuple]]:
    """All rows about customers, but for what counts changes: what un-merging has to bring back."""
    session.expire_all()
    models = {Customer, *(key.table.info["model"] for key in keys_to(Customer))}
    return {m.__tablename__: _rows(session, m) for m in models if m.__tablename__ not in TRAILS}


# What is added to with every change, and not taken back.
TRAILS = ("activity",)
COUNTERS = ("version", "updated_at")


def _rows(session: Session, model: type[Table]) -> list[tuple]:
    columns = [c for c in model.__table__.columns if c.name not in COUNTERS]
    return [tuple(map(repr, row)) for row in session.execute(sa.select(*columns).order_by(model.id))]


def counted(session: Session, customer: Customer) -> dict[str, int]:
    """How many rows of each table point at a customer."""
    return {
        f"{key.table.name}.{key.key}": session.scalar(sa.select(sa.func.count()).where(key == customer.id))
        for key in keys_to(Customer)
    }


def noted(session: Session, customer: Customer, body: str) -> Note:
    return make(session, Note, customer=customer, body=body, created_at=now())
