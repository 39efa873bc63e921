"""Where a customer is: one Bill To among as many locations as they need."""

import pytest
import sqlalchemy as sa

from models.customer import (
    Address,
    AddressRole,
    Customer,
)
from seed.factory import make

from .cast import cast
from .reading import ids, links, pieces, words, wrong
from .stored import only, row_of, stored

LIST = "/admin/customer/"


@pytest.fixture
def desk(session, signed_in):
    """The cast, an administrator, and the page of Bo's company."""
    found = cast(session)
    found.client = signed_in("admin")
    found.at = f"{LIST}{found.bo.id}/"
    return found


@pytest.mark.req("S1.8")
def test_the_header_leads_to_the_bill_to_and_back(desk, session):
    bill_to = only(session, Address, Address.customer_id == desk.bo.id)
    (edit,) = set(links(desk.client.get(desk.at), "Edit Bill To"))
    assert edit == f"/admin/address/{bill_to.id}/edit/"
    form = desk.client.form(edit, "/edit/")
    assert form.fields["line1"] == "12 Barker Road"
    form.fields["line1"], form.fields["back"] = "13 Barker Road", desk.at
    answer = desk.client.post(form.action, data=form.fields)
    assert answer.status_code == 302 and answer.location == desk.at
    assert "13 Barker Road" in words(desk.client.get(answer.location))


@pytest.mark.req("S1.17")
def test_there_is_exactly_one_bill_to(desk, session):
    new = f"/admin/address/new/?customer_id={desk.bo.id}"
    place = {"line1": "Dock 4", "postal_code": "77429", "country": "US"}
    desk.client.submit(new, **place)
    desk.client.submit(new, **place | {"line1": "Dock 5", "role": "bill_to"})
    places = stored(session, sa.select(Address).where(Address.customer_id == desk.bo.id))
    assert {place.line1: place.role for place in places} == {
        "12 Barker Road": AddressRole.OTHER,
        "Dock 4": AddressRole.SERVICE,
        "Dock 5": AddressRole.BILL_TO,
    }
    page = desk.client.get(f"{desk.at}locations/")
    assert len(ids(page)) == 3
    assert [cell for cell in pieces(page, "td") if cell == "Bill To"] == ["Bill To"]


def test_the_bill_to_cannot_be_given_up_or_deleted_beside_others(desk, session):
    bill_to = only(session, Address, Address.customer_id == desk.di.id, Address.role == AddressRole.BILL_TO)
    answer = desk.client.submit(f"/admin/address/{bill_to.id}/edit/", "/edit/", role="service")
    assert (answer.status_code, list(wrong(answer))) == (422, ["role"])
    answer = desk.client.submit(f"/admin/address/{bill_to.id}/delete/", "/delete/")
    assert "Make another location the Bill To before deleting" in desk.client.get(answer.location).text
    assert row_of(session, Address, bill_to.id)


def test_the_first_location_is_the_bill_to_whatever_was_chosen(desk, session):
    fresh = desk.client.submit(f"{LIST}new/", last_name="Fresh")
    at = f"/admin/address/new/?customer_id={fresh.location.rstrip('/').split('/')[-1]}"
    desk.client.submit(at, line1="First", country="US", role="service")
    assert only(session, Address, Address.line1 == "First").role is AddressRole.BILL_TO


@pytest.mark.req("S4.66")
def test_a_customer_has_as_many_locations_as_they_need(desk):
    for number in range(30):
        answer = desk.client.submit(
            f"/admin/address/new/?customer_id={desk.bo.id}",
            line1=f"Depot {number}",
            country="US",
            city="Cypress",
        )
        assert answer.location == f"{desk.at}locations/"
    page = desk.client.get(f"{desk.at}locations/")
    assert len(ids(page)) == 31 and "1–31 of 31" in words(page)


def test_a_postal_code_is_read_as_the_country_of_its_location_writes_it(desk, session):
    new = f"/admin/address/new/?customer_id={desk.bo.id}"
    answer = desk.client.submit(new, line1="x", country="ZA", postal_code="77429")
    assert "“77429” is not a postal code of ZA" in wrong(answer)["postal_code"]
    assert desk.client.submit(new, line1="x", country="NL", postal_code="1016  hd").status_code == 302
    place = only(session, Address, Address.country == "NL", Address.customer_id == desk.bo.id)
    assert (place.postal_code, place.postal_norm) == ("1016 HD", "1016HD")


@pytest.mark.req("S1.18")
def test_a_postal_code_offers_its_town(desk):
    form = desk.client.get(f"/admin/address/new/?customer_id={desk.bo.id}").text
    assert 'data-towns="/admin/towns"' in form and 'data-fills="city,region"' in form
    assert desk.client.get("/admin/towns?country=US&code=77429").json == [["Cypress", "TX"]]
    for odd in ("", "?country=US", "?country=US&code=abc", "?country=ZZ&code=77429", "?country=US&code=%00"):
        assert desk.client.get(f"/admin/towns{odd}").json == [], odd


def test_a_new_customers_numbers_are_those_of_their_first_location(signed_in, session):
    place = {"address-0-line1": "14 Vilakazi Street", "address-0-country": "ZA"}
    said = {"last_name": "Dlamini", "phone_e164": "082 123 4567", **place}
    answer = signed_in("agent", country="US").submit("/admin/customer/new/", **said)
    assert answer.status_code == 302, wrong(answer)
    assert only(session, Customer).phone_e164 == "+27821234567"


def test_a_new_location_begins_in_the_country_of_the_others(signed_in, session):
    customer = make(session, Address, country="ZA").customer_id
    session.commit()
    form = signed_in("agent", country="US").form(f"/admin/address/new/?customer_id={customer}")
    assert form.fields["country"] == "ZA"
