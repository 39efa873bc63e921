"""The states of quotes and orders, and what completing an order does."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from jobs.declare import Work
from jobs.sales import expire_quotes
from models.base import db, now
from models.catalog import BundleItem, Price, Product, ProductLine
from models.customer import Address, Customer, CustomerState
from models.message import Message, MessageState
from models.sales import OrderKind, OrderLine, OrderState, Quote, QuoteLine, QuoteState, SalesOrder
from models.service import Subscription, SubscriptionState
from models.support import Rating
from models.work import RowState
from operations.operation import operation_named
from operations.running import Selection, confirm, plan
from operations.sales.lines import lines_of
from queries.pricing import price_of_subscription
from queries.viewer import SYSTEM
from seed.factory import make

from .sales import about, in_state, line, offer, order, ordered, product, quote
from .stored import row_of, stored
from .test_parallel import together
from .verbs import do, lines, looked_at, taken_back

DAY = dt.timedelta(days=1)
# verb: the states that it starts from, where it leads, and what it says elsewhere.
QUOTES = {
    "send": ("draft", "sent", "Only drafts can be sent."),
    "accept": ("sent", "accepted", "It does not wait for an answer."),
    "decline": ("sent", "declined", "It does not wait for an answer."),
    "convert": ("accepted", "converted", "Only accepted quotes become orders."),
    "revise": ("sent declined expired", "", "A draft can be edited itself, and what was accepted stays."),
}
ORDERS = {
    "submit": ("draft", "submitted", "Only drafts can be submitted."),
    "approve": ("submitted", "approved", "Only submitted orders can be approved."),
    "start": ("approved", "in_progress", "Only approved orders can be started."),
    "complete": ("in_progress", "completed", "Only orders in progress can be completed."),
    "cancel": (
        "draft submitted",
        "cancelled",
        "Only drafts and submitted orders can be cancelled; a manager calls off what was approved.",
    ),
    "call_off": (
        "approved in_progress",
        "cancelled",
        "Only approved orders, and those in progress, can be called off.",
    ),
}


def reasons(session, run):
    return [line.reason for line in told(session, run)]


def told(session, run):
    """The lines of a run; the test's own session is left closed."""
    found = lines(session, run)
    session.commit()
    return found


def judge(session, rows, run, starts, ends, words):
    """What became of a row of each state."""
    for found, (row, state) in zip(told(session, run), rows, strict=True):
        able = state.value in starts.split()
        said = (found.row_id, found.state, found.reason)
        assert said == (row.id, *((RowState.CHANGED, "") if able else (RowState.REFUSED, words)))
        assert row_of(session, type(row), row.id).state == (ends if able and ends else state)


@pytest.mark.parametrize("name", QUOTES)
def test_a_state_of_a_quote_leads_where_the_machine_says_and_nowhere_else(session, name):
    rows = [(offer(session, state), state) for state in QuoteState]
    judge(session, rows, do(session, name, *(row for row, _ in rows)), *QUOTES[name])


@pytest.mark.parametrize("name", ORDERS)
def test_a_state_of_an_order_leads_where_the_machine_says_and_nowhere_else(session, name):
    rows = [(ordered(session, state), state) for state in OrderState]
    judge(session, rows, do(session, name, *(row for row, _ in rows)), *ORDERS[name])


def test_sending_says_until_when_and_writes_to_the_customer(session):
    made = offer(session, "draft")
    seen = looked_at(session, "send", made)
    session.commit()
    assert seen["counts"] == {"changed": 1} and not stored(session, sa.select(Message))
    do(session, "send", made)
    sent = row_of(session, Quote, made.id)
    assert (sent.state, sent.valid_until) == (QuoteState.SENT, now().date() + 30 * DAY)
    (mail,) = stored(session, sa.select(Message))
    assert (mail.recipient, mail.topic, mail.related_type) == ("ann@lee.example", "quote", "quote")
    for words in (made.number, "$100.00", f"/portal/quotes/{made.id}", f"/portal/quotes/{made.id}/pdf"):
        assert words in mail.body
    assert mail.subject == f"Your quote {made.number}"


def test_sending_without_a_mail_and_with_a_day_of_its_own(session):
    last = now().date() + 3 * DAY
    made = offer(session, "draft", valid_until=last)
    do(session, "send", made, tell_them=False)
    assert row_of(session, Quote, made.id).valid_until == last
    assert not stored(session, sa.select(Message))


