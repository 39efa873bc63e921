"""Writing to customers: letters, text messages, and many at once."""

import pytest
import sqlalchemy as sa

from models.base import now
from models.customer import (
    Address,
    AddressRole,
    Channel,
    Contact,
    Customer,
    CustomerState,
    Document,
    DocumentCategory,
    NotificationSetting,
    Topic,
)
from models.message import Message, MessageChannel, MessageState, MessageTemplate, MessageTopic
from models.work import Run
from operations import delivery
from operations.letters import LONGEST_VALUE
from seed.factory import make

from .post_office import sessions_of
from .reading import words
from .stored import only, row_of, stored


@pytest.fixture
def ann(session):
    made = make(
        session,
        Customer,
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        phone_e164="+27821234567",
    )
    said = {"role": AddressRole.BILL_TO, "postal_code": "77429", "city": "Cypress", "region": "TX"}
    make(session, Address, customer=made, line1="12 Main St", country="US", **said)
    session.commit()
    return made


@pytest.fixture
def agent(signed_in):
    return signed_in("agent")


def template(session, code):
    return str(only(session, MessageTemplate, MessageTemplate.code == code).id)


def ask(verb, *rows, table="customer"):
    return f"/admin/{table}/operate/{verb}/?" + "&".join(f"ids={row.id}" for row in rows)


def messages(session):
    return stored(session, sa.select(Message).order_by(Message.id))


def undo(client, session):
    run = stored(session, sa.select(Run).order_by(Run.id.desc()).limit(1))[0]
    preview = client.submit(f"/admin/run/{run.id}/", "/undo/")
    return client.submit(preview.location, "/confirm/")


@pytest.mark.req("S1.23")
def test_a_letter_is_written_previewed_and_kept_as_a_document(agent, session, ann):
    letter = template(session, "letter")
    preview = agent.submit(ask("write_letter", ann), template=letter, text="Your line is {{ account }}.")
    told = words(agent.get(preview.location))
    assert "Kept as documents: letters (1)." in told and "12 Main St" in told
    assert not messages(session) and not stored(session, sa.select(Document))
    agent.submit(preview.location, "/confirm/")
    message, document = only(session, Message), only(session, Document)
    assert (message.channel, message.state) == (MessageChannel.LETTER, MessageState.QUEUED)
    assert f"Dear Ann Lee,\n\nYour line is {ann.code}." in message.body
    assert message.recipient.startswith("Ann Lee, 12 Main St") and message.document_id == document.id
    assert (document.category, document.media_type) == (DocumentCategory.LETTER, "application/pdf")
    listed = words(agent.get(f"/admin/customer/{ann.id}/communications/letters/"))
    assert message.subject in listed and "Letter" in listed
    pdf = agent.get(f"/admin/document/{document.id}/file/")
    assert pdf.data.startswith(b"%PDF-") and pdf.mimetype == "application/pdf"
    page = agent.get(f"/admin/message/{message.id}/").text
    assert f'href="/admin/document/{document.id}/"' in page


def test_a_preview_of_many_letters_says_that_it_draws_the_first_ones(agent, session, ann):
    six = [ann.id]
    for _ in range(5):
        other = make(session, Customer)
        make(session, Address, customer=other, role=AddressRole.BILL_TO)
        six.append(other.id)
    session.commit()
    path = f"/admin/customer/operate/write_letter/?ids={','.join(map(str, six))}"
    preview = agent.submit(path, template=template(session, "letter"), text="Hello.")
    told = words(agent.get(preview.location))
    assert "letters (6)" in told and "The first 5 were drawn" in told
    assert "6 messages go out. The first 5:" in told


@pytest.mark.req("S1.21")
def test_communications_has_notes_and_letters(agent, ann):
    page = agent.get(f"/admin/customer/{ann.id}/communications/notes/").text
    for tab in ("notes", "letters", "received-e-mails", "messages-sent", "notifications"):
        assert f'href="/admin/customer/{ann.id}/communications/{tab}/"' in page


