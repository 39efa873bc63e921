"""Answers by mail: they end up in their ticket, those of nobody do not."""

import pytest
import sqlalchemy as sa

from models.base import now
from models.customer import Contact, Customer
from models.message import Message
from models.support import EventKind, Ticket, TicketEvent, TicketKind, TicketState
from operations import ticket_portal
from seed.factory import make

from .portal_people import customer_who_signs_in, enter
from .reading import ids, words

BELOW = (
    "\r\n\r\nOn Sun, Nov 22, 2026 at 10:00 AM Recordroom <desk@localhost>\r\nwrote:\r\n\r\n> Hello Ann,\r\n"
)


@pytest.fixture
def ann(session):
    found = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@lee.example")
    session.commit()
    return found


@pytest.fixture
def ticket(session, ann):
    row = make(session, Ticket, customer=ann, subject="No light", state=TicketState.OPEN)
    session.commit()
    return row


@pytest.fixture
def hand_over(app, session):
    """What a mail server does: start the command with a mail, and look at how it ends."""

    def hand(raw):
        session.rollback()
        answer = app.test_cli_runner().invoke(args=["receive"], input=raw)
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        return answer.exit_code, answer.output.strip()

    return hand


def mail(
    text="It works now.", answers="", subject="Re: No light", sender="ann@lee.example", more="", mail_id="a1"
):
    head = f"From: Ann <{sender}>\r\nTo: desk@localhost\r\nSubject: {subject}\r\n"
    head += f"Message-ID: <{mail_id}@lee.example>\r\n"
    head += f"In-Reply-To: {answers}\r\n" if answers else ""
    return f"{head}{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}{BELOW}".encode()


def answered(signed_in, session, ticket, then="stay"):
    """The Message-ID of a reply that staff sent from the panel."""
    path = f"/admin/ticket/operate/reply/?ids={ticket.id}"
    session.rollback()
    client = signed_in("agent")
    assert client.submit(path, "/operate/", go="1", text="Try again.", then=then).status_code == 303
    found = session.scalars(sa.select(Message.mail_id).where(Message.template == "ticket_reply")).all()
    session.rollback()
    return found[-1]


def said(session, ticket):
    session.rollback()
    found = session.scalars(
        sa.select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.mail_id.is_not(None))
        .order_by(TicketEvent.id)
    ).all()
    session.rollback()
    return found


def state(session, ticket):
    session.rollback()
    found = session.scalar(sa.select(Ticket.state).where(Ticket.id == ticket.id))
    session.rollback()
    return found


def test_an_answer_by_mail_stands_in_the_ticket_and_opens_it_again(signed_in, session, ticket, hand_over):
    ours = answered(signed_in, session, ticket, then="resolve")
    assert state(session, ticket) is TicketState.RESOLVED
    assert hand_over(mail(answers=ours)) == (0, f"{ticket.number}: added")
    (event,) = said(session, ticket)
    assert (event.kind, event.body, event.author_name) == (EventKind.REPLY, "It works now.", "Ann Lee")
    assert event.is_public and event.is_theirs and state(session, ticket) is TicketState.OPEN
    path = f"/admin/ticket/{ticket.id}/conversation/"
    session.rollback()
    page = signed_in("agent").get(path)
    assert "It works now." in words(page) and 'class="turn theirs"' in page.text
    assert "Hello Ann" not in words(page).split("It works now.")[1]


def test_what_the_customer_said_last_waits_for_an_answer(signed_in, session, ann, ticket, hand_over):
    make(session, Ticket, customer=ann, kind=TicketKind.TASK, subject="Fuse")
    row_id = ticket.id
    session.commit()
    agent = signed_in("agent")

    def waiting():
        found = ids(agent.get("/admin/ticket/?to_answer=yes"))
        assert not set(found) & set(ids(agent.get("/admin/ticket/?to_answer=no")))
        return found

    assert waiting() == [row_id]
    ours = answered(signed_in, session, ticket)
    assert waiting() == []
    hand_over(mail(answers=ours))
    assert waiting() == [row_id]
    answered(signed_in, session, ticket, then="resolve")
    assert waiting() == []


def test_the_same_mail_twice_is_added_once(signed_in, session, ticket, hand_over):
    ours = answered(signed_in, session, ticket)
    assert hand_over(mail(answers=ours))[0] == 0
    assert hand_over(mail(answers=ours)) == (0, "nothing to add")
    assert len(said(session, ticket)) == 1


def test_a_colleague_who_was_forwarded_the_mail_may_answer_it(signed_in, session, ticket, hand_over):
    ours = answered(signed_in, session, ticket)
    assert hand_over(mail(answers=ours, sender="bo@work.example", subject="Hm"))[0] == 0
    assert said(session, ticket)[0].author_name == "Somebody at work.example"


def test_the_number_counts_with_a_sender_of_the_customer_only(session, ann, ticket, hand_over):
    make(session, Contact, customer=ann, name="Cy Lee", email="Cy@lee.example")
    make(session, Customer, email="eve@evil.example")
    session.commit()
    subject = f"AW: [{ticket.number}] No light"
    for stranger in ("eve@evil.example", "ann@lee.example.evil.example"):
        code, told = hand_over(mail(subject=subject, sender=stranger))
        assert code == 65 and "answers no mail about a ticket" in told and "/portal/" in told
    assert not said(session, ticket)
    assert hand_over(mail(subject=subject, sender="CY@LEE.example"))[0] == 0
    assert said(session, ticket)[0].author_name == "Cy Lee"


