"""Tickets in the portal: asking, reading what is public, answering, closing. Nobody else's, no comments."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from models.base import now
from models.customer import Customer
from models.message import Message
from models.support import Department, EventKind, Rating, Ticket, TicketEvent, TicketKind, TicketState
from operations import ticket_portal
from seed.factory import make

from .portal_people import customer_who_signs_in, enter
from .reading import words

NASTY = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"]


@pytest.fixture
def ann(client, session):
    user = customer_who_signs_in(session)
    enter(client)
    return user


def asked(session, user, **said):
    row = make(session, Ticket, customer_id=user.customer_id, subject="No light", **said)
    session.commit()
    return row


def said(session, ticket, **more):
    row = make(session, TicketEvent, ticket=ticket, author_name="Marta", **more)
    session.commit()
    return row


def tickets(session):
    found = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    session.commit()
    return found


def test_a_customer_asks_and_the_department_of_the_setting_hears_of_it(client, session, ann):
    make(session, Department, name="First", email="first@desk.example")
    session.commit()
    answer = client.submit("/portal/tickets/new", subject="No light", body="Since\nMonday.")
    (row,) = tickets(session)
    assert answer.location == f"/portal/tickets/{row.id}?done=asked"
    assert (row.kind, row.state, row.customer_id) == (TicketKind.HELPDESK, TicketState.NEW, ann.customer_id)
    assert row.created_by_id is None
    page = words(client.get(answer.location))
    assert "We have your question." in page and row.number in page and "Since Monday." in page
    assert "No light" in words(client.get("/portal/tickets"))
    assert session.scalars(sa.select(Message.recipient)).all() == ["first@desk.example"]


def test_without_any_department_the_first_one_is_made(client, session, ann):
    client.submit("/portal/tickets/new", subject="A", body="B")
    assert session.scalars(sa.select(Department.name)).all() == ["Helpdesk"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"subject": "", "body": "B"}, "This is needed."),
        ({"subject": "A", "body": "  "}, "This is needed."),
        ({"subject": "A", "body": "x" * 10_001}, "at most 10,000"),
        ({"subject": "4111 1111 1111 1111", "body": "B"}, "card number"),
        ({"subject": "x" * 201, "body": "B"}, "200"),
    ],
)
def test_what_cannot_be_asked_is_said_and_kept(client, session, ann, typed, told):
    answer = client.submit("/portal/tickets/new", **typed)
    assert answer.status_code == 422 and told in words(answer) and not tickets(session)


def test_other_columns_cannot_be_smuggled_in(client, session, ann):
    other = make(session, Customer)
    session.commit()
    more = {
        "customer_id": str(other.id),
        "kind": "task",
        "state": "closed",
        "priority": "urgent",
        "owner_id": "1",
    }
    client.submit("/portal/tickets/new", subject="A", body="B", **more)
    (row,) = tickets(session)
    assert (row.customer_id, row.kind, row.state, row.priority, row.owner_id) == (
        ann.customer_id,
        "helpdesk",
        "new",
        "normal",
        None,
    )


def test_comments_and_inner_moves_are_never_shown(client, session, ann):
    ticket = asked(session, ann)
    said(session, ticket, kind=EventKind.REPLY, body="We come tomorrow.", is_public=True)
    said(session, ticket, kind=EventKind.COMMENT, body="A difficult one.", is_public=False)
    said(session, ticket, kind=EventKind.COMMENT, body="Marked by mistake.", is_public=True)
    said(session, ticket, kind=EventKind.REPLY, body="Taken back.", is_public=False)
    said(session, ticket, kind=EventKind.OWNER, old_value="Bo", new_value="Cy", is_public=True)
    for path in (f"/portal/tickets/{ticket.id}", "/portal/tickets", "/portal/messages", "/portal/support"):
        page = client.get(path)
        hidden = ("difficult", "by mistake", "Taken back", "Cy")
        assert not [one for one in hidden if one in words(page)], path
    assert "We come tomorrow." in words(client.get(f"/portal/tickets/{ticket.id}"))


def test_tickets_of_others_and_tasks_are_not_there(client, session, ann):
    foreign = make(session, Ticket, subject="Secret of another")
    task = asked(session, ann, kind=TicketKind.TASK)
    own = asked(session, ann)
    token = client.form(f"/portal/tickets/{own.id}", "/say").fields["csrf_token"]
    for row in (foreign, task):
        path = f"/portal/tickets/{row.id}"
        assert client.get(path).status_code == 404
        for verb in ("say", "close"):
            answer = client.post(f"{path}/{verb}", data={"csrf_token": token, "text": "Mine"})
            assert answer.status_code == 404, (path, verb)
    assert client.get("/portal/tickets/0").status_code == 404
    assert "Secret of another" not in client.get("/portal/tickets").text
    assert not session.scalars(sa.select(TicketEvent)).all()


@pytest.mark.parametrize("state", [TicketState.PENDING, TicketState.RESOLVED])
def test_an_answer_opens_what_waited_or_was_thought_done(client, session, ann, state):
    ticket = asked(session, ann, state=state)
    answer = client.submit(f"/portal/tickets/{ticket.id}", "/say", text="Still dark.")
    assert answer.location.endswith("?done=said")
    session.refresh(ticket)
    event = session.scalars(sa.select(TicketEvent).where(TicketEvent.kind == EventKind.REPLY)).one()
    assert ticket.state is TicketState.OPEN
    assert (event.is_public, event.portal_user_id, event.author_id) == (True, ann.id, None)
    assert event.author_name == "Ann Lee"


@pytest.mark.parametrize("state", [TicketState.NEW, TicketState.OPEN])
def test_an_answer_leaves_other_states_alone(client, session, ann, state):
    ticket = asked(session, ann, state=state)
    client.submit(f"/portal/tickets/{ticket.id}", "/say", text="And the phone.")
    session.refresh(ticket)
    assert ticket.state is state


@pytest.mark.parametrize("state", [s for s in TicketState if s is not TicketState.CLOSED])
def test_who_asked_closes_it_and_is_asked_for_a_rating(client, session, ann, state):
    ticket = asked(session, ann, state=state)
    client.submit(f"/portal/tickets/{ticket.id}", "/close")
    session.refresh(ticket)
    assert ticket.state is TicketState.CLOSED and ticket.closed_at
    assert session.scalars(sa.select(Rating.ticket_id)).all() == [ticket.id]


def test_what_is_closed_is_neither_answered_nor_closed_again(client, session, ann):
    ticket = asked(session, ann)
    form = client.form(f"/portal/tickets/{ticket.id}", "/say")
    ticket.state, ticket.closed_at = TicketState.CLOSED, now()
    session.commit()
    for verb in ("say", "close"):
        answer = client.post(f"/portal/tickets/{ticket.id}/{verb}", data={**form.fields, "text": "More"})
        assert answer.status_code == 409 and "closed" in words(answer), verb


def test_a_flood_is_stopped(client, session, ann, monkeypatch):
    monkeypatch.setattr(ticket_portal, "QUESTIONS", 2)
    monkeypatch.setattr(ticket_portal, "ANSWERS", 2)
    make(session, Department)
    session.commit()

    def ask():
        return client.submit("/portal/tickets/new", subject="A", body="B").status_code

    assert [ask(), ask(), ask()] == [302, 302, 429]
    path = f"/portal/tickets/{tickets(session)[0].id}"
    answers = [client.submit(path, "/say", text="x").status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    with time_machine.travel(now() + dt.timedelta(hours=1, minutes=1), tick=False):
        enter(client)
        assert ask() == 302


def test_a_locked_customer_says_nothing(client, session, ann):
    ticket = asked(session, ann)
    session.get_one(Customer, ann.customer_id).is_locked = True
    session.commit()
    for path, action in (("/portal/tickets/new", ""), (f"/portal/tickets/{ticket.id}", "/say")):
        answer = client.submit(path, action, subject="A", body="B", text="C")
        assert answer.status_code == 422 and "locked" in words(answer)
    assert len(tickets(session)) == 1


@pytest.mark.parametrize("text", NASTY)
def test_code_is_text(client, session, ann, text):
    ticket = asked(session, ann, body=text)
    said(session, ticket, kind=EventKind.REPLY, body=text, is_public=True)
    page = client.get(f"/portal/tickets/{ticket.id}")
    assert words(page).count(text) == 2 and "<script>alert" not in page.text and "<img src=x" not in page.text


def test_the_list_is_turned_page_by_page(client, session, ann):
    rows = [make(session, Ticket, customer_id=ann.customer_id, subject=f"Number {n:02}") for n in range(30)]
    session.commit()
    first = client.get("/portal/tickets")
    assert "Number 29" in first.text and "Number 04" not in first.text
    older = client.get(f"/portal/tickets?before={rows[5].id}")
    assert "Number 04" in older.text and "Number 05" not in older.text
    for odd in ("before=-1", "before=abc", "before=" + "9" * 30):
        assert client.get(f"/portal/tickets?{odd}").status_code == 200


def test_a_card_number_is_not_taken_from_a_customer_either(client, session, ann):
    ticket = asked(session, ann)
    card = "My card is 4111 1111 1111 1111."
    answer = client.submit(f"/portal/tickets/{ticket.id}", "/say", text=card)
    assert answer.status_code == 422 and "never stored" in words(answer)
    answer = client.submit("/portal/tickets/new", subject="Paying", body=card)
    assert answer.status_code == 422 and "never stored" in words(answer)
    assert session.scalars(sa.select(TicketEvent)).all() == [] and tickets(session) == [ticket]
