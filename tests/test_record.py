"""The record page of a customer: header, tabs, forms, and what they refuse."""

import re

import pytest
import sqlalchemy as sa
from markupsafe import escape

from models.access import Role
from models.customer import Address, AddressRole, Contact, Customer, CustomerState, Kind, Note, Tag
from seed.factory import make

from .reading import links, path, pieces, words, wrong

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "<svg onload=alert(1)>")


@pytest.fixture
def petra(session):
    found = make(
        session,
        Customer,
        first_name="Petra",
        last_name="Lang",
        email="petra@example.com",
        phone_e164="+27821234567",
        terms_days=30,
        tax_number="DE 123",
    )
    make(
        session,
        Address,
        customer=found,
        role=AddressRole.BILL_TO,
        line1="12 Quay Street",
        postal_code="7441",
        city="Blouberg",
        country="ZA",
    )
    session.commit()
    return found


@pytest.mark.req("S0.9", "S0.10", "S4.13")
def test_the_record_shows_who_they_are_and_how_to_reach_them(session, signed_in, petra):
    make(session, Contact, customer=petra, name="Bo Lang", email="bo@example.com")
    session.commit()
    client = signed_in("agent")
    told = words(client.get(path(petra)))
    for part in ("Petra Lang", petra.code, "Residential", "Approved", "12 Quay Street", "Blouberg"):
        assert part in told
    assert "petra@example.com" in client.get(path(petra)).text
    assert "+27 82 123 4567" in told and "Bo Lang" in told


@pytest.mark.req("S1.7", "S1.10", "S1.65")
def test_every_tab_has_its_own_address_the_header_and_help(session, signed_in, petra):
    client = signed_in("admin")
    first = client.get(path(petra))
    tabs = re.search(r'<nav class="tabs".*?</nav>', first.text, re.DOTALL).group(0)
    addresses = re.findall(r'href="([^"]+)"', tabs)
    assert len(addresses) >= 6
    deeper = [path(petra, "communications", "notes"), path(petra, "metrics", "access-trail")]
    for address in [*addresses, *deeper]:
        page = client.get(address)
        assert page.status_code == 200, address
        told = words(page)
        for part in ("Petra Lang", petra.code, "Residential", "Approved", "$0.00", "Blouberg"):
            assert part in told, (address, part)
        (help_at, *_) = [href for href in links(page, "Help") if href.startswith("/admin/help/")]
        assert client.get(help_at).status_code == 200


@pytest.mark.req("S1.17", "S4.66")
def test_all_locations_are_listed_with_their_roles(session, signed_in, petra):
    client = signed_in("agent")
    for street in ("1 North Road", "2 North Road", "3 North Road"):
        page = client.get(path(petra, "locations"))
        new, *_ = links(page, "New location")
        client.submit(new, line1=street, country="ZA", role="service")
    page = client.get(path(petra, "locations"))
    for street in ("12 Quay Street", "1 North Road", "2 North Road", "3 North Road"):
        assert street in words(page)
    assert sorted(cell for cell in pieces(page, "td") if cell in ("Bill To", "Service")) == [
        "Bill To",
        *["Service"] * 3,
    ]
    roles = session.scalars(sa.select(Address.role).where(Address.customer_id == petra.id)).all()
    assert roles.count(AddressRole.BILL_TO) == 1


@pytest.mark.req("S4.15", "S2.20")
def test_several_contacts_stand_beside_the_account(session, signed_in, petra):
    client = signed_in("agent")
    for name in ("Ann One", "Bea Two", "Cy Three"):
        new, *_ = links(client.get(path(petra, "contacts")), "New contact")
        client.submit(new, name=name)
    for place in (path(petra), path(petra, "contacts")):
        told = words(client.get(place))
        assert all(name in told for name in ("Ann One", "Bea Two", "Cy Three"))


@pytest.mark.req("S4.1", "S4.2")
def test_what_a_role_may_not_see_is_not_there_and_the_page_says_why(session, signed_in, petra):
    make(session, Note, customer=petra, body="Rings late", popup=True)
    session.commit()
    role = session.scalar(sa.select(Role).where(Role.name == "agent"))
    communications = ("note.", "message", "notification_setting.")
    role.permissions = [p for p in role.permissions if not p.startswith(communications)]
    session.commit()
    client = signed_in("agent")
    page = client.get(path(petra))
    assert "Rings late" not in page.text and "Communications" not in words(page)
    assert "Ask an administrator" in words(page)
    assert client.get(path(petra, "communications", "notes")).status_code == 403
    assert "Ask an administrator" not in words(signed_in("admin").get(path(petra)))


