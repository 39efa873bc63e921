"""Verbs as people use them: on a record, on several, on all that match, each by who may."""

import re

import pytest
import sqlalchemy as sa

from models.access import Activity
from models.base import now
from models.customer import (
    AccountClass,
    Contact,
    Customer,
    CustomerState,
    CustomerTag,
    Kind,
    Note,
    PaymentType,
    Tag,
)
from models.work import Run
from seed.factory import make

from .ground.client import find_form
from .reading import flashes, ids, links, pieces, words
from .stored import row_of, stored
from .test_verbs_roles import LETTERS, MAY
from .verbs import VERBS


def at(name, *rows, table="customer", **more):
    query = "&".join(f"{n}={v}" for n, v in {"ids": ",".join(map(str, rows)), **more}.items())
    return f"/admin/{table}/operate/{name}/?{query}"


def some(session, number, **said):
    made = [make(session, Customer, **said) for _ in range(number)]
    session.commit()
    found = [row.id for row in made]
    session.rollback()
    return found


def confirmed(client, shown, **answers):
    """Press the button of a preview."""
    shown = client.get(shown.location) if shown.status_code == 303 else shown
    return client.submit(shown.request.path, "/confirm/", **answers)


@pytest.mark.parametrize("role", LETTERS)
def test_each_role_reaches_the_verbs_that_it_may_and_no_others(signed_in, session, role):
    client = signed_in(role)
    token = client.token()
    runs = sa.select(sa.func.count()).select_from(Run)
    for model, operation in VERBS:
        if operation.gone:
            continue
        able = LETTERS[role] in MAY[operation.permission_on(model)]
        path = at(operation.name, 1, table=model.__tablename__)
        asked = client.get(path)
        # Merging has a page of its own, to which its address leads.
        assert asked.status_code in ((200, 302) if able else (403,)), (role, path, asked.status)
        if not able:
            sent = client.post(path, data={"csrf_token": token, "ids": "1", "go": "1", "reason": "Because."})
            assert sent.status_code == 403, path
    assert stored(session, runs) == [0]


@pytest.mark.parametrize("name", ["approve", "suspend", "lock", "set_field", "delete"])
def test_nothing_is_done_by_an_address_alone_or_without_the_token(signed_in, session, name):
    (row_id,) = some(session, 1, workflow_state=CustomerState.WAITING_APPROVAL)
    admin = signed_in("admin")
    before = row_of(session, Customer, row_id).version
    path = at(name, row_id)
    admin.get(f"{path}&go=1&confirm=1&reason=Because")
    bare = {"ids": str(row_id), "go": "1", "reason": "Because.", "payment_type": "cash"}
    assert admin.post(path, data=bare).status_code == 400
    assert row_of(session, Customer, row_id).version == before


@pytest.mark.req("S3.20")
def test_the_counter_falls_when_one_is_approved(signed_in, session):
    first, *_ = some(session, 3, workflow_state=CustomerState.WAITING_APPROVAL)
    manager = signed_in("manager")
    assert "Waiting approval 3 View" in words(manager.get("/admin/"))
    answer = manager.submit(at("approve", first), go="1")
    assert answer.status_code == 303
    assert "Waiting approval 2 View" in words(manager.get("/admin/"))
    assert row_of(session, Customer, first).workflow_state is CustomerState.APPROVED


@pytest.mark.req("S3.42")
def test_the_record_advances_through_its_states(signed_in, session):
    (row_id,) = some(session, 1, workflow_state=CustomerState.WAITING_APPROVAL)
    manager = signed_in("manager")
    record = f"/admin/customer/{row_id}/"
    for name, state in (
        ("approve", "approved"),
        ("suspend", "suspended"),
        ("resume", "approved"),
        ("close", "closed"),
        ("reopen", "approved"),
    ):
        assert f"/admin/customer/operate/{name}/?ids={row_id}" in manager.get(record).text
        answer = manager.submit(at(name, row_id, back=record), reason="Because.", go="1")
        assert answer.location == record, words(answer)
        assert row_of(session, Customer, row_id).workflow_state == state
    manager.submit(at("flag", row_id), flag="CHK", go="1")
    assert row_of(session, Customer, row_id).flag == "CHK"


