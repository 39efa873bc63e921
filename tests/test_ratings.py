"""Ratings: who is asked, when and how often, the link, and what is shown of the answers."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from models.base import now
from models.customer import Customer
from models.message import Message
from models.setting import AppSetting
from models.support import Rating, RatingTrigger, Ticket, TicketKind, TicketState
from models.work import Run
from operations import rating
from operations.operation import operation_named
from operations.running import Selection, confirm, plan
from queries.viewer import SYSTEM
from seed.factory import make

from . import sales
from .portal_people import customer_who_signs_in, enter
from .reading import ids, words, wrong
from .verbs import taken_back


@pytest.fixture
def ann(session):
    found = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@lee.example")
    session.commit()
    return found


def resolved(session, customer, **said):
    row = make(session, Ticket, customer=customer, state=TicketState.RESOLVED, resolved_at=now(), **said)
    session.commit()
    return row


def press(client, ticket, verb):
    return client.submit(f"/admin/ticket/operate/{verb}/?ids={ticket.id}", "/operate/", go="1")


def requests(session):
    found = session.scalars(sa.select(Message).where(Message.template == "rating_request")).all()
    session.commit()
    return found


def link(session, customer, monkeypatch, trigger=RatingTrigger.PROFILE, **about):
    """A request whose token the test knows."""
    token = "t" * 43
    monkeypatch.setattr(rating.sessions, "fresh_token", lambda: token)
    rating.ask(session, customer, trigger, **about)
    session.commit()
    return f"/portal/rate/{token}"


@pytest.mark.req("S4.52")
def test_closing_a_ticket_asks_once_however_often_it_is_closed(signed_in, session, ann):
    ticket, client = resolved(session, ann), signed_in("agent")
    for verb in ("close", "reopen", "resolve", "close"):
        press(client, ticket, verb)
    session.refresh(ticket)
    assert ticket.state is TicketState.CLOSED
    session.commit()
    (mail,) = requests(session)
    assert mail.recipient == ann.email and ticket.number in mail.body
    assert "/portal/rate/" not in mail.body  # the stored copy has a blank in place of the link
    assert len(session.scalars(sa.select(Rating)).all()) == 1


@pytest.mark.req("S4.53")
def test_completing_an_order_asks_once(signed_in, session):
    order = sales.ordered(session, "in_progress")
    customer = session.get_one(Customer, order.customer_id)
    customer.email = "kim@lee.example"
    session.commit()
    at, number = f"/admin/sales_order/operate/complete/?ids={order.id}", order.number
    session.rollback()
    client = signed_in("tech")
    assert client.submit(at, "/operate/", go="1").status_code == 303
    assert client.submit(at, "/operate/", go="1").status_code == 409
    (mail,) = requests(session)
    assert mail.recipient == "kim@lee.example" and number in mail.body


@pytest.mark.req("S4.55")
def test_what_is_switched_off_is_not_asked(signed_in, session, ann):
    admin = signed_in("admin")
    for name in ("rating_after_ticket", "rating_on_request"):
        row = session.scalars(sa.select(AppSetting.id).where(AppSetting.name == name)).one()
        session.rollback()
        assert admin.submit(f"/admin/app_setting/{row}/edit/", "/edit/", value="off").status_code == 302
    ticket, client = resolved(session, ann), signed_in("agent")
    press(client, ticket, "close")
    client.submit(f"/admin/customer/operate/ask_rating/?ids={ann.id}", "/operate/", go="1")
    assert not requests(session) and not session.scalars(sa.select(Rating)).all()


def test_nobody_is_asked_about_a_task_or_without_an_address(signed_in, session, ann):
    client = signed_in("agent")
    mute = make(session, Customer, email=None)
    for ticket in (resolved(session, ann, kind=TicketKind.TASK), resolved(session, mute)):
        press(client, ticket, "close")
    assert not requests(session)


def test_what_was_taken_back_before_it_left_is_asked_again(session, ann):
    ticket = resolved(session, ann)

    def close():
        operation = operation_named(Ticket, "close")
        run = plan(session, operation, Ticket, SYSTEM, Selection(ids=[ticket.id]), {}, "")
        session.commit()
        return confirm(session, run.id, SYSTEM).run.id

    taken_back(session, session.get_one(Run, close()))
    close()
    assert sorted(m.state.value for m in requests(session)) == ["queued", "withdrawn"]
    assert len(session.scalars(sa.select(Rating)).all()) == 1


@pytest.mark.req("S4.54")
def test_staff_ask_and_the_answer_is_shown_on_the_record(client, signed_in, session, ann, monkeypatch):
    monkeypatch.setattr(rating.sessions, "fresh_token", lambda: "t" * 43)
    agent = signed_in("agent")
    ask = f"/admin/customer/operate/ask_rating/?ids={ann.id}"
    assert agent.submit(ask, "/operate/", go="1").status_code == 303
    assert len(requests(session)) == 1 and "asked already" in words(agent.get(ask))
    page = client.get(f"/portal/rate/{'t' * 43}")
    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "strict-origin"
    assert "Thank you" in words(client.submit(f"/portal/rate/{'t' * 43}", score="4", remark="Quick."))
    assert "4 Quick." in words(agent.get(f"/admin/customer/{ann.id}/tickets/ratings/"))
    told = words(agent.get(f"/admin/customer/{ann.id}/widget/satisfaction/"))
    assert "All in all 4.0 of 5, 1 answer" in told and f"of {now().year}" in told


@pytest.mark.req("S4.54")
def test_a_customer_rates_from_their_own_profile_once_a_day(client, signed_in, session):
    user = customer_who_signs_in(session)
    enter(client)
    assert "/portal/opinion" in client.get("/portal/").text
    assert client.submit("/portal/opinion", score="5").location == "/portal/opinion?done=said"
    row = session.scalars(sa.select(Rating)).one()
    assert (row.score, row.trigger, row.customer_id) == (5, RatingTrigger.PROFILE, user.customer_id)
    session.commit()
    assert "today already" in words(client.get("/portal/opinion"))
    token = client.form("/portal/tickets/new").fields["csrf_token"]
    again = client.post("/portal/opinion", data={"csrf_token": token, "score": "1"})
    assert again.status_code == 422 and len(session.scalars(sa.select(Rating)).all()) == 1
    session.commit()
    with time_machine.travel(now() + dt.timedelta(days=1, minutes=1), tick=False):
        enter(client)
        assert client.submit("/portal/opinion", score="1").status_code == 302


def test_a_link_works_once_and_only_for_a_while(client, session, ann, monkeypatch):
    at = link(session, ann, monkeypatch)
    with time_machine.travel(now() + dt.timedelta(days=14, seconds=1), tick=False):
        assert client.get(at).status_code == 410
    assert client.submit(at, score="3").status_code == 200
    assert client.get(at).status_code == 410 and "has been used" in client.get(at).text
    token = client.form("/portal/login").fields["csrf_token"]
    assert client.post(at, data={"csrf_token": token, "score": "1"}).status_code == 410
    assert session.scalars(sa.select(Rating.score)).all() == [3]
    assert client.get(f"/portal/rate/{'x' * 43}").status_code == 410


def test_the_page_of_a_link_says_what_it_is_about_and_who_asks(client, session, ann, monkeypatch):
    closed = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
    said = {
        "state": TicketState.CLOSED,
        "resolved_at": closed,
        "closed_at": closed,
        "subject": "No <dial> tone",
    }
    ticket = make(session, Ticket, customer=ann, **said)
    at = link(session, ann, monkeypatch, RatingTrigger.TICKET, ticket=ticket)
    about = f"Asked by Recordroom, about {ticket.number}, No <dial> tone, done on 3 Nov 2026"
    assert about in words(client.get(at))
    assert about in words(client.submit(at, score="9"))


def test_the_page_of_a_link_about_an_order_names_it(client, session, monkeypatch):
    order = sales.ordered(session, "in_progress")
    customer = session.get_one(Customer, order.customer_id)
    customer.email = "kim@lee.example"
    at = link(session, customer, monkeypatch, RatingTrigger.ORDER, order=order)
    assert f"about order {order.number}." in words(client.get(at))


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "4.5", "five", "٣", "4; DROP"])
def test_only_one_to_five_is_a_score(client, session, ann, monkeypatch, score):
    at = link(session, ann, monkeypatch)
    answer = client.submit(at, score=score, remark="<b>Hm</b>")
    assert answer.status_code == 422 and "1 to 5" in answer.text and "&lt;b&gt;Hm" in answer.text
    assert session.scalars(sa.select(Rating.score)).all() == [None]
    session.commit()
    assert client.get(at).status_code == 200


@pytest.mark.parametrize("remark", ["x" * 2_001, "4111 1111 1111 1111"])
def test_a_remark_that_cannot_be_kept_keeps_the_link_good(client, session, ann, monkeypatch, remark):
    at = link(session, ann, monkeypatch)
    assert client.submit(at, score="4", remark=remark).status_code == 422
    assert client.submit(at, score="4", remark="Fine").status_code == 200


def test_ratings_are_listed_and_filtered_by_score(signed_in, session, ann):
    rows = {n: make(session, Rating, customer=ann, score=n, answered_at=now()) for n in (1, 3, 5)}
    session.commit()
    client = signed_in("viewer")
    assert ids(client.get("/admin/rating/?score=..3")) == [rows[3].id, rows[1].id]
    assert ids(client.get(f"/admin/customer/{ann.id}/tickets/ratings/?score=5")) == [rows[5].id]


def test_the_trend_tells_quarters_apart(session, signed_in, ann):
    for moment, score in (("2026-02-10", 2), ("2026-03-31", 4), ("2026-04-01", 5)):
        at = dt.datetime.fromisoformat(f"{moment}T12:00+00:00")
        make(session, Rating, customer=ann, score=score, answered_at=at)
    session.commit()
    told = words(signed_in("agent").get(f"/admin/customer/{ann.id}/widget/satisfaction/"))
    assert "All in all 3.7 of 5, 3 answers" in told
    assert re.search(r"Quarter 2 of 2026 5\.0 of 5, 1 answer Quarter 1 of 2026 3\.0 of 5, 2 answers", told)


@pytest.mark.req("S4.54")
def test_satisfaction_is_shown_as_a_number_and_as_a_trend(session, signed_in, ann):
    for moment, score in (("2026-02-10", 2), ("2026-03-31", 4), ("2026-03-02", 5), ("2025-12-31", 1)):
        at = dt.datetime.fromisoformat(f"{moment}T12:00+00:00")
        make(session, Rating, customer=ann, score=score, answered_at=at)
    make(session, Rating, customer=ann, score=None, answered_at=None)
    session.commit()
    page = signed_in("agent").get(f"/admin/customer/{ann.id}/tickets/satisfaction/?year=2026")
    told = words(page)
    assert "January – 0 February 2 1 March 4.5 2 April – 0" in told and "Total 3.67 3" in told
    assert "March: 4.5" in page.text and "December 1 1" not in told


@pytest.mark.parametrize("name", ["rating_link_days", "ticket_close_days", "quote_days"])
def test_days_beyond_the_calendar_are_refused_in_the_settings(session, signed_in, name):
    row = session.scalars(sa.select(AppSetting.id).where(AppSetting.name == name)).one()
    session.commit()
    answer = signed_in("admin").submit(f"/admin/app_setting/{row}/edit/", "/edit/", value="999999")
    assert answer.status_code == 422 and "3650" in wrong(answer)["value"]