def test_what_cannot_be_sent_says_why(session):
    nobody = make(session, Customer)
    closed = make(session, Customer, email="bo@lee.example", workflow_state=CustomerState.CLOSED)
    bad = {
        "It has no lines yet.": quote(session),
        "The customer is closed.": offer(session, "draft", customer=closed),
        f"{nobody} has no e-mail address.": offer(session, "draft", customer=nobody),
        "The day until which it holds has passed. Set another one.": offer(
            session, "draft", valid_until=now().date()
        ),
    }
    run = do(session, "send", *bad.values())
    assert reasons(session, run) == list(bad)


def test_an_undone_sending_takes_the_mail_back(session):
    made = offer(session, "draft")
    taken_back(session, do(session, "send", made))
    back = row_of(session, Quote, made.id)
    assert (back.state, back.valid_until, back.sent_at) == (QuoteState.DRAFT, None, None)
    assert stored(session, sa.select(Message.state)) == [MessageState.WITHDRAWN]


def test_staff_do_not_accept_what_no_longer_holds(session):
    made = offer(session, "sent", valid_until=now().date() + DAY)
    with time_machine.travel(now() + DAY, tick=False):
        run = do(session, "accept", made)
    assert reasons(session, run) == ["It does not hold any more: its last day has passed."]


def test_an_order_has_what_was_agreed_whatever_it_costs_by_now(session):
    made = quote(session, remark="Ring twice")
    what = product(session, "80.00", "25.00")
    line(session, made, what, quantity=Decimal(2), discount_percent=Decimal(10))
    in_state(session, made, QuoteState.ACCEPTED)
    make(session, Price, product=what, amount=Decimal(500), valid_from=now().date())
    do(session, "convert", made)
    (bought,) = stored(session, sa.select(SalesOrder))
    assert (bought.quote_id, bought.customer_id) == (made.id, made.customer_id)
    assert (bought.state, bought.kind, bought.remark) == (OrderState.DRAFT, OrderKind.NEW, "Ring twice")
    assert (bought.net, bought.tax, bought.total) == (made.net, made.tax, made.total)
    (copied,) = stored(session, sa.select(OrderLine))
    assert (copied.unit_price, copied.setup_price, copied.net) == (Decimal(80), Decimal(25), Decimal(194))


def test_a_quote_becomes_one_order_however_many_press_at_once(app, session):
    made = offer(session, "accepted")
    session.commit()
    row_id = made.id

    def press(own: Any) -> Any:
        convert = operation_named(Quote, "convert")
        run = plan(own, convert, Quote, SYSTEM, Selection(ids=[row_id]), {}, "Because.")
        own.commit()
        return confirm(own, run.id, SYSTEM).run.changed

    session.rollback()
    assert sorted(map(str, together(app, [press] * 4)))[-1] == "1"
    assert stored(session, sa.select(SalesOrder.quote_id)) == [row_id]


def test_the_database_itself_keeps_a_second_order_away(session):
    made = offer(session, "accepted")
    ordered(session, quote_id=made.id)
    run = do(session, "convert", made)
    assert told(session, run)[0].state is RowState.REFUSED
    assert len(stored(session, sa.select(SalesOrder))) == 1


def test_a_revision_is_a_draft_of_the_same_lines(session):
    made = quote(session, remark="Two years")
    line(session, made, product(session, "80.00", "25.00"), quantity=Decimal(2), unit_price=Decimal(70))
    in_state(session, made, QuoteState.DECLINED)
    do(session, "revise", made)
    old, new = stored(session, sa.select(Quote).order_by(Quote.id))
    assert (old.state, new.state, new.remark) == (QuoteState.DECLINED, QuoteState.DRAFT, "Two years")
    assert (new.valid_until, new.sent_at, new.total) == (None, None, old.total)
    first, second = stored(session, sa.select(QuoteLine).order_by(QuoteLine.id))
    assert (second.quote_id, second.unit_price) == (new.id, first.unit_price)


def test_quotes_that_nobody_answered_expire_on_their_day(session):
    until = now().date() + 2 * DAY
    over, holds = offer(session, "sent", valid_until=until), offer(session, "sent", valid_until=until + DAY)
    others = [offer(session, state, valid_until=until) for state in ("draft", "accepted", "declined")]
    session.commit()
    with time_machine.travel(now() + 2 * DAY, tick=False):
        assert expire_quotes(Work(session, None, lambda: None)) == "1 expired"
        assert expire_quotes(Work(session, None, lambda: None)) == "0 expired"
    session.commit()
    assert row_of(session, Quote, over.id).state is QuoteState.EXPIRED
    assert row_of(session, Quote, holds.id).state is QuoteState.SENT
    assert [row_of(session, Quote, row.id).state for row in others] == ["draft", "accepted", "declined"]


