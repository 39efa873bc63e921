"""The outbox: what is written into it, what of it is kept, and what it looks like."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from models.act import acting
from models.base import now
from models.customer import Contact, Customer
from models.message import Message, MessageState, MessageTemplate, MessageTopic
from operations import letters, outbox
from operations.errors import Invalid, Refused
from operations.letters import BLANK
from operations.sealing import Unreadable, seal, unseal
from operations.shipped_mail import names_of, shipped
from seed.factory import make
from seed.roles import ensure_roles

from .post_office import settled

LINK = "http://desk.example/portal/password/" + "t" * 43


@pytest.fixture(autouse=True)
def office(tmp_path):
    with settled(tmp_path / "mailbox") as here:
        yield here


@pytest.fixture
def ann(session):
    return make(session, Customer, first_name="Ann", last_name="Lee", email="ann@example.com")


def test_a_mail_is_a_row_that_waits(session, ann):
    acting(session, staff_id=7, run_id=9)
    message = outbox.post(session, ann, "suspended", reason="Two reminders", until=dt.date(2027, 3, 1))
    session.commit()
    assert (message.state, message.recipient, message.customer_id) == (
        MessageState.QUEUED,
        "ann@example.com",
        ann.id,
    )
    assert (message.topic, message.template) == (MessageTopic.SUSPENSION, "suspended")
    assert message.subject == "Your account is suspended"
    assert "Hello Ann Lee,\n\n" in message.body and "Reason: Two reminders" in message.body
    assert "planned to last until March 1, 2027." in message.body
    assert (message.sent_by_id, message.run_id, message.secrets) == (7, 9, None)
    assert message.mail_id.endswith("@desk.example>")
    assert message.values["reason"] == "Two reminders"


def test_a_paragraph_without_its_value_is_left_out(session, ann):
    body = outbox.post(session, ann, "suspended").body
    assert "Reason" not in body and "until" not in body.partition("active")[0]
    assert "\n\n\n" not in body and "{{" not in body


def test_the_stored_copy_has_a_blank_in_place_of_every_secret(session, ann):
    secrets = {"link": LINK, "password": "seven-blue-otters"}
    message = outbox.post(session, ann, "welcome_password", secrets=secrets, email=ann.email)
    session.commit()
    stored = session.execute(sa.select(Message.__table__)).mappings().one()
    assert "otters" not in str(dict(stored)) and LINK not in str(dict(stored))
    assert message.body.count(BLANK) == 2 and BLANK in message.html
    body, html = json.loads(unseal(message.secrets))
    assert LINK in body and f'href="{LINK}"' in html and "seven-blue-otters" in html


def test_what_was_sealed_is_read_with_the_same_key_only(tmp_path):
    sealed = seal("open sesame")
    assert unseal(sealed) == "open sesame" and "sesame" not in sealed
    with settled(tmp_path, key="another key of thirty-two letters or so"), pytest.raises(Unreadable):
        unseal(sealed)


@pytest.mark.parametrize("address", [None, ""])
def test_without_an_address_nothing_is_queued(session, address):
    nobody = make(session, Customer, first_name="", last_name="Nobody", email=address)
    with pytest.raises(Refused, match="Nobody has no e-mail address"):
        outbox.post(session, nobody, "recovery", secrets={"link": LINK})
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


@pytest.mark.parametrize("address", ["ann", "ann@x y", "a@b,c@d", "a@b\nBcc: c@d", "<a@b>", "a@"])
def test_what_is_no_address_is_refused(session, ann, address):
    with pytest.raises(Refused, match="not an e-mail address"):
        outbox.post(session, ann, "approved", to=address)


def test_a_contact_is_written_to_by_name(session, ann):
    bob = make(session, Contact, customer=ann, name="Bob Ray", email="bob@example.com")
    message = outbox.post(session, ann, "approved", contact=bob)
    assert (message.recipient, message.contact_id, message.customer_id) == ("bob@example.com", bob.id, ann.id)
    assert "Hello Bob Ray," in message.body


def test_one_who_is_no_customer_can_be_written_to(session):
    message = outbox.post(
        session, None, "recovery", to="staff@example.com", name="Sam", secrets={"link": LINK}
    )
    assert (message.customer_id, message.recipient) == (None, "staff@example.com")
    assert "Hello Sam," in message.body


def test_of_two_with_the_same_key_the_first_stays(session, ann):
    first = outbox.post(session, ann, "approved", unique_key="approved:1")
    assert outbox.post(session, ann, "approved", unique_key="approved:1") is first


def test_the_language_of_the_customer_is_taken_where_there_is_one(session, ann):
    say = {"code": "approved", "subject": "Angenommen", "body": "Hallo {{ name }}"}
    make(session, MessageTemplate, locale="de_DE", **say)
    for locale, subject in {
        "de_DE": "Angenommen",
        "de_AT": "Angenommen",
        "en_GB": "Your account is approved",
        "fr_FR": "Your account is approved",
    }.items():
        ann.locale = locale
        assert outbox.post(session, ann, "approved").subject == subject


def test_days_are_written_as_the_language_of_the_letter_does():
    assert letters.plain(dt.date(2027, 3, 1), "de_DE") == "1. März 2027"
    assert letters.plain(dt.date(2027, 3, 1), "xx_XX") == "March 1, 2027"
    assert letters.plain(None, "en_US") == ""


def test_no_value_can_add_a_header_or_a_second_subject(session, ann):
    make(session, MessageTemplate, code="odd", subject="For {{ name }}", body="x")
    ann.last_name = "Lee\r\nBcc: evil@example.com"
    message = outbox.post(session, ann, "odd", name="Lee\r\nBcc: evil@example.com\x00")
    assert message.subject == "For Lee Bcc: evil@example.com"


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ company }}", "{{ 7*7 }}"]
)
def test_what_a_customer_is_called_stays_text(session, ann, evil):
    message = outbox.post(session, ann, "approved", name=evil)
    assert f"Hello {evil}," in message.body
    assert "<script>" not in message.html and "<img" not in message.html and "49" not in message.html
    assert "Hello Recordroom" not in message.html


def test_a_link_becomes_a_button_only_if_it_leads_to_a_web_page():
    values = {"link": "javascript:alert(1)", "company": "", "url": ""}
    letter = letters.write("s", "Press: {{ link }}", values, "en_US")
    assert 'href="javascript' not in letter.html
    good = letters.write("s", "Press here: {{ link }}", values | {"link": LINK}, "en_US")
    assert f'<a class="button" href="{LINK}">Press here</a>' in good.html
    assert good.body == f"Press here: {LINK}"


def test_a_mail_that_nobody_would_read_to_its_end_is_refused(session, ann):
    make(session, MessageTemplate, code="book", body="{{ name }} " * 300)
    with pytest.raises(Invalid, match="more than 50,000"):
        outbox.post(session, ann, "book", name="x" * 2_000)


@pytest.mark.parametrize("code", sorted(shipped()))
def test_a_shipped_template_names_only_what_is_filled_in(code):
    words = shipped()[code]
    assert letters.names_in(words.subject + words.body) <= names_of(code)
    letter = letters.write(words.subject, words.body, dict.fromkeys(words.names, "http://x"), "en_US")
    assert letter.subject and "{{" not in letter.subject + letter.body + letter.html


def test_templates_are_stored_once_and_an_edited_one_stays(session):
    stored = session.scalars(sa.select(MessageTemplate)).all()
    assert {t.code for t in stored} == set(shipped())
    stored[0].body = "Ours"
    session.delete(stored[1])
    session.flush()
    ensure_roles(session)
    again = {t.code: t.body for t in session.scalars(sa.select(MessageTemplate))}
    assert again[stored[0].code] == "Ours" and set(again) == set(shipped())


def test_a_template_that_is_not_stored_is_taken_as_shipped(session, ann):
    session.execute(sa.delete(MessageTemplate.__table__))
    assert outbox.post(session, ann, "closed").subject == "Your account is closed"


def test_staff_edit_a_template_and_are_told_which_names_there_are(session, signed_in):
    row_id = session.scalar(sa.select(MessageTemplate.id).where(MessageTemplate.code == "approved"))
    session.rollback()
    manager, path = signed_in("manager"), f"/admin/message_template/{row_id}/edit/"
    refused = manager.submit(path, body="Dear {{ nmae }}")
    assert refused.status_code == 422 and "{{ name }}" in refused.text and "{{ nmae }}" in refused.text
    assert manager.submit(path, body="Dear {{ 7*7 }}").status_code == 422
    assert manager.submit(path, body="Dear {{ name }}, welcome.").status_code == 302
    session.expire_all()
    ann = make(session, Customer, email="ann@example.com")
    assert outbox.post(session, ann, "approved").body == f"Dear {ann}, welcome."


@pytest.mark.parametrize(
    ("field", "text", "status"),
    [
        ("body", "Hello {{ name }},\n\nhttps://evil.example/?t={{ link }}", 422),
        ("body", "Hello {{ name }}, here it is: {{ link }}, good luck", 422),
        ("subject", "Your link {{ link }}", 422),
        ("body", "Hello {{ name }},\n\nChoose one: {{ link }}\n\n{{ link }}", 302),
    ],
)
def test_links_stand_alone_in_a_template(session, signed_in, field, text, status):
    row_id = session.scalar(sa.select(MessageTemplate.id).where(MessageTemplate.code == "recovery"))
    session.rollback()
    sent = signed_in("manager").submit(f"/admin/message_template/{row_id}/edit/", **{field: text})
    assert sent.status_code == status


def test_taking_back_a_run_takes_what_has_not_left(session, ann):
    acting(session, run_id=5)
    gone = outbox.post(session, ann, "approved")
    waits = outbox.post(session, ann, "recovery", secrets={"link": LINK})
    acting(session, run_id=6)
    other = outbox.post(session, ann, "approved")
    gone.state = MessageState.SENT
    session.commit()
    assert outbox.withdraw(session, 5) == (1, 1)
    session.commit()
    session.expire_all()
    assert [gone.state, waits.state, other.state] == [
        MessageState.SENT,
        MessageState.WITHDRAWN,
        MessageState.QUEUED,
    ]
    assert (waits.next_at, waits.secrets) == (None, None)


def test_sending_again_writes_to_where_the_customer_reads_mail_now(session, ann):
    first = outbox.post(session, ann, "approved")
    first.state = MessageState.FAILED
    ann.email = "ann@new.example"
    session.flush()
    again = outbox.resend(session, first)
    session.flush()
    assert (again.recipient, again.state, again.resent_of_id) == (
        "ann@new.example",
        MessageState.QUEUED,
        first.id,
    )
    assert (again.body, again.topic, again.template) == (first.body, first.topic, first.template)
    assert again.mail_id != first.mail_id


def test_a_mail_whose_secret_is_gone_is_not_sent_again(session, ann):
    message = outbox.post(session, ann, "recovery", secrets={"link": LINK})
    message.state, message.secrets = MessageState.SENT, None
    with pytest.raises(Refused, match="Send a new one"):
        outbox.resend(session, message)


def test_one_that_waits_for_its_next_try_is_tried_at_once(session, ann):
    message = outbox.post(session, ann, "recovery", secrets={"link": LINK})
    message.next_at = now() + dt.timedelta(hours=3)
    assert outbox.resend(session, message) is message
    assert message.next_at <= now()


@pytest.mark.parametrize(
    ("locale", "day"),
    {"en_ZA": "21 December 2026", "en_US": "December 21, 2026", "de_DE": "December 21, 2026"}.items(),
)
def test_days_are_written_as_where_the_customer_is(session, locale, day):
    """The letter is in English for all three: German days would not fit in."""
    ann = make(session, Customer, email="ann@example.com", locale=locale)
    said = dict.fromkeys(("number", "total", "quote_link", "pdf_link"), "x")
    assert day in outbox.post(session, ann, "quote", last_day=dt.date(2026, 12, 21), **said).body
