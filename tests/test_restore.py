"""Taking changes back: by whom, of what, and when the world has moved on."""

import pytest
import sqlalchemy as sa

from models.access import Role, StaffReseller
from models.base import columns
from models.customer import (
    AccountClass,
    Contact,
    Customer,
    CustomerTag,
    Kind,
    NotificationSetting,
    PriceLevel,
    Reseller,
    Tag,
)
from models.history import Transaction, version_table
from operations.restoring import restorable
from queries.viewer import SYSTEM
from seed.factory import make

from .ground.client import find_form
from .reading import bring_back, flashes, forms, ids, links, path, words
from .stored import only, row_of, stored

RESTORE = "/admin/history/restore/"


@pytest.fixture
def petra(session):
    made = make(session, Customer, first_name="Petra", last_name="Lang", email="petra@example.com")
    session.commit()
    return made


@pytest.fixture
def admin(signed_in):
    return signed_in("admin")


def ticket(client, row, column):
    """The newest restore form for a column on the page of a record's history."""
    page = client.get(path(row, "history"))
    return next(form for form in forms(page, RESTORE) if form.fields["column"] == column)


def send(client, form, **changed):
    """Press Restore, and say what the next page says."""
    answer = client.post(form.action, data=form.fields.to_dict() | changed)
    return flashes(client.get(answer.location)) if answer.status_code == 302 else answer.status_code


DELETED = "/admin/history/deleted/"


def asked_back(client):
    """The form that brings back what was deleted last."""
    return find_form(client.get(links(client.get(DELETED), "Restore")[0]), "/operate/restore/")


def test_restoring_takes_the_right_to_change_the_record(session, signed_in, admin, petra):
    admin.submit(path(petra, "edit"), "/edit/", terms_days="45")
    form, viewer = ticket(admin, petra, "terms_days"), signed_in("viewer")
    assert not forms(viewer.get(path(petra, "history")), RESTORE)
    assert send(viewer, form, csrf_token=viewer.token()) == 403
    assert row_of(session, Customer, petra.id).terms_days == 45
    agent = signed_in("agent")
    assert "restored" in send(agent, form, csrf_token=agent.token())
    assert row_of(session, Customer, petra.id).terms_days is None


def test_what_one_may_not_see_one_cannot_restore(session, signed_in, admin, petra):
    admin.submit(path(petra, "edit"), "/edit/", email="new@example.com", terms_days="45")
    session.add(Role(name="blind", permissions=["customer.read", "customer.update"]))
    session.commit()
    blind, form = signed_in("blind"), ticket(admin, petra, "email")
    offered = {f.fields["column"] for f in forms(blind.get(path(petra, "history")), RESTORE)}
    assert "terms_days" in offered and "email" not in offered
    assert send(blind, form, csrf_token=blind.token()) == 403
    assert row_of(session, Customer, petra.id).email == "new@example.com"


def test_only_what_a_form_could_change_can_be_restored(session, admin, petra):
    admin.submit(path(petra, "edit"), "/edit/", terms_days="45")
    form = ticket(admin, petra, "terms_days")
    for column in columns(Customer):
        if column.name not in restorable(Customer, SYSTEM):
            assert send(admin, form, column=column.name) == 403, column.name
    assert {"code", "created_by_id", "name_norm"}.isdisjoint(restorable(Customer, SYSTEM))
    for odd in ({"table": "transaction"}, {"table": "staff_session"}, {"row": "9" * 18}, {"row": "x"}):
        assert send(admin, form, **odd) in (403, 404, "This change is not in the history."), odd
    assert row_of(session, Customer, petra.id).terms_days == 45


def test_a_restore_is_a_change_like_others_and_can_be_restored(session, admin, petra):
    admin.submit(path(petra, "edit"), "/edit/", terms_days="45")
    send(admin, ticket(admin, petra, "terms_days"))
    assert row_of(session, Customer, petra.id).terms_days is None
    send(admin, ticket(admin, petra, "terms_days"))
    assert row_of(session, Customer, petra.id).terms_days == 45
    newest = stored(session, sa.select(Transaction).order_by(Transaction.id.desc()).limit(1))[0]
    assert (newest.source, newest.staff_id) == ("restore", admin.staff_id)
    assert "Restore" in words(admin.get(path(petra, "history")))


def test_a_restore_that_is_pressed_twice_is_done_once(session, admin, petra):
    admin.submit(path(petra, "edit"), "/edit/", terms_days="45")
    form = ticket(admin, petra, "terms_days")
    for _ in range(2):
        send(admin, form)
    assert row_of(session, Customer, petra.id).version == 3
    admin.submit(path(petra, "delete"), "/delete/")
    form = asked_back(admin)
    first, second = (admin.post(form.action, data=form.fields.to_dict() | {"go": "1"}) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, DELETED)
    assert "there again already" in words(admin.get(f"{form.action}?ids={petra.id}"))
    assert len(stored(session, sa.select(Customer.id))) == 1