@pytest.mark.parametrize("state", [CustomerState.SUSPENDED, CustomerState.WAITING_APPROVAL])
def test_who_is_not_approved_orders_nothing(session, state):
    made = ordered(session)
    session.get_one(Customer, made.customer_id).workflow_state = state
    run = do(session, "submit", made)
    assert reasons(session, run) == [
        "The customer is not approved. While suspended they can only cancel what they have."
    ]


def test_a_suspended_customer_can_end_what_they_have(session):
    made = about(session, OrderKind.CANCEL, OrderState.DRAFT)
    session.get_one(Customer, made.customer_id).workflow_state = CustomerState.SUSPENDED
    do(session, "submit", made)
    assert row_of(session, SalesOrder, made.id).state is OrderState.SUBMITTED


def test_an_order_is_complete_before_it_is_submitted(session):
    customer = make(session, Customer)
    no_lines, no_place = order(session), about(session, OrderKind.MOVE, OrderState.DRAFT)
    no_place.address_id = None
    nothing_named = order(session, customer, kind=OrderKind.CANCEL)
    line(session, nothing_named)
    ended = about(session, OrderKind.CHANGE, OrderState.DRAFT)
    held = session.get_one(Subscription, lines_of(session, ended)[0].subscription_id)
    held.state = SubscriptionState.CANCELLED
    unsold = ordered(session)
    session.get_one(Product, lines_of(session, unsold)[0].product_id).is_active = False
    run = do(session, "submit", no_lines, no_place, nothing_named, ended, unsold)
    assert reasons(session, run) == [
        "It has no lines yet.",
        "Say where it moves to: choose a location of the customer.",
        "“Fibre 100” does not say which subscription it is about.",
        f"{held.number} is cancelled already.",
        "“Fibre 100” is not sold any more.",
    ]


def test_something_new_begins(session):
    customer = make(session, Customer, email="ann@lee.example")
    place, start = make(session, Address, customer=customer), now().date() - 2 * DAY
    made = order(session, customer, address_id=place.id)
    said = {"quantity": Decimal(2), "discount_percent": Decimal(5), "description": "For the shop"}
    line(session, made, product(session, "80.00"), **said)
    in_state(session, made, OrderState.IN_PROGRESS)
    do(session, "complete", made, on=start)
    (got,) = stored(session, sa.select(Subscription))
    assert (got.customer_id, got.address_id, got.label) == (customer.id, place.id, "For the shop")
    assert (got.state, got.start_date, got.quantity) == (SubscriptionState.ACTIVE, start, Decimal(2))
    assert (got.price_override, got.discount_percent) == (None, Decimal(5))
    assert stored(session, sa.select(OrderLine.subscription_id)) == [got.id]
    done = row_of(session, SalesOrder, made.id)
    assert done.state is OrderState.COMPLETED and done.completed_at is not None
    (asked,) = stored(session, sa.select(Rating))
    assert (asked.customer_id, asked.sales_order_id) == (customer.id, made.id)


def test_an_agreed_price_stays_agreed(session):
    made = order(session)
    line(session, made, product(session, "80.00"), unit_price=Decimal(70))
    do(session, "complete", in_state(session, made, OrderState.IN_PROGRESS))
    (got,) = session.scalars(sa.select(Subscription))
    assert price_of_subscription(session, got, now().date()).amount == Decimal(70)


def test_a_bundle_begins_with_its_parts(session):
    bundle = product(session, "99.00", line=ProductLine.INTEGRATED, name="Home")
    parts = [product(session, "50.00", name=name) for name in ("Fibre 50", "Voice")]
    for part in parts:
        make(session, BundleItem, bundle_id=bundle.id, product=part, quantity=1)
    made = order(session)
    line(session, made, bundle)
    do(session, "complete", in_state(session, made, OrderState.IN_PROGRESS))
    whole, *rest = stored(session, sa.select(Subscription).order_by(Subscription.id))
    assert whole.product_id == bundle.id and {row.parent_id for row in rest} == {whole.id}
    assert [row.product_id for row in rest] == [part.id for part in parts]
    assert {row.state for row in (whole, *rest)} == {SubscriptionState.ACTIVE}


