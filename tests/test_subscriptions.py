"""Subscriptions: their states, what bundles take along, and what remains when a location goes."""

import datetime as dt

import pytest
import sqlalchemy as sa

from jobs.declare import Work
from jobs.subscriptions import end_subscriptions
from models.base import at, now
from models.catalog import BundleItem, Charge, Family, Product, ProductLine
from models.customer import Address, Customer, CustomerState
from models.service import DataAccount, DataAccountState, Subscription, SubscriptionState, SuspendedBy
from models.work import Run
from operations.errors import Refused
from operations.operation import operation_named
from operations.records import Draft, create, update
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import words
from .verbs import Case, run_verb, taken_back

DAY = dt.timedelta(days=1)


def today():
    return now().date()


def verb(session, subscription, name, **answers):
    """Carried out; the ledger's words where it was refused."""
    ran = run_verb(session, Subscription, operation_named(Subscription, name), Case([subscription], answers))
    session.refresh(subscription)
    return ran


def refused(session, subscription, name, **answers):
    ran = verb(session, subscription, name, **answers)
    assert ran.run.changed == 0
    return ran


@pytest.fixture
def bundle(session):
    """A bundle with two parts, one of them twice."""
    whole = make(session, Product, line=ProductLine.INTEGRATED, name="Office One")
    for name, quantity in (("Leased line", 1), ("Static IP", 2)):
        part = make(session, Product, name=name)
        make(session, BundleItem, bundle_id=whole.id, product_id=part.id, quantity=quantity)
    return whole


def subscribe(session, product, **said):
    values = {"customer_id": make(session, Customer).id, "product_id": product.id, **said}
    made = create(session, Subscription, Draft(values), SYSTEM)
    session.commit()
    return made


def parts(session, subscription):
    asked = sa.select(Subscription).where(Subscription.parent_id == subscription.id).order_by(Subscription.id)
    return session.scalars(asked.execution_options(populate_existing=True)).all()


def states(session, subscription):
    return {row.state.value for row in (subscription, *parts(session, subscription))}


def test_a_subscription_goes_its_way(session):
    made = subscribe(session, make(session, Product))
    verb(session, made, "activate")
    assert (made.state, made.start_date) == (SubscriptionState.ACTIVE, today())
    verb(session, made, "suspend")
    verb(session, made, "resume")
    verb(session, made, "cancel")
    assert (made.state, made.end_date) == (SubscriptionState.CANCELLED, today())


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("pending", "suspend"),
        ("pending", "resume"),
        ("active", "activate"),
        ("active", "resume"),
        ("suspended", "activate"),
        ("suspended", "suspend"),
        ("cancelled", "activate"),
        ("cancelled", "suspend"),
        ("cancelled", "resume"),
        ("cancelled", "cancel"),
    ],
)
def test_every_other_way_is_refused(session, state, name):
    made = make(session, Subscription, state=state, start_date=today())
    refused(session, made, name)
    assert made.state.value == state


def test_a_suspended_customer_gets_nothing_new(session):
    made = subscribe(session, make(session, Product))
    session.get_one(Customer, made.customer_id).workflow_state = CustomerState.SUSPENDED
    session.commit()
    refused(session, made, "activate")


def test_a_bundle_comes_with_its_parts(session, bundle):
    made = subscribe(session, bundle, quantity=2)
    found = parts(session, made)
    assert [part.quantity for part in found] == [2, 4]
    assert {part.customer_id for part in found} == {made.customer_id}
    assert states(session, made) == {"pending"}


def test_the_parts_follow_their_bundle(session, bundle):
    made = subscribe(session, bundle)
    for name, state in (("activate", "active"), ("suspend", "suspended"), ("resume", "active")):
        verb(session, made, name)
        assert states(session, made) == {state}
    assert {part.start_date for part in parts(session, made)} == {today()}
    ran = verb(session, made, "cancel")
    assert states(session, made) == {"cancelled"}
    taken_back(session, ran.run)
    session.refresh(made)
    assert states(session, made) == {"active"}
    assert {part.end_date for part in parts(session, made)} == {None}


def test_a_part_keeps_to_its_bundle(session, bundle):
    made = subscribe(session, bundle)
    part = parts(session, made)[0]
    refused(session, part, "activate")
    verb(session, made, "activate")
    session.refresh(part)
    refused(session, part, "suspend")
    verb(session, part, "cancel")
    assert part.state is SubscriptionState.CANCELLED, "one may do without a part"
    assert made.state is SubscriptionState.ACTIVE


def test_another_bundle_brings_its_own_parts(session, bundle):
    made = subscribe(session, bundle, state=SubscriptionState.ACTIVE, start_date=today())
    other = make(session, Product, line=ProductLine.INTEGRATED)
    make(session, BundleItem, bundle_id=other.id, product_id=make(session, Product, name="Cable").id)
    update(session, made, Draft({"product_id": other.id}), SYSTEM)
    found = parts(session, made)
    assert [part.state.value for part in found] == ["cancelled", "cancelled", "active"]


def test_a_last_day_to_come_is_waited_for(session, bundle, app):
    made = subscribe(session, bundle)
    verb(session, made, "activate", start=today() - 3 * DAY)
    verb(session, made, "cancel", on=today() + 2 * DAY)
    assert states(session, made) == {"active"}
    assert {row.end_date for row in (made, *parts(session, made))} == {today() + 2 * DAY}
    for days, told in ((1, "0 cancelled"), (2, "1 cancelled"), (2, "0 cancelled")):
        with at(now() + days * DAY):
            assert end_subscriptions(Work(session, None, lambda: None)) == told
    session.refresh(made)
    assert states(session, made) == {"cancelled"}
    assert made.end_date == today() + 2 * DAY