def test_a_record_goes_and_comes_back_as_often_as_one_likes(session, admin, petra):
    contact = make(session, Contact, customer=petra, name="Bo", email="bo@example.com")
    session.commit()
    for round_ in range(3):
        admin.submit(path(petra, "edit"), "/edit/", terms_days=str(20 + round_))
        admin.submit(path(petra, "delete"), "/delete/")
        assert admin.get(path(petra)).status_code == 404
        assert "Restored “Petra Lang”." in bring_back(admin)
        assert row_of(session, Customer, petra.id).terms_days == 20 + round_
        assert only(session, Contact).id == contact.id
    table = version_table(Customer)
    open_ = sa.select(sa.func.count()).where(table.c.id == petra.id, table.c.end_transaction_id.is_(None))
    assert stored(session, open_) == [1]


def test_a_child_comes_back_alone_and_with_its_own_children(session, admin, petra):
    admin.submit(
        f"/admin/contact/new/?customer_id={petra.id}", name="Bo", email="bo@example.com", alerts="yes"
    )
    in_order = sa.select(NotificationSetting.id).order_by(NotificationSetting.id)
    contact, settings = only(session, Contact), stored(session, in_order)
    assert len(settings) == 2
    admin.submit(path(contact, "delete"), "/delete/")
    assert not stored(session, sa.select(NotificationSetting.id))
    told = words(admin.get("/admin/history/deleted/"))
    assert "deleted contact “Bo”, with 2 that belonged to it" in told and "Usage warning" not in told
    assert "Restored “Bo”." in bring_back(admin)
    assert only(session, Contact).id == contact.id
    assert stored(session, in_order) == settings


def test_a_deleted_record_comes_back_with_a_preview_and_goes_again_with_undo(session, admin, petra):
    make(session, Contact, customer=petra, name="Bo")
    session.commit()
    admin.submit(path(petra, "delete"), "/delete/")
    (asked,) = links(admin.get(DELETED), "Restore")
    assert "Restore “Petra Lang”" in words(admin.get(asked))
    looked = admin.submit(asked, "/operate/restore/", reason="Deleted by mistake")
    told = words(admin.get(looked.location))
    assert "1 will change" in told and "Petra Lang" in told and "1 contact created" in told
    assert not stored(session, sa.select(Customer.id))
    done = admin.submit(looked.location, "/confirm/")
    assert done.location == DELETED
    page = admin.get(DELETED)
    assert "Restored “Petra Lang”." in flashes(page)
    assert row_of(session, Customer, petra.id).last_name == "Lang" and only(session, Contact).name == "Bo"
    newest = stored(session, sa.select(Transaction).order_by(Transaction.id.desc()).limit(1))[0]
    assert (newest.reason, newest.run_id) == ("Deleted by mistake", int(looked.location.split("/")[-2]))
    (undo,) = forms(page, "/undo/")
    way_back = admin.post(undo.action, data=undo.fields)
    admin.submit(way_back.location, "/confirm/")
    assert not stored(session, sa.select(Customer.id)) and not stored(session, sa.select(Contact.id))


def test_bringing_back_takes_the_right_to_make_such_records(session, signed_in, admin, petra):
    session.add(Role(name="reader", permissions=["customer.read", "history.read_all"]))
    session.commit()
    admin.submit(path(petra, "delete"), "/delete/")
    (asked,) = links(admin.get(DELETED), "Restore")
    reader = signed_in("reader")
    assert "Petra Lang" in words(reader.get(DELETED)) and not links(reader.get(DELETED), "Restore")
    assert reader.get(asked).status_code == 403
    sent = {"csrf_token": reader.token(), "ids": str(petra.id), "go": "1"}
    assert reader.post("/admin/customer/operate/restore/", data=sent).status_code == 403
    assert not stored(session, sa.select(Customer.id))


def test_who_is_limited_is_told_nothing_of_deleted_records_of_others(session, signed_in, admin, petra):
    mine = make(session, Reseller)
    session.commit()
    limited = signed_in("admin")
    session.add(StaffReseller(staff_user_id=limited.staff_id, reseller_id=mine.id))
    session.commit()
    admin.submit(path(petra, "delete"), "/delete/")
    (asked,) = links(admin.get(DELETED), "Restore")
    page = limited.get(asked)
    assert "Petra" not in page.text and "you may not see it" in words(page)
    form = find_form(page, "/operate/restore/")
    answer = limited.post(form.action, data=form.fields.to_dict() | {"go": "1"})
    assert answer.status_code == 409
    assert "Petra" not in answer.text and "you may not see it" in words(answer)
    assert not stored(session, sa.select(Customer.id))