def test_a_note_pops_up_on_the_record_and_not_on_the_list(session, signed_in, petra):
    make(session, Note, customer=petra, body="Call the son first", popup=True)
    make(session, Note, customer=petra, body="Nothing urgent")
    session.commit()
    client = signed_in("agent")
    page = client.get(path(petra))
    assert any("Call the son first" in found for found in pieces(page, "dialog"))
    assert not any("Nothing urgent" in found for found in pieces(page, "dialog"))
    assert "Call the son first" not in client.get("/admin/customer/").text


@pytest.mark.req("S0.23", "S2.1", "S2.10", "S3.43", "S2.13")
def test_a_customer_is_made_with_a_name_alone_and_gets_a_code(session, signed_in):
    client = signed_in("agent")
    codes = set()
    for name in ("Okonkwo", "Okafor"):
        answer = client.submit("/admin/customer/new/", last_name=name)
        assert answer.status_code == 302
        made = session.scalar(sa.select(Customer).where(Customer.last_name == name))
        session.commit()
        assert re.fullmatch(r"C-\d+", made.code)
        codes.add(made.code)
    assert len(codes) == 2
    client.submit(path(made, "edit"), last_name="Okafor-Lee")
    assert "Okafor-Lee" in words(client.get(path(made)))


@pytest.mark.req("S2.9")
def test_a_name_is_needed_and_nothing_typed_is_lost(session, signed_in):
    answer = signed_in("agent").submit("/admin/customer/new/", last_name=" ", email="kept@example.com")
    assert answer.status_code == 422
    assert wrong(answer) == {"last_name": "This is needed."}
    assert 'value="kept@example.com"' in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Customer)) == 0


def test_address_and_contact_are_stored_with_the_customer_in_one_save(session, signed_in):
    answers = {
        "last_name": "Harbour",
        "address-0-line1": "5 Pier",
        "address-0-country": "GB",
        "contact-0-name": "Mo Harbour",
    }
    assert signed_in("agent").submit("/admin/customer/new/", **answers).status_code == 302
    made = session.scalar(sa.select(Customer).where(Customer.last_name == "Harbour"))
    assert (
        session.scalar(sa.select(Address.role).where(Address.customer_id == made.id)) is AddressRole.BILL_TO
    )
    assert session.scalar(sa.select(Contact.name).where(Contact.customer_id == made.id)) == "Mo Harbour"


@pytest.mark.req("S1.14")
def test_fields_carry_what_they_mean(signed_in):
    page = signed_in("agent").get("/admin/customer/new/")
    assert "Days until an invoice is due, 0 to 365." in words(page)
    described = re.findall(r'id="terms_days"[^>]*aria-describedby="([^"]+)"', page.text)
    assert described == ["terms_days-hint"]


