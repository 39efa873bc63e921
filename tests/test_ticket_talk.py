"""What is said on a ticket: replies that are mailed, and comments that stay inside."""

import datetime as dt

import pytest
import sqlalchemy as sa

from models.base import now
from models.customer import Channel, Customer, NotificationSetting, Topic
from models.message import Message, MessageState
from models.support import EventKind, TicketEvent, TicketKind, TicketState
from models.work import Run
from operations.carriers import Parcel
from operations.delivery import deliver
from seed.factory import make

from .helpdesk import ann, asked, do
from .post_office import sessions_of, settled
from .reading import flashes, links, words
from .verbs import taken_back

__all__ = ["ann"]


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
    letter = Parcel(1, 1, "<a@b.example>", now(), "a@b.example", "c@d.example", "S", "B", "")
    assert letter.mail()["References"] is None


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
