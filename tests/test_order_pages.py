"""Orders and quotes on the pages of the panel: new ones, lists, tabs, buttons."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.customer import Customer, Kind, Source
from models.sales import OrderKind, OrderLine, OrderState, Quote, QuoteState, SalesOrder
from models.service import Subscription
from operations.sales.lines import lines_of
from seed.factory import make

from .ground.client import find_form
from .reading import ids, links, words, wrong
from .sales import in_state, line, offer, order, ordered, product, quote
from .stored import row_of, stored

NEW = "/admin/sales_order/new/"


@pytest.fixture
def ann(session):
    made = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@lee.example")
    session.commit()
    return made


def newest(session, model):
    return stored(session, sa.select(model).order_by(model.id.desc()).limit(1))[0]


def at(row, verb):
    return f"/admin/{type(row).__tablename__}/operate/{verb}/?ids={row.id}"


def press(client, row, verb, **answers):
    """The button on the record, and yes."""
    return client.submit(at(row, verb), go="1", **answers)


@pytest.mark.req("S0.25", "S1.27")
def test_a_new_order_from_the_record_has_its_customer(session, signed_in, ann):
    sales, what = signed_in("sales"), product(session, "80.00")
    session.commit()
    (new,) = links(sales.get(f"/admin/customer/{ann.id}/"), "New order")
    answer = sales.submit(new, **{"order_line-0-product_id": what.id})
    assert answer.status_code == 302
    made = newest(session, SalesOrder)
    assert (made.customer_id, made.state, made.owner_id) == (ann.id, OrderState.DRAFT, sales.staff_id)
    assert made.total == newest(session, OrderLine).unit_price == Decimal("80")
    listed = sales.get(f"/admin/customer/{ann.id}/orders/orders/")
    assert ids(listed) == [made.id] and links(listed, "New order")


@pytest.mark.req("S0.25")
@pytest.mark.parametrize(
    ("tab", "label"), [("", "New order"), ("", "New quote"), ("tickets/helpdesk/", "New ticket")]
)
def test_what_is_begun_on_the_record_has_its_customer(signed_in, ann, tab, label):
    manager = signed_in("manager")
    (start, *_) = links(manager.get(f"/admin/customer/{ann.id}/{tab}"), label)
    assert manager.form(start, "/new/").fields["customer_id"] == str(ann.id)


@pytest.mark.req("S0.25")
def test_a_message_is_begun_on_the_record(session, signed_in, ann):
    manager = signed_in("manager")
    (start, *_) = links(manager.get(f"/admin/customer/{ann.id}/"), "Write to")
    answer = manager.submit(start, "/operate/write_to/", subject="Tuesday", text="We come at nine.", go="1")
    assert answer.status_code == 303
    sent = words(manager.get(f"/admin/customer/{ann.id}/communications/received-e-mails/"))
    assert "Tuesday" in sent and "ann@lee.example" in sent


@pytest.mark.req("S3.4")
def test_an_order_for_somebody_unknown_makes_the_customer(session, signed_in):
    sales, what = signed_in("sales"), product(session)
    session.commit()
    said = {"newcomer-first_name": "Nia", "newcomer-last_name": "New", "newcomer-email": "Nia@New.example"}
    answer = sales.submit(NEW, **said, **{"order_line-0-product_id": what.id})
    assert answer.status_code == 302, words(answer)
    made, owner = newest(session, SalesOrder), newest(session, Customer)
    assert made.customer_id == owner.id and made.total == Decimal("100")
    assert (str(owner), owner.email, owner.source) == ("Nia New", "Nia@new.example", Source.ORDER)
    assert "Nia New" in words(sales.get(answer.location))


def test_a_quote_for_a_new_company_says_so(session, signed_in):
    said = {"newcomer-kind": "organization", "newcomer-account_class": "corporate"}
    answer = signed_in("sales").submit("/admin/quote/new/", **said, **{"newcomer-last_name": "Acme"})
    assert answer.status_code == 302, words(answer)
    owner = newest(session, Customer)
    assert (owner.kind, owner.source, str(owner)) == (Kind.ORGANIZATION, Source.QUOTE, "Acme")
    assert newest(session, Quote).customer_id == owner.id


def test_it_is_either_somebody_known_or_somebody_new(session, signed_in, ann):
    sales = signed_in("sales")
    neither = sales.submit(NEW)
    assert wrong(neither) == {"customer_id": "Choose a customer, or fill in a new one."}
    both = sales.submit(NEW, customer_id=ann.id, **{"newcomer-last_name": "New"})
    assert both.status_code == 422 and "not both" in words(both)
    half = sales.submit(NEW, **{"newcomer-first_name": "Nia", "newcomer-email": "nia"})
    assert set(wrong(half)) == {"newcomer-last_name", "newcomer-email"}
    blank = sales.submit(NEW, **{"newcomer-last_name": "New", "newcomer-account_class": "corporate"})
    assert "Only an organization can be corporate" in words(blank)
    assert not stored(session, sa.select(SalesOrder)) and len(stored(session, sa.select(Customer))) == 1


def test_nobody_new_stays_when_the_order_is_refused(session, signed_in):
    sales, what = signed_in("sales"), product(session)
    session.commit()
    said = {"newcomer-last_name": "New", "order_line-0-product_id": what.id}
    refused = sales.submit(NEW, **said, **{"order_line-0-unit_price": "-5"})
    assert wrong(refused) == {"order_line-0-unit_price": "Use 0 or more. A discount has a field of its own."}
    assert not stored(session, sa.select(Customer))
    form = find_form(refused, NEW)
    assert form.fields["newcomer-last_name"] == "New"


def test_whoever_may_not_make_customers_chooses_one(session, signed_in, ann):
    from models.access import Role

    session.add(Role(name="clerk", permissions=["customer.read", "sales_order.read", "sales_order.create"]))
    session.commit()
    page = signed_in("clerk").get(NEW)
    assert page.status_code == 200 and "newcomer-" not in page.text
    assert signed_in("clerk").submit(NEW, **{"newcomer-last_name": "New"}).status_code == 422


@pytest.mark.req("S0.17")
def test_all_orders_of_a_customer_are_listed_whatever_their_state(session, signed_in, ann):
    made = [ordered(session, state, customer=ann) for state in OrderState]
    ordered(session)
    session.commit()
    page = signed_in("viewer").get(f"/admin/customer/{ann.id}/orders/orders/")
    assert set(ids(page)) == {row.id for row in made}
    assert all(state.label in words(page) for state in OrderState)


def test_what_waits_for_a_manager_and_for_sales_is_a_queue(session, signed_in):
    waits, accepted = ordered(session, "submitted"), offer(session, "accepted")
    ordered(session), offer(session)
    session.commit()
    manager = signed_in("manager")
    page = manager.get("/admin/queues/")
    for title, row in (("Orders to approve", waits), ("Quotes accepted", accepted)):
        assert title in words(page)
        found = {"SalesOrder": "/admin/sales_order/?state=submitted", "Quote": "/admin/quote/?state=accepted"}
        assert ids(manager.get(found[type(row).__name__])) == [row.id]


def test_orders_and_quotes_leave_with_their_figures(session, signed_in):
    made, asked = ordered(session), offer(session)
    session.commit()
    sales = signed_in("sales")
    for row, table in ((made, "sales_order"), (asked, "quote")):
        (told,) = sales.get(f"/admin/{table}/export/json").json
        assert (told["number"], told["total"]) == (row.number, "100.00")


@pytest.mark.req("S4.38")
def test_a_quote_becomes_an_order_and_the_order_a_subscription(session, signed_in, ann):
    """Sent and accepted, converted, submitted, approved, started and completed, each by who may."""
    made = quote(session, ann)
    line(session, made, product(session, "80.00", name="Fibre 50"), quantity=Decimal(2))
    session.commit()
    people = {name: signed_in(name) for name in ("sales", "manager", "tech")}
    for verb in ("send", "accept", "convert"):
        press(people["sales"], made, verb)
    assert row_of(session, Quote, made.id).state is QuoteState.CONVERTED
    bought = newest(session, SalesOrder)
    assert (bought.quote_id, bought.total, bought.kind) == (made.id, Decimal("160"), OrderKind.NEW)
    listed = people["sales"].get(f"/admin/customer/{ann.id}/orders/quotes/")
    assert ids(listed) == [made.id] and "Ordered" in words(listed)
    for who, verb in (("sales", "submit"), ("manager", "approve"), ("tech", "start"), ("tech", "complete")):
        press(people[who], bought, verb)
    assert row_of(session, SalesOrder, bought.id).state is OrderState.COMPLETED
    got = newest(session, Subscription)
    assert (got.customer_id, got.quantity, got.state) == (ann.id, Decimal(2), "active")
    assert newest(session, OrderLine).subscription_id == got.id


def test_a_button_that_does_not_apply_says_why_and_its_address_refuses(session, signed_in):
    made = order(session)
    session.commit()
    manager = signed_in("manager")
    page = words(manager.get(f"/admin/sales_order/{made.id}/"))
    for told in ("It has no lines yet.", "Only submitted orders can be approved."):
        assert told in page
    for verb in ("submit", "approve", "start", "complete", "call_off"):
        answer = press(manager, made, verb, reason="Because")
        assert answer.status_code == 409, verb
    assert row_of(session, SalesOrder, made.id).state is OrderState.DRAFT


def test_a_quote_that_was_sent_is_not_edited(session, signed_in):
    made = offer(session)
    (row,) = lines_of(session, made)
    session.commit()
    sales = signed_in("sales")
    forged = {"id": row.id, "here": 1, "version": row.version, "product_id": row.product_id, "quantity": 5}
    sent = {f"quote_line-0-{name}": str(value) for name, value in forged.items()}
    sent["quote_line.were"] = str(row.id)
    answer = sales.submit(f"/admin/quote/{made.id}/edit/", "/edit/", **sent)
    assert answer.status_code == 422 and "Only drafts can be changed" in words(answer)
    manager = signed_in("manager")
    manager.submit(f"/admin/quote/{made.id}/delete/", "/delete/")
    assert row_of(session, Quote, made.id).total == Decimal("100")


def test_a_quote_is_printed_from_its_page(session, signed_in):
    made = in_state(session, offer(session), QuoteState.SENT)
    session.commit()
    sales = signed_in("sales")
    paper = f"/admin/quote/{made.id}/print/quote_paper"
    assert f"{paper}/" in links(sales.get(f"/admin/quote/{made.id}/"), "Quote")
    page = sales.get(f"{paper}/")
    assert f"Quote {made.number}" in words(page) and "Fibre 100" in words(page)
    assert sales.get(f"{paper}.pdf").mimetype == "application/pdf"
    assert signed_in("viewer").get(f"{paper}/").status_code == 403
