"""Viewing the portal as a customer: who may, for how long, what stays closed, and what is written down."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jobs.access import end_impersonations
from jobs.declare import Work
from models.access import Activity, Role, StaffReseller, StaffSession, StaffUser
from models.base import now
from models.customer import Contact, Customer, CustomerState, Reseller
from models.history import Transaction
from models.portal import Impersonation, PortalSession
from operations import impersonation, sessions
from operations.records import Draft, update
from queries.viewer import SYSTEM
from seed.factory import make

from .people import PASSWORD, is_in, member, sign_in
from .portal_people import EMAIL, NEW, customer_who_signs_in, enter
from .reading import words
from .routes import routes

REASON = "Ticket 48213"
ALLOW, END = "/admin/viewing/allow", "/admin/viewing/end"


def start_page(user):
    return f"/admin/view-as/{user.customer_id}/"


def view_as(client, user, reason=REASON, **answers):
    return client.submit(start_page(user), start_page(user), reason=reason, **answers)


@pytest.fixture
def user(session):
    """Ann Lee, with a contact."""
    made = customer_who_signs_in(session)
    made.contact = make(session, Contact, customer_id=made.customer_id, name="Bo Lee")
    session.commit()
    return made


@pytest.fixture
def viewing(signed_in, user):
    """A manager who views as Ann Lee."""
    client = signed_in("manager")
    assert view_as(client, user).location == "/portal/"
    return client


def bar(page):
    """What stands on top of the page."""
    return words(page.text.partition('<section class="imp"')[2].partition("</section>")[0].partition(">")[2])


def only(session):
    """The one impersonation there is; on SQLite one writes at a time, so nothing stays open."""
    session.expire_all()
    found = session.scalars(sa.select(Impersonation)).one()
    session.commit()
    return found


def allow(client):
    return client.submit(ALLOW, ALLOW)


@pytest.mark.req("S1.59")
def test_staff_see_the_portal_with_a_banner_and_come_back_to_the_record(session, user, signed_in):
    client = signed_in("manager")
    record = f"/admin/customer/{user.customer_id}/"
    assert f'href="{start_page(user)}"' in client.get(record).text
    assert view_as(client, user).location == "/portal/"
    page = client.get("/portal/")
    name = session.get(StaffUser, client.staff_id).name
    session.commit()
    for said in (f"{name}, you are viewing as Ann Lee", REASON, "Read only"):
        assert said in bar(page) and said in bar(client.get("/admin/")), said
    assert "Hello Ann Lee" in words(page)
    assert client.submit("/portal/", END).location == record
    assert "viewing as" not in client.get("/admin/").text
    assert client.get("/portal/").location == "/portal/login"
    assert only(session).ended_at


def test_it_does_not_begin_with_a_look(session, user, signed_in, ground):
    client = signed_in("manager")
    ground.writes.seen = False
    assert client.get(start_page(user)).status_code == 200
    assert not ground.writes.seen
    ground.writes.seen = True
    assert client.post(start_page(user), data={"reason": REASON}).status_code == 400  # no token
    assert not session.scalars(sa.select(Impersonation)).all()


@pytest.mark.parametrize("reason", ["", "   "])
def test_it_needs_a_reason(session, user, signed_in, reason):
    answer = view_as(signed_in("manager"), user, reason)
    assert answer.status_code == 422 and "Say why" in answer.text
    assert not session.scalars(sa.select(Impersonation)).all()


def test_it_needs_the_permission(session, user, signed_in):
    for role in ("viewer", "sales", "tech", "billing"):
        client = signed_in(role)
        assert client.get(start_page(user)).status_code == 403, role
        assert "View as customer" not in client.get(f"/admin/customer/{user.customer_id}/").text


def test_it_needs_a_recent_sign_in_or_the_password(session, user, client):
    member(session, "manager")
    sign_in(client)
    with time_machine.travel(now() + dt.timedelta(minutes=16), tick=False):
        assert "Your password" in client.get(start_page(user)).text
        answer = view_as(client, user)
        assert answer.status_code == 422 and "not your password" in answer.text
        assert view_as(client, user, password=PASSWORD).location == "/portal/"


def test_guessing_the_password_there_is_slowed(session, user, client):
    member(session, "manager")
    sign_in(client)
    with time_machine.travel(now() + dt.timedelta(minutes=16), tick=False):
        for _ in range(5):
            view_as(client, user, password="wrong")
        assert "Try again in" in view_as(client, user, password=PASSWORD).text


def test_a_customer_without_a_log_in_is_nobody_to_view_as(session, signed_in):
    customer = make(session, Customer)
    session.commit()
    answer = signed_in("manager").get(f"/admin/view-as/{customer.id}/")
    assert answer.status_code == 422 and "no log-in" in answer.text


def test_a_closed_account_is_closed_to_staff_too(session, user, signed_in):
    session.get(Customer, user.customer_id).workflow_state = CustomerState.SUSPENDED
    session.commit()
    assert "suspended" in signed_in("manager").get(start_page(user)).text


def test_staff_are_never_viewed_as(session, user, signed_in):
    member(session, "viewer", email=EMAIL)
    answer = signed_in("manager").get(start_page(user))
    assert answer.status_code == 422 and "member of staff" in answer.text


def test_a_customer_outside_the_row_rule_does_not_exist(session, user, signed_in):
    client = signed_in("manager")
    reseller = make(session, Reseller)
    session.add(StaffReseller(staff_user_id=client.staff_id, reseller_id=reseller.id))
    session.commit()
    assert client.get(start_page(user)).status_code == 404
    assert client.get(f"/admin/view-as/{10**17}/").status_code == 404


def test_staff_view_as_one_customer_at_a_time(session, user, viewing):
    other = customer_who_signs_in(session, "cy@lee.example")
    form = viewing.form(start_page(other), start_page(other))
    form.fields["reason"] = REASON
    assert viewing.post(start_page(other), data=form.fields).status_code == 403
    assert only(session).customer_id == user.customer_id


def test_a_new_session_ends_the_one_that_was_left(session, user, client, app):
    member(session, "manager")
    sign_in(client)
    view_as(client, user)
    elsewhere = app.test_client()
    sign_in(elsewhere)
    assert elsewhere.get("/portal/").location == "/portal/login"
    assert view_as(elsewhere, user).location == "/portal/"
    session.expire_all()
    older, newer = session.scalars(sa.select(Impersonation).order_by(Impersonation.id))
    assert older.ended_at and newer.ended_at is None
    assert client.get("/portal/").location == "/portal/login"


def test_nothing_is_changed_before_it_is_allowed(session, user, viewing):
    path = f"/portal/contact/{user.contact.id}"
    answer = viewing.submit(path, path, name="Changed")
    assert answer.status_code == 403 and "may only read" in answer.text and "viewing as" in answer.text
    session.refresh(user.contact)
    assert user.contact.name == "Bo Lee"


def test_changes_are_allowed_with_a_second_yes_and_carry_both_people(session, user, viewing):
    assert allow(viewing).location == "/portal/"
    assert "Changes allowed" in viewing.get("/portal/").text
    path = f"/portal/contact/{user.contact.id}"
    assert viewing.submit(path, path, name="By support").status_code == 302
    row = only(session)
    said = session.scalars(sa.select(Transaction).order_by(Transaction.id.desc()).limit(1)).one()
    assert (said.staff_id, said.portal_user_id, said.impersonation_id) == (viewing.staff_id, user.id, row.id)
    assert (said.source, said.reason, said.staff_name) == ("portal", REASON, row.staff_name)


def test_both_histories_show_it(session, user, viewing, client):
    allow(viewing)
    path = f"/portal/contact/{user.contact.id}"
    viewing.submit(path, path, name="By support")
    staff_name = only(session).staff_name
    viewing.submit("/portal/", END)
    record = f"/admin/customer/{user.customer_id}"
    session.commit()
    timeline = words(viewing.get(f"{record}/metrics/history/"))
    assert f"{staff_name} as Ann Lee changed Name" in timeline and REASON in timeline
    assert REASON in words(viewing.get(f"{record}/metrics/impersonations/"))
    enter(client)
    seen = words(client.get("/portal/support"))
    assert f"{staff_name} acted for you Contact: Name" in seen and REASON not in seen


def test_the_customer_sees_that_somebody_only_looked(user, viewing, client):
    viewing.submit("/portal/", END)
    enter(client)
    assert "looked and changed nothing" in words(client.get("/portal/support"))


def test_allowing_changes_needs_a_permission_of_its_own(session, user, signed_in):
    session.add(Role(name="looker", permissions=["customer.read", "portal.impersonate"]))
    session.commit()
    client = signed_in("looker")
    view_as(client, user)
    assert "Allow changes" not in client.get("/portal/").text
    assert client.get(ALLOW).status_code == 403
    token = client.form("/portal/", END).fields["csrf_token"]
    assert client.post(ALLOW, data={"csrf_token": token}).status_code == 403
    assert only(session).writes_from is None


@pytest.mark.parametrize("changes", [False, True])
def test_passwords_log_ins_and_sessions_stay_closed_in_any_case(session, user, viewing, client, changes):
    enter(client)
    if changes:
        allow(viewing)
    before = user.password_hash
    token = viewing.form("/portal/", END).fields["csrf_token"]
    new = {"csrf_token": token, "present": PASSWORD, "password": NEW, "password_confirm": NEW}
    assert viewing.get("/portal/password").status_code == 403
    for path in ("/portal/password", "/portal/sessions/end", "/portal/forgot", "/forgot", "/portal/login"):
        assert viewing.post(path, data=new | {"email": EMAIL}).status_code == 403, path
    session.refresh(user)
    assert user.password_hash == before
    assert session.scalars(sa.select(PortalSession)).one().ended_at is None


@pytest.mark.parametrize("changes", [False, True])
def test_the_panel_only_shows_meanwhile_and_gives_nothing_away(app, user, viewing, changes):
    if changes:
        allow(viewing)
    token = viewing.form("/portal/", END).fields["csrf_token"]
    for route in routes(app, "POST"):
        if route.endpoint not in ("viewing_end", "viewing_allow", "logout"):
            answer = viewing.post(route.path, data={"csrf_token": token})
            assert answer.status_code == 403, str(route)
    assert viewing.get("/admin/customer/export/csv").status_code == 403
    assert viewing.get(f"/admin/customer/{user.customer_id}/").status_code == 200


def test_staff_who_view_have_no_sign_out_of_the_customer(user, viewing):
    page = viewing.get("/portal/")
    assert 'action="/portal/logout"' not in page.text and "/portal/account" not in page.text


def test_the_customers_own_session_is_not_touched(session, user, viewing, client):
    enter(client)
    assert client.get("/portal/").status_code == 200 and "viewing as" not in client.get("/portal/").text
    viewing.submit("/portal/", END)
    assert client.get("/portal/").status_code == 200


def test_it_ends_after_half_an_hour(session, user, viewing):
    allow(viewing)
    start = now()
    with time_machine.travel(start + dt.timedelta(minutes=29, seconds=50), tick=False):
        assert viewing.get("/portal/").status_code == 200
        form = viewing.form(f"/portal/contact/{user.contact.id}")
    with time_machine.travel(start + dt.timedelta(minutes=30, seconds=1), tick=False):
        assert viewing.get("/portal/").location == "/portal/login"
        assert viewing.post(f"/portal/contact/{user.contact.id}", data=form.fields).status_code == 401
        assert viewing.get("/admin/customer/").status_code == 200


def test_it_ends_with_the_sign_out(session, user, viewing):
    assert viewing.submit("/admin/profile/", "/logout").location == "/login"
    assert viewing.get("/portal/").location == "/portal/login"


def test_it_ends_when_the_staff_member_is_signed_out_elsewhere_or_deactivated(session, user, viewing):
    sessions.end_all(session, viewing.staff_id, now())
    session.commit()
    assert viewing.get("/portal/").location == "/portal/login"
    assert not is_in(viewing)


def test_it_ends_when_the_permission_is_taken_away(session, user, viewing):
    allow(viewing)
    role = session.scalars(sa.select(Role).where(Role.name == "manager")).one()
    role.permissions = [p for p in role.permissions if not p.startswith("portal.")]
    session.commit()
    assert viewing.get("/portal/").location == "/portal/login"


@pytest.mark.parametrize("how", ["log-in", "account"])
def test_it_ends_when_the_customer_is_shut_out(session, user, viewing, how):
    if how == "log-in":
        update(session, user, Draft({"is_active": False}), SYSTEM)
    else:
        session.get(Customer, user.customer_id).workflow_state = CustomerState.SUSPENDED
    session.commit()
    assert viewing.get("/portal/").location == "/portal/login"
    assert "viewing as" not in viewing.get("/admin/").text
    assert bool(only(session).ended_at) == (how == "log-in")


def test_the_end_is_written_down_by_the_clock(session, user, viewing):
    with time_machine.travel(now() + dt.timedelta(minutes=31), tick=False):
        assert end_impersonations(Work(session, lambda: None, lambda: None)) == "1 ended"
        assert end_impersonations(Work(session, lambda: None, lambda: None)) == "0 ended"
        session.commit()
    row = only(session)
    assert row.ended_at == row.expires_at


def test_the_end_of_a_session_that_was_ended_is_written_down_too(session, user, viewing):
    session.execute(sa.update(StaffSession).values(ended_at=now()))
    assert impersonation.end_those_over(session, now()) == 1
    session.rollback()


def test_an_old_page_ends_nothing_twice(user, viewing):
    form = viewing.form("/portal/", END)
    assert viewing.post(END, data=form.fields).status_code == 302
    again = viewing.post(END, data=form.fields)
    assert (again.status_code, again.location) == (302, "/admin/")


def test_what_was_done_is_in_the_activity_log_with_both(session, user, viewing):
    allow(viewing)
    rows = session.scalars(sa.select(Activity).where(Activity.kind == "impersonation")).all()
    assert [(r.staff_id, r.impersonation_id, r.customer_id) for r in rows] == [
        (viewing.staff_id, only(session).id, user.customer_id)
    ] * 2


def test_many_visits_of_support_cost_the_customer_no_more_statements(session, user, viewing, client, queries):
    allow(viewing)
    path = f"/portal/contact/{user.contact.id}"
    viewing.submit(path, path, name="By support")
    viewing.submit("/portal/", END)
    enter(client)
    with queries as seen:
        client.get("/portal/support")
    once = len(seen)
    for name in ("Again", "And again"):
        view_as(viewing, user)
        allow(viewing)
        viewing.submit(path, path, name=name)
        viewing.submit("/portal/", END)
    with queries as seen:
        page = words(client.get("/portal/support"))
    assert page.count("Contact: Name") == 3
    assert len(seen) == once
