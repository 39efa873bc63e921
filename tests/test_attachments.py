"""What goes along with a mail: made when it leaves, named in the stored copy."""

from dataclasses import replace
from io import BytesIO
from itertools import count

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from models.message import Message, MessageState
from models.sales import Quote
from operations.delivery import Delivered, deliver
from operations.printouts import printouts

from .post_office import post_office, sessions_of, settled
from .reading import words
from .sales import offer
from .stored import row_of, stored
from .verbs import do


@pytest.fixture
def sent(session, tmp_path):
    """A quote that has just been sent, and waits as a mail."""
    made = offer(session, "draft")
    with settled(tmp_path):
        do(session, "send", made)
    session.commit()
    return made


def mails(app):
    with post_office() as office, settled(None, smtp_url=office.url):
        done = deliver(sessions_of(app))
    return office.taken, done


def test_a_quote_goes_along_with_its_mail(app, session, signed_in, sent):
    (mail,), _ = mails(app)
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (f"{sent.number}.pdf", "application/pdf")
    printed = PdfReader(BytesIO(file.get_content())).pages[0].extract_text()
    assert sent.number in printed and "Fibre 100" in printed
    assert sent.number in mail.get_body(("plain",)).get_content()
    (message,) = stored(session, sa.select(Message))
    page = words(signed_in("agent").get(f"/admin/message/{message.id}/"))
    assert "Attached Quote as PDF" in page
    signed_in("admin").submit(f"/admin/message/{message.id}/", "/resend/")
    (again,), _ = mails(app)
    assert [part.get_filename() for part in again.iter_attachments()] == [f"{sent.number}.pdf"]


def test_a_mail_whose_paper_is_gone_is_not_sent_without_it(app, session, sent):
    session.execute(sa.update(Message).values(related_id=999_999))
    session.commit()
    taken, done = mails(app)
    assert (taken, done) == ([], Delivered(failed=1))
    (message,) = stored(session, sa.select(Message))
    assert message.state is MessageState.FAILED and "not there any more" in message.error
    assert row_of(session, Quote, sent.id).state == "sent"


def test_a_paper_that_cannot_be_made_keeps_back_its_own_mail_alone(app, session, sent, tmp_path, monkeypatch):
    with settled(tmp_path):
        do(session, "send", offer(session, "draft"))
    session.commit()
    broken = printouts["quote"][0]
    monkeypatch.setitem(printouts, "quote", [replace(broken, make=_fails_once(broken.make))])
    (mail,), done = mails(app)
    assert done == Delivered(sent=1, failed=1) and list(mail.iter_attachments())
    first, second = stored(session, sa.select(Message).order_by(Message.id))
    assert (first.state, second.state) == (MessageState.FAILED, MessageState.SENT)
    assert "could not be made" in first.error


def _fails_once(make):
    """Like `make`, but for the first time."""
    calls = count()

    def quote_paper(*said):
        return 1 / 0 if next(calls) == 0 else make(*said)

    return quote_paper
