"""What products ask for: said on the lines of an order, needed when it is completed."""

import pytest
import sqlalchemy as sa

from models.catalog import BundleItem, ProductLine
from models.customer import Customer
from models.sales import OrderKind, OrderLine, OrderState, SalesOrder
from models.service import Subscription, SubscriptionState
from operations.attributes import opened
from operations.records import Draft, create
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import words
from .sales import has, in_state, line, order, product
from .stored import row_of, stored
from .verbs import do, taken_back

ASKED = {
    "vlan": {"label": "VLAN", "kind": "number", "required": True},
    "pin": {"label": "PIN", "kind": "secret", "required": True},
    "note": {"label": "Note"},
}
LINE = "/admin/order_line/"


@pytest.fixture
def begun(session):
    """An order in progress with one line that says nothing yet of what its product asks for."""
    made = order(session, make(session, Customer))
    row = line(session, made, product(session, attribute_schema=ASKED, name="Leased line"))
    in_state(session, made, OrderState.IN_PROGRESS)
    session.commit()
    return made.id, row.id


def complete(client, order_id):
    return client.submit(f"/admin/sales_order/operate/complete/?ids={order_id}", go="1")


def test_an_order_is_completed_when_its_lines_say_what_is_asked(session, signed_in, begun):
    order_id, line_id = begun
    tech = signed_in("tech")
    told = tech.get(complete(tech, order_id).location, follow_redirects=True).text
    assert "“Leased line” still needs VLAN, PIN. Open this line and fill in its details." in told
    assert row_of(session, SalesOrder, order_id).state is OrderState.IN_PROGRESS
    assert stored(session, sa.select(Subscription)) == []
    form = tech.get(f"{LINE}{line_id}/edit/")
    assert "only drafts can be changed" in words(form).lower() and 'name="quantity"' not in form.text
    sent = {"attributes.vlan": "812", "attributes.pin": "90817263"}
    assert tech.submit(f"{LINE}{line_id}/edit/", "/edit/", **sent).status_code == 302
    said = row_of(session, OrderLine, line_id)
    assert said.attributes["vlan"] == 812 and "90817263" not in str((said.attributes, said.secrets))
    complete(tech, order_id)
    assert row_of(session, SalesOrder, order_id).state is OrderState.COMPLETED
    (made,) = stored(session, sa.select(Subscription))
    assert made.attributes["vlan"] == 812 and opened(made.secrets) == {"pin": "90817263"}
    shut = tech.get(f"{LINE}{line_id}/edit/")
    assert shut.status_code == 409 and "cannot be edited" in words(shut)


def test_a_draft_may_leave_open_what_is_needed_in_the_end(session, signed_in, begun):
    order_id, line_id = begun
    session.get_one(SalesOrder, order_id).state = OrderState.DRAFT
    session.commit()
    sales = signed_in("sales")
    assert sales.submit(f"{LINE}{line_id}/edit/", "/edit/", quantity="2").status_code == 302
    assert sales.submit(f"{LINE}{line_id}/edit/", "/edit/", **{"attributes.vlan": "many"}).status_code == 422
    assert row_of(session, OrderLine, line_id).quantity == 2


def test_nothing_is_made_while_one_line_lacks_something(session, begun):
    order_id, _ = begun
    made = session.get_one(SalesOrder, order_id)
    made.state = OrderState.DRAFT
    session.flush()
    line(session, made)  # this one asks for nothing
    in_state(session, made, OrderState.IN_PROGRESS)
    run = do(session, "complete", made)
    assert run.refused == 1 and stored(session, sa.select(Subscription)) == []


def test_a_change_keeps_the_answers_that_the_new_product_asks_for_too(session):
    customer = make(session, Customer)
    asked = {"vlan": ASKED["vlan"], "old": {"label": "Old"}}
    before = product(session, attribute_schema=asked, name="Fibre 50")
    held = has(session, customer, before, attributes={"vlan": 7, "old": "x"})
    made = order(session, customer, kind=OrderKind.CHANGE)
    asked = {"vlan": ASKED["vlan"], "note": ASKED["note"]}
    after = product(session, attribute_schema=asked, name="Fibre 500")
    line(session, made, after, subscription_id=held.id, attributes={"note": "Upstairs"})
    run = do(session, "complete", in_state(session, made, OrderState.IN_PROGRESS))
    assert row_of(session, Subscription, held.id).attributes == {"vlan": 7, "note": "Upstairs"}
    taken_back(session, run)
    assert row_of(session, Subscription, held.id).attributes == {"vlan": 7, "old": "x"}


