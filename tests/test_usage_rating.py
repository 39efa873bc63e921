"""What use costs: the published examples, and any tariff against a slow and plain way to reckon it."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import SimpleNamespace

import phonenumbers as p
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models.catalog import Product, RatePlan, RateUnit
from models.customer import Customer
from models.service import AccountCode, DataAccount, Sim, Subscription, VoipLine, VoipLineState
from models.setting import AppSetting
from models.usage import UsageKind, UsageState
from operations.usage.accounting import Ground
from operations.usage.notation import Notation, country_of
from operations.usage.tariffs import Tariff
from seed.factory import make

from .usage import call, caller, kept_in, rate, read_all, records, sums_agree, take_in, text

TODAY = dt.date(2026, 11, 2)


@pytest.fixture(autouse=True)
def store(tmp_path):
    with kept_in(tmp_path):
        yield tmp_path


def plain(**said):
    """A rate as it is read from its table."""
    typical = {"id": 1, "prefix": "", "connect_fee": Decimal(), "initial_rate": None, "rate": Decimal("0.05")}
    typical |= {"initial_interval": 30, "increment": 6, "valid_from": dt.date(2020, 1, 1), "valid_to": None}
    return SimpleNamespace(**{**typical, **said})


def tariff(*rates, unit=RateUnit.MINUTE):
    return Tariff(SimpleNamespace(unit=unit, currency="USD"), rates)


def charged(seconds, **said):
    billed, millionths = tariff(plain(**said)).tier("27", TODAY).price(UsageKind.VOICE, seconds)
    return billed, Decimal(millionths).scaleb(-6)


@pytest.mark.parametrize(
    ("seconds", "said", "billed", "amount"),
    [
        (45, {}, 48, "0.040000"),
        (30, {}, 30, "0.025000"),
        (31, {}, 36, "0.030000"),
        (1, {}, 30, "0.025000"),
        (0, {}, 0, "0"),
        (0, {"connect_fee": Decimal("0.10")}, 0, "0"),
        (45, {"connect_fee": Decimal("0.10")}, 48, "0.140000"),
        (90, {"initial_interval": 60, "increment": 60, "initial_rate": Decimal("0.20")}, 120, "0.250000"),
        (7, {"initial_interval": 0, "increment": 1, "rate": Decimal("0.000001")}, 7, "0.000000"),
        (30, {"initial_interval": 0, "increment": 1, "rate": Decimal("0.000001")}, 30, "0.000001"),
    ],
)
def test_calls_cost_what_the_rule_says(seconds, said, billed, amount):
    assert charged(seconds, **said) == (billed, Decimal(amount))


def slowly(seconds, rate):
    """The same, step by step and in fractions."""
    if seconds == 0:
        return 0, Decimal()
    billed = rate.initial_interval
    while billed < seconds:
        billed += rate.increment
    first = rate.rate if rate.initial_rate is None else rate.initial_rate
    rest = billed - rate.initial_interval
    exact = (
        Fraction(rate.connect_fee)
        + (rate.initial_interval * Fraction(first) + rest * Fraction(rate.rate)) / 60
    )
    millionths = Decimal(exact.numerator * 1_000_000) / Decimal(exact.denominator)
    return billed, millionths.quantize(Decimal(1), ROUND_HALF_UP).scaleb(-6)


AMOUNTS = st.decimals(min_value=0, max_value=50, places=6)


@given(
    seconds=st.integers(0, 5000),
    fee=AMOUNTS,
    first=st.none() | AMOUNTS,
    price=AMOUNTS,
    interval=st.integers(0, 120),
    step=st.integers(1, 90),
)
def test_any_rate_costs_what_it_costs_step_by_step(seconds, fee, first, price, interval, step):
    said = {"connect_fee": fee, "initial_rate": first, "rate": price}
    said |= {"initial_interval": interval, "increment": step}
    assert charged(seconds, **said) == slowly(seconds, plain(**said))


DAYS = st.dates(dt.date(2026, 10, 1), dt.date(2026, 12, 31))
RATES = st.lists(st.tuples(st.text("127", max_size=4), DAYS, st.none() | DAYS), max_size=12)


@given(RATES, st.text("127", max_size=6), DAYS)
def test_of_all_rates_of_the_day_the_longest_prefix_wins(said, number, on):
    rates = [plain(id=i, prefix=p, valid_from=a, valid_to=b) for i, (p, a, b) in enumerate(said)]
    good = [
        r
        for r in rates
        if number.startswith(r.prefix) and r.valid_from <= on and (r.valid_to is None or on < r.valid_to)
    ]
    best = max(((len(r.prefix), r.valid_from) for r in good), default=None)
    found = tariff(*rates).tier(number, on)
    assert (found and (len(rates[found.id].prefix), found.since)) == best


@given(st.sampled_from(["ZA", "US", "NL", "GB", "DE"]), st.integers(0, 10**8))
def test_a_number_means_the_same_in_every_notation(country, seed):
    example = p.example_number(country)
    national = int(str(example.national_number)[:-4] + f"{seed % 10_000:04}")
    number = p.PhoneNumber(country_code=example.country_code, national_number=national)
    formats = (p.PhoneNumberFormat.E164, p.PhoneNumberFormat.INTERNATIONAL, p.PhoneNumberFormat.NATIONAL)
    written = [p.format_number(number, f) for f in formats]
    wanted = f"{number.country_code}{national}"
    assert {Notation(country).digits(w) for w in written} == {wanted}


DIALLED = {
    # by the country of the line, where the program is set to the United States
    ("ZA", "082 123 4567"): "27821234567",
    ("ZA", "011 555 1234"): "27115551234",  # a number of Johannesburg, and no prefix for abroad
    ("ZA", "0044 20 7946 0000"): "442079460000",
    ("ZA", "+442079460000"): "442079460000",
    ("ZA", "01144 20 7946 0000"): "442079460000",  # as a switch of the United States writes it
    ("DE", "27821234567"): "27821234567",  # not the German number that it could be as well
    ("DE", "030 123456"): "4930123456",
    ("US", "(212) 555-0123"): "12125550123",
    ("US", "01127821234567"): "27821234567",
    ("ZA", "10111"): "10111",
    ("", "(212) 555-0123"): "12125550123",
}


@pytest.mark.parametrize(("country", "number"), DIALLED)
def test_a_number_is_read_as_it_is_dialled_in_the_country_of_the_line(country, number):
    assert Notation("US").dialled(number, country) == DIALLED[country, number]


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+27105550100", "ZA"),
        ("+12125550123", "US"),
        ("+353861234567", "IE"),
        ("+80012345678", ""),
        ("+9", ""),
    ],
)
def test_the_country_of_a_number_is_that_of_its_code(number, country):
    assert country_of(number) == country


def test_the_longest_prefix_is_what_a_mobile_costs(session):
    caller(session)
    read_all(session, take_in(session, text(call("a", "+27821234567"), call("b", "+27111234567"))))
    assert [r.rated_amount for r in records(session)] == [Decimal("0.9"), Decimal("0.5")]


def test_the_price_is_that_of_the_moment_a_call_began(session):
    who = caller(session)
    rate(session, who.plan, "2782", "1.80", valid_from=dt.date(2026, 11, 1))
    lines = call("a", start="2026-10-31 23:59:59"), call("b", start="2026-11-01 00:00:00")
    read_all(session, take_in(session, text(*lines)))
    assert [r.rated_amount for r in records(session)] == [Decimal("0.9"), Decimal("1.8")]


def test_three_small_calls_are_added_up_before_they_are_rounded(session):
    who = caller(session)
    rate(session, who.plan, "44", "0.01225", initial_interval=60, increment=60)
    read_all(session, take_in(session, text(*(call(key, "+44201234567") for key in "abc"))))
    total = sum(r.rated_amount for r in records(session))
    assert total == Decimal("0.03675") and total.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("0.04")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"number": "+4930123"}, "no such line"),
        ({"to": "+4930123"}, "no rate"),
        ({"plan": None}, "no rate: the line has no rate plan"),
        ({"unit": RateUnit.MB}, "no rate: the rate plan is for MB"),
        ({"currency": "EUR"}, "no rate: the rate plan is in EUR, the customer in USD"),
    ],
)
def test_what_has_no_price_is_an_error_and_never_nothing(session, said, why):
    who = caller(session)
    who.plan.unit, who.plan.currency = said.get("unit", who.plan.unit), said.get("currency", "USD")
    if "plan" in said:
        who.line.rate_plan_id = None
    session.commit()
    used = {name: said[name] for name in ("number", "to") if name in said}
    row = read_all(session, take_in(session, text(call("a", **used))))
    (found,) = records(session)
    assert (found.state, found.error, found.rated_amount) == (UsageState.ERROR, why, None)
    assert row.unrated == 1 and sums_agree(session)


def test_what_would_cost_a_fortune_is_an_error(session):
    who = caller(session)
    rate(session, who.plan, "44", "99999999")
    read_all(session, take_in(session, text(call("a", "+44201234567", 366 * 86_400))))
    (found,) = records(session)
    assert (found.state, found.error) == (UsageState.ERROR, "no rate: it would cost more than 1,000,000")
    assert sums_agree(session)


def subscribed(session, unit, price):
    """A customer with a subscription to what is charged by use."""
    plan = make(session, RatePlan, unit=unit, currency="USD")
    rate(session, plan, "", price)
    customer = make(session, Customer, currency="USD")
    product = make(session, Product, rate_plan_id=plan.id)
    return customer, make(session, Subscription, customer_id=customer.id, product_id=product.id)


def test_messages_cost_by_the_piece_and_data_by_the_byte(session):
    customer, paid = subscribed(session, RateUnit.MESSAGE, "0.05")
    _, data = subscribed(session, RateUnit.MB, "0.10")
    said = {"customer_id": customer.id}
    make(session, Sim, msisdn_e164="+27821112222", imsi="655011234567890", subscription_id=paid.id, **said)
    make(session, DataAccount, username="kim@net", customer_id=data.customer_id, subscription_id=data.id)
    lines = (
        "a,sms,2026-11-02 10:00:00,+27821112222,+27829998888,3,,,",
        f"b,data,2026-11-02 10:00:00,,,{5 * 2**20 + 2**19},kim@net,,",
        "c,data,2026-11-02 10:00:00,,,1,kim@net,,",
    )
    read_all(session, take_in(session, text(*lines)))
    found = {r.source_key: (r.state, r.rated_amount, r.customer_id) for r in records(session)}
    assert found == {
        "a": (UsageState.RATED, Decimal("0.15"), customer.id),
        "b": (UsageState.RATED, Decimal("0.55"), data.customer_id),
        "c": (UsageState.RATED, Decimal("0"), data.customer_id),
    }
    assert sums_agree(session)


def test_data_that_no_plan_prices_is_counted_and_waits(session):
    customer = make(session, Customer)
    card = make(session, Sim, customer_id=customer.id)
    read_all(session, take_in(session, text(f"a,data,2026-11-02 10:00:00,,,4096,,{card.iccid},")))
    (found,) = records(session)
    assert (found.state, found.sim_id, found.error) == (UsageState.NEW, card.id, "")
    session.refresh(card)
    assert card.used_bytes == 4096 and card.used_month == "2026-11" and sums_agree(session)


def test_a_card_counts_its_own_month(session):
    card = make(session, Sim)
    months = [("a", "2026-09-30", 1), ("b", "2026-11-01", 2), ("c", "2026-10-05", 4), ("d", "2026-11-05", 8)]
    for key, day, size in months:
        read_all(session, take_in(session, text(f"{key},data,{day} 10:00:00,,,{size},,{card.iccid},")))
    session.refresh(card)
    assert (card.used_month, card.used_bytes) == ("2026-11", 10)


def test_an_account_code_tells_whose_a_call_was(session):
    customer, paid = subscribed(session, RateUnit.MINUTE, "0.60")
    code = make(session, AccountCode, subscription_id=paid.id, code="7788")
    read_all(session, take_in(session, text("a,voice,2026-11-02 10:00:00,anonymous,+27111234567,60,,,7788")))
    (found,) = records(session)
    assert (found.customer_id, found.account_code_id) == (customer.id, code.id)
    assert found.rated_amount == Decimal("0.6") and sums_agree(session)


def test_a_number_that_was_given_up_is_its_last_owners_until_somebody_has_it(session):
    before = caller(session, state=VoipLineState.CANCELLED)
    read_all(session, take_in(session, text(call("a"))))
    after = caller(session)
    read_all(session, take_in(session, text(call("b"))))
    assert [r.customer_id for r in records(session)] == [before.customer.id, after.customer.id]


def test_the_day_of_a_price_begins_where_the_company_is(session):
    row = session.scalar(sa.select(AppSetting).where(AppSetting.name == "timezone"))
    if row is None:
        row = AppSetting(name="timezone")
        session.add(row)
    row.value = "Africa/Johannesburg"
    session.commit()
    ground = Ground.of(session)
    assert ground.day(dt.datetime(2026, 10, 31, 22, 30, tzinfo=dt.UTC)) == dt.date(2026, 11, 1)
    assert ground.zone.key == "Africa/Johannesburg" and make(session, VoipLine).id
