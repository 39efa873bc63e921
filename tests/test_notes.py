"""Debtor notes: who reads them, what they may say, what they refer to."""

import pytest
import sqlalchemy as sa

from models.access import Role
from models.customer import Customer, Note, NoteKind
from models.portal import PortalUser
from models.service import Suspension, SuspensionState
from seed.factory import make

from .cast import SECRET
from .portal_people import OWN_PAGES, customer_who_signs_in, enter
from .reading import bring_back, links, path, send_away, total, words, wrong


def grant(session, role, *permissions):
    found = session.scalar(sa.select(Role).where(Role.name == role))
    found.permissions = [*found.permissions, *permissions]
    session.commit()


@pytest.mark.req("S4.74")
def test_debtor_notes_are_a_list_of_their_own_for_those_who_collect(signed_in, debtor):
    for role, sees in (("billing", True), ("manager", True), ("agent", False), ("tech", False)):
        client = signed_in(role)
        own = client.get(path(debtor, "communications", "debtor-notes"))
        assert own.status_code == (200 if sees else 403)
        assert (SECRET in own.text) is sees and "Rings late" not in words(own)
        page = client.get(path(debtor, "communications", "notes"))
        assert "Rings late" in words(page) and ("Debtor notes" in words(page)) is sees


def test_nobody_else_meets_a_debtor_note_anywhere(session, signed_in, debtor):
    note = session.scalar(sa.select(Note).where(Note.body == SECRET))
    note_id = note.id
    session.commit()
    grant(session, "agent", "history.read_all", "note.delete")
    agent, billing = signed_in("agent"), signed_in("billing")
    pages = ("", "history", "communications", "communications/notes", "widget/customer_notes")
    for at in [path(debtor, *(part.split("/"))) if part else path(debtor) for part in pages]:
        assert SECRET not in agent.get(at).text, at
        assert SECRET in billing.get(at).text, at
    for at in ("/admin/note/?search=promised", "/admin/history/", "/admin/history/?table=note", "/admin/"):
        assert SECRET not in agent.get(at).text, at
    assert total(agent.get("/admin/note/")) == "1" and total(billing.get("/admin/note/")) == "2"
    assert agent.get("/admin/note/?kind=debtor").status_code == 200
    for at in ("", "edit/", "history/", "set/body/"):
        assert agent.get(f"/admin/note/{note_id}/{at}").status_code == 404
    refused = agent.get(f"/admin/note/operate/delete/?ids={note_id}")
    assert SECRET not in refused.text


def test_a_deleted_debtor_note_is_not_listed_for_others(session, signed_in, debtor):
    note_id = session.scalar(sa.select(Note.id).where(Note.body == SECRET))
    session.commit()
    grant(session, "agent", "history.read_all", "note.delete")
    agent, manager = signed_in("agent"), signed_in("admin")
    send_away(manager, "note", note_id)
    assert SECRET in manager.get("/admin/history/deleted/").text
    assert SECRET not in agent.get("/admin/history/deleted/").text
    agent.submit(f"/admin/note/operate/restore/?ids={note_id}", "/operate/restore/", go="1")
    assert session.get(Note, note_id) is None
    session.rollback()
    assert "Restored" in bring_back(manager, row_id=note_id)


@pytest.mark.req("S4.75")
def test_a_debtor_note_carries_author_and_time_and_stays_inside(session, client, signed_in):
    user = customer_who_signs_in(session)
    customer = session.get(Customer, session.get(PortalUser, user.id).customer_id)
    at = path(customer, "communications", "debtor-notes")
    session.commit()
    billing = signed_in("billing")
    new, *_ = links(billing.get(at), "New note")
    assert "kind=debtor" in new
    assert billing.submit(new, body=SECRET).status_code == 302
    told = words(billing.get(at))
    assert SECRET in told and "just now" in told
    author = session.scalar(sa.select(Note.author_name).where(Note.body == SECRET))
    assert author and author in told
    session.rollback()
    enter(client)
    for own in OWN_PAGES:
        page = client.get(own)
        assert page.status_code == 200 and SECRET not in page.text, own


@pytest.mark.req("S4.76")
def test_a_note_refers_to_a_suspension_of_the_same_customer(session, signed_in, debtor):
    going = {"state": SuspensionState.SUSPENDED, "ended_at": None, "end_reason": None}
    own = make(session, Suspension, customer=debtor, **going)
    other = make(session, Suspension, customer=make(session, Customer), **going)
    session.commit()
    own_id, other_id = own.id, other.id
    session.rollback()
    billing = signed_in("billing")
    new, *_ = links(billing.get(path(debtor, "communications", "debtor-notes")), "New note")
    refused = billing.submit(new, body="Called them", suspension_id=str(other_id))
    assert refused.status_code == 422 and "suspension_id" in wrong(refused)
    assert billing.submit(new, body="Called them", suspension_id=str(own_id)).status_code == 302
    page = billing.get(path(debtor, "communications", "debtor-notes"))
    assert f"/admin/suspension/{own_id}/" in links(page, f"Suspension {own_id}")


@pytest.mark.req("S4.77")
def test_the_form_asks_for_short_words_and_holds_to_it(signed_in, debtor):
    billing = signed_in("billing")
    new, *_ = links(billing.get(path(debtor, "communications", "debtor-notes")), "New note")
    assert "Short and professional; the customer may ask to see it." in words(billing.get(new))
    long = billing.submit(new, body="x" * 1001)
    assert long.status_code == 422 and "at most 1,000 characters" in wrong(long)["body"]
    assert billing.submit(new, body="x" * 1000).status_code == 302
    assert billing.submit(new, kind="billing", body="x" * 1001).status_code == 302


def test_a_note_neither_becomes_a_debtor_note_nor_stops_being_one(session, signed_in, debtor):
    ids = dict(session.execute(sa.select(Note.kind, Note.id)).all())
    session.commit()
    billing, agent = signed_in("billing"), signed_in("agent")
    for kind, other in ((NoteKind.GENERAL, "debtor"), (NoteKind.DEBTOR, "general")):
        answer = billing.submit(f"/admin/note/{ids[kind]}/edit/", kind=other)
        assert answer.status_code == 422 and "of their own" in wrong(answer)["kind"]
    answer = agent.submit(f"/admin/note/new/?customer_id={debtor.id}", kind="debtor", body="Mine")
    assert answer.status_code == 422 and "may not write" in wrong(answer)["kind"]