def test_a_line_offers_the_subscriptions_of_the_customer_alone(session, signed_in):
    ann, bo = make(session, Customer), make(session, Customer)
    fibre = product(session)
    hers, his = has(session, ann, fibre, label="Ann at home"), has(session, bo, fibre, label="Bo at home")
    made = order(session, ann, kind=OrderKind.CHANGE)
    row = line(session, made, fibre, subscription_id=hers.id)
    session.commit()
    sales = signed_in("sales")
    for page in (f"{LINE}{row.id}/edit/", f"/admin/sales_order/{made.id}/edit/"):
        shown = sales.get(page).text
        assert "Ann at home" in shown and "Bo at home" not in shown, page
        assert f"?customer_id={ann.id}" in shown
    found = sales.get(f"{LINE}lookup/subscription_id/?customer_id={ann.id}&q=at")
    assert [one["value"] for one in found.json] == [hers.id]
    wrong = sales.submit(f"{LINE}{row.id}/edit/", "/edit/", subscription_id=str(his.id))
    assert wrong.status_code == 422 and "is of another customer" in words(wrong)


@pytest.fixture
def package(session):
    """A bundle of a line and a router, each of which asks for something."""
    made = product(session, name="Home package", line=ProductLine.INTEGRATED)
    parts = (
        product(session, name="Line", attribute_schema=ASKED),
        product(
            session, name="Router", attribute_schema={"serial": {"label": "Serial number", "required": True}}
        ),
    )
    for part in parts:
        make(session, BundleItem, bundle_id=made.id, product_id=part.id)
    session.flush()
    return made, *parts


def parts_of(session, bundle):
    """The last one of each product."""
    asked = sa.select(Subscription).where(Subscription.parent_id == bundle).order_by(Subscription.id)
    return {row.product_id: row for row in stored(session, asked)}


def test_an_order_of_a_bundle_asks_what_its_parts_ask_for(session, signed_in, package):
    bundle, connection, router = package
    made = order(session, make(session, Customer))
    row = line(session, made, bundle)
    in_state(session, made, OrderState.IN_PROGRESS)
    session.commit()
    tech = signed_in("tech")
    told = tech.get(complete(tech, made.id).location, follow_redirects=True).text
    assert "“Home package” still needs Line: VLAN, Line: PIN, Router: Serial number." in told
    form = tech.get(f"{LINE}{row.id}/edit/")
    assert "Router: Serial number" in words(form)
    said = {"vlan": "812", "pin": "90817263"}
    sent = {f"attributes.{connection.id}.{name}": text for name, text in said.items()}
    sent[f"attributes.{router.id}.serial"] = "R-77"
    assert tech.submit(f"{LINE}{row.id}/edit/", "/edit/", **sent).status_code == 302
    assert "R-77" in words(tech.get(f"{LINE}{row.id}/"))
    kept = row_of(session, OrderLine, row.id)
    assert "90817263" not in str((kept.attributes, kept.secrets))
    complete(tech, made.id)
    whole = row_of(session, OrderLine, row.id).subscription_id
    assert row_of(session, Subscription, whole).attributes == {}
    parts = parts_of(session, whole)
    assert parts[connection.id].attributes["vlan"] == 812
    assert opened(parts[connection.id].secrets) == {"pin": "90817263"}
    assert parts[router.id].attributes == {"serial": "R-77"}


def test_a_change_of_bundle_keeps_what_the_same_parts_had(session, package):
    bundle, connection, router = package
    customer = make(session, Customer)
    held = has(session, customer, bundle)
    said = {connection: {"vlan": 7, "pin": "1234567"}, router: {"serial": "R-1"}}
    for part, attributes in said.items():
        values = {"customer_id": customer.id, "product_id": part.id, "parent_id": held.id, "quantity": 1}
        values |= {"state": held.state, "start_date": held.start_date, "attributes": attributes}
        create(session, Subscription, Draft(values), SYSTEM)
    larger = product(session, name="Large package", line=ProductLine.INTEGRATED)
    make(session, BundleItem, bundle_id=larger.id, product_id=connection.id)
    made = order(session, customer, kind=OrderKind.CHANGE)
    answers = {f"{connection.id}.vlan": 8}
    line(session, made, larger, subscription_id=held.id, attributes=answers)
    run = do(session, "complete", in_state(session, made, OrderState.IN_PROGRESS))
    assert run.changed == 1
    (now,) = (row for row in parts_of(session, held.id).values() if row.state is SubscriptionState.ACTIVE)
    assert now.product_id == connection.id and now.attributes["vlan"] == 8
    assert opened(now.secrets) == {"pin": "1234567"}
