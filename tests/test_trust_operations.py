"""Operations in the hands of people who look for a way around: what runs give away, links, reasons."""

import json
from urllib.parse import unquote

import pytest

from admin_views import duplicates_page, exports
from admin_views.redirects import own_path
from models.access import StaffReseller, StaffUser, TokenPurpose
from models.base import now
from models.customer import Customer, Flag, Reseller
from models.portal import PortalUser
from models.work import Run, RunState
from operations import passwords, recovery, running
from operations.errors import Refused
from operations.operation import operation_named
from operations.records import Draft, update
from operations.running import Selection, confirm, plan, plan_undo
from queries.staff import viewer_of
from queries.viewer import SYSTEM
from seed.factory import make

from .ground.client import find_form
from .portal_people import customer_who_signs_in
from .reading import ids, links, words
from .test_trust_access import FOREIGN

SUSPEND = "/admin/customer/operate/suspend/"


@pytest.fixture
def three(session):
    made = [make(session, Customer, first_name=None, last_name=f"Row {n}") for n in "ABC"]
    session.commit()
    return [row.id for row in made]


def planned(session, rows, viewer=SYSTEM):
    said = {"flag": Flag.RED}
    run = plan(session, operation_named(Customer, "flag"), Customer, viewer, Selection(ids=rows), said)
    session.commit()
    return run


def of_staff(session, client, rows):
    """A flagging that somebody has planned; its id."""
    return planned(session, rows, viewer_of(session, client.staff_id)).id


def change(session, run_id, **said):
    for name, value in said.items():
        setattr(session.get(Run, run_id), name, value)
    session.commit()


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_a_run_that_waits_tells_nothing_of_rows_that_one_may_not_see(signed_in, session, three, role):
    mine = make(session, Reseller)
    session.commit()
    agent, limited = signed_in("agent"), signed_in(role)
    session.add(StaffReseller(staff_user_id=limited.staff_id, reseller_id=mine.id))
    run_id = of_staff(session, agent, three)
    mails = [{"to": "row@a.example", "subject": "Dear Row A"}]
    told = {"mails": 1, "mail_samples": mails, "why": {"“Row A” is in the way.": 1}, "warnings": ["Row A"]}
    change(session, run_id, state=RunState.WAITING, selection="Row A, Row B", preview=told)
    page = limited.get(f"/admin/run/{run_id}/")
    assert page.status_code == (404 if role == "agent" else 200)
    for text in (page.text, limited.get("/admin/run/").text):
        assert "Row A" not in text and "row@a.example" not in text
    assert "Row A" in agent.get(f"/admin/run/{run_id}/").text


def test_a_plan_is_no_way_to_take_a_list_along(signed_in, session, three, monkeypatch):
    sales, admin = signed_in("sales"), signed_in("admin")
    run_id = of_staff(session, sales, three)
    ledger = f"/admin/run/{run_id}/ledger.csv"
    assert sales.get(ledger).status_code == 404
    confirm(session, run_id, viewer_of(session, sales.staff_id))
    session.rollback()
    assert "Row A" in sales.get(ledger).text
    monkeypatch.setattr(exports, "LIMIT", 2)
    assert sales.get(ledger).status_code == 403
    assert "Row A" in admin.get(ledger).text


def test_the_way_on_through_duplicates_names_nobody(signed_in, session, monkeypatch):
    monkeypatch.setattr(duplicates_page, "SIZE", 1)
    for email in ("ann@lee.example", "bo@lee.example", "cy@lee.example"):
        for _ in range(2):
            make(session, Customer, email=email)
    session.commit()
    viewer, seen = signed_in("viewer"), []
    at = "/admin/customer/duplicates/?by=email"
    while at and len(seen) < 5:
        page = viewer.get(at)
        assert "lee.example" not in unquote(page.text)
        seen.append(at)
        at = next((href for href in links(page, "Next") if "after=" in href), "")
    assert len(seen) == 3
    made_up = viewer.get("/admin/customer/duplicates/?by=email&after=bo@lee.example")
    assert made_up.status_code == 200 and ids(made_up) == ids(viewer.get(seen[0]))


def test_a_reason_that_nobody_can_read_is_none(signed_in, session, three):
    manager = signed_in("manager")
    asked = f"{SUSPEND}?ids={three[0]}"
    answer = manager.submit(asked, reason="\0\u200b")
    assert answer.status_code == 422 and "Say why" in words(answer)
    answer = manager.submit(asked, reason="Un\0paid")
    assert answer.status_code == 303
    session.rollback()
    assert session.query(Run).one().reason == "Unpaid"
    session.rollback()


def test_operations_lead_back_to_pages_of_our_own(signed_in, session, three):
    manager = signed_in("manager")
    flag = "/admin/customer/operate/flag/"
    token = manager.token()
    for url in FOREIGN:
        asked = manager.get(flag, query_string={"ids": three[0], "back": url})
        assert find_form(asked, flag).fields["back"] == "/admin/customer/"
        sent = {"csrf_token": token, "ids": f"{three[0]},{three[1]}", "back": url}
        done = sent | {"ids": str(three[0]), "flag": "red", "go": "1", "key": url}
        answers = [
            manager.get("/admin/customer/operate/", query_string={"operation": "flag", "back": url}),
            manager.post(flag, data=done),
            manager.post("/admin/customer/duplicates/", data=sent),
            manager.get("/admin/customer/operate/merge/", query_string=sent | {"all": "1"}),
        ]
        for answer in answers:
            assert answer.status_code in (302, 303) and own_path(answer.location) == answer.location
            assert "evil" not in answer.location and "script" not in answer.location


def test_a_way_back_that_was_planned_too_early_is_planned_anew(session):
    rows = [make(session, Customer) for _ in range(5)]
    run = confirm(session, planned(session, [r.id for r in rows]).id, SYSTEM, wait=False).run
    running.control._next_chunk(session, run.id, 2)
    running.pause(session, run.id)
    session.commit()
    early = plan_undo(session, session.get(Run, run.id), SYSTEM)
    session.commit()
    running.resume(session, run.id)
    session.commit()
    running.work(session, run.id)
    with pytest.raises(Refused, match="gone on since"):
        confirm(session, early.id, SYSTEM)
    session.rollback()
    late = plan_undo(session, session.get(Run, run.id), SYSTEM)
    session.commit()
    assert confirm(session, late.id, SYSTEM).run.changed == 5


def test_a_link_stays_void_when_the_address_comes_back(session, signed_in):
    user = customer_who_signs_in(session)
    staff = session.get(StaffUser, signed_in("agent").staff_id)
    for owner in (user, staff):
        was, model = owner.email, type(owner)
        token = recovery.make_link(session, owner, TokenPurpose.RECOVERY, now())
        assert recovery.owner_of(session, token, now(), model) is owner
        for email in ("elsewhere@lee.example", was):
            update(session, owner, Draft({"email": email}), SYSTEM)
        session.flush()
        assert recovery.owner_of(session, token, now(), model) is None
    session.rollback()


def test_the_command_line_says_a_generated_password_once(app, session):
    user = customer_who_signs_in(session)
    session.commit()
    said = ["operate", "portal_user.generate_password", "--ids", str(user.id)]
    answer = json.loads(app.test_cli_runner().invoke(args=said).output)
    session.expire_all()
    (password,) = answer["revealed"].values()
    assert passwords.matches(password, session.get(PortalUser, user.id).password_hash)
    assert password not in json.dumps(session.query(Run).one().preview)
    session.rollback()
