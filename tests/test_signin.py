"""Signing in and out: who gets in, how long it lasts, and what slows a guesser down."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from app import create_app
from config import Config
from models.access import SignInFailure, StaffSession, StaffUser
from models.base import now
from operations import passwords, throttle
from queries import staff as queries_staff

from .ground.worlds import KEY
from .people import PASSWORD, is_in, later, member, sign_in

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
TOO_SOON = "Too many wrong passwords"


def from_address(address):
    return {"environ_overrides": {"REMOTE_ADDR": address}}


def complaint(page):
    """What the sign-in page says is wrong."""
    found = re.search(r'role="alert">.*?<p>(.*?)</p>', page.text, re.DOTALL)
    return found.group(1) if found else ""


def guess(client, times, email="ann@desk.test", address=HERE):
    for _ in range(times):
        answer = sign_in(client, email, "wrong", **from_address(address))
    return answer


@pytest.mark.parametrize("typed", ["ann@desk.test", " Ann@DESK.test "])
def test_the_right_password_opens_the_panel(client, session, typed):
    member(session, "viewer")
    answer = sign_in(client, typed)
    assert (answer.status_code, answer.location) == (302, "/admin/")
    assert is_in(client)


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(client, session):
    member(session, "viewer")
    member(session, "viewer", email="off@desk.test", active=False)
    member(session, "viewer", email="new@desk.test", password=None)
    answers = [
        sign_in(client, email, password)
        for email, password in (
            ("ann@desk.test", "wrong"),
            ("nobody@desk.test", "wrong"),
            ("nobody@desk.test", PASSWORD),
            ("off@desk.test", PASSWORD),
            ("new@desk.test", PASSWORD),
            ("not an address", PASSWORD),
            ("", ""),
        )
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {complaint(answer) for answer in answers[:-1]} == {"E-mail or password is not right."}
    assert "not right" in complaint(answers[-1])
    assert not is_in(client)


def test_an_unknown_person_takes_as_long_as_a_wrong_password(client, session, monkeypatch):
    """Time is not measured, which would be chance; that the same hashing is done is."""
    checked = []
    real = passwords.hasher.verify

    class Counting:
        verify = staticmethod(lambda stored, typed: checked.append(stored) or real(stored, typed))
        check_needs_rehash = staticmethod(lambda stored: False)
        hash = passwords.hasher.hash

    member(session, "viewer")
    member(session, "viewer", email="new@desk.test", password=None)
    monkeypatch.setattr(passwords, "hasher", Counting())
    for email in ("ann@desk.test", "nobody@desk.test", "new@desk.test"):
        sign_in(client, email, "wrong")
    assert len(checked) == 3 and all(stored.startswith("$argon2id$") for stored in checked)


def test_the_typed_email_is_kept_and_the_password_is_not(client):
    page = sign_in(client, "ann@desk.test", "a password of mine")
    assert 'value="ann@desk.test"' in page.text
    assert "a password of mine" not in page.text


def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed(client, session, monkeypatch):
    member(session, "viewer")
    monkeypatch.setattr(passwords, "matches", lambda *_: pytest.fail("it was hashed"))
    assert sign_in(client, password="x" * 1_000_000).status_code == 400
    assert sign_in(client, password="x" * 1001).status_code == 400
    assert sign_in(client, email="x" * 1000).status_code == 400


def test_signing_in_takes_the_form_and_nothing_else(client, session):
    member(session, "viewer")
    token = client.form("/login").fields["csrf_token"]
    answer = client.post(
        "/login",
        json={"email": "ann@desk.test", "password": PASSWORD},
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 415


def test_a_password_kept_with_weaker_settings_is_kept_with_todays_from_now_on(client, session):
    person = member(session, "viewer")
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
    person.password = weak.hash(PASSWORD)
    session.commit()
    sign_in(client)
    session.refresh(person)
    assert not passwords.is_dated(person.password) and passwords.matches(PASSWORD, person.password)


def test_whoever_is_signed_in_needs_no_form(signed_in):
    answer = signed_in("viewer").get("/login")
    assert (answer.status_code, answer.location) == (302, "/admin/")


@pytest.mark.req("S3.47")
def test_the_panel_sets_one_cookie_and_it_is_the_sessions(client, session):
    member(session, "viewer")
    answers = (client.get("/login"), sign_in(client), client.get("/admin/"))
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {"recordroom"}
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert not client.get("/admin/profile/").headers.getlist("Set-Cookie")


def test_behind_https_the_cookie_goes_nowhere_else(tmp_path):
    said = {"RECORDROOM_ENV": "test", "PUBLIC_URL": "https://desk.example.com", "SECRET_KEY": KEY}
    far = create_app(Config.from_env(said, instance=tmp_path)).test_client()
    cookie = far.get("/login", base_url="https://desk.example.com").headers["Set-Cookie"]
    assert cookie.startswith("__Host-recordroom=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_signing_in_leaves_nothing_of_the_old_cookie(client, session):
    member(session, "viewer")
    client.get("/login")
    with client.session_transaction() as cookie:
        before = dict(cookie) | {"planted": "by somebody"}
        cookie.update(before)
    sign_in(client)
    with client.session_transaction() as cookie:
        assert set(cookie) == {"_user_id"}
        assert cookie["_user_id"] not in before.values()


def test_the_row_holds_no_more_than_a_digest_of_the_cookie(client, session):
    member(session, "viewer")
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = session.scalars(sa.select(StaffSession)).one()
    assert len(row.token_sha256) == 64 and token not in row.token_sha256


def test_a_cookie_is_worth_nothing_after_signing_out(client, session, app):
    member(session, "viewer")
    sign_in(client)
    kept = client.get_cookie("recordroom").value
    assert client.submit("/admin/profile/", "/logout").location == "/login"
    thief = app.test_client()
    thief.set_cookie("recordroom", kept)
    assert not is_in(client) and not is_in(thief)


def test_a_cookie_made_without_the_key_is_nobodys(client, session):
    member(session, "viewer")
    sign_in(client)
    value = client.get_cookie("recordroom").value
    for forged in (value[:-2] + "xx", value.rpartition(".")[0], "e30.e30.e30", "", "\x00"):
        client.set_cookie("recordroom", forged)
        assert not is_in(client)


@pytest.mark.parametrize("token", ["", "x", "é\udce9", 17, None, ["x"], {"a": 1}])
def test_a_cookie_with_a_strange_token_is_nobodys(client, token):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert not is_in(client)


def test_signing_out_takes_a_post(signed_in):
    assert signed_in("viewer").get("/logout").status_code == 405


def test_signing_out_when_the_session_is_over_is_no_error(client):
    token = client.form("/login").fields["csrf_token"]
    assert client.post("/logout", data={"csrf_token": token}).location == "/login"


@pytest.mark.req("S4.83")
def test_half_an_hour_without_use_signs_out(client, session):
    member(session, "viewer")
    sign_in(client)
    with later(minutes=29):
        assert is_in(client)
    with later(minutes=58):
        assert is_in(client)
    with later(minutes=89):
        answer = client.get("/admin/profile/", follow_redirects=True)
        assert answer.request.path == "/login" and "signed out" in answer.text


def test_twelve_hours_sign_out_however_busy_one_is(client, session):
    member(session, "viewer")
    sign_in(client)
    start = now()
    for quarter in range(1, 48):
        with time_machine.travel(start + dt.timedelta(minutes=15 * quarter), tick=False):
            assert is_in(client)
    with time_machine.travel(start + dt.timedelta(hours=12, seconds=1), tick=False):
        assert not is_in(client)


def test_use_is_noted_at_most_once_a_minute(client, session, queries):
    member(session, "viewer")
    sign_in(client)

    def noted():
        return [statement for statement in queries.statements if "UPDATE staff_session" in statement]

    queries.clear()
    with later(seconds=50):
        is_in(client)
        assert not noted()
    with later(seconds=70):
        is_in(client)
        is_in(client)
        assert len(noted()) == 1


def test_a_deactivated_person_is_out_with_the_next_request(client, session):
    person = member(session, "viewer")
    sign_in(client)
    person.active = False
    session.commit()
    assert not is_in(client)


def test_who_asks_and_what_they_may_is_one_statement(signed_in, queries):
    client = signed_in("viewer", "agent", "tech")
    queries.clear()
    client.get("/forgot")
    assert len(queries) == 1  # who, with their grants and resellers


def test_static_files_and_health_ask_nobody_who_they_are(signed_in, queries):
    client = signed_in("viewer")
    queries.clear()
    client.get("/healthz")
    client.get("/static/v-0/css/tokens.css")
    assert not queries.statements


def test_after_five_wrong_passwords_the_next_has_to_wait(client, session):
    member(session, "viewer")
    with time_machine.travel(now(), tick=False):
        assert TOO_SOON not in guess(client, 5).text
        answer = sign_in(client, **from_address(HERE))
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "10"
    assert f"{TOO_SOON}. Try again in 10 seconds" in complaint(answer)
    assert 'value="ann@desk.test"' in answer.text
    with later(seconds=11):
        assert sign_in(client, **from_address(HERE)).status_code == 302


def test_the_wait_doubles_up_to_a_quarter_of_an_hour():
    waits = [throttle.HERE.wait(failures, last=now(), at=now()).total_seconds() for failures in range(4, 13)]
    assert [round(wait) for wait in waits] == [0, 10, 20, 40, 80, 160, 320, 640, 900]


def test_a_wait_says_nothing_about_whether_the_person_exists(client, session):
    member(session, "viewer")
    with time_machine.travel(now(), tick=False):
        guess(client, 5, "ann@desk.test", HERE)
        guess(client, 5, "nobody@desk.test", ELSEWHERE)
        known = sign_in(client, "ann@desk.test", "wrong", **from_address(HERE))
        unknown = sign_in(client, "nobody@desk.test", "wrong", **from_address(ELSEWHERE))
    assert known.status_code == unknown.status_code == 429
    assert complaint(known) == complaint(unknown)


def test_nobody_is_locked_out_from_afar(client, session, app):
    """Ten wrong passwords, and hundreds more, from elsewhere: at home the right one still opens."""
    person = member(session, "viewer")
    sign_in(client, **from_address(HERE))
    for number in range(300):
        throttle.failed(session, person.email, f"10.1.{number % 7}.1", now())
    session.commit()
    assert sign_in(app.test_client(), **from_address(HERE)).status_code == 302
    assert sign_in(app.test_client(), **from_address(ELSEWHERE)).status_code == 429


def test_guessing_at_one_person_from_many_places_is_slowed(client, session):
    person = member(session, "viewer")
    for number in range(20):
        throttle.failed(session, person.email, f"10.1.0.{number}", now())
    session.commit()
    assert sign_in(client, **from_address(ELSEWHERE)).status_code == 429


def test_guessing_at_many_people_from_one_place_is_slowed(client, session):
    member(session, "viewer")
    for number in range(50):
        throttle.failed(session, f"someone{number}@desk.test", HERE, now())
    session.commit()
    assert sign_in(client, **from_address(HERE)).status_code == 429


def test_signing_in_forgives_the_wrong_ones_before(client, session):
    member(session, "viewer")
    guess(client, 4)
    sign_in(client, **from_address(HERE))
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 0


def test_failures_are_forgotten_after_an_hour(client, session):
    member(session, "viewer")
    guess(client, 5)
    with later(minutes=61):
        guess(client, 1)
        assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 1


def test_a_person_may_what_any_of_their_roles_permits(session, signed_in):
    client = signed_in("viewer", "tech")
    granted = queries_staff.permissions_of(session, queries_staff.roles_of(session, client.staff_id))
    assert {"customer.read", "note.create"} <= granted and "customer.update" not in granted


def test_a_name_has_initials():
    for name, initials in (("Ann Lee", "AL"), ("ann", "A"), ("Ann van der Lee", "AL"), ("", "")):
        viewer = queries_staff.Viewer(1, name, frozenset())
        person = queries_staff.SignedIn(1, now(), viewer, "", "", "", "", True)
        assert person.initials == initials


def test_no_two_people_sign_in_with_one_address(session):
    member(session)
    with pytest.raises(Exception, match="on the staff already"):
        member(session, email="ANN@desk.test")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(StaffUser)) == 1


@pytest.mark.parametrize(
    "typed", [{"email": "a\0b", "password": "x"}, {"email": "a@b.c"}, {"password": "x"}, {}]
)
def test_a_sign_in_with_odd_or_missing_fields_is_only_wrong(client, typed):
    token = client.form("/login").fields["csrf_token"]
    assert client.post("/login", data={"csrf_token": token, **typed}).status_code == 200
