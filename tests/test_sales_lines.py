"""What lines of quotes and orders cost, and what they add up to."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import now
from models.catalog import Price, TaxRate
from models.customer import Address, AddressRole, Customer, Kind, PriceLevel
from models.sales import OrderKind, OrderLine, OrderState, Quote, QuoteLine, QuoteState
from operations.deleting import delete
from operations.errors import Refused
from operations.records import Draft, update
from queries.pricing import line_amounts
from queries.viewer import SYSTEM
from seed.factory import make

from .sales import LONG_AGO, about, has, in_state, line, order, product, quote
from .stored import row_of, stored
from .verbs import do, lines, taken_back

WHOLES = (quote, order)
every_whole = pytest.mark.parametrize("whole", WHOLES, ids=["quote", "order"])
MONEY = st.decimals("0", "99999.99", places=2)


def figures(row):
    return row.net, row.tax, row.total


def decimals(*texts):
    return tuple(map(Decimal, texts))


@every_whole
def test_what_is_left_open_is_filled_in(session, whole):
    made = whole(session)
    first = line(session, made, product(session, "80.00", "25.00", name="Fibre 50"), quantity=Decimal(2))
    assert (first.description, first.unit_price, first.setup_price) == ("Fibre 50", *decimals("80", "25"))
    assert figures(made) == decimals("210.00", "0", "210.00")


@every_whole
def test_what_is_typed_stays(session, whole):
    made = whole(session)
    said = {"description": "For a friend", "unit_price": Decimal("70.00"), "setup_price": Decimal(0)}
    first = line(session, made, product(session, "80.00", "25.00"), **said, discount_percent=Decimal(10))
    assert {n: getattr(first, n) for n in said} == said
    assert figures(made) == decimals("63.00", "0", "63.00")


def test_what_has_no_price_asks_for_one(session):
    made = quote(session)
    to_come = make(session, Price, valid_from=now().date() + dt.timedelta(days=1))
    with pytest.raises(Refused, match="has no price in USD for this customer today") as refused:
        line(session, made, product_id=to_come.product_id)
    assert refused.value.field == "unit_price"


def test_tax_is_that_of_the_bill_to_and_each_line_is_rounded_once(session):
    """Three lines of 1.10 at 15 %: 0.17 each, 0.51 together."""
    customer = make(session, Customer)
    make(session, Address, customer=customer, role=AddressRole.BILL_TO, country="ZA")
    make(session, TaxRate, code="VAT", country="ZA", percent=Decimal(15), valid_from=LONG_AGO)
    taxed, made = product(session, "1.10", tax_code="VAT"), quote(session, customer)
    for _ in range(3):
        first = line(session, made, taxed)
    assert (first.tax_percent, first.net, first.tax) == decimals("15", "1.10", "0.17")
    assert figures(made) == decimals("3.30", "0.51", "3.81")


def test_another_product_brings_its_own_price_and_name(session):
    made = quote(session)
    first = line(session, made, product(session, "100.00", "10.00"))
    other = product(session, "250.00", name="Fibre 1000")
    update(session, first, Draft({"product_id": other.id}), SYSTEM)
    assert (first.description, first.unit_price, first.setup_price) == ("Fibre 1000", *decimals("250", "0"))
    assert figures(made) == decimals("250", "0", "250")


def test_an_emptied_price_is_filled_in_anew(session):
    made = quote(session)
    first = line(session, made, unit_price=Decimal(5))
    update(session, first, Draft({"unit_price": None}), SYSTEM)
    assert first.unit_price == made.total == Decimal(100)


def test_ending_and_moving_cost_nothing_unless_a_fee_is_typed(session):
    for kind in (OrderKind.MOVE, OrderKind.CANCEL):
        customer = make(session, Customer)
        held = has(session, customer, product(session, "80.00", "25.00"))
        said = {"subscription_id": held.id, "product_id": held.product_id}
        free = line(session, order(session, customer, kind=kind), **said)
        assert (free.unit_price, free.setup_price) == decimals("0", "0")
        fee = line(session, order(session, customer, kind=kind), **said, unit_price=Decimal(40))
        assert fee.net == Decimal(40)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"unit_price": Decimal("-1")}, "Use 0 or more"),
        ({"setup_price": Decimal("-1")}, "Use 0 or more"),
        ({"unit_price": Decimal("1e11")}, "more than can be written down"),
        ({"quantity": Decimal("99999999"), "unit_price": Decimal("9999")}, "more than can be written down"),
    ],
)
def test_impossible_amounts_are_refused(session, said, words):
    made = quote(session)
    with pytest.raises(Refused, match=words):
        line(session, made, **said)


def test_lines_that_come_to_too_much_together_are_refused(session):
    made = quote(session)
    line(session, made, unit_price=Decimal("6e10"))
    with pytest.raises(Refused, match="The lines come to more"):
        line(session, made, unit_price=Decimal("6e10"))


def test_a_line_names_a_subscription_of_the_same_customer_and_product(session):
    customer, held = make(session, Customer), has(session, make(session, Customer), product(session))
    made = order(session, customer, kind=OrderKind.CANCEL)
    with pytest.raises(Refused, match="This subscription is of another customer"):
        line(session, made, subscription_id=held.id, product_id=held.product_id)
    own = has(session, customer, product(session, name="Voice"))
    with pytest.raises(Refused, match="This subscription is of “Voice”"):
        line(session, made, subscription_id=own.id)
    with pytest.raises(Refused, match="What is new has no subscription yet"):
        line(session, order(session, customer), subscription_id=own.id, product_id=own.product_id)


@pytest.mark.parametrize("state", [s for s in QuoteState if s is not QuoteState.DRAFT])
def test_a_quote_that_has_left_keeps_its_lines(session, state):
    made = quote(session)
    first = line(session, made)
    in_state(session, made, state)
    for change in (
        lambda: line(session, made),
        lambda: update(session, first, Draft({"quantity": Decimal(2)}), SYSTEM),
        lambda: delete(session, first, SYSTEM),
    ):
        with pytest.raises(Refused, match="Only drafts can be changed"):
            change()
    with pytest.raises(Refused, match="only drafts can be changed"):
        update(session, made, Draft({"remark": "Cheaper"}), SYSTEM)
    update(session, made, Draft({"owner_id": None}), SYSTEM)
    with pytest.raises(Refused, match="only drafts can be deleted"):
        delete(session, made, SYSTEM)


@pytest.mark.parametrize("state", [s for s in OrderState if s is not OrderState.DRAFT])
def test_an_order_that_was_submitted_keeps_its_lines_and_its_kind(session, state):
    made = about(session, OrderKind.MOVE, state)
    first = session.scalars(sa.select(OrderLine).where(OrderLine.sales_order_id == made.id)).one()
    with pytest.raises(Refused, match="Only drafts can be changed"):
        update(session, first, Draft({"subscription_id": None}), SYSTEM)
    for values in ({"kind": OrderKind.NEW}, {"address_id": None}):
        with pytest.raises(Refused, match="only drafts can be changed"):
            update(session, made, Draft(values), SYSTEM)
    with pytest.raises(Refused, match="only drafts can be deleted"):
        delete(session, made, SYSTEM)


def test_the_kind_of_an_order_with_lines_stays(session):
    made = order(session)
    line(session, made)
    with pytest.raises(Refused, match="Delete them first"):
        update(session, made, Draft({"kind": OrderKind.CANCEL}), SYSTEM)


@every_whole
def test_the_total_follows_lines_that_go_and_come_back(session, whole):
    made = whole(session)
    line(session, made)
    run = do(session, "delete", line(session, made, unit_price=Decimal(11)))
    session.refresh(made)
    assert made.total == Decimal(100)
    taken_back(session, run)
    session.refresh(made)
    assert made.total == Decimal(111)
    run = do(session, "delete", made)
    taken_back(session, run)
    assert session.get_one(type(made), made.id).total == Decimal(111)


def test_a_line_does_not_come_back_to_a_quote_that_was_sent(session):
    made = quote(session)
    line(session, made)
    run = do(session, "delete", line(session, made))
    in_state(session, made, QuoteState.SENT)
    session.commit()
    undo = taken_back(session, run)
    assert "Only drafts can be changed" in lines(session, undo)[0].reason
    assert session.get_one(Quote, made.id).total == Decimal(100)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_to_lines_the_total_is_their_sum(session, data):
    customer = make(session, Customer)
    made, what = quote(session, customer), product(session)
    present = []
    for _ in range(data.draw(st.integers(1, 6))):
        said = {
            "quantity": data.draw(st.decimals("0.01", "999", places=2)),
            "unit_price": data.draw(MONEY),
            "setup_price": data.draw(MONEY),
            "discount_percent": data.draw(st.decimals("0", "100", places=2)),
        }
        kind = data.draw(st.sampled_from(("add", "change", "remove"))) if present else "add"
        if kind == "add":
            present.append(line(session, made, what, **said))
        elif kind == "change":
            update(session, data.draw(st.sampled_from(present)), Draft(said), SYSTEM)
        else:
            delete(session, present.pop(data.draw(st.integers(0, len(present) - 1))), SYSTEM)
    kept = session.scalars(sa.select(QuoteLine).where(QuoteLine.quote_id == made.id)).all()
    assert {row.id for row in kept} == {row.id for row in present}
    for row in kept:
        asked = (row.quantity, row.unit_price, row.discount_percent, row.tax_percent, row.setup_price)
        amounts = line_amounts(*asked, "USD")
        assert (row.net, row.tax) == (amounts.net, amounts.tax)
    assert made.net == sum((row.net for row in kept), Decimal(0))
    assert made.tax == sum((row.tax for row in kept), Decimal(0))
    assert made.total == made.net + made.tax


def member_of_gold(session):
    """List 100, level price 80, through the organization."""
    gold = make(session, PriceLevel, name="Gold", discount_percent=Decimal(0))
    what = product(session, "100.00")
    make(session, Price, product=what, price_level=gold, amount=Decimal(80), valid_from=LONG_AGO)
    club = make(session, Customer, kind=Kind.ORGANIZATION, last_name="Acme", price_level_id=gold.id)
    member = make(session, Customer, organization_id=club.id)
    session.commit()
    return member, what


def new_quote_line(client, session, member, what):
    """Made on the page, with the price left open."""
    said = {"quote_line-0-product_id": what.id, "quote_line-0-unit_price": ""}
    answer = client.submit(f"/admin/quote/new/?customer_id={member.id}", **said)
    assert answer.status_code == 302, answer.text
    return stored(session, sa.select(QuoteLine).order_by(QuoteLine.id.desc()).limit(1))[0]


@pytest.mark.req("S3.32")
def test_a_member_is_quoted_the_price_of_the_organizations_level(session, signed_in):
    member, what = member_of_gold(session)
    made = new_quote_line(signed_in("sales"), session, member, what)
    assert made.unit_price == made.net == Decimal(80)
    assert row_of(session, Quote, made.quote_id).total == Decimal(80)


@pytest.mark.req("S3.33")
def test_whoever_has_left_the_organization_is_quoted_the_list_price(session, signed_in):
    member, what = member_of_gold(session)
    sales = signed_in("sales")
    before = new_quote_line(sales, session, member, what)
    sales.submit(f"/admin/customer/{member.id}/edit/", "/edit/", organization_id="")
    made = new_quote_line(sales, session, member, what)
    assert (before.unit_price, made.unit_price) == decimals("80", "100")
    assert row_of(session, QuoteLine, before.id).unit_price == Decimal(80)


def test_the_price_is_that_of_the_day_on_which_the_line_is_written(session):
    what = product(session, "100.00")
    tomorrow = now().date() + dt.timedelta(days=1)
    make(session, Price, product=what, amount=Decimal(120), valid_from=tomorrow)
    assert line(session, quote(session), what).unit_price == Decimal(100)