@pytest.mark.req("S3.42")
def test_a_locked_record_is_not_edited_until_it_is_unlocked(signed_in, session):
    (row_id,) = some(session, 1)
    contact = make(session, Contact, customer_id=row_id, name="Kim")
    session.commit()
    contact_id = contact.id
    session.rollback()
    manager = signed_in("manager")
    edits = {
        f"/admin/customer/{row_id}/edit/": {"last_name": "Changed"},
        f"/admin/contact/{contact_id}/edit/": {"name": "Changed"},
    }
    opened = {path: manager.form(path, "/edit/").fields.to_dict() for path in edits}
    manager.submit(at("lock", row_id), reason="Fraud", go="1")
    for path, typed in edits.items():
        for refused in (manager.get(path), manager.post(path, data=opened[path] | typed)):
            assert refused.status_code == 423 and "locked" in words(refused), path
    assert "locked" in words(manager.get(at("flag", row_id)))
    manager.submit(at("unlock", row_id), go="1")
    for path, typed in edits.items():
        assert manager.submit(path, "/edit/", **typed).status_code == 302


def test_a_rejection_asks_for_its_note(signed_in, session):
    (row_id,) = some(session, 1, workflow_state=CustomerState.WAITING_APPROVAL)
    manager = signed_in("manager")
    asked = manager.submit(at("reject", row_id), go="1")
    assert asked.status_code == 422 and "This is needed." in words(asked)
    manager.submit(at("reject", row_id), note="No papers.", go="1")
    assert stored(session, sa.select(Note.body, Note.author_id)) == [("No papers.", manager.staff_id)]


@pytest.mark.req("S0.12", "S1.64")
def test_the_record_tells_what_happened_the_newest_first(signed_in, session):
    (row_id,) = some(session, 1, workflow_state=CustomerState.WAITING_APPROVAL)
    manager = signed_in("manager")
    for name in ("approve", "suspend"):
        manager.submit(at(name, row_id), reason="Unpaid", go="1")
    page = manager.get(f"/admin/customer/{row_id}/metrics/activity-log/")
    log = words(page)
    assert log.index("Approved → Suspended") < log.index("Waiting approval → Approved")
    assert page.text.partition("<tbody")[2].count("<time") == len(ids(page)) == 2
    history = manager.get(f"/admin/customer/{row_id}/history/")
    assert "Unpaid" in words(history) and "<time" in history.text
    assert len(stored(session, sa.select(Activity.id).where(Activity.object_id == row_id))) == 2


@pytest.mark.req("S3.21")
def test_results_offer_actions_for_those_that_are_ticked(signed_in, session):
    rows = some(session, 3)
    manager = signed_in("manager")
    page = manager.get("/admin/customer/?state=approved")
    offered = dict(re.findall(r'name="operation" value="(\w+)"[^>]*>(.*?)</button>', page.text))
    for name in ("approve", "suspend", "lock", "flag", "tag", "merge"):
        assert words(offered[name]).startswith(name.capitalize()), name
    led = manager.get(f"/admin/customer/operate/?operation=suspend&rowid={rows[0]}&rowid={rows[2]}")
    shown = manager.submit(led.location, reason="Unpaid")
    assert "2 will change" in words(manager.get(shown.location))
    confirmed(manager, shown)
    states = sa.select(Customer.workflow_state).order_by(Customer.id)
    assert stored(session, states) == ["suspended", "approved", "suspended"]


def test_all_that_match_are_set_and_taken_back(signed_in, session):
    cash, eft = some(session, 3, payment_type=PaymentType.CASH), some(session, 1)
    admin = signed_in("admin")
    path = "/admin/customer/operate/set_field/?all=1&payment_type=cash"
    empty = admin.submit(path)
    assert empty.status_code == 422 and "Fill in what to set." in words(empty)
    shown = admin.submit(path, terms_days="30", prepaid="yes")
    assert "3 will change" in words(admin.get(shown.location))
    confirmed(admin, shown)
    set_to = sa.select(Customer.terms_days, Customer.prepaid).order_by(Customer.id)
    assert stored(session, set_to) == [(30, True)] * 3 + [(None, False)]
    page = admin.get(shown.location)
    back = admin.post(find_form(page, "/undo/").action, data=find_form(page, "/undo/").fields)
    confirmed(admin, back)
    assert stored(session, set_to) == [(None, False)] * 4
    assert len(cash) == 3 and len(eft) == 1