def test_a_subject_alone_and_a_guessed_thread_lead_nowhere(signed_in, session, ticket, hand_over):
    answered(signed_in, session, ticket)
    for answers in ("", f"<ticket.{ticket.id}@localhost>", "<guessed@localhost>"):
        assert hand_over(mail(answers=answers, subject="Re: No light"))[0] == 65
    assert not said(session, ticket)


def test_answers_of_colleagues_to_what_departments_are_told_are_no_answers_of_the_customer(
    session, ticket, hand_over
):
    told = make(session, Message, mail_id="<d1@localhost>", related_type="ticket", related_id=ticket.id)
    session.commit()
    assert hand_over(mail(answers=told.mail_id, sender="desk@office.example"))[0] == 65
    assert not said(session, ticket)


@pytest.mark.parametrize(
    "more", ["Auto-Submitted: auto-replied\r\n", "Precedence: auto_reply\r\n", "Return-Path: <>\r\n"]
)
def test_what_a_program_answers_is_dropped(signed_in, session, ticket, hand_over, more):
    ours = answered(signed_in, session, ticket, then="wait")
    before = session.scalar(sa.select(sa.func.count()).select_from(Message))
    session.rollback()
    assert hand_over(mail("I am away.", answers=ours, more=more)) == (0, "nothing to add")
    assert not said(session, ticket) and state(session, ticket) is TicketState.PENDING
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == before


def test_an_answer_makes_no_mail_of_ours(signed_in, session, ticket, hand_over):
    ours = answered(signed_in, session, ticket)
    hand_over(mail(answers=ours))
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_a_closed_ticket_stays_closed_and_the_mail_goes_back(signed_in, session, ticket, hand_over):
    ours = answered(signed_in, session, ticket)
    row = session.get_one(Ticket, ticket.id)
    row.state, row.closed_at = TicketState.CLOSED, now()
    session.commit()
    code, told = hand_over(mail(answers=ours))
    assert (code, told) == (65, "This is closed. Ask a new question instead.")
    assert state(session, ticket) is TicketState.CLOSED


def test_nothing_gets_into_tasks_and_locked_customers(signed_in, session, ann, ticket, hand_over):
    task = make(session, Ticket, customer=ann, kind=TicketKind.TASK, subject="Fuse")
    session.commit()
    assert hand_over(mail(subject=task.number))[0] == 65
    ours = answered(signed_in, session, ticket)
    session.get_one(Customer, ann.id).is_locked = True
    session.commit()
    assert hand_over(mail(answers=ours)) == (65, "Your data is locked at the moment.")


def test_card_numbers_are_kept_out_and_too_many_come_later(
    signed_in, session, ticket, hand_over, monkeypatch
):
    ours = answered(signed_in, session, ticket)
    code, told = hand_over(mail("4111 1111 1111 1111", answers=ours))
    assert code == 65 and "card number" in told
    monkeypatch.setattr(ticket_portal, "ANSWERS", 1)
    assert hand_over(mail(answers=ours))[0] == 0
    assert hand_over(mail(answers=ours, mail_id="a2"))[0] == 75


def test_an_answer_is_cut_where_it_is_too_long_and_files_are_named(signed_in, session, ticket, hand_over):
    ours = answered(signed_in, session, ticket)
    assert hand_over(mail("x" * 30_000, answers=ours))[0] == 0
    long = said(session, ticket)[0].body
    assert len(long) <= 10_000 and long.endswith("the rest is not kept.]")
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the photo.\r\n--b\r\nContent-Type: image/png\r\n"
        'Content-Disposition: attachment; filename="lamp.png"\r\n\r\nx\r\n--b--\r\n'
    )
    raw = mail(answers=ours, mail_id="a2").replace(
        b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b"
    )
    hand_over(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + parts.encode())
    assert (
        said(session, ticket)[1].body == "See the photo.\n\n[Attached to the mail, not kept here: lamp.png]"
    )


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"From: a@b.example, c@d.example\r\n\r\nHi"])
def test_what_is_no_mail_goes_back_to_the_mail_server(hand_over, raw):
    assert hand_over(raw)[0] == 65


def test_an_empty_answer_is_refused(signed_in, session, ticket, hand_over):
    ours = answered(signed_in, session, ticket)
    raw = mail(answers=ours).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert hand_over(raw) == (65, "Write something first.")


def test_a_customer_reads_their_own_mail_in_the_portal(client, signed_in, session, hand_over):
    user = customer_who_signs_in(session)
    ticket = make(session, Ticket, customer_id=user.customer_id, subject="No light", state=TicketState.OPEN)
    session.commit()
    code, _ = hand_over(mail(subject=ticket.number, sender=user.email))
    path, ours = f"/portal/tickets/{ticket.id}", user.id
    assert code == 0 and said(session, ticket)[0].portal_user_id == ours
    session.rollback()
    enter(client)
    page = client.get(path)
    assert "It works now." in words(page) and 'class="turn ours"' in page.text
