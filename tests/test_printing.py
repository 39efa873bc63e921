"""Printing a record: who may, what is on the paper, and that it leaves a trace."""

import pytest
import sqlalchemy as sa

from models.access import AccessLog, StaffReseller
from models.customer import Address, AddressRole, Contact, Customer, Reseller
from operations.printouts import MOST
from seed.factory import make

from .ground.axe import bring, stumbles
from .reading import words
from .test_paper import read, text_of

HOSTILE = "<script>alert(1)</script> \u202e{{7*7}} 有限"


def customer_with_people(session, name="Rivera"):
    customer = make(session, Customer, first_name="Ana", last_name=name, email="ana@example.com")
    place = {"line1": "1 Main Street", "city": "Cypress", "postal_code": "77429", "country": "US"}
    make(session, Address, customer=customer, role=AddressRole.BILL_TO, region="TX", **place)
    make(session, Contact, customer=customer, name="Ben Cho", email="ben@example.com")
    make(session, Contact, customer=customer, name="Dora Lind", phone_e164="+12815550123")
    session.commit()
    return customer.id


@pytest.mark.req("S2.7")
def test_a_report_shows_the_stored_details_and_the_contacts(signed_in, session):
    row_id = customer_with_people(session)
    client = signed_in("agent")
    record = client.get(f"/admin/customer/{row_id}/")
    assert f"/admin/customer/{row_id}/print/report/" in record.text and "Run report" in record.text
    page = client.get(f"/admin/customer/{row_id}/print/report/")
    assert page.status_code == 200
    for said in ("Ana Rivera", "ana@example.com", "1 Main Street", "Ben Cho", "ben@example.com", "Dora Lind"):
        assert said in words(page)
    paper = client.get(f"/admin/customer/{row_id}/print/report.pdf")
    assert paper.mimetype == "application/pdf" and "report" in paper.headers["Content-Disposition"]
    for said in (
        "Customer report: Ana Rivera",
        "CYPRESS, TX 77429",
        "Ben Cho",
        "Dora Lind",
        "+1 281-555-0123",
    ):
        assert said in text_of(paper.data)


@pytest.mark.req("S2.7")
def test_ticked_customers_are_reported_together(signed_in, session):
    first, second, third = (customer_with_people(session, name) for name in ("Rivera", "Sato", "Tonks"))
    client = signed_in("agent")
    assert 'formaction="/admin/customer/print/report/"' in client.get("/admin/customer/").text
    page = client.get(f"/admin/customer/print/report/?rowid={first}&rowid={third}")
    assert "Ana Rivera" in words(page) and "Ana Tonks" in words(page) and "Sato" not in words(page)
    everyone = client.get("/admin/customer/print/report/?all=1&search=Sato")
    assert "Ana Sato" in words(everyone) and "Rivera" not in words(everyone)
    pages = read(client.get(f"/admin/customer/print/report.pdf?ids={first},{second},{third}").data).pages
    assert sum("Page 1" in page.extract_text() for page in pages) == 3


def test_printing_is_in_the_access_trail_of_the_customer(signed_in, session):
    row_id = customer_with_people(session)
    client = signed_in("agent")
    client.get(f"/admin/customer/{row_id}/print/report/")
    client.get(f"/admin/customer/{row_id}/print/report.pdf")
    session.rollback()
    seen = session.scalars(
        sa.select(AccessLog).where(AccessLog.action == "print").order_by(AccessLog.id)
    ).all()
    assert [(s.customer_id, s.object_id, s.staff_user_id) for s in seen] == [
        (row_id, row_id, client.staff_id)
    ] * 2
    assert [s.detail for s in seen] == ["Run report", "Run report, PDF"]


def test_who_may_not_see_personal_values_prints_none(signed_in, session):
    row_id = customer_with_people(session)
    client = signed_in("viewer")
    assert "Run report" not in client.get(f"/admin/customer/{row_id}/").text
    assert "print/report" not in client.get("/admin/customer/").text
    for address in (f"{row_id}/print/report/", f"{row_id}/print/report.pdf", f"print/report/?ids={row_id}"):
        assert client.get(f"/admin/customer/{address}").status_code == 403


def test_rows_of_other_resellers_are_not_printed(signed_in, session):
    ours = make(session, Reseller)
    foreign = customer_with_people(session)
    mine = make(session, Customer, last_name="Ours", reseller=ours).id
    session.commit()
    client = signed_in("agent")
    make(session, StaffReseller, staff_user_id=client.staff_id, reseller=ours)
    session.commit()
    assert client.get(f"/admin/customer/{foreign}/print/report/").status_code == 404
    assert client.get(f"/admin/customer/{foreign}/print/report.pdf").status_code == 404
    page = client.get(f"/admin/customer/print/report/?ids={mine},{foreign}")
    assert "Ours" in words(page) and "Rivera" not in words(page)


def test_what_cannot_be_printed_says_so(signed_in, session):
    row_id = customer_with_people(session)
    client = signed_in("agent")
    assert client.get(f"/admin/customer/{row_id}/print/horoscope/").status_code == 404
    assert client.get("/admin/customer/print/report.pdf").status_code == 409
    empty = client.get("/admin/customer/print/report/", follow_redirects=True)
    assert "There is nothing to print here." in empty.text
    assert client.get("/admin/customer/print/report/?ids=x").status_code == 400


def test_no_more_is_printed_at_once_than_one_can_wait_for(signed_in, session):
    for _ in range(MOST + 1):
        make(session, Customer)
    session.commit()
    answer = signed_in("agent").get("/admin/customer/print/report.pdf?all=1")
    assert answer.status_code == 409 and f"At most {MOST} customers" in answer.text


def test_names_are_text_on_paper(signed_in, session):
    row_id = customer_with_people(session, HOSTILE)
    client = signed_in("agent")
    page = client.get(f"/admin/customer/{row_id}/print/report/")
    assert "<script>alert" not in page.text and "{{7*7}}" in words(page)
    said = text_of(client.get(f"/admin/customer/{row_id}/print/report.pdf").data)
    assert "<script>alert(1)</script>" in said and "{{7*7}}" in said


def test_printing_leaves_the_data_alone_and_takes_no_detour(signed_in, session):
    row_id = customer_with_people(session)
    client = signed_in("agent")
    page = client.get(f"/admin/customer/{row_id}/print/report/?back=https://evil.example/")
    assert f'href="/admin/customer/{row_id}/"' in page.text and "evil" not in page.text
    assert client.post(f"/admin/customer/{row_id}/print/report/").status_code in (400, 405)


def test_the_printable_page_holds_in_a_browser(page_of, session):
    row_id = customer_with_people(session)
    page = page_of("agent")
    bring(page)
    page.goto(f"/admin/customer/{row_id}/print/report/")
    assert list(stumbles(page)) == []
    assert page.get_by_role("button", name="Print").is_visible()
    page.emulate_media(media="print")
    assert not page.get_by_role("link", name="PDF").is_visible()
    assert page.get_by_role("heading", name="Customer report: Ana Rivera").is_visible()
