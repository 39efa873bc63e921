"""Prices in time and by level, taxes by place and day, and rounding: the examples, to the cent."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.catalog import Price, Product, TaxRate
from models.customer import Address, AddressRole, Customer, Kind, PriceLevel
from models.service import Subscription
from queries.pricing import (
    LIST,
    OWN_PRICE,
    has_privilege,
    level_of,
    line_amounts,
    price_of,
    price_of_subscription,
    tax_of,
    within,
)
from seed.factory import make

D = Decimal
DAY = dt.date(2026, 11, 21)
YEAR = dt.date(2026, 1, 1)
MONEY = st.decimals(0, 10_000, places=2)
PERCENTS = st.decimals(0, 100, places=2)


def priced(session, product, amount, level=None, **said):
    valid = {"valid_from": YEAR, "currency": "USD", **said}
    return make(session, Price, product=product, price_level_id=level and level.id, amount=D(amount), **valid)


def amount(session, product, customer, day=DAY):
    return price_of(session, product, customer, day).amount


@pytest.fixture
def fibre(session):
    product = make(session, Product)
    priced(session, product, "100.00")
    return product


@pytest.fixture
def gold(session):
    return make(session, PriceLevel, name="Gold", discount_percent=D(0))


def acme(session, **said):
    return make(session, Customer, last_name="Acme Ltd", kind=Kind.ORGANIZATION, currency="USD", **said)


def member_of(session, organization, **said):
    return make(session, Customer, organization_id=organization and organization.id, currency="USD", **said)


def test_a_level_is_inherited_until_one_has_another_or_leaves(session, fibre, gold):
    priced(session, fibre, "80.00", gold)
    staff = make(session, PriceLevel, name="Staff", discount_percent=D(5))
    silver = make(session, PriceLevel, name="Silver", discount_percent=D(10))
    organization = acme(session, price_level_id=gold.id)
    member = member_of(session, organization)
    assert amount(session, fibre, member) == D("80.00")
    member.price_level_id = staff.id
    assert amount(session, fibre, member) == D("95.00"), "one's own wins, though it is dearer"
    member.price_level_id = None
    assert amount(session, fibre, member) == D("80.00")
    organization.price_level_id = silver.id
    assert amount(session, fibre, member) == D("90.00")
    member.organization_id = None
    assert amount(session, fibre, member) == D("100.00")


def test_a_price_says_where_it_comes_from(session, fibre, gold):
    organization = acme(session, price_level_id=gold.id)
    member = member_of(session, organization)
    assert price_of(session, fibre, member, DAY).source == "Gold, from Acme Ltd"
    assert price_of(session, fibre, organization, DAY).source == "Gold"
    assert price_of(session, fibre, member_of(session, None), DAY).source == LIST
    assert level_of(session, member).giver is organization


def test_a_price_of_the_future_waits_for_its_day(session, fibre):
    customer = member_of(session, None)
    priced(session, fibre, "120.00", valid_from=DAY + dt.timedelta(1))
    assert amount(session, fibre, customer) == D("100.00")
    assert amount(session, fibre, customer, DAY + dt.timedelta(1)) == D("120.00")
    assert price_of(session, fibre, customer, YEAR - dt.timedelta(1)) is None


def test_a_price_for_a_while_gives_way_to_the_one_before(session, fibre):
    customer = member_of(session, None)
    priced(session, fibre, "70.00", valid_from=DAY, valid_to=DAY + dt.timedelta(7))
    assert amount(session, fibre, customer, DAY + dt.timedelta(6)) == D("70.00")
    assert amount(session, fibre, customer, DAY + dt.timedelta(7)) == D("100.00")


def test_no_price_in_the_customers_currency_is_no_price(session, fibre):
    assert price_of(session, fibre, make(session, Customer, currency="EUR"), DAY) is None


def test_what_was_agreed_for_a_subscription_comes_first(session, fibre, gold):
    customer = member_of(session, None, price_level_id=gold.id)
    subscription = make(session, Subscription, customer=customer, product=fibre, price_override=D("61.00"))
    found = price_of_subscription(session, subscription, DAY)
    assert (found.amount, found.source) == (D("61.00"), OWN_PRICE)
    subscription.price_override = None
    assert price_of_subscription(session, subscription, DAY).source == "Gold"


def test_a_set_up_is_free_for_those_with_the_privilege(session, gold):
    product = make(session, Product)
    priced(session, product, "10.00", setup_amount=D("50.00"))
    organization = acme(session, privileges={"free_setup": True})
    member = member_of(session, organization)
    assert price_of(session, product, member, DAY).setup == 0
    member.privileges = {"free_setup": False}
    assert price_of(session, product, member, DAY).setup == D("50.00"), "their own record says otherwise"
    assert not has_privilege(session, member, "free_setup")


def test_a_price_costs_three_statements(session, fibre, gold, queries):
    member = member_of(session, acme(session, price_level_id=gold.id))
    session.expunge_all()
    with queries as seen:
        price_of(session, fibre, member, DAY)
    assert len(seen) == 3  # the organization, its level, the prices


ANY = st.none() | st.integers(0, 2)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    own=ANY, given=ANY, is_member=st.booleans(), levels=st.lists(st.none() | MONEY, min_size=3, max_size=3)
)
def test_the_nearest_level_decides_and_its_price_before_its_percentage(
    session, own, given, is_member, levels
):
    product = make(session, Product)
    priced(session, product, "200.00")
    made = [make(session, PriceLevel, discount_percent=D(10 * n)) for n in range(3)]
    for level, price in zip(made, levels, strict=True):
        if price is not None:
            priced(session, product, price, level)
    organization = acme(session, price_level_id=None if given is None else made[given].id)
    member = member_of(session, organization if is_member else None)
    member.price_level_id = None if own is None else made[own].id
    used = own if own is not None else given if is_member else None
    expected = D("200.00")
    if used is not None:
        expected = levels[used] if levels[used] is not None else D(200 - 20 * used)
    assert amount(session, product, member) == expected


@pytest.fixture
def taxed(session):
    for area, percent, start, end in (
        ("", "15", YEAR, dt.date(2027, 4, 1)),
        ("", "15.5", dt.date(2027, 4, 1), None),
        ("Western Cape", "16", YEAR, None),
    ):
        make(
            session,
            TaxRate,
            code="VAT",
            country="ZA",
            tax_area=area,
            percent=D(percent),
            valid_from=start,
            valid_to=end,
        )
    return make(session, Product, tax_code="VAT")


def living_in(session, region, country="ZA", **said):
    customer = make(session, Customer, **said)
    role = AddressRole.BILL_TO
    make(session, Address, customer=customer, role=role, country=country, region=region)
    return customer


@pytest.mark.parametrize(
    ("region", "country", "day", "percent"),
    [
        ("Gauteng", "ZA", DAY, "15"),
        ("Gauteng", "ZA", dt.date(2027, 3, 31), "15"),
        ("Gauteng", "ZA", dt.date(2027, 4, 1), "15.5"),
        ("western cape", "ZA", DAY, "16"),
        ("Gauteng", "ZA", dt.date(2025, 12, 31), "0"),
        ("", "NA", DAY, "0"),
    ],
)
def test_a_tax_is_that_of_the_place_on_the_day(session, taxed, region, country, day, percent):
    assert tax_of(session, taxed, living_in(session, region, country), day) == D(percent)


def test_who_is_exempt_pays_no_tax(session, taxed):
    assert tax_of(session, taxed, living_in(session, "", tax_exempt=True), DAY) == 0
    organization = living_in(session, "", kind=Kind.ORGANIZATION, privileges={"tax_exempt": True})
    member = living_in(session, "", organization_id=organization.id)
    assert tax_of(session, taxed, member, DAY) == 0
    member.organization_id = None
    assert tax_of(session, taxed, member, DAY) == D(15)
    untaxed = make(session, Product, tax_code=None)
    assert tax_of(session, untaxed, member, DAY) == 0


def test_the_tax_is_that_of_whoever_gets_the_invoice(session, taxed):
    organization = living_in(session, "Western Cape", kind=Kind.ORGANIZATION)
    member = living_in(session, "Gauteng", organization_id=organization.id)
    assert tax_of(session, taxed, member, DAY) == D(15)
    member.bill_to_organization = True
    assert tax_of(session, taxed, member, DAY) == D(16)


def test_tax_is_rounded_half_up_on_each_line():
    lines = [line_amounts(D(1), D("1.10"), tax_percent=D(15)) for _ in range(3)]
    assert sum(line.tax for line in lines) == D("0.51")


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "net", "tax"),
    [
        ("1", "899.00", "10", "809.10", "121.37"),
        ("2", "59.00", "0", "118.00", "17.70"),
        ("1", "99.00", "0", "99.00", "14.85"),
    ],
)
def test_a_line_is_rounded_once(quantity, price, discount, net, tax):
    amounts = line_amounts(D(quantity), D(price), D(discount), D(15))
    assert (amounts.net, amounts.tax) == (D(net), D(tax))


def test_a_set_up_is_charged_per_piece_and_not_discounted():
    assert line_amounts(D(3), D(10), D(50), setup_price=D(5)).net == D("30.00")


def test_a_currency_without_cents_has_none():
    assert line_amounts(D(1), D("10.50"), tax_percent=D(10), currency="JPY").total == D(12)


@pytest.mark.parametrize(
    ("gross", "net", "tax"), [("115.00", "100.00", "15.00"), ("99.99", "86.95", "13.04")]
)
def test_a_price_with_its_tax_is_taken_apart(gross, net, tax):
    amounts = within(D(gross), D(15))
    assert (amounts.net, amounts.tax) == (D(net), D(tax))


@settings(deadline=None)
@given(MONEY, PERCENTS)
def test_taking_apart_loses_nothing(gross, percent):
    assert within(gross, percent).total == gross


@settings(deadline=None)
@given(st.decimals("0.01", 100, places=2), MONEY, PERCENTS, PERCENTS)
def test_a_line_is_never_off_by_more_than_half_a_cent(quantity, price, discount, percent):
    exact = quantity * price * (100 - discount) / 100
    amounts = line_amounts(quantity, price, discount, percent)
    assert abs(amounts.net - exact) <= D("0.005")
    assert abs(amounts.tax - amounts.net * percent / 100) <= D("0.005")
    assert 0 <= amounts.net
