"""The portal: signing in and out, its cookie, and what nobody gets in without one."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app import create_app
from config import Config
from models.base import now
from models.customer import Customer, CustomerState
from models.history import version_table
from models.portal import PortalSession, PortalUser
from operations import passwords

from .ground.worlds import KEY
from .people import PASSWORD, is_in, later, member, sign_in
from .portal_people import EMAIL, OWN_PAGES, customer_who_signs_in, enter, is_inside
from .reading import words


def test_the_right_password_opens_the_portal(client, session):
    user = customer_who_signs_in(session)
    answer = enter(client, " Ann@LEE.example ")
    assert (answer.status_code, answer.location) == (302, "/portal/")
    page = client.get("/portal/")
    assert "Hello Ann Lee" in words(page)
    session.refresh(user)
    assert user.last_sign_in_at and user.version == 1


def test_signing_in_is_not_a_change_in_the_history(client, session):
    customer_who_signs_in(session)
    table = version_table(PortalUser)
    before = session.scalar(sa.select(sa.func.count()).select_from(table))
    session.commit()
    enter(client)
    assert session.scalar(sa.select(sa.func.count()).select_from(table)) == before


def test_whoever_may_not_in_gets_one_and_the_same_answer(client, session):
    customer_who_signs_in(session)
    customer_who_signs_in(session, "off@lee.example", is_active=False)
    customer_who_signs_in(session, "none@lee.example", password_hash=None)
    tries = [(EMAIL, "wrong"), ("nobody@lee.example", PASSWORD), ("off@lee.example", PASSWORD)]
    tries += [("none@lee.example", PASSWORD), ("a\0b", "x"), ("", "")]
    answers = [enter(client, *typed) for typed in tries]
    assert {a.status_code for a in answers} == {200}
    assert all("E-mail or password is not right." in a.text for a in answers)
    assert not is_inside(client)


def test_an_unknown_address_takes_as_long_as_a_wrong_password(client, session, monkeypatch):
    checked = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda typed, kept: checked.append(kept) or real(typed, kept))
    customer_who_signs_in(session)
    enter(client, EMAIL, "wrong")
    enter(client, "nobody@lee.example", "wrong")
    assert len(checked) == 2


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CustomerState.SUSPENDED, "suspended"),
        (CustomerState.CLOSED, "closed"),
    ],
)
def test_a_closed_account_is_closed_to_its_owner(client, session, state, said):
    user = customer_who_signs_in(session)
    enter(client)
    session.get(Customer, user.customer_id).workflow_state = state
    session.commit()
    assert not is_inside(client)
    assert f"This account is {said}" in words(enter(client))
    assert "not right" in words(enter(client, EMAIL, "wrong"))


def test_a_session_does_not_come_back_to_life_with_its_account(client, session):
    user = customer_who_signs_in(session)
    enter(client)
    customer = session.get(Customer, user.customer_id)
    for state in (CustomerState.SUSPENDED, CustomerState.APPROVED):
        customer.workflow_state = state
        session.commit()
    assert not is_inside(client)
    enter(client)
    assert is_inside(client)


def test_who_waits_for_approval_may_look(client, session):
    user = customer_who_signs_in(session)
    session.get(Customer, user.customer_id).workflow_state = CustomerState.WAITING_APPROVAL
    session.commit()
    enter(client)
    assert is_inside(client)


def test_guessing_is_slowed_and_counted_apart_from_staff(client, session):
    customer_who_signs_in(session)
    member(session, "viewer", email=EMAIL)
    with time_machine.travel(now(), tick=False):
        for _ in range(5):
            enter(client, EMAIL, "wrong")
        answer = enter(client)
        assert answer.status_code == 429 and answer.headers["Retry-After"] == "10"
        assert sign_in(client, EMAIL).status_code == 302
    with later(seconds=11):
        assert enter(client).status_code == 302


def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed(client, session, monkeypatch):
    customer_who_signs_in(session)
    monkeypatch.setattr(passwords, "matches", lambda *_: pytest.fail("it was hashed"))
    assert enter(client, EMAIL, "x" * 1001).status_code == 400
    assert enter(client, "x" * 300).status_code == 400


def test_the_portal_has_a_cookie_of_its_own_that_opens_no_panel(client, session):
    customer_who_signs_in(session)
    cookie = next(c for c in enter(client).headers.getlist("Set-Cookie") if "portal" in c)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    token = client.get_cookie("recordroom_portal").value
    row = session.scalars(sa.select(PortalSession)).one()
    assert token not in row.token_sha256
    assert is_inside(client) and not is_in(client)
    client.set_cookie("recordroom", token)
    assert not is_in(client)
    with client.session_transaction() as panel:
        panel["_user_id"] = token
    assert not is_in(client)


def test_a_cookie_of_the_panel_opens_no_portal(signed_in):
    client = signed_in("admin")
    with client.session_transaction() as cookie:
        client.set_cookie("recordroom_portal", cookie["_user_id"])
    for path in OWN_PAGES:
        assert client.get(path).location.partition("?")[0] == "/portal/login", path


def test_behind_https_the_cookie_goes_nowhere_else(tmp_path):
    said = {"RECORDROOM_ENV": "test", "PUBLIC_URL": "https://desk.example.com", "SECRET_KEY": KEY}
    app = create_app(Config.from_env(said, instance=tmp_path))
    assert app.config["PORTAL_COOKIE"] == "__Host-recordroom_portal"
    assert app.config["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize("value", ["", "x", "x" * 3_000, "é", "a b;c"])
def test_a_strange_cookie_is_nobodys(client, value):
    client.set_cookie("recordroom_portal", value)
    assert not is_inside(client)


def test_a_cookie_is_worth_nothing_after_signing_out(client, session, app):
    customer_who_signs_in(session)
    enter(client)
    kept = client.get_cookie("recordroom_portal").value
    assert client.submit("/portal/", "/logout").location == "/portal/login"
    thief = app.test_client()
    thief.set_cookie("recordroom_portal", kept)
    assert not is_inside(client) and not is_inside(thief)


def test_half_an_hour_without_use_signs_out(client, session):
    customer_who_signs_in(session)
    enter(client)
    with later(minutes=29):
        assert is_inside(client)
    with later(minutes=60):
        assert not is_inside(client)


def test_twelve_hours_sign_out_however_busy_one_is(client, session):
    customer_who_signs_in(session)
    enter(client)
    start = now()
    for half in range(1, 24):
        with time_machine.travel(start + dt.timedelta(minutes=29 * half), tick=False):
            assert is_inside(client)
    with later(hours=12, seconds=1):
        assert not is_inside(client)


def test_a_deactivated_log_in_is_out_with_the_next_request(client, session):
    user = customer_who_signs_in(session)
    enter(client)
    user.is_active = False
    session.commit()
    assert not is_inside(client)


def test_a_customer_signs_out_everywhere_else(client, session, app):
    customer_who_signs_in(session)
    elsewhere = app.test_client()
    enter(client)
    enter(elsewhere)
    assert client.submit("/portal/account", "/sessions/end").status_code == 302
    assert is_inside(client) and not is_inside(elsewhere)


def portal_routes(app, method):
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("portal.") and method in rule.methods:
                stand_in = {"token": "t" * 43, "row_id": 999_999, "kind": "contact", "said": "accept"}
                yield rule, adapter.build(rule.endpoint, {n: stand_in[n] for n in rule.arguments}, method)


def test_a_stranger_is_sent_to_the_sign_in_and_changes_nothing(app, client, session, ground):
    token = client.form("/portal/login").fields["csrf_token"]
    ground.writes.seen = False
    for rule, path in portal_routes(app, "GET"):
        answer = client.get(path)
        if "portal" in app.view_functions[rule.endpoint].needs:
            assert answer.location.partition("?")[0] == "/portal/login", path
        else:
            assert answer.status_code in (200, 410), path
    for rule, path in portal_routes(app, "POST"):
        assert client.post(path).status_code in (400, 401), path
        if "portal" in app.view_functions[rule.endpoint].needs:
            assert client.post(path, data={"csrf_token": token}).status_code == 401, path
    assert not ground.writes.seen


def test_another_site_can_send_nothing(app, client, session):
    customer_who_signs_in(session)
    enter(client)
    token = client.form("/portal/reach").fields["csrf_token"]
    for _, path in portal_routes(app, "POST"):
        headers = {"Origin": "https://evil.example"}
        assert client.post(path, data={"csrf_token": token}, headers=headers).status_code == 403, path
    assert is_inside(client)


def test_every_form_carries_a_token(app, client, session):
    customer_who_signs_in(session)
    enter(client)
    for _, path in portal_routes(app, "POST"):
        assert client.post(path, data={"name": "x"}).status_code == 400, path


def test_every_page_is_kept_by_nobody(client, session):
    customer_who_signs_in(session)
    enter(client)
    for path in OWN_PAGES:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), path


def test_errors_stand_in_the_frame_of_the_portal(client):
    answer = client.get("/portal/nothing")
    assert answer.status_code == 404 and "/admin/" not in answer.text and 'href="/portal/"' in answer.text
