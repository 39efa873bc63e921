"""What customers see and change of their own data in the portal."""

import re

import pytest
import sqlalchemy as sa

from models.customer import Address, Contact, Customer, Note
from models.history import Transaction
from models.message import Message, MessageState
from seed.factory import make

from .portal_people import EMAIL, OWN_PAGES, customer_who_signs_in, enter
from .reading import words


def test_a_customer_changes_contacts_and_locations_and_it_is_in_the_history(client, session):
    user = customer_who_signs_in(session)
    contact = make(session, Contact, customer_id=user.customer_id, name="Old Name")
    place = make(session, Address, customer_id=user.customer_id, line1="Old Road 1", country="US")
    session.commit()
    enter(client)
    said = {"name": "New Name", "email": "new@lee.example", "phone_e164": "202 555 0123"}
    assert client.submit(f"/portal/contact/{contact.id}", **said).location == "/portal/?done=saved"
    street = {"line1": "New Road 2", "city": "Austin"}
    assert client.submit(f"/portal/location/{place.id}", **street).status_code == 302
    session.expire_all()
    assert (contact.name, contact.phone_e164, place.line1) == ("New Name", "+12025550123", "New Road 2")
    newest = session.scalars(sa.select(Transaction).order_by(Transaction.id.desc()).limit(2)).all()
    assert {(t.source, t.portal_user_id, t.staff_id, t.staff_name) for t in newest} == {
        ("portal", user.id, None, "Ann Lee")
    }


def test_a_customer_adds_a_contact_and_a_location(client, session):
    user = customer_who_signs_in(session)
    enter(client)
    assert client.submit("/portal/contact/new", name="Bo Lee").status_code == 302
    assert client.submit("/portal/location/new", line1="Road 1", country="NL").status_code == 302
    assert session.scalars(sa.select(Contact)).one().customer_id == user.customer_id
    assert session.scalars(sa.select(Address)).one().role == "bill_to"


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("/portal/contact/new", {"name": ""}, "This is needed."),
        ("/portal/contact/new", {"name": "B", "email": "no address"}, "e-mail"),
        ("/portal/location/new", {"line1": "R", "country": "US", "postal_code": "x"}, "postal code"),
        ("/portal/location/new", {"line1": "4111 1111 1111 1111", "country": "US"}, "card number"),
        ("/portal/reach", {"phone_e164": "12"}, "phone"),
    ],
)
def test_what_cannot_be_stored_is_said_and_kept_in_the_form(client, session, path, typed, said):
    customer_who_signs_in(session)
    enter(client)
    answer = client.submit(path, **typed)
    assert answer.status_code == 422 and said in answer.text.lower() or said in answer.text
    assert all(value in answer.text for value in typed.values())


def test_a_customer_reaches_nobody_elses_rows_and_no_other_column(client, session):
    user = customer_who_signs_in(session)
    foreign = make(session, Contact, name="Of another")
    place = make(session, Address, line1="Elsewhere")
    message = make(session, Message, state=MessageState.SENT, recipient="x@x.example")
    own = make(session, Contact, customer_id=user.customer_id, name="Mine")
    session.commit()
    enter(client)
    for path in (f"contact/{foreign.id}", f"location/{place.id}", f"messages/{message.id}", "contact/0"):
        assert client.get(f"/portal/{path}").status_code == 404, path
    form = client.form(f"/portal/contact/{own.id}")
    assert client.post(f"/portal/contact/{foreign.id}", data=form.fields).status_code == 404
    more = {"customer_id": str(foreign.customer_id), "role": "primary", "alerts": "yes", "id": "1"}
    client.post(f"/portal/contact/{own.id}", data=form.fields.to_dict() | more | {"name": "Still mine"})
    session.expire_all()
    assert (own.name, own.customer_id, own.role, own.alerts) == (
        "Still mine",
        user.customer_id,
        "general",
        False,
    )


def test_a_locked_record_is_locked_here_too(client, session):
    user = customer_who_signs_in(session)
    session.get(Customer, user.customer_id).is_locked = True
    session.commit()
    enter(client)
    answer = client.submit("/portal/contact/new", name="Bo")
    assert answer.status_code == 422 and "locked" in answer.text
    assert not session.scalars(sa.select(Contact)).all()


def test_what_staff_changed_meanwhile_is_not_overwritten(client, session):
    user = customer_who_signs_in(session)
    contact = make(session, Contact, customer_id=user.customer_id, name="First")
    session.commit()
    enter(client)
    form = client.form(f"/portal/contact/{contact.id}")
    contact.name = "By staff"
    session.commit()
    form.fields["name"] = "By me"
    answer = client.post(f"/portal/contact/{contact.id}", data=form.fields)
    assert answer.status_code == 422 and "changed this meanwhile" in answer.text
    session.refresh(contact)
    assert contact.name == "By staff"


@pytest.mark.req("S4.49")
def test_internal_notes_never_appear(client, session):
    user = customer_who_signs_in(session)
    make(session, Note, customer_id=user.customer_id, body="Beware of this one", popup=True)
    session.commit()
    enter(client)
    for path in (*OWN_PAGES, "/portal/reach", "/portal/contact/new"):
        page = client.get(path)
        assert page.status_code == 200 and "Beware" not in page.text, path


def test_messages_are_those_that_were_sent_newest_first(client, session):
    user = customer_who_signs_in(session)
    for number in range(30):
        said = {"subject": f"Mail {number:02}", "state": MessageState.SENT, "body": f"Text {number}"}
        made = make(session, Message, customer_id=user.customer_id, recipient=EMAIL, **said)
    make(session, Message, customer_id=user.customer_id, recipient=EMAIL, subject="Waits")
    session.commit()
    enter(client)
    first = client.get("/portal/messages")
    assert first.text.index("Mail 29") < first.text.index("Mail 28") and "Waits" not in first.text
    older = re.search(r'href="(/portal/messages\?before=\d+)"', first.text).group(1)
    second = client.get(older)
    assert "Mail 04" in second.text and "Mail 05" not in second.text
    assert "Text 29" in client.get(f"/portal/messages/{made.id}").text
    for odd in ("before=-1", "before=abc", "before=1e9", "before=" + "9" * 30):
        assert client.get(f"/portal/messages?{odd}").status_code == 200


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7919*7919}}"]
)
def test_text_that_is_code_elsewhere_is_text_here(client, session, text):
    user = customer_who_signs_in(session)
    make(session, Contact, customer_id=user.customer_id, name=text)
    make(session, Address, customer_id=user.customer_id, line1=text, city=text)
    said = {"subject": text, "body": text, "state": MessageState.SENT, "recipient": EMAIL}
    message = make(session, Message, customer_id=user.customer_id, **said)
    session.commit()
    enter(client)
    for path in ("/portal/", "/portal/messages", f"/portal/messages/{message.id}"):
        page = client.get(path)
        assert text in words(page) and "<script>alert" not in page.text and "<img src=x" not in page.text
        assert "62710561" not in words(page)


def test_a_page_costs_the_same_with_many_rows(client, session, queries):
    user = customer_who_signs_in(session)
    enter(client)

    def costs():
        with queries as seen:
            client.get("/portal/")
        return len(seen)

    few = costs()
    for _ in range(20):
        make(session, Contact, customer_id=user.customer_id)
        make(session, Address, customer_id=user.customer_id)
    session.commit()
    assert costs() == few <= 5  # who, customer, contacts, locations, and what the frame asks