def test_a_letter_that_is_taken_back_leaves_no_document(agent, session, ann):
    agent.submit(ask("write_letter", ann), go="1", template=template(session, "letter"), text="Hello.")
    assert undo(agent, session).status_code == 303
    assert not stored(session, sa.select(Document))
    assert only(session, Message).state is MessageState.WITHDRAWN


def test_a_letter_is_marked_as_posted_and_then_stays(agent, session, ann, app):
    agent.submit(ask("write_letter", ann), go="1", template=template(session, "letter"), text="Hello.")
    letter = only(session, Message)
    assert not delivery.deliver(sessions_of(app))
    answer = agent.submit(f"/admin/message/{letter.id}/", "/posted/")
    assert answer.status_code == 302
    posted = row_of(session, Message, letter.id)
    assert posted.state is MessageState.SENT and posted.sent_at
    assert agent.post(f"/admin/message/{letter.id}/posted/").status_code in (400, 409)
    undo(agent, session)
    assert row_of(session, Message, letter.id).state is MessageState.SENT


def test_a_letter_needs_a_place_and_a_letter(agent, session, ann):
    homeless = make(session, Customer, last_name="Bo")
    session.commit()
    letter, mail = template(session, "letter"), template(session, "approved")
    for row, chosen, said in (
        (homeless, letter, "no location to send a letter to"),
        (ann, mail, "Choose a letter"),
    ):
        preview = agent.submit(ask("write_letter", row), template=chosen)
        assert said in words(agent.get(preview.location))
    assert not messages(session)


def test_a_text_message_goes_to_the_phone(agent, session, ann):
    agent.submit(ask("send_sms", ann), go="1", text="Hello {{ name }}, we are at your door.")
    (message,) = messages(session)
    assert (message.channel, message.recipient) == (MessageChannel.SMS, "+27821234567")
    assert message.body == "Hello Ann Lee, we are at your door."


def test_who_has_no_phone_gets_no_text_message(agent, session):
    bo = make(session, Customer, last_name="Bo")
    session.commit()
    assert "There is no phone number" in words(agent.get(ask("send_sms", bo)))


def outage(session, *customers):
    said = {"topic": Topic.OUTAGE, "customer": customers[0]}
    make(session, NotificationSetting, channel=Channel.SMS, destination="+27821234567", **said)
    make(session, NotificationSetting, destination="ops@example.com", **said)
    session.commit()


def test_many_are_written_to_where_they_want_it_and_the_rest_at_home(signed_in, session, ann):
    bo = make(session, Customer, last_name="Bo", email="bo@example.com")
    nobody = make(session, Customer, last_name="Nobody")
    outage(session, ann)
    sales = signed_in("sales")
    chosen = template(session, "outage")
    path = ask("write_to", ann, bo, nobody)
    preview = sales.submit(path, topic="outage", template=chosen, text="No service tonight.")
    told = words(sales.get(preview.location))
    for text in ("ops@example.com", "+27821234567", "bo@example.com", "Nobody has no e-mail address"):
        assert text in told
    assert not messages(session)
    sales.submit(preview.location, "/confirm/")
    found = {m.recipient: m for m in messages(session)}
    assert set(found) == {"ops@example.com", "+27821234567", "bo@example.com"}
    assert "Hello Bo,\n\nNo service tonight." in found["bo@example.com"].body
    assert found["+27821234567"].body == "No service tonight. - Recordroom"
    assert {m.topic for m in found.values()} == {MessageTopic.OUTAGE}
    undo(sales, session)
    assert {m.state for m in messages(session)} == {MessageState.WITHDRAWN}


def test_all_matching_a_filter_are_written_to(signed_in, session, ann):
    make(session, Customer, last_name="Elsewhere", email="else@example.com")
    session.commit()
    sales = signed_in("sales")
    path = "/admin/customer/operate/write_to/?all=1&postal_code=US:77429"
    preview = sales.submit(path, subject="Works", text="Hello {{ name }}")
    sales.submit(preview.location, "/confirm/")
    assert [(m.recipient, m.subject) for m in messages(session)] == [("ann@example.com", "Works")]