def test_nothing_ends_in_the_past(session):
    made = subscribe(session, make(session, Product))
    verb(session, made, "activate")
    refused(session, made, "cancel", on=today() - DAY)


def test_what_is_not_sold_any_more_is_not_subscribed_to(session):
    gone = make(session, Product, is_active=False)
    with pytest.raises(Refused, match="not sold any more"):
        subscribe(session, gone)


def test_what_is_sold_in_bundles_only_comes_with_them(session, bundle):
    alone = make(session, Product, is_active=False)
    make(session, BundleItem, bundle_id=bundle.id, product_id=alone.id)
    assert parts(session, subscribe(session, bundle))[-1].product_id == alone.id


def test_only_a_bundle_has_parts(session, bundle):
    single = subscribe(session, make(session, Product))
    with pytest.raises(Refused) as caught:
        subscribe(session, make(session, Product), customer_id=single.customer_id, parent_id=single.id)
    assert caught.value.field == "parent_id"
    with pytest.raises(Refused, match="cannot be a part"):
        create(
            session,
            BundleItem,
            Draft(
                {
                    "bundle_id": bundle.id,
                    "product_id": make(session, Product, line=ProductLine.INTEGRATED).id,
                }
            ),
            SYSTEM,
        )
    with pytest.raises(Refused, match="has parts"):
        update(session, bundle, Draft({"line": ProductLine.TRADITIONAL}), SYSTEM)


@pytest.mark.parametrize(
    ("family", "charge"), [(Family.FIXED, Charge.ONE_TIME), (Family.MISC, Charge.RECURRING)]
)
def test_mere_charges_are_charged_as_their_family_says(session, family, charge):
    with pytest.raises(Refused) as caught:
        values = {"sku": "X", "name": "Fee", "family": family, "charge": charge}
        create(session, Product, Draft(values), SYSTEM)
    assert caught.value.field == "charge"


def test_a_deleted_bundle_comes_back_with_the_same_parts(session, bundle):
    made = subscribe(session, bundle)
    before = [part.id for part in parts(session, made)]
    case = Case([made])
    for name in ("delete", "restore"):
        run_verb(session, Subscription, operation_named(Subscription, name), case)
    found = session.scalars(sa.select(Subscription.id).order_by(Subscription.id)).all()
    assert found == [case.ids[0], *before]


@pytest.mark.req("S4.66", "S4.67")
def test_a_package_is_tied_to_a_location_and_outlives_it(session, signed_in):
    customer, product = make(session, Customer).id, make(session, Product, name="Fibre").id
    session.commit()
    client = signed_in("admin")
    for street in ("Home 1", "Shop 2"):
        path = f"/admin/address/new/?customer_id={customer}"
        client.submit(path, "/new/", line1=street, label=street, country="US", postal_code="77429")
    shop = session.scalar(sa.select(Address.id).where(Address.line1 == "Shop 2"))
    session.rollback()
    given = {"product_id": str(product), "address_id": str(shop)}
    client.submit(f"/admin/subscription/new/?customer_id={customer}", "/new/", **given)
    made = session.scalar(sa.select(Subscription.id))
    session.rollback()
    assert "Shop 2" in client.get(f"/admin/subscription/{made}/").text
    assert client.submit(f"/admin/address/{shop}/delete/", "/delete/").status_code == 302
    assert session.get(Address, shop) is None
    assert session.get(Subscription, made).address_id is None


def test_an_end_can_be_set_for_what_does_not_say_when_it_began(session):
    made = make(session, Subscription, state=SubscriptionState.SUSPENDED, start_date=None)
    verb(session, made, "cancel", on=today() + DAY)
    assert (made.state, made.end_date) == (SubscriptionState.SUSPENDED, today() + DAY)


def test_a_subscription_goes_by_its_product_its_label_and_its_number(session, signed_in, queries):
    fibre, owner = make(session, Product, name="Fibre 100"), make(session, Customer)
    said = {"customer": owner, "product": fibre}
    made = [make(session, Subscription, label=label, **said) for label in ("", "Shop", *[""] * 8)]
    plain, shop = (str(row) for row in made[:2])
    assert (plain, shop) == (f"Fibre 100 {made[0].number}", f"Fibre 100 (Shop) {made[1].number}")
    accounts = [make(session, DataAccount, customer=owner, subscription=row) for row in made]
    for suspended in accounts[1:]:
        suspended.state, suspended.suspended_by = DataAccountState.SUSPENDED, SuspendedBy.MANUAL
    session.commit()
    client = signed_in("agent")
    chosen = client.get(f"/admin/data_account/lookup/subscription_id/?owner={accounts[0].id}")
    assert plain in chosen.text and shop in chosen.text
    with queries as one:
        assert plain in words(client.get("/admin/data_account/?state=active"))
    with queries as nine:
        listed = words(client.get("/admin/data_account/?state=suspended"))
    assert shop in listed and listed.count("Fibre 100 S-") == 8 and len(nine) == len(one)


def test_what_belongs_to_a_locked_customer_waits_without_a_trace(session):
    made = subscribe(session, make(session, Product))
    verb(session, made, "activate")
    made.end_date = today()
    session.get_one(Customer, made.customer_id).is_locked = True
    session.commit()
    before = session.scalar(sa.select(sa.func.count(Run.id)))
    assert end_subscriptions(Work(session, None, lambda: None)) == "0 cancelled"
    assert session.scalar(sa.select(sa.func.count(Run.id))) == before
