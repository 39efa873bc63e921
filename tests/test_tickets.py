"""Tickets: making, answering, moving on, whose they are, and what waits."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models.access import Activity, StaffUser
from models.base import now
from models.customer import Channel, Customer, NotificationSetting, Topic
from models.message import Message, MessageState
from models.support import Department, EventKind, Ticket, TicketEvent, TicketKind, TicketState
from models.work import Run
from operations.carriers import Parcel
from operations.delivery import deliver
from operations.errors import Refused
from operations.operation import operation_named
from operations.running import Selection, confirm, plan
from operations.ticket import MOVES, way
from queries.viewer import SYSTEM
from seed.factory import make

from .post_office import sessions_of, settled
from .reading import bring_back, flashes, ids, links, words
from .verbs import taken_back


@pytest.fixture
def ann(session):
    found = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@lee.example")
    session.commit()
    return found


def asked(session, customer, **said):
    row = make(session, Ticket, customer=customer, subject="No light", body="Since Monday.", **said)
    session.commit()
    return row


def do(session, ticket, verb, **answers):
    operation = operation_named(Ticket, verb)
    run = plan(session, operation, Ticket, SYSTEM, Selection(ids=[ticket.id]), answers, "")
    session.commit()
    return confirm(session, run.id, SYSTEM).run


def press(client, ticket, verb, **answers):
    return client.submit(f"/admin/ticket/operate/{verb}/?ids={ticket.id}", "/operate/", go="1", **answers)


def story(session, ticket, kind):
    said = sa.select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == kind)
    found = [(e.old_value, e.new_value) for e in session.scalars(said.order_by(TicketEvent.id))]
    session.rollback()
    return found


# --- making and finding ---


@pytest.mark.req("S1.24", "S4.47")
def test_a_task_is_made_from_the_customer_and_listed_with_owner_and_due_day(signed_in, session, ann):
    client = signed_in("agent")
    office = make(session, Department, name="Field work")
    colleague = make(session, StaffUser, name="Bo Smith")
    session.commit()
    tab = client.get(f"/admin/customer/{ann.id}/tickets/task-tickets/")
    (start,) = set(links(tab, "New ticket"))
    assert "kind=task" in start
    form = client.form(start, "/new/")
    assert (form.fields["kind"], form.fields["customer_id"]) == ("task", str(ann.id))
    said = {"subject": "Change the fuse", "department_id": office.id, "owner_id": colleague.id}
    client.submit(start, "/new/", due_at="2026-12-24T10:00", **{n: str(v) for n, v in said.items()})
    listed = words(client.get(f"/admin/customer/{ann.id}/tickets/task-tickets/"))
    assert all(part in listed for part in ("Change the fuse", "Bo Smith", "Field work", "24 Dec 2026"))
    assert "Change the fuse" not in words(client.get(f"/admin/customer/{ann.id}/tickets/helpdesk/"))
    made = session.scalars(sa.select(Ticket)).one()
    assert made.number.startswith("T-") and story(session, made, EventKind.OWNER) == [("", "Bo Smith")]


@pytest.mark.req("S0.18")
def test_all_tickets_are_listed_open_and_closed(signed_in, session, ann):
    rows = [
        make(session, Ticket, customer=ann, state=state, closed_at=now() if state == "closed" else None)
        for state in TicketState
    ]
    make(session, Ticket)
    session.commit()
    page = signed_in("viewer").get(f"/admin/customer/{ann.id}/tickets/all-tickets/")
    assert sorted(ids(page)) == sorted(row.id for row in rows)


@pytest.mark.req("S4.45", "S4.46")
def test_helpdesk_tickets_are_narrowed_to_active_and_to_closed_ones(signed_in, session, ann):
    new, waiting = asked(session, ann), asked(session, ann, state=TicketState.PENDING)
    over = asked(session, ann, state=TicketState.CLOSED, closed_at=now())
    asked(session, ann, kind=TicketKind.TASK)
    client, at = signed_in("agent"), f"/admin/customer/{ann.id}/tickets/helpdesk/"
    assert sorted(ids(client.get(at))) == sorted([new.id, waiting.id, over.id])
    assert sorted(ids(client.get(f"{at}?active=yes"))) == sorted([new.id, waiting.id])
    assert ids(client.get(f"{at}?state=closed")) == [over.id]
    page = client.get(f"{at}?active=yes")
    assert 'name="active"' in page.text and 'name="kind"' not in page.text


def test_the_department_hears_of_a_new_ticket(signed_in, session, ann):
    told, silent = make(session, Department, email="help@desk.example"), make(session, Department)
    session.commit()
    client = signed_in("agent")
    for department in (told, silent):
        start = f"/admin/ticket/new/?customer_id={ann.id}"
        client.submit(start, "/new/", subject="No light", body="Dark.", department_id=str(department.id))
    (mail,) = session.scalars(sa.select(Message)).all()
    assert (mail.recipient, mail.related_type) == ("help@desk.example", "ticket")
    assert "Ann Lee asks" in mail.body and "Dark." in mail.body


def test_overdue_is_marked_in_lists_and_on_the_ticket(signed_in, session, ann):
    late = asked(session, ann, due_at=now() - dt.timedelta(days=3))
    done = asked(session, ann, due_at=now() - dt.timedelta(days=3), state=TicketState.RESOLVED)
    soon = asked(session, ann, due_at=now() + dt.timedelta(days=3))
    client = signed_in("agent")
    assert client.get("/admin/ticket/").text.count('class="late"') == 1
    assert ids(client.get("/admin/ticket/?overdue=yes")) == [late.id]
    marked = {
        row.id: 'class="late"' in client.get(f"/admin/ticket/{row.id}/").text for row in (late, done, soon)
    }
    assert marked == {late.id: True, done.id: False, soon.id: False}


def test_queues_tell_what_is_mine_nobodys_overdue_and_of_each_department(signed_in, session, ann):
    client = signed_in("agent")
    calls = make(session, Department, name="Calls & co")
    mine = asked(session, ann, owner_id=client.staff_id, department=calls)
    nobodys = asked(session, ann, department=calls, due_at=now() - dt.timedelta(hours=1))
    asked(session, ann, department=calls, state=TicketState.CLOSED, closed_at=now())
    page = client.get("/admin/queues/")
    for title, expected in (
        ("My tickets", [mine.id]),
        ("Tickets of nobody", [nobodys.id]),
        ("Overdue tickets", [nobodys.id]),
        ("Calls & co", [nobodys.id, mine.id]),
    ):
        assert ids(client.get(links(page, title)[0])) == expected, title
    assert "Calls &amp; co" in client.get("/admin/").text


# --- talking ---


def test_a_reply_is_mailed_with_the_number_in_its_subject_and_opens_the_ticket(signed_in, session, ann):
    ticket = asked(session, ann)
    client = signed_in("agent")
    answer = client.submit(f"/admin/ticket/{ticket.id}/", "/operate/reply/", text="We come\ntomorrow.")
    assert answer.location == f"/admin/ticket/{ticket.id}/conversation/"
    mail = session.scalars(sa.select(Message)).one()
    assert mail.subject == f"[{ticket.number}] No light" and "We come\ntomorrow." in mail.body
    assert (mail.recipient, mail.topic, mail.related_id) == (ann.email, "ticket", ticket.id)
    session.refresh(ticket)
    assert ticket.state is TicketState.OPEN and ticket.answered_at
    session.rollback()
    page = client.get(answer.location)
    assert "We come tomorrow." in words(page) and "Waits to be sent" in words(page)


def test_mails_about_one_ticket_are_one_thread(app, session, ann, tmp_path):
    ticket = asked(session, ann)
    with settled(tmp_path):
        do(session, ticket, "reply", text="First.")
        do(session, ticket, "reply", text="Second.")
        session.commit()
        assert deliver(sessions_of(app)).sent == 2
    mails = [path.read_text() for path in sorted(tmp_path.glob("*.eml"))]
    (thread,) = {line for mail in mails for line in mail.splitlines() if line.startswith("References:")}
    assert thread == f"References: <ticket.{ticket.id}@desk.example>"
    assert len({line for mail in mails for line in mail.splitlines() if line.startswith("Message-ID:")}) == 2


def test_a_mail_without_a_subject_of_its_own_has_no_thread():
    parcel = Parcel(1, 1, "<a@b.example>", now(), "a@b.example", "c@d.example", "S", "B", "")
    assert parcel.mail()["References"] is None


def test_a_reply_goes_where_the_customer_wants_to_be_told_of_tickets(session, ann):
    said = {"customer": ann, "topic": Topic.TICKET, "channel": Channel.EMAIL}
    make(session, NotificationSetting, destination="desk@lee.example", **said)
    make(session, NotificationSetting, destination="off@lee.example", enabled=False, **said)
    ticket = asked(session, ann)
    do(session, ticket, "reply", text="Done.")
    assert [m.recipient for m in session.scalars(sa.select(Message))] == ["desk@lee.example"]


def test_a_reply_to_nobody_is_kept_and_says_that_it_was_not_mailed(session):
    ticket = asked(session, make(session, Customer, email=None))
    run = do(session, ticket, "reply", text="Done.")
    assert run.changed == 1 and not session.scalars(sa.select(Message)).all()
    assert session.scalars(sa.select(TicketEvent.body).where(TicketEvent.kind == EventKind.REPLY)).one()


def test_an_undone_reply_is_withdrawn_and_hidden_from_the_customer(session, ann):
    ticket = asked(session, ann)
    run = do(session, ticket, "reply", text="Wrong customer.")
    taken_back(session, session.get_one(Run, run.id))
    session.expire_all()
    assert session.scalars(sa.select(Message.state)).one() is MessageState.WITHDRAWN
    said = session.scalars(sa.select(TicketEvent).where(TicketEvent.kind == EventKind.REPLY)).one()
    assert (said.is_public, ticket.state, ticket.answered_at) == (False, TicketState.NEW, None)


def test_a_comment_is_internal_and_told_apart(signed_in, session, ann):
    ticket = asked(session, ann)
    client = signed_in("billing")
    client.submit(f"/admin/ticket/{ticket.id}/", "/operate/comment/", text="Owes us <b>money</b>.")
    page = client.get(f"/admin/ticket/{ticket.id}/conversation/")
    assert 'class="turn inside"' in page.text and "Owes us <b>money</b>." in words(page)
    assert not session.scalars(sa.select(Message)).all()
    assert not session.scalars(sa.select(TicketEvent.is_public)).one()
    assert "/operate/reply/" not in page.text  # billing answers nobody


def test_a_task_has_no_replies(signed_in, session, ann):
    ticket = asked(session, ann, kind=TicketKind.TASK)
    client = signed_in("agent")
    assert "the customer does not see it" in words(client.get(f"/admin/ticket/{ticket.id}/"))
    with pytest.raises(AssertionError):
        client.form(f"/admin/ticket/{ticket.id}/", "/operate/reply/")
    assert do(session, ticket, "reply", text="Hello").refused == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001, "4111 1111 1111 1111"])
def test_nothing_too_much_and_card_numbers_are_not_said(signed_in, session, ann, text):
    ticket = asked(session, ann)
    client = signed_in("agent")
    answer = client.submit(f"/admin/ticket/{ticket.id}/", "/operate/reply/", text=text)
    told = words(answer) if answer.status_code == 422 else flashes(client.get(answer.location))
    assert "needed" in told or "at most 10,000" in told or "card number" in told
    assert not session.scalars(sa.select(TicketEvent)).all()


def test_a_long_conversation_is_turned_page_by_page_at_one_cost(signed_in, session, queries, ann):
    ticket = asked(session, ann)
    client, at = signed_in("agent"), f"/admin/ticket/{ticket.id}/conversation/"

    def cost():
        with queries as seen:
            assert client.get(at).status_code == 200
        return len(seen)

    make(session, TicketEvent, ticket=ticket, kind=EventKind.COMMENT, body="Number 0", author_name="Bo")
    session.commit()
    cost()
    few = cost()
    for number in range(1, 120):
        said = {"body": f"Number {number}.", "author_name": "Bo", "kind": EventKind.COMMENT}
        make(session, TicketEvent, ticket=ticket, at=now() + dt.timedelta(seconds=number), **said)
    session.commit()
    assert cost() == few
    page = client.get(at)
    assert (
        "Number 119." in words(page) and "Number 1." not in words(page) and "Since Monday." not in words(page)
    )
    older = client.get(links(client.get(links(page, "Earlier")[0]), "Earlier")[0])
    assert "Number 1." in words(older) and "Since Monday." in words(older)


# --- whose it is ---


@pytest.mark.req("S4.48")
def test_all_owners_are_kept_in_order(signed_in, session, ann):
    people = [make(session, StaffUser, name=name) for name in ("Ada One", "Bo Two", "Cy Three")]
    session.commit()
    ticket = asked(session, ann, owner=people[0])
    client = signed_in("agent")  # who may not read the list of staff, and knows their names
    assert client.get("/admin/staff_user/").status_code == 403
    lookup = client.get("/admin/ticket/operate/assign_owner/lookup/owner_id/?q=Bo").json
    assert lookup == [{"value": people[1].id, "text": "Bo Two"}]
    for person in people[1:]:
        assert press(client, ticket, "assign_owner", owner_id=str(person.id)).status_code == 303
    page = client.get(f"/admin/ticket/{ticket.id}/")
    said = words(page)
    assert said.index("Ada One → Bo Two") < said.index("Bo Two → Cy Three")
    assert story(session, ticket, EventKind.OWNER) == [("Ada One", "Bo Two"), ("Bo Two", "Cy Three")]


def test_an_owner_in_the_form_is_told_like_any_other(signed_in, session, ann):
    ticket = asked(session, ann)
    bo = make(session, StaffUser, name="Bo Two")
    gone = make(session, StaffUser, name="Gone", active=False)
    session.commit()
    client, at = signed_in("agent"), f"/admin/ticket/{ticket.id}/edit/"
    refused = client.submit(at, "/edit/", owner_id=str(gone.id))
    assert refused.status_code == 422 and "do not work here any more" in refused.text
    client.submit(at, "/edit/", owner_id=str(bo.id), priority="urgent")
    assert story(session, ticket, EventKind.OWNER) == [("", "Bo Two")]
    assert story(session, ticket, EventKind.PRIORITY) == [("Normal", "Urgent")]


def test_without_a_name_it_becomes_ones_own(signed_in, session, ann):
    ticket = asked(session, ann)
    client = signed_in("agent")
    press(client, ticket, "assign_owner")
    session.refresh(ticket)
    assert ticket.owner_id == client.staff_id


def test_a_ticket_moves_between_departments(signed_in, session, ann):
    first, second = make(session, Department, name="One"), make(session, Department, name="Two")
    ticket = asked(session, ann, department=first)
    press(signed_in("tech"), ticket, "move_department", department_id=str(second.id))
    assert story(session, ticket, EventKind.DEPARTMENT) == [("One", "Two")]


# --- states ---

LEGAL = {
    ("new", "take_up"): "open",
    ("pending", "take_up"): "open",
    ("open", "wait"): "pending",
    ("open", "resolve"): "resolved",
    ("resolved", "close"): "closed",
    ("resolved", "reopen"): "open",
    ("closed", "reopen"): "open",
}


@pytest.mark.parametrize("verb", ["take_up", "wait", "resolve", "close", "reopen"])
@pytest.mark.parametrize("state", [state.value for state in TicketState])
def test_only_the_moves_of_the_machine_are_made(signed_in, session, ann, state, verb):
    closed = now() if state == "closed" else None
    ticket = asked(session, ann, state=state, closed_at=closed)
    client = signed_in("agent")
    answer = press(client, ticket, verb)
    session.refresh(ticket)
    if (state, verb) in LEGAL:
        assert ticket.state == LEGAL[state, verb]
        assert (ticket.closed_at is not None) == (ticket.state == "closed")
        assert story(session, ticket, EventKind.STATE)
    else:
        assert ticket.state == state
        asks = client.get(f"/admin/ticket/operate/{verb}/?ids={ticket.id}")
        assert "nly" in words(asks) or "not resolved" in words(asks)
        assert "disabled" in asks.text and answer.status_code == 409


def test_every_step_stands_in_the_activity_log(session, ann):
    ticket = asked(session, ann, state=TicketState.OPEN)
    do(session, ticket, "resolve")
    do(session, ticket, "close")
    steps = sa.select(Activity.old_state, Activity.new_state).where(Activity.object_type == "ticket")
    assert session.execute(steps.order_by(Activity.id)).all() == [
        ("open", "resolved"),
        ("resolved", "closed"),
    ]


@given(st.sampled_from(TicketState), st.sampled_from([s for s in TicketState if s is not TicketState.NEW]))
def test_every_way_is_of_legal_steps(start, end):
    path = [start, *way(start, end)]
    assert all(after in MOVES[before] for before, after in zip(path, path[1:], strict=False))
    assert path[-1] is end


def test_nothing_becomes_new_again():
    with pytest.raises(Refused):
        way(TicketState.OPEN, TicketState.NEW)


def test_the_state_is_no_field_of_the_form(signed_in, session, ann):
    ticket = asked(session, ann)
    form = signed_in("admin").form(f"/admin/ticket/{ticket.id}/edit/", "/edit/")
    assert not {"state", "closed_at", "resolved_at", "answered_at"} & set(form.fields)


def test_a_closed_ticket_is_deleted_and_comes_back_closed(signed_in, session, ann):
    moment = now() - dt.timedelta(days=2)
    ticket = asked(session, ann, state=TicketState.CLOSED, closed_at=moment, resolved_at=moment)
    client = signed_in("admin")
    assert client.submit(f"/admin/ticket/{ticket.id}/delete/", "/delete/").status_code == 302
    bring_back(client, row_id=ticket.id)
    session.expire_all()
    found = session.scalars(sa.select(Ticket)).one()
    assert (found.state, found.closed_at) == (TicketState.CLOSED, moment)