def test_a_deletion_is_no_change_of_a_field_to_take_back(session, admin, petra):
    admin.submit(path(petra, "edit"), "/edit/", terms_days="45")
    form = ticket(admin, petra, "terms_days")
    admin.submit(path(petra, "delete"), "/delete/")
    gone = stored(session, sa.select(sa.func.max(Transaction.id)))[0]
    for column in ("", "terms_days"):
        assert "Bring the whole record back" in send(admin, form, transaction=str(gone), column=column)
    assert not stored(session, sa.select(Customer.id))


def test_a_child_does_not_come_back_without_its_record(session, admin, petra):
    contact = make(session, Contact, customer=petra, name="Bo")
    session.commit()
    admin.submit(path(contact, "delete"), "/delete/")
    form = asked_back(admin)
    admin.submit(path(petra, "delete"), "/delete/")
    answer = admin.post(form.action, data=form.fields.to_dict() | {"go": "1"})
    assert answer.status_code == 409
    assert "The customer that it belonged to is not there. Bring that back first." in words(answer)
    asked = admin.get(f"{form.action}?ids={contact.id}")
    assert "Bring that back first." in words(asked) and "disabled" in asked.text
    assert not stored(session, sa.select(Contact.id))


def test_a_field_does_not_go_back_to_what_is_gone(session, admin, petra):
    level = make(session, PriceLevel, name="Gold")
    session.commit()
    admin.submit(path(petra, "edit"), "/edit/", price_level_id=str(level.id))
    admin.submit(path(petra, "edit"), "/edit/", price_level_id="")
    form = ticket(admin, petra, "price_level_id")
    admin.submit(path(level, "delete"), "/delete/")
    assert "not there any more" in send(admin, form)
    assert row_of(session, Customer, petra.id).price_level_id is None


def test_a_record_comes_back_without_what_is_gone(session, admin, petra):
    level = make(session, PriceLevel, name="Gold")
    session.commit()
    admin.submit(path(petra, "edit"), "/edit/", price_level_id=str(level.id))
    admin.submit(path(petra, "delete"), "/delete/")
    form = asked_back(admin)
    admin.submit(path(level, "delete"), "/delete/")
    assert admin.post(form.action, data=form.fields.to_dict() | {"go": "1"}).status_code == 303
    assert row_of(session, Customer, petra.id).price_level_id is None


def test_a_restore_obeys_the_rules_of_today(session, admin):
    house = make(
        session, Customer, last_name="House", kind=Kind.ORGANIZATION, account_class=AccountClass.CORPORATE
    )
    session.commit()
    admin.submit(path(house, "edit"), "/edit/", account_class="business")
    form = ticket(admin, house, "account_class")
    admin.submit(path(house, "edit"), "/edit/", kind="customer")
    assert "Only an organization can be corporate." in send(admin, form)
    assert row_of(session, Customer, house.id).account_class is AccountClass.BUSINESS


def test_a_name_that_was_taken_meanwhile_stays_with_who_has_it(session, admin):
    tag = make(session, Tag, name="VIP")
    session.commit()
    admin.submit(path(tag, "edit"), "/edit/", name="Gold")
    form = ticket(admin, tag, "name")
    admin.submit("/admin/tag/new/", name="vip")
    assert "already taken" in send(admin, form)
    assert row_of(session, Tag, tag.id).name == "Gold"


def test_a_tag_that_was_taken_off_comes_back_once(session, admin, petra):
    tag = make(session, Tag, name="VIP")
    session.commit()
    admin.submit(path(petra, "edit"), "/edit/", tag=[str(tag.id)])
    admin.submit(path(petra, "edit"), "/edit/", tag=[])
    page = admin.get(path(petra, "history"))
    off = next(f for f in forms(page, RESTORE) if f.fields["table"] == "customer_tag")
    send(admin, off)
    assert stored(session, sa.select(CustomerTag.tag_id)) == [tag.id]
    assert "there again already" in send(admin, off)
    assert ids(admin.get("/admin/customer/?tag=vip")) == [petra.id]


def test_older_changes_are_a_page_further(session, admin, petra):
    for number in range(25):
        admin.submit(path(petra, "edit"), "/edit/", terms_days=str(100 + number))
    first = admin.get(path(petra, "history"))
    assert "124" in words(first) and "Older" in words(first) and "created the record" not in words(first)
    (older,) = links(first, "Older")
    second = admin.get(older)
    assert "created the record" in words(second) and "Newer" in words(second)
    for odd in ("abc", "-1", "9" * 30, "²", "0"):
        assert admin.get(f"{path(petra, 'history')}?before={odd}").status_code == 200