def test_who_is_at_a_location_is_written_to_once(signed_in, session, ann):
    second = make(session, Address, customer=ann, line1="14 Main St", country="US")
    closed = make(session, Customer, email="closed@example.com", workflow_state=CustomerState.CLOSED)
    third = make(session, Address, customer=closed, line1="16 Main St", country="US")
    session.commit()
    first = stored(session, sa.select(Address).where(Address.line1 == "12 Main St"))[0]
    sales = signed_in("sales")
    path = ask("write_to_here", first, second, third, table="address")
    preview = sales.submit(path, topic="outage", text="Works in your street.")
    assert "Customers who are closed are not written to." in words(sales.get(preview.location))
    sales.submit(preview.location, "/confirm/")
    assert [(m.recipient, m.topic) for m in messages(session)] == [("ann@example.com", MessageTopic.OUTAGE)]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"text": "Hello {{ password }}"}, "{{ password }} is not known here"),
        ({"text": "Hello {{name}"}, "Write a name as {{ name }}"),
        ({"text": "Hello", "subject": "{{ link }}"}, "{{ link }} is not known here"),
        ({"text": "x" * (LONGEST_VALUE + 1)}, "Write at most"),
        ({}, "Choose a template, or write a text."),
        ({"template": "letter"}, "This is a letter"),
        ({"template": "recovery"}, "The program fills in"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(signed_in, session, ann, answers, said):
    if "template" in answers:
        answers = answers | {"template": template(session, answers["template"])}
    sales = signed_in("sales")
    preview = sales.submit(ask("write_to", ann), **answers)
    assert said in words(sales.get(preview.location)) and not messages(session)


def test_a_value_that_holds_braces_stays_what_it_is(agent, session, ann):
    session.get(Customer, ann.id).last_name = "{{ url }} {{ 7*7 }}"
    session.commit()
    agent.submit(ask("send_sms", ann), go="1", text="Hello {{ name }}")
    assert only(session, Message).body == "Hello Ann {{ url }} {{ 7*7 }}"


def test_messages_sent_has_mails_text_messages_and_letters_with_their_state(agent, session, ann):
    about = {"customer": ann, "queued_at": now()}
    for channel, topic, subject in (
        ("email", "invoice", "Invoice 7"),
        ("sms", "outage", "Text of Tuesday"),
        ("email", "ticket", "Answer to T-1"),
        ("letter", "letter", "Letter of May"),
    ):
        make(session, Message, channel=channel, topic=topic, subject=subject, state="sent", **about)
    session.commit()
    page = words(agent.get(f"/admin/customer/{ann.id}/communications/messages-sent/"))
    for text in ("Invoice 7", "Text of Tuesday", "Answer to T-1", "Letter of May", "SMS", "Sent"):
        assert text in page
    mails = words(agent.get(f"/admin/customer/{ann.id}/communications/received-e-mails/"))
    assert "Invoice 7" in mails and "Text of Tuesday" not in mails


def test_a_message_leads_to_what_it_is_about(agent, session, ann):
    bob = make(session, Contact, customer=ann, name="Bob Ray")
    said = {"customer": ann, "related_type": "contact", "related_id": bob.id}
    message = make(session, Message, **said)
    lost = make(session, Message, customer=ann, related_type="contact", related_id=bob.id + 99)
    session.commit()
    page = agent.get(f"/admin/message/{message.id}/").text
    assert f'href="/admin/contact/{bob.id}/"' in page and "Bob Ray" in page
    assert agent.get(f"/admin/message/{lost.id}/").status_code == 200


def test_only_templates_that_fit_are_offered(signed_in, session, ann):
    letter, mail = template(session, "letter"), template(session, "approved")
    sales = signed_in("sales")
    for verb, fits, fits_not in (("write_letter", letter, mail), ("write_to", mail, letter)):
        offered = [row["value"] for row in sales.get(f"/admin/customer/operate/{verb}/lookup/template/").json]
        assert int(fits) in offered and int(fits_not) not in offered
        page = sales.get(ask(verb, ann)).text
        assert f'value="{fits}"' in page and f'<option value="{fits_not}"' not in page
