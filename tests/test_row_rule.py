"""Staff who work for some resellers: other customers do not exist for them, whichever way they ask."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from models.access import StaffReseller
from models.customer import (
    Address,
    Contact,
    Customer,
    CustomerState,
    CustomerTag,
    Document,
    DocumentCategory,
    Kind,
    Note,
    NotificationSetting,
    Topic,
)
from models.history import version_table
from models.service import DataAccount, Sim
from models.support import Ticket
from models.usage import DataSession
from queries.viewer import SYSTEM
from queries.visibility import find
from seed.factory import make

from .cast import cast, who
from .ground.client import find_form
from .reading import forms, links, total, words
from .stored import only, row_of, stored

LIST = "/admin/customer/"


@pytest.fixture
def desk(session, signed_in):
    """Someone with every right, who works for Cape Partners: Bo and Cy are theirs, Ann and Di are not."""
    found = cast(session)
    found.admin, found.client = signed_in("admin"), signed_in("admin")
    session.add(StaffReseller(staff_user_id=found.client.staff_id, reseller_id=found.cape.id))
    found.contact = make(session, Contact, customer=found.di, name="Dora", email="dora@example.com")
    found.own_contact = session.scalars(sa.select(Contact).where(Contact.customer_id == found.cy.id)).one()
    make(
        session,
        NotificationSetting,
        customer=found.di,
        contact=found.contact,
        topic=Topic.USAGE_WARNING,
    )
    session.commit()
    return found


def everything(session):
    """Every row that somebody could have changed, as the database has it."""
    tables = (Customer, Address, Contact, CustomerTag, Note)
    return [stored(session, sa.select(t.__table__).order_by(t.id)) for t in tables]


def test_lists_counts_searches_and_exports_know_only_ones_own(desk):
    page = desk.client.get(LIST)
    assert who(desk, page) == "bc" and total(page) == "2"
    for query in ("tag=vip", "flag=CHK", "search=bo", "postal_code=77429", "state=!closed&tag=vip"):
        assert who(desk, desk.client.get(f"{LIST}?{query}")) == "b", query
    for query in ("search=simkova", "search=dora", "type=customer", "reseller=COAST", "reseller=none"):
        assert total(desk.client.get(f"{LIST}?{query}")) == "0", query
    assert {row["id"] for row in desk.client.get(f"{LIST}export/json").json} == {desk.bo.id, desk.cy.id}
    assert "imkov" not in desk.client.get(f"{LIST}export/csv").text


def test_lists_of_children_follow_their_customer(desk):
    for table, text in (("address", "Prinsengracht"), ("contact", "Dora"), ("note", "Zeppelin")):
        page = desk.client.get(f"/admin/{table}/")
        assert text not in page.text and text in desk.admin.get(f"/admin/{table}/").text, table
        assert int(total(page)) < int(total(desk.admin.get(f"/admin/{table}/")))
    assert total(desk.client.get("/admin/notification_setting/")) == "0"


def test_no_page_of_a_foreign_record_exists(desk, session):
    place = only(session, Address, Address.customer_id == desk.ann.id)
    note, setting = only(session, Note), only(session, NotificationSetting)
    tabs = "edit history delete information locations contacts communications/notes metrics".split()
    for row in (desk.ann, desk.di, place, note, desk.contact, setting):
        at = f"/admin/{row.__tablename__}/{row.id}/"
        for page in ("", *(f"{tab}/" for tab in tabs)):
            assert desk.client.get(f"{at}{page}").status_code == 404, (at, page)
    assert desk.client.get(f"{LIST}{desk.bo.id}/").status_code == 200


def test_the_dashboard_and_the_palette_know_only_ones_own(desk):
    page = desk.client.get("/admin/")
    assert "imkov" not in page.text and "d'Arc" not in page.text and "Østergaard" in page.text
    assert "1 nothing" not in words(page)
    assert desk.client.get("/admin/find?q=simkova").json == []
    assert [hit["label"] for hit in desk.client.get("/admin/find?q=cyrus").json] == ["O’Cyrus 100%_Ltd"]


def test_lookups_offer_only_ones_own(desk, session):
    make(session, Customer, kind=Kind.ORGANIZATION, last_name="Foreign House", reseller=desk.coast)
    session.commit()
    offered = desk.client.get(f"{LIST}lookup/organization_id/").json
    assert {option["value"] for option in offered} == {desk.bo.id, desk.cy.id}
    assert desk.client.get(f"{LIST}lookup/organization_id/?q=foreign").json == []
    assert desk.client.get("/admin/contact/lookup/customer_id/?q=simkova").json == []


def test_a_key_does_not_tell_the_name_of_a_foreign_record(desk, session):
    house = make(session, Customer, kind=Kind.ORGANIZATION, last_name="Foreign House", reseller=desk.coast)
    mine = make(session, Customer, last_name="Mine", reseller=desk.cape, organization=house)
    session.commit()
    for page in ("", "information/", "edit/", "history/"):
        assert "Foreign House" not in desk.client.get(f"{LIST}{mine.id}/{page}").text, page
    assert "Foreign House" not in desk.client.get(f"{LIST}?columns=display_name,organization_id").text
    assert "Foreign House" not in desk.client.get(f"{LIST}export/json").text


def test_the_feed_and_the_deleted_records_know_only_ones_own(desk):
    for person in (desk.ann, desk.bo):
        said = {"terms_days": "44", "tax_number": f"TAX-{person.id}"}
        desk.admin.submit(f"{LIST}{person.id}/edit/", "/edit/", **said)
    desk.admin.submit(f"/admin/contact/{desk.contact.id}/edit/", "/edit/", name="Dorothea")
    for page in ("/admin/history/", "/admin/history/?table=customer", "/admin/"):
        feed = desk.client.get(page)
        assert "Østergaard" in feed.text, page
        assert not [said for said in ("imkov", f"TAX-{desk.ann.id}", "Doro") if said in feed.text], page
    assert "imkov" in desk.admin.get("/admin/history/").text
    desk.admin.submit(f"{LIST}{desk.di.id}/delete/", "/delete/")
    desk.admin.submit(f"/admin/contact/{desk.own_contact.id}/delete/", "/delete/")
    gone = desk.client.get("/admin/history/deleted/")
    assert "Núria" in words(gone) and "d'Arc" not in words(gone) and "Dora" not in words(gone)


def test_foreign_records_can_neither_be_changed_nor_deleted(desk, session):
    before = everything(session)
    theirs = {}
    for row in (desk.ann, desk.di, desk.contact):
        at = f"/admin/{row.__tablename__}/{row.id}"
        fields = desk.admin.form(f"{at}/edit/", "/edit/").fields.to_dict()
        theirs[at] = fields | {"csrf_token": desk.client.token(), "last_name": "Taken", "name": "Taken"}
    for at, fields in theirs.items():
        assert desk.client.post(f"{at}/edit/", data=fields).status_code == 404
        assert desk.client.post(f"{at}/delete/confirm/", data=fields).status_code == 404
        assert desk.client.post(f"{at}/members/add/", data=fields).status_code == 404
    assert everything(session) == before


def test_a_child_cannot_be_made_for_a_foreign_record(desk, session):
    before = everything(session)
    page = desk.client.get(f"/admin/contact/new/?customer_id={desk.ann.id}")
    assert "imkov" not in page.text
    form = find_form(page, "/new/")
    form.fields["customer_id"], form.fields["name"] = str(desk.ann.id), "Planted"
    assert desk.client.post(form.action, data=form.fields).status_code == 422
    assert everything(session) == before


def test_a_child_of_a_foreign_record_cannot_be_smuggled_into_a_form(desk, session):
    before = everything(session)
    for stolen in (
        {"contact-9-here": "1", "contact-9-id": str(desk.contact.id), "contact-9-name": "Mine"},
        {"contact.were": f"{desk.own_contact.id},{desk.contact.id}"},
    ):
        form = desk.client.form(f"{LIST}{desk.cy.id}/edit/", "/edit/")
        for name, value in {"contact-9-version": "1", **stolen}.items():
            form.fields[name] = value
        assert desk.client.post(form.action, data=form.fields).status_code == 422
    assert everything(session) == before


def test_a_customer_stays_with_ones_own_resellers(desk, session):
    for seller in ("", str(desk.coast.id)):
        answer = desk.client.submit(f"{LIST}{desk.bo.id}/edit/", "/edit/", reseller_id=seller)
        assert answer.status_code == 422 and "Choose one of your own resellers." in words(answer)
    new = desk.client.submit(f"{LIST}new/", last_name="Fresh", reseller_id=str(desk.coast.id))
    assert new.status_code == 422
    none = desk.client.submit(f"{LIST}new/", last_name="Fresh", reseller_id="")
    assert none.status_code == 422, "a customer whom its maker could not see"
    assert (
        desk.client.submit(f"{LIST}new/", last_name="Fresh", reseller_id=str(desk.cape.id)).status_code == 302
    )


def test_a_foreign_organization_or_member_cannot_be_chosen(desk, session):
    house = make(session, Customer, kind=Kind.ORGANIZATION, last_name="Foreign House", reseller=desk.coast)
    mine = make(session, Customer, last_name="Mine", reseller=desk.cape)
    session.commit()
    answer = desk.client.submit(f"{LIST}{mine.id}/edit/", "/edit/", organization_id=str(house.id))
    assert answer.status_code == 422 and "Choose again" in words(answer)
    for typed in (desk.ann.code, "Ann Šimková", "ann@example.com"):
        answer = desk.client.submit(f"{LIST}{desk.bo.id}/members/", "/members/add/", who=typed)
        assert answer.status_code == 422 and "No customer goes by" in words(answer)


def test_changes_of_foreign_records_cannot_be_taken_back(desk, session):
    desk.admin.submit(f"{LIST}{desk.ann.id}/edit/", "/edit/", terms_days="44")
    desk.admin.submit(f"/admin/contact/{desk.contact.id}/delete/", "/delete/")
    desk.admin.submit(f"{LIST}{desk.di.id}/edit/", "/edit/", tag=[])
    desk.admin.submit(f"{LIST}{desk.ann.id}/delete/", "/delete/")
    before, sent = everything(session), desk.client.token()
    tried = 0
    for model, key in ((Customer, "id"), (Contact, "customer_id"), (CustomerTag, "customer_id")):
        past = version_table(model)
        foreign = past.c[key].in_([desk.ann.id, desk.di.id])
        for row_id, transaction in stored(
            session, sa.select(past.c.id, past.c.transaction_id).where(foreign)
        ):
            for column in ("", "terms_days", "name"):
                change = {"table": model.__tablename__, "row": row_id, "transaction": transaction}
                change |= {"column": column, "csrf_token": sent}
                answer = desk.client.post("/admin/history/restore/", data=change)
                assert answer.status_code in (403, 404), change
                tried += 1
    assert tried > 20 and everything(session) == before


def test_ones_own_changes_can_be_taken_back(desk, session):
    desk.client.submit(f"{LIST}{desk.bo.id}/edit/", "/edit/", terms_days="44", tag=[])
    page = desk.client.get(f"{LIST}{desk.bo.id}/history/")
    back = next(form for form in forms(page, "/restore/") if form.fields["column"] == "terms_days")
    assert desk.client.post(back.action, data=back.fields).status_code == 302
    assert row_of(session, Customer, desk.bo.id).terms_days is None
    (led,) = links(desk.client.get(LIST), "Bo Østergaard & Søn")
    assert led.partition("?")[0] == f"{LIST}{desk.bo.id}/"


def test_an_unlimited_colleague_sees_everybody(desk):
    assert total(desk.admin.get(LIST)) == "4"


def test_a_tab_counts_only_the_rows_that_it_shows(session, signed_in, monkeypatch):
    closed = replace(Document.screen, restricted={"category": DocumentCategory.SITE_SURVEY})
    monkeypatch.setattr(Document, "screen", closed)
    customer = make(session, Customer)
    make(session, Document, customer=customer)
    make(session, Document, customer=customer, category=DocumentCategory.SITE_SURVEY)
    session.commit()
    tabs = signed_in("agent").get(f"/admin/customer/{customer.id}/").text.partition('class="tabs"')[2]
    documents = tabs.partition("Documents<")[2].partition("</a>")[0]
    assert words(documents.partition(">")[2]) == "1"


def test_rows_of_a_merged_record_are_nobodys_and_those_of_no_record_everybodys(session):
    gone, left = make(session, Customer), make(session, Customer)
    gone.workflow_state, gone.merged_into_id = CustomerState.MERGED, left.id
    account = make(session, DataAccount, customer=gone)
    rows = [make(session, Ticket, customer=gone), account, make(session, DataSession, data_account=account)]
    kept = [make(session, Ticket, customer=left), make(session, Sim, customer_id=None)]
    session.flush()
    assert [find(session, type(row), row.id, SYSTEM) for row in rows] == [None] * 3
    assert [find(session, type(row), row.id, SYSTEM) for row in kept] == kept