def test_what_goes_along_is_said_before_it_goes(signed_in, session):
    rows = some(session, 2)
    for row_id in rows:
        make(session, Contact, customer_id=row_id)
    session.commit()
    manager = signed_in("manager")
    shown = manager.submit(at("delete", *rows), reason="Test data")
    assert "Deleted along with them: contacts (2)." in words(manager.get(shown.location))
    assert len(stored(session, sa.select(Customer.id))) == 2
    confirmed(manager, shown)
    assert stored(session, sa.select(Customer.id)) == []


@pytest.mark.req("S2.18")
def test_deleting_takes_a_form_that_was_sent_on_purpose(signed_in, session):
    (row_id,) = some(session, 1)
    manager = signed_in("manager")
    assert manager.get(f"/admin/customer/delete/?id={row_id}").status_code == 404
    manager.get(f"/admin/customer/{row_id}/delete/?confirm=1&go=1")
    confirm = f"/admin/customer/{row_id}/delete/confirm/"
    assert manager.get(confirm).status_code in (404, 405)
    assert manager.post(confirm, data={"reason": "Gone"}).status_code == 400
    assert manager.delete(f"/admin/customer/{row_id}/").status_code == 405
    assert row_of(session, Customer, row_id).version == 1


@pytest.mark.req("S2.14")
def test_the_delete_control_is_there_for_who_may(signed_in, session):
    (row_id,) = some(session, 1)
    record = f"/admin/customer/{row_id}/"
    assert f"{record}delete/" in signed_in("manager").get(record).text
    assert f"{record}delete/" not in signed_in("agent").get(record).text


def test_cancelling_a_deletion_leaves_all_as_it_was(signed_in, session):
    (row_id,) = some(session, 1)
    manager = signed_in("manager")
    page = manager.get(f"/admin/customer/{row_id}/delete/")
    (back, *_) = links(page, "Cancel")
    assert manager.get(back).status_code == 200
    assert row_of(session, Customer, row_id).version == 1


def test_who_owes_is_not_deleted_but_closed(signed_in, session):
    (row_id,) = some(session, 1, balance=5)
    manager = signed_in("manager")
    answer = manager.submit(f"/admin/customer/{row_id}/delete/", "/delete/", reason="Gone")
    said = manager.get(answer.location) if answer.location else answer
    assert "close the customer" in flashes(said) + words(said)
    assert row_of(session, Customer, row_id).id == row_id


@pytest.mark.req("S2.8")
def test_the_button_for_a_new_customer_opens_its_form(signed_in):
    agent = signed_in("agent")
    (href, *_) = links(agent.get("/admin/customer/"), "New customer")
    assert "last_name" in agent.form(href, "/new/").fields


@pytest.mark.req("S4.4", "S4.6")
def test_filters_by_payment_tag_kind_and_prepaid_combine(signed_in, session):
    card, cash, firm = (
        make(session, Customer, payment_type=kind, **more)
        for kind, more in (
            (PaymentType.CREDIT_CARD, {"prepaid": True}),
            (PaymentType.CASH, {}),
            (
                PaymentType.CREDIT_CARD,
                {"kind": Kind.ORGANIZATION, "account_class": AccountClass.BUSINESS, "created_at": now()},
            ),
        )
    )
    tag = make(session, Tag, name="VIP")
    for row in (card, cash):
        make(session, CustomerTag, customer=row, tag=tag)
    session.commit()
    known = {card.id: "d", cash.id: "c", firm.id: "f"}
    session.rollback()
    agent = signed_in("agent")
    for query, wanted in {
        "payment_type=credit_card": "df",
        "tag=vip": "cd",
        "type=organization": "f",
        "class=residential": "cd",
        "prepaid=yes": "d",
        "prepaid=no": "cf",
        "payment_type=credit_card&type=customer&prepaid=yes&tag=vip": "d",
        "payment_type=cash&type=organization": "",
    }.items():
        found = ids(agent.get(f"/admin/customer/?{query}"))
        assert "".join(sorted(known[i] for i in found)) == wanted, query


@pytest.mark.req("S4.7")
def test_a_column_is_hidden_and_shown(signed_in, session):
    some(session, 1, phone_e164="+27821234567")
    agent = signed_in("agent")
    both = agent.get("/admin/customer/?columns=display_name,phone_e164,email")
    assert "Phone" in pieces(both, "th") and "+27" in words(both)
    without = agent.get("/admin/customer/?columns=display_name,email")
    assert "Phone" not in pieces(without, "th") and "+27" not in words(without)