@pytest.mark.req("S1.16")
def test_information_shows_and_changes_identity_class_terms_tags_and_reseller(session, signed_in, petra):
    tag = make(session, Tag, name="Quay")
    session.commit()
    client = signed_in("agent")
    told = words(client.get(path(petra, "information")))
    for label in ("First name", "Class", "Terms, days", "Reseller", "Tags", "Organization"):
        assert label in told
    client.submit(path(petra, "edit"), account_class="business", terms_days="45", tag=[str(tag.id)])
    told = words(client.get(path(petra, "information")))
    assert "Business" in told and "45" in told and "Quay" in told


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("email", "nobody", "e-mail address"),
        ("phone_e164", "12", "phone number"),
        ("billing_day", "31", "1 to 28"),
        ("terms_days", "soon", "whole number"),
        ("credit_limit", "1.234", "2 decimal places"),
        ("tax_number", "4242 4242 4242 4242", "card number"),
        ("account_class", "corporate", "Only an organization"),
        ("organization_id", "999999", "no such"),
        ("first_name", "x" * 500, "at most 120"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(session, signed_in, petra, field, typed, says):
    answer = signed_in("agent").submit(path(petra, "edit"), **{field: typed})
    assert answer.status_code == 422
    assert says in wrong(answer)[field]


def test_columns_that_no_form_offers_are_not_written(session, signed_in, petra):
    hidden = {
        "workflow_state": "closed",
        "balance": "999",
        "is_locked": "yes",
        "merged_into_id": str(petra.id),
        "code": "C-1",
        "created_by_id": "1",
        "display_name": "Somebody",
    }
    client = signed_in("admin")
    assert client.submit(path(petra, "edit"), first_name="Paula", **hidden).status_code == 302
    code = petra.code
    session.expire_all()
    assert (petra.first_name, petra.code, petra.balance) == ("Paula", code, 0)
    assert petra.workflow_state is CustomerState.APPROVED and not petra.is_locked
    assert petra.merged_into_id is None and petra.display_name == "Paula Lang"


def test_author_and_time_of_a_note_are_not_the_clients_to_say(session, signed_in, petra):
    client = signed_in("agent")
    new, *_ = links(client.get(path(petra, "communications", "notes")), "New note")
    client.submit(new, body="Moved", author_name="The boss", author_id="999", created_at="2001-01-01T00:00")
    note = session.scalar(sa.select(Note).where(Note.customer_id == petra.id))
    assert note.author_id == client.staff_id and note.author_name != "The boss"
    assert note.created_at.year > 2001


@pytest.mark.req("S2.22", "S2.23")
@pytest.mark.parametrize(("email", "status"), [("", 422), ("ann@", 422), ("ann@example.com", 302)])
def test_alerts_are_ticked_for_one_contact_and_need_an_address(session, signed_in, petra, email, status):
    other = make(session, Contact, customer=petra, name="Other", email="other@example.com")
    session.commit()
    client = signed_in("agent")
    new, *_ = links(client.get(path(petra, "contacts")), "New contact")
    answer = client.submit(new, name="Ann", email=email, alerts="yes")
    assert answer.status_code == status
    ticked = session.scalars(sa.select(Contact.name).where(Contact.alerts)).all()
    assert ticked == (["Ann"] if status == 302 else [])
    assert not other.alerts


@pytest.mark.req("S3.29")
def test_a_customer_has_one_organization_and_a_move_is_asked_about(session, signed_in, petra):
    first, second = (
        make(session, Customer, kind=Kind.ORGANIZATION, last_name=name)
        for name in ("Alpha Group", "Beta Group")
    )
    session.commit()
    client = signed_in("agent")
    chosen, code = str(petra.id), petra.code
    places = [path(first, "members"), path(second, "members")]
    client.submit(places[0], action="add", who=code)
    asked = client.submit(places[1], action="add", who=code)
    assert asked.status_code == 422 and "belongs to Alpha Group" in words(asked)
    session.expire_all()
    assert petra.organization_id == first.id
    session.rollback()
    client.submit(places[1], action="add", who=code, choice=chosen, confirm="yes")
    session.expire_all()
    assert petra.organization_id == second.id


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_is_code_elsewhere_is_text_here(session, signed_in, petra, text):
    client = signed_in("admin")
    client.submit(path(petra, "edit"), first_name=text, last_name=text, tax_number=text[:40])
    client.submit(f"/admin/note/new/?customer_id={petra.id}", body=text, popup="yes")
    client.submit("/admin/tag/new/", name=text)
    own = [path(petra), *(path(petra, p) for p in ("information", "edit", "history", "communications"))]
    for address in [*own, "/admin/", "/admin/customer/", "/admin/tag/", "/admin/history/"]:
        page = client.get(address)
        assert page.status_code == 200
        assert text not in page.text or "<" not in text, address
    assert str(escape(text)) in client.get(path(petra, "edit")).text


@pytest.mark.parametrize("odd", ["a\u202eb", "a\u200bb", "a\x00b", "\ud800x", "e\u0301"])
def test_invisible_and_broken_characters_are_stored_safely(session, signed_in, petra, odd):
    answer = signed_in("agent").post(
        path(petra, "edit"),
        data=signed_in("agent").form(path(petra, "edit")).fields
        | {"last_name": odd.encode("utf-8", "surrogatepass")},
    )
    assert answer.status_code < 500


@pytest.mark.req("S0.2")
def test_the_menu_leads_to_customers_under_operations(signed_in):
    client = signed_in("viewer")
    menu = re.search(r'<nav class="side".*?</nav>', client.get("/admin/").text, re.DOTALL).group(0)
    under = menu.partition("<h2>Operations</h2>")[2].partition("<h2>")[0]
    (address,) = re.findall(r'href="(/admin/[^"]*)"', under)
    assert address == "/admin/customer/"
    assert client.get(address).status_code == 200
