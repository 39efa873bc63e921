"""Merges of any customers: nothing is lost or doubled, and the way back is complete."""

from decimal import Decimal

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import Table
from models.customer import (
    Address,
    AddressRole,
    Contact,
    ContactRole,
    Customer,
    CustomerTag,
    NotDuplicate,
    Note,
    Tag,
)
from models.portal import PortalUser
from operations.running import confirm
from queries.viewer import SYSTEM
from seed.factory import make

from .merging import everything, merged, unmerged

FEW = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
EMAILS = st.sampled_from([None, "a@x.example", "A@X.example", "b@x.example"])
CHILDREN = (Address, Contact, Note, PortalUser)
ONE = st.fixed_dictionaries(
    {
        "email": EMAILS,
        "first_name": st.sampled_from([None, "Ann"]),
        "balance": st.decimals(-500, 500, places=2),
        "notes": st.integers(0, 3),
        "contacts": st.lists(st.sampled_from(list(ContactRole)), max_size=3),
        "addresses": st.lists(st.sampled_from(list(AddressRole)), max_size=3),
        "logins": st.integers(0, 2),
        "tags": st.sets(st.integers(0, 3)),
    }
)


def build(session, drawn, tags):
    said = {n: drawn[n] for n in ("email", "first_name", "balance")}
    customer = make(session, Customer, **said)
    for _ in range(drawn["notes"]):
        make(session, Note, customer=customer)
    for model, role, kind in (
        (Contact, ContactRole.PRIMARY, "contacts"),
        (Address, AddressRole.BILL_TO, "addresses"),
    ):
        other = ContactRole.GENERAL if model is Contact else AddressRole.OTHER
        roles = drawn[kind]
        for n, wanted in enumerate(roles):
            again = wanted is role and role in roles[:n]
            make(session, model, customer=customer, role=other if again else wanted)
    for n in range(drawn["logins"]):
        make(session, PortalUser, customer=customer, is_primary=not n)
    for n in drawn["tags"]:
        session.add(CustomerTag(customer_id=customer.id, tag_id=tags[n].id))
    return customer


def total(session, model: type[Table], rows) -> int:
    asked = sa.select(sa.func.count()).where(model.customer_id.in_([row.id for row in rows]))
    return session.scalar(asked)


def owed(session, rows) -> Decimal:
    found = session.scalars(sa.select(Customer.balance).where(Customer.id.in_([row.id for row in rows])))
    return sum(found, Decimal(0))


@FEW
@given(drawn=st.lists(ONE, min_size=2, max_size=4), apart=st.booleans())
def test_a_merge_loses_and_doubles_nothing_and_can_be_taken_back(session, drawn, apart):
    tags = [make(session, Tag) for _ in range(4)]
    rows = [build(session, one, tags) for one in drawn]
    strangers = [make(session, Customer) for _ in range(2)]
    if apart:
        for row in rows:
            session.add(NotDuplicate(customer_id=row.id, other_id=strangers[0].id))
        session.add(NotDuplicate(customer_id=rows[0].id, other_id=rows[1].id))
    session.commit()
    before, money = everything(session), owed(session, rows)
    sums = {model: total(session, model, rows) for model in CHILDREN}

    run = merged(session, *rows)

    kept = session.get(Customer, rows[0].id)
    assert run.changed == len(rows)
    extra = total(session, Contact, [kept]) - sums[Contact]
    assert 0 <= extra <= len({d["email"] and d["email"].lower() for d in drawn} - {None}) + len(drawn)
    for model in (Address, Note, PortalUser):
        assert total(session, model, [kept]) == sums[model]
        assert total(session, model, rows[1:]) == 0
    assert kept.balance == money == owed(session, rows)
    held = set(session.scalars(sa.select(CustomerTag.tag_id).where(CustomerTag.customer_id == kept.id)))
    assert held == {tags[n].id for d in drawn for n in d["tags"]}

    after = everything(session)
    assert confirm(session, run.id, SYSTEM).run.changed == len(rows)
    assert everything(session) == after

    unmerged(session, run)
    assert everything(session) == before
