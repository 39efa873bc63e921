"""Delivery to a real mail server that is well, away, slow, busy, strict or cut off."""

import datetime as dt
import socket
import subprocess
import sys
import time
from email.policy import default as plain

import pytest
import sqlalchemy as sa
import time_machine

from jobs.worker import Worker
from models.base import now
from models.customer import Customer
from models.message import Message, MessageState
from operations import carriers, delivery, outbox
from operations.delivery import PAUSES, Delivered, deliver
from operations.letters import BLANK
from seed.factory import make

from .post_office import KEY, post_office, sessions_of, settled
from .source import ROOT

LINK = "http://desk.example/portal/password/" + "t" * 43


@pytest.fixture
def sessions(app):
    return sessions_of(app)


@pytest.fixture
def letters(session, tmp_path):
    """`letters(3)`: so many mails that wait, to customers of their own."""

    def write(count=1, **secrets):
        with settled(tmp_path):
            for _ in range(count):
                someone = make(session, Customer, email=f"person{_}@example.com")
                outbox.post(session, someone, "recovery" if secrets else "approved", secrets=secrets)
            session.commit()

    return write


@pytest.fixture
def outcome(session):
    """The mails as they are stored now, oldest first."""

    def look():
        session.rollback()
        session.expire_all()
        found = session.scalars(sa.select(Message).order_by(Message.id)).all()
        session.expunge_all()
        session.rollback()
        return found

    return look


def test_a_mail_arrives_as_text_and_html_with_its_secret(letters, sessions, outcome):
    letters(1, link=LINK)
    with post_office() as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(sent=1)
        assert deliver(sessions) == Delivered()
    (mail,), (message,) = office.taken, outcome()
    assert (mail["To"], mail["Subject"]) == ("person0@example.com", "Choose a new password")
    assert (mail["From"], mail["Auto-Submitted"]) == ("The desk <desk@desk.example>", "auto-generated")
    assert mail["Message-ID"] == message.mail_id
    assert LINK in mail.get_body(("plain",)).get_content()
    assert f'href="{LINK}"' in mail.get_body(("html",)).get_content()
    assert (message.state, message.secrets, message.next_at) == (MessageState.SENT, None, None)
    assert message.sent_at is not None and LINK not in message.body and BLANK in message.body


def test_many_mails_take_one_connection(letters, sessions):
    letters(5)
    with post_office() as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(sent=5)
    assert office.connections == 1 and len({mail["Message-ID"] for mail in office.taken}) == 5


def test_letters_of_any_script_arrive(session, sessions, tmp_path):
    with settled(tmp_path):
        someone = make(session, Customer, first_name="Ærø", last_name="Šimková 株式")
        someone.email = "a@bücher.example"
        outbox.post(session, someone, "approved")
        session.commit()
    with post_office() as office, settled(None, smtp_url=office.url, sender="Büro <desk@desk.example>"):
        assert deliver(sessions) == Delivered(sent=1)
    assert "Hello Ærø Šimková 株式," in office.taken[0].get_body(("plain",)).get_content()
    assert office.taken[0]["To"].addresses[0].domain == "xn--bcher-kva.example"


def test_a_server_that_is_down_is_tried_again_later_and_later(letters, sessions, outcome):
    letters(2)
    with socket.socket() as taken:  # bound and deaf: nobody answers there
        taken.bind(("127.0.0.1", 0))
        with settled(None, smtp_url=f"smtp://127.0.0.1:{taken.getsockname()[1]}"):
            start = now()
            with time_machine.travel(start, tick=False) as clock:
                for attempt, pause in enumerate(PAUSES, 1):
                    assert deliver(sessions) == Delivered(later=2)
                    (message, _) = outcome()
                    assert (message.attempts, message.next_at - now()) == (attempt, pause)
                    assert "cannot be reached" in message.error
                    assert deliver(sessions) == Delivered()
                    clock.shift(pause)
                assert deliver(sessions) == Delivered(failed=2)
    (message, _) = outcome()
    assert message.state is MessageState.FAILED and message.secrets is None
    assert message.error.startswith("Given up after 8 tries. The mail server cannot be reached")
    assert dt.timedelta(hours=20) < sum(PAUSES, dt.timedelta()) < dt.timedelta(hours=26)


