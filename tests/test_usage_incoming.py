"""Calls that come in: kept, for nothing, with whoever was called."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.service import CallImport, Sim, VoipLine
from models.usage import FileWay, UsageDay, UsageState
from seed.factory import make

from .reading import words
from .usage import NUMBER, call, caller, counts, kept_in, read_all, records, sums_agree, take_in, text
from .verbs import do, taken_back

ELSEWHERE = "+4930123456"


@pytest.fixture(autouse=True)
def store(tmp_path):
    with kept_in(tmp_path):
        yield tmp_path


def test_a_call_from_elsewhere_to_a_line_is_kept_for_nothing_and_is_no_error(session):
    who = caller(session)
    row = read_all(
        session, take_in(session, text(call("in", "0027 10 5550100", number=ELSEWHERE), call("b")))
    )
    came, went = records(session)
    assert counts(row) == (2, 0, 0, 0)
    assert (came.customer_id, came.voip_line_id, came.is_incoming) == (who.customer.id, who.line.id, True)
    assert (came.state, came.rated_amount, came.billed_quantity, came.error) == (UsageState.RATED, 0, 0, "")
    assert (went.is_incoming, went.rated_amount) == (False, Decimal("0.9"))
    assert session.scalar(sa.select(sa.func.sum(UsageDay.records))) == 1 and sums_agree(session)


def test_between_two_lines_of_ours_it_is_the_call_of_who_made_it(session):
    who, other = caller(session), caller(session, "+27105550200")
    read_all(session, take_in(session, text(call("a", "+27105550200"))))
    (found,) = records(session)
    assert (found.customer_id, found.is_incoming) == (who.customer.id, False)
    assert other.customer.id != found.customer_id and found.rated_amount == Decimal("0.5")


def test_who_withholds_their_number_calls_all_the_same(session):
    who = caller(session)
    row = read_all(session, take_in(session, text(call("a", NUMBER, number=""), call("b", number=""))))
    known, unknown = records(session)
    assert counts(row) == (2, 0, 0, 1)
    assert (known.customer_id, known.is_incoming) == (who.customer.id, True)
    assert (unknown.customer_id, unknown.error) == (None, "no such line")


def test_calls_and_messages_come_in_on_cards_too(session):
    card = make(session, Sim, msisdn_e164="+27821110000")
    session.commit()
    content = text(call("a", "+27821110000", number=ELSEWHERE).replace("voice", "sms"))
    read_all(session, take_in(session, content))
    (found,) = records(session)
    assert (found.sim_id, found.is_incoming, found.state) == (card.id, True, UsageState.RATED)


def test_a_data_account_that_nobody_has_is_not_called(session):
    caller(session)
    line = f"a,data,2026-11-02 10:00:00,,{NUMBER},60,nobody@net.example,,"
    read_all(session, take_in(session, text(line)))
    (found,) = records(session)
    assert (found.customer_id, found.is_incoming, found.error) == (None, False, "no such line")


def test_calls_to_a_line_that_are_entered_by_hand_are_left_out_of_the_folder(session):
    caller(session, call_import=CallImport.MANUAL)
    content = text(call("a", NUMBER, number=ELSEWHERE))
    row = read_all(session, take_in(session, content, way=FileWay.FOLDER))
    assert counts(row) == (0, 0, 1, 0)


def test_a_call_that_nobody_had_turns_out_to_have_come_in_and_back(session):
    read_all(session, take_in(session, text(call("a", NUMBER, number=ELSEWHERE))))
    who = caller(session)
    session.commit()
    run = do(session, "rate_again", *records(session))
    session.expire_all()
    (found,) = records(session)
    assert (found.customer_id, found.is_incoming, found.rated_amount) == (who.customer.id, True, 0)
    assert session.scalar(sa.select(sa.func.count(UsageDay.id))) == 0 and sums_agree(session)
    do(session, "rate_again", *records(session))
    assert records(session)[0].is_incoming
    taken_back(session, run)
    session.expire_all()
    assert records(session)[0].customer_id is None and not records(session)[0].is_incoming


def test_staff_see_that_it_came_in_and_it_is_not_among_what_is_to_be_billed(signed_in, session):
    who = caller(session)
    read_all(session, take_in(session, text(call("in", NUMBER, number=ELSEWHERE), call("out"))))
    line = session.get(VoipLine, who.line.id)
    customer = line.customer_id
    session.commit()
    client = signed_in("billing")
    listed = client.get("/admin/usage_record/?incoming=yes")
    assert listed.text.count("<tr data-id=") == 1 and ELSEWHERE[3:5] in words(listed)
    unbilled = client.get(f"/admin/customer/{customer}/billing/unbilled-cdrs/")
    assert unbilled.text.count("<tr data-id=") == 1 and "Total of 1: $0.90" in words(unbilled)
