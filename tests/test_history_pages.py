"""The pages of the history: what a record tells, the feed, the deleted ones."""

import pytest
import sqlalchemy as sa

from models.customer import Contact, Customer, CustomerTag, Tag
from seed.factory import make

from .past import last_transaction
from .reading import bring_back, forms, words


@pytest.fixture
def customer(session):
    found = make(session, Customer, first_name="Petra", last_name="Lang", email="petra@example.com")
    session.commit()
    return found


@pytest.mark.req("S1.62", "S4.82", "S2.13", "S4.14")
def test_the_record_tells_field_old_new_who_and_when(session, signed_in, customer):
    client = signed_in("agent")
    path = f"/admin/customer/{customer.id}/"
    client.submit(f"{path}edit/", email="lang@example.com", reason="Typed wrongly")
    page = client.get(f"{path}history/")
    told = words(page)
    for part in ("E-mail", "petra@example.com", "lang@example.com", "Typed wrongly", "just now"):
        assert part in told
    session.expire_all()
    assert last_transaction(session).staff_id == client.staff_id
    assert last_transaction(session).staff_name in told
    assert customer.email == "lang@example.com"


def test_a_field_is_restored_from_the_page(session, signed_in, customer):
    client = signed_in("agent")
    path = f"/admin/customer/{customer.id}/"
    client.submit(f"{path}edit/", email="lang@example.com")
    page = client.get(f"{path}history/")
    (ticket,) = [f for f in forms(page, "restore") if f.fields["column"] == "email"]
    answer = client.post(
        ticket.action, data=ticket.fields, headers={"Referer": f"http://localhost{path}history/"}
    )
    assert answer.status_code == 302
    session.expire_all()
    assert customer.email == "petra@example.com"
    assert last_transaction(session).source == "restore"


def test_a_tag_is_told_and_taken_back(session, signed_in, customer):
    tag = make(session, Tag, name="Harbour")
    session.commit()
    client = signed_in("agent")
    path = f"/admin/customer/{customer.id}/"
    client.submit(f"{path}edit/", tag=[str(tag.id)])
    page = client.get(f"{path}history/")
    assert "added Harbour" in words(page)
    ticket = next(f for f in forms(page, "restore") if f.fields["table"] == "customer_tag")
    client.post(ticket.action, data=ticket.fields)
    assert session.scalar(sa.select(sa.func.count()).select_from(CustomerTag)) == 0
    session.rollback()
    assert "removed Harbour" in words(client.get(f"{path}history/"))


def test_the_feed_is_for_those_who_may_and_narrows(session, signed_in, customer):
    assert signed_in("agent").get("/admin/history/").status_code == 403
    client = signed_in("admin")
    client.submit(f"/admin/customer/{customer.id}/edit/", first_name="Paula")
    client.submit("/admin/tag/new/", name="Quay")
    every = words(client.get("/admin/history/"))
    assert "Paula" in every and "Quay" in every
    tags = words(client.get("/admin/history/?table=tag"))
    assert "Quay" in tags and "Paula" not in tags
    mine = words(client.get(f"/admin/history/?who={client.staff_id}&source=panel"))
    assert "Paula" in mine
    assert "No changes found" in words(client.get("/admin/history/?source=import"))


def test_deleted_records_are_listed_and_brought_back(session, signed_in, customer):
    contact = make(session, Contact, customer=customer, name="Bo Lang")
    session.commit()
    client = signed_in("admin")
    client.submit(f"/admin/customer/{customer.id}/delete/", "/delete/", reason="Entered twice")
    assert client.get(f"/admin/customer/{customer.id}/").status_code == 404
    page = client.get("/admin/history/deleted/")
    told = words(page)
    assert "deleted customer “Petra Lang”" in told and "Entered twice" in told
    assert "Restored “Petra Lang”." in bring_back(client, page)
    assert client.get(f"/admin/customer/{customer.id}/").status_code == 200
    assert "Bo Lang" in words(client.get(f"/admin/contact/{contact.id}/"))
    assert "Petra Lang" not in words(client.get("/admin/history/deleted/"))


@pytest.mark.parametrize(
    "wrong", [{"row": "abc"}, {"transaction": "0"}, {"column": "search_text"}, {"table": "nothing"}]
)
def test_a_restore_that_nobody_was_offered_is_refused(session, signed_in, customer, wrong):
    client = signed_in("admin")
    client.submit(f"/admin/customer/{customer.id}/edit/", email="lang@example.com")
    ticket = next(f for f in forms(client.get(f"/admin/customer/{customer.id}/history/"), "restore"))
    answer = client.post(ticket.action, data={**ticket.fields.to_dict(), **wrong})
    assert answer.status_code in (302, 403, 404)
    session.expire_all()
    assert customer.email == "lang@example.com"