def test_a_change_gives_another_product(session):
    made = about(session, OrderKind.CHANGE)
    do(session, "complete", made)
    (got,) = session.scalars(sa.select(Subscription))
    assert str(session.get(Product, got.product_id)) == "Fibre 500"
    assert (got.state, got.price_override) == (SubscriptionState.ACTIVE, None)


def test_a_move_gives_another_location(session):
    made = about(session, OrderKind.MOVE)
    part = make(session, Subscription, customer=session.get(Customer, made.customer_id))
    part.parent_id = lines_of(session, made)[0].subscription_id
    do(session, "complete", made)
    assert set(stored(session, sa.select(Subscription.address_id))) == {made.address_id}


def test_a_cancellation_ends_it_today_or_on_the_day_that_was_asked_for(session):
    today, later = about(session, OrderKind.CANCEL), about(session, OrderKind.CANCEL)
    later.requested_date = now().date() + 10 * DAY
    do(session, "complete", today, later)
    ended, ends = stored(session, sa.select(Subscription).order_by(Subscription.id))
    assert (ended.state, ended.end_date) == (SubscriptionState.CANCELLED, now().date())
    assert (ends.state, ends.end_date) == (SubscriptionState.ACTIVE, now().date() + 10 * DAY)


def test_what_was_ended_meanwhile_stops_the_order(session):
    made = about(session, OrderKind.MOVE)
    held = session.get_one(Subscription, lines_of(session, made)[0].subscription_id)
    held.state = SubscriptionState.CANCELLED
    run = do(session, "complete", made)
    assert reasons(session, run) == [f"{held.number} is cancelled already."]
    assert row_of(session, SalesOrder, made.id).state is OrderState.IN_PROGRESS


def test_a_day_to_come_is_not_done_yet(session):
    run = do(session, "complete", about(session, OrderKind.MOVE), on=now().date() + DAY)
    assert reasons(session, run) == ["This day has not come yet. Complete the order when it is done."]


@pytest.mark.parametrize("kind", OrderKind)
def test_completing_is_undone_as_a_whole(session, kind):
    made = ordered(session, "in_progress") if kind is OrderKind.NEW else about(session, kind)
    session.get_one(Customer, made.customer_id).email = "ann@lee.example"
    held = session.scalars(sa.select(Subscription)).all()
    before = [(s.state, s.product_id, s.address_id, s.end_date) for s in held]
    run = do(session, "complete", made)
    back = taken_back(session, run)
    assert (back.changed, reasons(session, back)) == (1, [""])
    undone = row_of(session, SalesOrder, made.id)
    assert (undone.state, undone.completed_at) == (OrderState.IN_PROGRESS, None)
    now_held = stored(session, sa.select(Subscription).order_by(Subscription.id))
    assert [(s.state, s.product_id, s.address_id, s.end_date) for s in now_held] == before
    assert set(stored(session, sa.select(Message.state))) == {MessageState.WITHDRAWN}
    again = do(session, "complete", db.session().get(SalesOrder, made.id))
    assert again.changed == 1


def test_a_locked_customer_keeps_its_orders_and_quotes(session):
    made, asked = ordered(session), offer(session, "draft")
    for row in (made, asked):
        session.get_one(Customer, row.customer_id).is_locked = True
    for run in (do(session, "submit", made), do(session, "send", asked)):
        assert "locked" in reasons(session, run)[0]


@pytest.mark.parametrize("state", [CustomerState.SUSPENDED, CustomerState.CLOSED])
def test_nothing_begins_for_who_has_been_suspended_or_closed_meanwhile(session, state):
    made = ordered(session, "in_progress")
    session.get_one(Customer, made.customer_id).workflow_state = state
    run = do(session, "complete", made)
    assert reasons(session, run) == [
        "The customer is not approved. While suspended they can only cancel what they have."
    ]
    assert row_of(session, SalesOrder, made.id).state is OrderState.IN_PROGRESS
    assert stored(session, sa.select(Subscription)) == []


def test_what_a_suspended_customer_cancels_is_ended(session):
    made = about(session, OrderKind.CANCEL)
    session.get_one(Customer, made.customer_id).workflow_state = CustomerState.SUSPENDED
    do(session, "complete", made)
    assert stored(session, sa.select(Subscription.state)) == [SubscriptionState.CANCELLED]
