"""What is done with single records of usage: priced again, excluded, and the sums that follow."""

import time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.catalog import Rate
from models.service import DataAccount, Subscription, VoipLine, VoipLineState
from models.usage import UsageDay, UsageRecord, UsageState
from seed.factory import make

from .reading import ids, links, words
from .usage import NUMBER, call, caller, kept_in, rate, read_all, records, sums_agree, take_in, text
from .verbs import do, taken_back


@pytest.fixture(autouse=True)
def store(tmp_path):
    with kept_in(tmp_path):
        yield tmp_path


def amount(session):
    session.expire_all()
    return session.scalar(sa.select(sa.func.sum(UsageDay.amount)))


def test_what_has_no_rate_is_an_error_until_there_is_one_and_it_is_rated_again(session):
    who = caller(session)
    read_all(session, take_in(session, text(call("a", "+4930123456"))))
    (found,) = records(session)
    assert (found.state, found.error, found.rated_amount) == (UsageState.ERROR, "no rate", None)
    rate(session, who.plan, "49", "0.10")
    run = do(session, "rate_again", found)
    (found,) = records(session)
    assert (run.changed, found.state, found.rated_amount) == (1, UsageState.RATED, Decimal("0.10"))
    assert amount(session) == Decimal("0.10") and sums_agree(session)
    taken_back(session, run)
    session.expire_all()
    assert records(session)[0].state is UsageState.ERROR and amount(session) == 0 and sums_agree(session)


def test_only_what_is_not_billed_is_rated_again(session):
    who = caller(session)
    read_all(session, take_in(session, text(*(call(key) for key in "abc"))))
    billed, excluded, _ = records(session)
    billed.state, excluded.state = UsageState.BILLED, UsageState.EXCLUDED
    session.commit()
    for price in session.scalars(sa.select(Rate).where(Rate.rate_plan_id == who.plan.id)):
        price.rate = Decimal(2)
    run = do(session, "rate_again", *records(session))
    session.expire_all()
    assert (run.changed, run.refused) == (1, 2)
    assert [r.rated_amount for r in records(session)] == [Decimal("0.9"), Decimal("0.9"), Decimal(2)]
    assert sums_agree(session)


def test_a_call_that_nobody_had_finds_its_line_when_there_is_one(session):
    read_all(session, take_in(session, text(call("a"))))
    assert amount(session) is None
    who = caller(session)
    run = do(session, "rate_again", *records(session))
    session.expire_all()
    (found,) = records(session)
    assert (found.customer_id, found.voip_line_id) == (who.customer.id, who.line.id)
    assert amount(session) == Decimal("0.9") and sums_agree(session)
    taken_back(session, run)
    session.expire_all()
    assert records(session)[0].customer_id is None and amount(session) == 0


def test_a_number_that_moved_on_leaves_its_calls_where_they_were(session):
    who = caller(session)
    read_all(session, take_in(session, text(call("a"))))
    who.line.state = VoipLineState.CANCELLED
    session.flush()
    make(session, VoipLine, number_e164=NUMBER)
    do(session, "rate_again", *records(session))
    session.expire_all()
    assert records(session)[0].customer_id == who.customer.id and sums_agree(session)


def test_what_is_excluded_costs_nothing_and_was_used_all_the_same(session):
    caller(session)
    read_all(session, take_in(session, text(call("a"), call("b"))))
    run = do(session, "exclude", records(session)[0])
    assert amount(session) == Decimal("0.9")
    assert session.scalar(sa.select(sa.func.sum(UsageDay.quantity))) == 120 and sums_agree(session)
    taken_back(session, run)
    assert amount(session) == Decimal("1.8") and sums_agree(session)


def test_staff_rate_the_errors_again_from_their_list(signed_in, session):
    who = caller(session)
    read_all(session, take_in(session, text(call("a", "+4930123456"), call("b"))))
    rate(session, who.plan, "49", "0.10")
    session.commit()
    client = signed_in("billing")
    listed = client.get("/admin/usage_record/?state=error")
    assert "no rate" in words(listed) and listed.text.count("<tr data-id=") == 1
    (error,) = (r.id for r in records(session) if r.state is UsageState.ERROR)
    session.commit()
    path = f"/admin/usage_record/operate/rate_again/?ids={error}"
    answer = client.submit(path, "/admin/usage_record/operate/rate_again/", go="1")
    assert answer.status_code == 303, words(answer)
    session.expire_all()
    assert session.get(UsageRecord, error).state is UsageState.RATED


def test_a_merge_takes_usage_along_and_its_undo_gives_it_back(session):
    kept, gone = caller(session), caller(session, "+27105550200")
    lines = call("a"), call("b", number="+27105550200"), call("c", number="+27105550200")
    read_all(session, take_in(session, text(*lines)))
    run = do(session, "merge", kept.customer, gone.customer, survivor=kept.customer.id)
    session.expire_all()
    assert run.changed and {r.customer_id for r in records(session)} == {kept.customer.id}
    assert sums_agree(session)
    taken_back(session, run)
    session.expire_all()
    assert [r.customer_id for r in records(session)] == [kept.customer.id] + [gone.customer.id] * 2
    assert sums_agree(session)


@pytest.mark.parametrize("tab", ["usage/records", "billing/unbilled-cdrs", "usage/phone-usage"])
def test_ten_thousand_calls_cost_no_more_questions_than_three(signed_in, session, queries, tab):
    few, many = caller(session), caller(session, "+27105550200")
    read_all(session, take_in(session, text(*(call(f"f{n}") for n in range(3)))))
    calls = (call(f"m{n}", number="+27105550200") for n in range(10_000))
    read_all(session, take_in(session, text(*calls)), 10_000)
    client, cost = signed_in("admin"), []
    for who in (few, few, many):  # the first request fills what is remembered
        before = len(queries)
        began = time.monotonic()
        assert client.get(f"/admin/customer/{who.customer.id}/{tab}/").status_code == 200
        cost.append(len(queries) - before)
    assert cost[2] == cost[1] and time.monotonic() - began < 3


def test_the_uses_of_a_customer_stand_in_the_order_of_time_page_by_page(signed_in, session, monkeypatch):
    who = caller(session)
    hours = [5, 9, 1, 7, 3, 9]  # as files came in, two at the same moment
    lines = (call(f"k{n}", start=f"2026-11-02 {hour:02}:00:00") for n, hour in enumerate(hours))
    read_all(session, take_in(session, text(*lines)))
    customer = who.customer.id
    session.commit()
    monkeypatch.setattr("queries.listing.PAGE", 4)
    client = signed_in("admin")
    first = client.get(f"/admin/customer/{customer}/usage/records/")
    second = client.get(links(first, "Next")[0])
    newest = sorted(range(len(hours)), key=lambda n: (hours[n], n), reverse=True)
    rows = session.scalars(sa.select(UsageRecord.id).order_by(UsageRecord.id)).all()
    assert [*ids(first), *ids(second)] == [rows[n] for n in newest]


def test_use_of_a_long_user_name_finds_its_account_later(session):
    name = f"petra.hollis@{'a' * 40}.example"
    data = make(session, Subscription)
    read_all(
        session, take_in(session, f"key,kind,start,username,quantity\na,data,2026-11-02,{name},7\n".encode())
    )
    (found,) = records(session)
    assert (found.error, found.src) == ("no such line", name)
    account = make(session, DataAccount, username=name, customer_id=data.customer_id, subscription_id=data.id)
    do(session, "rate_again", found)
    assert [(r.data_account_id, r.customer_id) for r in records(session)] == [(account.id, data.customer_id)]
