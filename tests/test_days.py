"""Days of business are those of the company's time zone."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jobs.declare import Work
from jobs.sales import expire_quotes
from jobs.subscriptions import apply_package_changes, end_subscriptions
from models.catalog import Price, Product
from models.sales import Quote, QuoteState
from models.service import PackageChange, PackageChangeState, Subscription, SubscriptionState
from models.setting import AppSetting
from queries.settings import today
from seed.factory import make

from .reading import path, words
from .sales import offer
from .verbs import do

LAST = dt.date(2026, 11, 30)
EVENING = dt.datetime(2026, 12, 1, 1, 30, tzinfo=dt.UTC)  # the evening of the last day in Chicago
MORNING = EVENING + dt.timedelta(hours=5)  # after midnight there


@pytest.fixture(autouse=True)
def chicago(session):
    stored = session.scalar(sa.select(AppSetting).where(AppSetting.name == "timezone"))
    stored = stored or make(session, AppSetting, name="timezone", value="UTC")
    stored.value = "America/Chicago"
    session.commit()


def work(session):
    return Work(session, None, lambda: None)


@pytest.mark.parametrize("moment, day", [(EVENING, LAST), (MORNING, dt.date(2026, 12, 1))])
def test_the_day_of_a_moment_is_that_of_the_company(session, moment, day):
    with time_machine.travel(moment, tick=False):
        assert today(session) == day == today(session, moment)


def test_a_quote_holds_until_its_day_ends_there(session):
    made = offer(session, valid_until=LAST + dt.timedelta(days=1))
    session.commit()
    with time_machine.travel(EVENING, tick=False):
        assert expire_quotes(work(session)) == "0 expired"
    with time_machine.travel(MORNING, tick=False):
        assert expire_quotes(work(session)) == "1 expired"
    session.commit()
    assert session.get(Quote, made.id, populate_existing=True).state is QuoteState.EXPIRED


def test_a_package_changes_when_its_day_has_begun_there(session):
    owned = make(session, Subscription, state=SubscriptionState.ACTIVE, start_date=LAST)
    other = make(session, Product)
    change = make(
        session,
        PackageChange,
        subscription_id=owned.id,
        from_product_id=owned.product_id,
        to_product_id=other.id,
        effective_date=LAST + dt.timedelta(days=1),
    )
    session.commit()
    with time_machine.travel(EVENING, tick=False):
        assert apply_package_changes(work(session)) == "0 carried out"
        assert not do(session, "apply", change).changed
    with time_machine.travel(MORNING, tick=False):
        assert apply_package_changes(work(session)) == "1 carried out"
    session.expire_all()
    assert session.get(PackageChange, change.id).state is PackageChangeState.APPLIED


def test_what_runs_out_is_in_use_until_its_last_day_is_over_there(session):
    owned = make(
        session,
        Subscription,
        state=SubscriptionState.ACTIVE,
        start_date=LAST,
        end_date=LAST + dt.timedelta(days=1),
    )
    session.commit()
    with time_machine.travel(EVENING, tick=False):
        assert end_subscriptions(work(session)) == "0 cancelled"
        assert not do(session, "run_out", owned).changed
    with time_machine.travel(MORNING, tick=False):
        assert end_subscriptions(work(session)) == "1 cancelled"


def test_a_price_is_shown_as_to_come_until_its_day_has_begun_there(session, signed_in):
    product = make(session, Product)
    make(session, Price, product_id=product.id, amount=Decimal("12.34"), valid_from=dt.date(2026, 12, 1))
    where = path(product, "prices", "today")
    session.commit()
    with time_machine.travel(EVENING, tick=False):
        assert "12.34" not in words(signed_in("admin").get(where))
    with time_machine.travel(MORNING, tick=False):
        assert "12.34" in words(signed_in("admin").get(where))