def test_a_server_that_is_busy_gets_the_same_mail_again(letters, sessions, outcome):
    letters(1, link=LINK)
    with post_office(says=["451 Busy, come back", "250 Taken"]) as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(later=1)
        waits = outcome()[0]
        assert (waits.state, waits.error) == (MessageState.QUEUED, "451 Busy, come back")
        with time_machine.travel(now() + PAUSES[0]):
            assert deliver(sessions) == Delivered(sent=1)
    sent = outcome()[0]
    assert (sent.state, sent.error, sent.attempts) == (MessageState.SENT, "", 2)
    assert LINK in office.taken[0].get_body(("plain",)).get_content()


def test_a_connection_that_is_cut_in_the_middle_is_tried_again(letters, sessions, outcome):
    letters(2)
    with post_office(cut=True) as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(later=2)
        assert "cut" in outcome()[0].error
        office.cut = False
        with time_machine.travel(now() + PAUSES[0]):
            assert deliver(sessions) == Delivered(sent=2)
    assert office.connections == 3  # the cut ones, and one for both


def test_a_server_that_never_answers_is_given_up_after_a_while(letters, sessions, outcome, monkeypatch):
    letters(2)
    monkeypatch.setattr(carriers, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with settled(None, smtp_url=f"smtp://127.0.0.1:{silent.getsockname()[1]}"):
            began = time.monotonic()
            assert deliver(sessions) == Delivered(later=2)
    # Ten seconds are what it has without the shorter patience above.
    assert time.monotonic() - began < 8 and "cannot be reached" in outcome()[0].error


def test_what_a_slow_server_leaves_no_time_for_goes_back_uncounted(letters, sessions, outcome, monkeypatch):
    letters(3)
    monkeypatch.setattr(delivery, "HURRY", dt.timedelta(seconds=0.1))
    with post_office(seconds=0.3) as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(sent=1)
        assert [(m.state, m.attempts) for m in outcome()][1:] == [(MessageState.QUEUED, 0)] * 2
        assert sum(done.sent for done in delivery.due_batches(sessions)) == 2
    assert len(office.taken) == 3


def test_a_refused_mail_fails_at_once_with_the_words_of_the_server(letters, sessions, outcome):
    letters(1, link=LINK)
    with post_office(says=["554 We do not take this"]) as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(failed=1)
    failed = outcome()[0]
    assert (failed.state, failed.error) == (MessageState.FAILED, "554 We do not take this")
    assert (failed.secrets, failed.next_at, failed.attempts) == (None, None, 1)


def test_an_unknown_recipient_fails_alone(letters, sessions, outcome):
    letters(3)
    unknown = {"person1@example.com": "550 5.1.1 No such person", "person2@example.com": "450 Mailbox busy"}
    with post_office(recipients=unknown) as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(sent=1, failed=1, later=1)
    assert [m.error for m in outcome()] == ["", "550 5.1.1 No such person", "450 Mailbox busy"]
    assert [mail["To"] for mail in office.taken] == ["person0@example.com"]


def test_a_secret_that_cannot_be_read_any_more_is_not_sent_as_a_blank(letters, sessions, outcome):
    letters(1, link=LINK)
    with (
        post_office() as office,
        settled(None, smtp_url=office.url, key="another key, thirty-two letters long"),
    ):
        assert deliver(sessions) == Delivered(failed=1)
    assert not office.taken and "ENCRYPTION_KEY" in outcome()[0].error


def test_a_line_break_in_an_address_reaches_no_header(session, letters, sessions, outcome):
    letters(1)
    session.execute(sa.update(Message).values(recipient="a@example.com\nBcc: evil@example.com"))
    session.commit()
    with post_office() as office, settled(None, smtp_url=office.url):
        assert deliver(sessions) == Delivered(failed=1)
    assert not office.taken


def test_two_workers_send_each_mail_once(letters, sessions):
    letters(6)
    with post_office() as office, settled(None, smtp_url=office.url):
        mine = delivery.claim(sessions, 4)
        assert deliver(sessions) == Delivered(sent=2)
        assert len(mine) == 4 and deliver(sessions) == Delivered()
    assert len(office.taken) == 2


def test_a_result_that_comes_too_late_changes_nothing(letters, sessions, outcome):
    letters(1)
    (first,) = delivery.claim(sessions, 1)
    with time_machine.travel(now() + delivery.LEASE):
        (second,) = delivery.claim(sessions, 1)
    assert second.attempts == 2
    delivery.record(sessions, second, None)
    delivery.record(sessions, first, carriers.Never("550 Too late"))
    assert outcome()[0].state is MessageState.SENT


def test_a_mail_that_was_withdrawn_on_its_way_is_told_as_sent(session, letters, sessions, outcome):
    letters(1)
    (letter,) = delivery.claim(sessions, 1)
    session.execute(sa.update(Message).values(state=MessageState.WITHDRAWN, next_at=None))
    session.commit()
    delivery.record(sessions, letter, carriers.Unreachable("451 Later"))
    assert outcome()[0].state is MessageState.WITHDRAWN
    delivery.record(sessions, letter, None)
    assert outcome()[0].state is MessageState.SENT


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
import models
from models import database
from operations import delivery
from operations.installation import Installation, settle
engine = create_engine(sys.argv[1], **database.engine_options(sys.argv[1]))
settle(Installation(smtp_url=sys.argv[2], key=sys.argv[3]))
delivery.record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
delivery.deliver(lambda: Session(engine))
"""


def test_killed_between_the_servers_yes_and_our_note_the_same_mail_goes_again(
    letters, sessions, outcome, database
):
    letters(1, link=LINK)
    with post_office() as office, settled(None, smtp_url=office.url):
        died = subprocess.run(
            [sys.executable, "-c", KILLED, database.url, office.url, KEY], cwd=ROOT, check=False
        )
        assert died.returncode == -9 and len(office.taken) == 1
        assert outcome()[0].state is MessageState.QUEUED
        assert deliver(sessions) == Delivered()  # nobody touches it while it may still be on its way
        with time_machine.travel(now() + delivery.LEASE):
            assert deliver(sessions) == Delivered(sent=1)
    first, second = office.taken
    assert first["Message-ID"] == second["Message-ID"] == outcome()[0].mail_id
    assert (
        first.as_bytes(policy=plain).replace(b"\r\n", b"\n").split(b"boundary")[0][:200]
        == (second.as_bytes(policy=plain).replace(b"\r\n", b"\n").split(b"boundary")[0][:200])
    )


def test_the_worker_delivers_by_the_clock(letters, sessions, outcome):
    letters(60)
    with post_office() as office, settled(None, smtp_url=office.url):
        worker = Worker(sessions)
        with time_machine.travel(now() + dt.timedelta(seconds=10)):
            worker.turn()  # sets the clocks, at the first time
        with time_machine.travel(now() + dt.timedelta(seconds=20)):
            while worker.turn():
                pass
    assert len(office.taken) == 60 and {m.state for m in outcome()} == {MessageState.SENT}


def test_without_a_server_a_mail_goes_to_a_folder_for_its_owner_only(letters, sessions, outcome, tmp_path):
    letters(1, link=LINK)
    with settled(tmp_path / "mailbox"):
        assert deliver(sessions) == Delivered(sent=1)
    (message,) = outcome()
    file = tmp_path / "mailbox" / f"{message.id}.eml"
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700
    assert (message.state, message.secrets) == (MessageState.SENT, None)


def test_with_neither_server_nor_folder_mails_wait(letters, sessions, outcome):
    letters(1)
    with settled(None):
        assert deliver(sessions) == Delivered()
    assert (outcome()[0].state, outcome()[0].attempts) == (MessageState.QUEUED, 0)


def test_how_a_mail_server_is_written():
    server = carriers.Server("smtp://desk:p%40ss@mail.example.com?starttls")
    assert (server.host, server.port, server.starttls, server.tls) == ("mail.example.com", 587, True, False)
    assert (server.user, server.password) == ("desk", "p@ss")
    assert carriers.Server("smtps://mail").port == 465 and carriers.Server("smtp://mail").port == 25
