"""What people type, read as values."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.customer import Customer
from models.parse import Place, Unreadable, day, day_after, number
from models.support import Ticket
from seed.factory import make

from .reading import ids, wrong
from .sales import offer

HERE = Place()


@pytest.mark.parametrize(("text", "value"), [("14", 14), ("1,284", 1284), ("-1,000,000", -1_000_000)])
def test_a_whole_number_may_have_commas_between_thousands(text, value):
    assert number(text, HERE) == value


@pytest.mark.parametrize("text", ["1,5", "12,50", "1,2345", ",5", "1,284,5", "1.5", "1,28"])
def test_a_comma_elsewhere_makes_no_other_number_of_it(text):
    with pytest.raises(Unreadable):
        number(text, HERE)


@given(st.dates())
def test_a_day_that_is_read_has_a_day_before_and_after(typed):
    try:
        read = day(typed.isoformat(), HERE)
    except Unreadable:
        assert not 1900 <= typed.year <= 2999
    else:
        assert read - dt.timedelta(1) < read < dt.date.fromisoformat(day_after(typed.isoformat()))


@pytest.mark.parametrize("text", ["2026-11-21 14:30", "soon", "9999-12-31", ""])
def test_only_a_day_has_a_day_after(text):
    assert day_after(text) == ""


def test_a_day_of_another_age_is_refused_at_its_field(session, signed_in):
    made = offer(session, "draft")
    session.commit()
    sales = signed_in("sales")
    answer = sales.submit(f"/admin/quote/{made.id}/edit/", "/edit/", valid_until="0001-01-01")
    assert answer.status_code == 422 and "1900 to 2999" in wrong(answer)["valid_until"]
    assert sales.get(f"/admin/quote/{made.id}/print/quote_paper/").status_code == 200


def test_a_half_is_no_whole_number_of_days(session, signed_in):
    ann = make(session, Customer)
    session.commit()
    answer = signed_in("admin").submit(f"/admin/customer/{ann.id}/edit/", "/edit/", terms_days="1,5")
    assert answer.status_code == 422 and "whole number" in wrong(answer)["terms_days"]


def test_a_day_in_a_filter_is_meant_to_its_end(session, signed_in):
    christmas = dt.datetime(2026, 12, 24, tzinfo=dt.UTC)
    early, late, next_day = (
        make(session, Ticket, due_at=christmas + dt.timedelta(hours=hours)).id for hours in (0, 23, 24)
    )
    session.commit()
    client = signed_in("admin")
    for said in ("..2026-12-24", "2026-12-24", "2026-12-24..2026-12-24"):
        assert sorted(ids(client.get(f"/admin/ticket/?due={said}"))) == [early, late]
    assert ids(client.get("/admin/ticket/?due=..2026-12-24T22:00")) == [early]
    assert ids(client.get("/admin/ticket/?due=2026-12-25..")) == [next_day]
