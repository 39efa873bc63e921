"""The overview of a record: widgets that come and fail alone; what opens first, for each person."""

import datetime as dt
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from admin_views.record_widgets import ASIDE, AT_ONCE
from models.access import Role
from models.base import at, now
from models.customer import Customer, Document, Note
from models.sales import Quote, SalesOrder
from models.screen import plural_of
from models.service import DataAccount, Facility, Sim, Subscription, VoipLine
from models.support import Ticket
from queries import declare
from queries.declare import Listing
from queries.history import last_change
from seed.factory import make

from .reading import links, path, pieces, words

WIDGETS = declare.widgets["customer"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def customer(session):
    made = make(session, Customer, first_name="Petra", last_name="Lang")
    make(session, Note, customer=made, body="Rings late")
    session.commit()
    return made


@pytest.mark.parametrize("said", WIDGETS, ids=lambda said: said.name)
def test_each_widget_can_be_read_alone(signed_in, customer, said):
    client = signed_in("admin")
    part = client.get(path(customer, "widget", said.name), headers=HTMX)
    if part.status_code == 404:
        assert not said.when(customer)
        return
    assert part.status_code == 200 and said.title in words(part) and "<html" not in part.text
    whole = client.get(path(customer, "widget", said.name))
    assert said.title in words(whole) and "Petra Lang" in words(whole)


def test_widgets_below_come_when_they_are_looked_at(session, signed_in, customer):
    for model in (Subscription, DataAccount, VoipLine, Sim, Facility, Document, Ticket, Quote, SalesOrder):
        make(session, model, customer=customer)
    session.commit()
    page = signed_in("admin").get(path(customer))
    nothing = words(page.text.partition("Nothing yet:")[2].partition("</p>")[0])
    there = [said for said in WIDGETS if said.group != ASIDE and said.title not in nothing]
    assert [said for said in WIDGETS if f"/widget/{said.name}/" in page.text] == there[AT_ONCE:]
    assert len(there) > AT_ONCE + 5


def test_what_there_is_nothing_of_is_only_named(session, signed_in, customer):
    client = signed_in("agent")
    page = client.get(path(customer))
    (line,) = [told for told in pieces(page, "p") if told.startswith("Nothing yet:")]
    assert "SIM cards" in line and "Customer notes" not in line and "Debtor notes" not in line
    assert path(customer, "services", "sim-cards") in links(page, "SIM cards")
    make(session, Sim, customer=customer)
    session.commit()
    (line,) = [told for told in pieces(client.get(path(customer)), "p") if told.startswith("Nothing yet:")]
    assert "SIM cards" not in line
    assert client.get(path(customer, "widget", "sim_cards"), headers=HTMX).status_code == 200


def test_a_widget_shows_how_its_tab_begins_and_leads_to_all(session, signed_in, customer):
    for number in range(7):
        make(session, Ticket, customer=customer, subject=f"Question {number}")
    session.commit()
    part = signed_in("agent").get(path(customer, "widget", "tickets"), headers=HTMX)
    assert re.findall(r"Question (\d)", words(part))[:5] == ["6", "5", "4", "3", "2"]
    assert "Question 1" not in words(part) and "Tickets 7 All" in words(part)
    assert path(customer, "tickets", "all-tickets") in links(part, "All")


@pytest.mark.req("S4.84")
@pytest.mark.parametrize("place", [0, AT_ONCE - 1, AT_ONCE], ids=["first", "last at once", "later"])
def test_a_widget_that_fails_takes_no_other_with_it(signed_in, customer, place, monkeypatch):
    here = [said for said in WIDGETS if said.when(customer)]
    said = here[place]

    def broken(record):
        return Listing(sa.select(Note).where(sa.literal_column("no_such_column") == 1), ("body",))

    broken.__name__ = said.name
    swapped = [replace(w, make=broken) if w is said else w for w in WIDGETS]
    monkeypatch.setitem(declare.widgets, "customer", swapped)
    client = signed_in("admin")
    part = client.get(path(customer, "widget", said.name), headers=HTMX)
    assert (part.status_code, said.title in words(part)) == (200, True)
    assert "could not be read" in words(part) and "Try again" in words(part)
    page = client.get(path(customer))
    assert page.status_code == 200 and all(other.title in words(page) for other in here)
    assert ("could not be read" in words(page)) is (place < AT_ONCE or said.group == ASIDE)
    assert "Rings late" in words(client.get(path(customer, "communications", "notes")))


@pytest.mark.req("S4.1")
def test_a_widget_of_what_a_role_may_not_read_is_not_there(session, signed_in, customer):
    role = session.scalar(sa.select(Role).where(Role.name == "viewer"))
    role.permissions = ["customer.read", "address.read"]
    session.commit()
    client = signed_in("viewer")
    assert "Locations" in words(client.get(path(customer)))
    assert "Customer notes" not in words(client.get(path(customer)))
    assert client.get(path(customer, "widget", "customer_notes"), headers=HTMX).status_code == 403
    assert client.get(path(customer, "widget", "nothing"), headers=HTMX).status_code == 404


@pytest.mark.req("S1.6")
@pytest.mark.parametrize("tab, shows", [("communications", "Rings late"), ("information", "Tax number")])
def test_everyone_says_which_tab_opens_first(session, signed_in, customer, tab, shows):
    one, other = signed_in("agent"), signed_in("manager")
    one.submit("/admin/profile/", "/admin/profile/landing", customer=tab)
    page = one.get(path(customer))
    assert page.status_code == 200 and shows in words(page)
    opened = re.compile(rf'href="{path(customer, tab)}[^"]*" aria-current="page"')
    assert opened.search(page.text) and "Account details" not in words(page)
    elsewhere = other.get(path(customer))
    assert "Account details" in words(elsewhere) and not opened.search(elsewhere.text)


def test_there_is_no_first_tab_that_no_record_has(signed_in, customer):
    client = signed_in("agent")
    assert client.submit("/admin/profile/", "/admin/profile/landing", customer="nowhere").status_code == 400
    assert plural_of(Customer) in words(client.get("/admin/profile/"))


def test_every_value_says_who_set_it_when_and_why(session, signed_in, customer):
    one, other = signed_in("manager"), signed_in("agent")
    one.submit(f"{path(customer)}edit/", last_name="Langer", reason="Married")
    other.submit(f"{path(customer)}edit/", flag="red", reason="Returned post")
    page = other.get(path(customer, "information"))
    assert f"/admin/customer/{customer.id}/set/last_name/" in page.text
    part = other.get(path(customer, "set", "last_name"), headers=HTMX)
    assert "Married" in words(part) and "Returned post" not in words(part) and "<html" not in part.text
    assert "Returned post" in words(other.get(path(customer, "set", "flag")))
    assert "display_name" not in page.text


def test_who_set_a_hidden_value_is_hidden_too(signed_in, customer):
    viewer = signed_in("viewer")
    assert "/set/email/" not in viewer.get(path(customer, "information")).text
    for column in ("email", "version", "nowhere", "name_norm"):
        assert viewer.get(path(customer, "set", column)).status_code == 404


def test_a_value_among_hundreds_of_versions_is_found(session, signed_in, customer):
    with at(now() - dt.timedelta(days=400)):
        customer.last_name = "Langer"
        session.commit()
    for number in range(120):
        customer.terms_days = number
        session.commit()
    found = last_change(session, Customer, customer.id, "last_name")
    assert found.issued_at < now() - dt.timedelta(days=399)
