"""Tickets: making and finding them, whose they are, and what waits."""

import datetime as dt

import pytest
import sqlalchemy as sa

from models.access import StaffUser
from models.base import now
from models.message import Message
from models.support import Department, EventKind, Ticket, TicketKind, TicketState
from seed.factory import make

from .helpdesk import ann, asked, press, story
from .reading import ids, links, words

__all__ = ["ann"]


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
