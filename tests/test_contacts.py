"""The people at a customer and the notes about them."""

import pytest
import sqlalchemy as sa

from models.base import now
from models.customer import (
    Contact,
    ContactRole,
    Note,
    NotificationSetting,
)
from seed.factory import make

from .cast import cast
from .reading import words, wrong
from .stored import only, row_of, stored

LIST = "/admin/customer/"


@pytest.fixture
def desk(session, signed_in):
    """The cast, an administrator, and the page of Bo's company."""
    found = cast(session)
    found.client = signed_in("admin")
    found.at = f"{LIST}{found.bo.id}/"
    return found


@pytest.mark.req("S2.21")
def test_a_contact_needs_a_name(desk, session):
    new = f"/admin/contact/new/?customer_id={desk.bo.id}"
    for name in ("", "   ", "\u200b"):
        answer = desk.client.submit(new, name=name, email="a@bo.example")
        assert (answer.status_code, wrong(answer)) == (422, {"name": "This is needed."})
    assert not stored(session, sa.select(Contact).where(Contact.customer_id == desk.bo.id))


@pytest.mark.req("S2.22")
def test_the_alerts_box_is_kept_for_that_contact_alone(desk, session):
    ada, ben = (make(session, Contact, customer=desk.bo, email=f"{name}@bo.example") for name in "ab")
    session.commit()
    desk.client.submit(f"/admin/contact/{ada.id}/edit/", "/edit/", alerts="yes")
    assert row_of(session, Contact, ada.id).alerts and row_of(session, Contact, ada.id).alerts_since
    assert not row_of(session, Contact, ben.id).alerts
    enabled = sa.select(NotificationSetting.contact_id, NotificationSetting.enabled)
    assert stored(session, enabled) == [(ada.id, True), (ada.id, True)]
    form = desk.client.form(f"/admin/contact/{ada.id}/edit/", "/edit/")
    form.fields.pop("alerts")
    desk.client.post(form.action, data=form.fields)
    assert stored(session, enabled) == [(ada.id, False), (ada.id, False)]
    assert row_of(session, Contact, ada.id).alerts_since is None


@pytest.mark.req("S2.23")
def test_alerts_need_a_valid_email(desk, session):
    new = f"/admin/contact/new/?customer_id={desk.bo.id}"
    for email in ("", "ada", "ada@", "@bo.example", "ada@bo..example", "a b@bo.example"):
        answer = desk.client.submit(new, name="Ada", email=email, alerts="yes")
        assert answer.status_code == 422 and list(wrong(answer)) == ["email"], email
    assert desk.client.submit(new, name="Ada", email="ada@bo.example", alerts="yes").status_code == 302
    ada = only(session, Contact, Contact.name == "Ada")
    answer = desk.client.submit(f"/admin/contact/{ada.id}/edit/", "/edit/", email="")
    assert answer.status_code == 422 and row_of(session, Contact, ada.id).alerts


def test_there_is_at_most_one_primary_contact(desk, session):
    make(session, Contact, customer=desk.bo, name="Ada", role=ContactRole.PRIMARY)
    session.commit()
    answer = desk.client.submit(f"/admin/contact/new/?customer_id={desk.bo.id}", name="Ben", role="primary")
    assert wrong(answer) == {"role": "This customer has a primary contact already."}


def test_children_in_the_form_are_held_to_the_rights_of_their_table(desk, session, signed_in):
    agent = signed_in("agent")  # may change contacts, not delete them
    form = agent.form(f"{LIST}{desk.cy.id}/edit/", "/edit/")
    for name in [n for n in form.fields if n.startswith("contact-0-")]:
        form.fields.pop(name)
    answer = agent.post(form.action, data=form.fields)
    assert answer.status_code == 422 and "You may not delete contacts." in words(answer)
    assert "Remove this row" not in agent.get(f"{LIST}{desk.cy.id}/edit/").text.partition("<template>")[0]
    assert stored(session, sa.select(Contact.name)) == ["Núria Vidal"]


@pytest.mark.req("S1.22", "S4.50")
def test_a_note_has_its_author_and_time_which_nobody_can_set(desk, session, signed_in):
    agent = signed_in("agent")
    form = agent.form(f"/admin/note/new/?customer_id={desk.bo.id}", "/new/")
    assert not {"author_id", "author_name", "created_at"} & set(form.fields)
    forged = {"author_id": desk.client.staff_id, "author_name": "Mallory", "created_at": "2001-01-01T00:00"}
    for name, value in {"body": "Called twice.", **forged}.items():
        form.fields[name] = str(value)
    assert agent.post(form.action, data=form.fields).location == f"{desk.at}communications/notes/"
    note = only(session, Note, Note.customer_id == desk.bo.id)
    assert note.author_id == agent.staff_id and note.author_name.startswith("Agent")
    assert abs((now() - note.created_at).total_seconds()) < 60
    desk.client.submit(f"/admin/note/{note.id}/edit/", "/edit/", body="Called thrice.")
    assert row_of(session, Note, note.id).author_id == agent.staff_id
    page = words(desk.client.get(f"{desk.at}communications/notes/"))
    assert "Called thrice." in page and note.author_name in page and "just now" in page


@pytest.mark.req("S4.51")
def test_a_popup_note_is_shown_in_red_on_the_record_and_not_on_the_list(desk, session):
    form = desk.client.form(f"/admin/note/new/?customer_id={desk.bo.id}", "/new/")
    form.fields["body"], form.fields["popup"] = "Ask for the reference number.", "yes"
    desk.client.post(form.action, data=form.fields)
    for tab in ("", "history/", "contacts/"):
        page = desk.client.get(f"{desk.at}{tab}").text
        dialog = page.partition('<dialog class="dlg popup"')[2].partition("</dialog>")[0]
        assert "Ask for the reference number." in dialog
        assert 'class="note-bar bad" role="alert"' in page
    assert "reference number" not in desk.client.get(LIST).text
    assert "dlg popup" not in desk.client.get(f"{LIST}{desk.ann.id}/").text


def test_a_popup_note_ends_when_it_says_so(desk, session):
    past = now().replace(year=2020)
    make(session, Note, customer=desk.bo, body="Over.", popup=True, popup_until=past)
    make(session, Note, customer=desk.bo, body="For ever.", popup=True)
    session.commit()
    page = desk.client.get(desk.at).text
    assert page.count('<dialog class="dlg popup"') == 1 and "For ever." in page


def test_a_note_has_to_say_something(desk):
    for body in ("", "  \n ", "\u200b"):
        answer = desk.client.submit(f"/admin/note/new/?customer_id={desk.bo.id}", body=body)
        assert (answer.status_code, list(wrong(answer))) == (422, ["body"])
