"""Links for a password, the password itself, one's own profile, and the command line."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from models.access import AccessLog, PasswordToken, Role, StaffSession, StaffUser, TokenPurpose
from models.base import now
from operations import passwords, recovery
from operations.passwords import weakness
from queries.staff import by_email

from .people import PASSWORD, is_in, member, sign_in

NEW = "three blind mice"
LINK = re.compile(r"/password/[\w-]{43}")


def made(session, person, purpose=TokenPurpose.RECOVERY, at=None):
    token = recovery.make_link(session, person, purpose, at or now())
    session.commit()
    return f"/password/{token}"


def choose(client, link, password=NEW, again=None):
    return client.submit(link, password=password, password_confirm=password if again is None else again)


def test_a_link_sets_a_password_and_signs_out_everywhere(client, session, app):
    person = member(session, "viewer")
    sign_in(client)
    link = made(session, person)
    answer = choose(app.test_client(), link)
    assert (answer.status_code, answer.location) == (302, "/login")
    assert not is_in(client)
    assert sign_in(client, password=PASSWORD).status_code == 200
    assert sign_in(client, password=NEW).status_code == 302


def test_a_link_works_once(client, session):
    link = made(session, member(session))
    token = client.form(link).fields["csrf_token"]
    assert choose(client, link).status_code == 302
    again = {"password": NEW, "password_confirm": NEW, "csrf_token": token}
    assert client.get(link).status_code == client.post(link, data=again).status_code == 410


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [(TokenPurpose.RECOVERY, dt.timedelta(minutes=30)), (TokenPurpose.INVITATION, dt.timedelta(hours=72))],
)
def test_a_link_runs_out(client, session, purpose, lasts):
    start = now()
    link = made(session, member(session), purpose, start)
    with time_machine.travel(start + lasts - dt.timedelta(seconds=1), tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel(start + lasts + dt.timedelta(seconds=1), tick=False):
        assert client.get(link).status_code == 410


def test_a_newer_link_replaces_an_older_one(client, session):
    person = member(session)
    older, newer = made(session, person), made(session, person)
    assert (client.get(older).status_code, client.get(newer).status_code) == (410, 200)


@pytest.mark.parametrize("change", [{"email": "else@desk.test"}, {"active": False}])
def test_a_link_is_void_when_its_owner_changes(client, session, change):
    person = member(session)
    link = made(session, person)
    for column, value in change.items():
        setattr(person, column, value)
    session.commit()
    assert client.get(link).status_code == 410


def test_a_link_opens_no_other_persons_account(client, session):
    person, other = member(session), member(session, email="other@desk.test")
    choose(client, made(session, person))
    session.expire_all()
    assert passwords.matches(PASSWORD, other.password) and passwords.matches(NEW, person.password)


def test_links_are_kept_as_digests_only(session):
    token = made(session, member(session)).removeprefix("/password/")
    row = session.scalars(sa.select(PasswordToken)).one()
    assert token not in {str(getattr(row, column.key)) for column in PasswordToken.__table__.columns}


def test_the_page_of_a_link_tells_nobody_its_address(client, session):
    answer = client.get(made(session, member(session)))
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "http" not in re.sub(r"https?://www\.w3\.org\S*", "", answer.text)


def test_links_for_one_person_are_made_three_times_an_hour(session):
    person = member(session)
    for _ in range(3):
        made(session, person)
    with pytest.raises(recovery.Refused, match="within the hour"):
        made(session, person)
    session.rollback()
    with time_machine.travel(now() + dt.timedelta(minutes=61)):
        made(session, person)


def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed(client, session, monkeypatch):
    link = made(session, member(session))
    monkeypatch.setattr(passwords, "hashed", lambda _: pytest.fail("it was hashed"))
    assert choose(client, link, "x" * 400_000).status_code == 400


@pytest.mark.parametrize(
    ("typed", "again", "said"),
    [
        ("short", None, "at least 12"),
        ("ann@desk.test", None, "your name or e-mail"),
        ("Password1234!", None, "tried first"),
        (NEW, "three blind rats", "not the same"),
        ("", None, "at least 12"),
    ],
)
def test_a_password_that_is_no_good_is_refused_and_the_link_stays_good(client, session, typed, again, said):
    link = made(session, member(session))
    answer = choose(client, link, typed, again)
    assert answer.status_code == 422 and said in answer.text
    assert choose(client, link).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "P@ssw0rd1234", "123456789012", "qwertyuiopas", "lkjhgfdsapoiuytrewq",
        "aaaaaaaaaaaaaa", "Welcome2026!!", "098765432109", "Ann Lee", "ann.lee@desk.test", "x" * 1000,
    ],
)  # fmt: skip
def test_weak_passwords_are_refused(password):
    assert weakness(password, "ann.lee@desk.test", "Ann Lee")


@pytest.mark.parametrize("password", [NEW, "Xk29 ffa0 qmc", "密码甲乙丙丁戊己庚辛壬癸"])
def test_strong_passwords_are_taken(password):
    assert not weakness(password, "ann.lee@desk.test")


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password():
    assert passwords.matches(
        "cafe\u0301 cre\u0300me bru\u0302le\u0301e", passwords.hashed("café crème brûlée")
    )


def test_an_administrator_makes_a_link_that_is_shown_once(session, signed_in, client):
    person = member(session, "viewer", password=None)
    page = signed_in("admin").submit(f"/admin/staff_user/{person.id}/link/", "/link/")
    assert "72 hours" in page.text
    assert choose(client, LINK.search(page.text).group()).status_code == 302
    page = signed_in("admin").get(f"/admin/staff_user/{person.id}/link/")
    assert "30 minutes" in page.text and not LINK.search(page.text)


def test_a_link_leaves_a_trace_of_who_made_it_and_who_used_it(session, signed_in, client):
    person, admin = member(session, "viewer"), signed_in("admin")
    page = admin.submit(f"/admin/staff_user/{person.id}/link/", "/link/")
    choose(client, LINK.search(page.text).group())
    trail = session.execute(sa.select(AccessLog.action, AccessLog.staff_user_id, AccessLog.object_id))
    assert set(trail) == {("link", admin.staff_id, person.id), ("password", person.id, person.id)}


def test_a_link_asks_for_the_right_to_make_one(session, signed_in):
    person = member(session, "viewer")
    for role in ("viewer", "agent", "manager"):
        assert signed_in(role).get(f"/admin/staff_user/{person.id}/link/").status_code == 403


def test_nobody_makes_a_link_for_themselves_or_for_somebody_who_may_more(session, signed_in):
    helper = Role(name="helper", permissions=["staff_user.read", "staff_user.invite"])
    session.add(helper)
    boss = member(session, "admin")
    client = signed_in("helper")
    assert client.get(f"/admin/staff_user/{client.staff_id}/link/").status_code == 403
    answer = client.submit(f"/admin/staff_user/{boss.id}/link/", "/link/")
    assert answer.status_code == 422 and "permit more than yours" in answer.text
    assert not LINK.search(answer.text)


def test_a_person_changes_their_own_name_place_and_looks(session, signed_in):
    client = signed_in("viewer")
    answer = client.submit(
        "/admin/profile/", "/admin/profile/", name="Ann Leeward", timezone="Europe/Berlin", theme="dark"
    )
    assert answer.status_code == 302
    person = session.get(StaffUser, client.staff_id)
    assert (person.name, person.timezone, person.theme) == ("Ann Leeward", "Europe/Berlin", "dark")
    assert 'data-bs-theme="dark"' in client.get("/admin/profile/").text


def test_a_profile_with_a_mistake_keeps_what_was_typed(signed_in):
    answer = signed_in("viewer").submit("/admin/profile/", "/admin/profile/", name="", timezone="Mars")
    assert answer.status_code == 422 and "This is needed." in answer.text and "time zone" in answer.text


def test_a_profile_gives_no_role_and_no_other_address(session, signed_in):
    client = signed_in("viewer")
    before = session.get(StaffUser, client.staff_id).email
    session.commit()
    client.submit(
        "/admin/profile/", "/admin/profile/", email="x@desk.test", role="7", password="x", active="", id="1"
    )
    session.expire_all()
    person = session.get(StaffUser, client.staff_id)
    assert (person.email, person.active, person.password) == (before, True, None)
    assert [role.name for role in person.roles] == ["viewer"]


def test_looks_are_kept_by_themselves(session, signed_in):
    client = signed_in("viewer")
    token = client.token()

    def send(**chosen):
        headers = {"X-CSRFToken": token}
        return client.post("/admin/profile/appearance", data=chosen, headers=headers).status_code

    assert [send(theme="dark"), send(theme=""), send(density="compact", shortcuts="off")] == [204] * 3
    assert send(theme="pink") == 400
    person = session.get(StaffUser, client.staff_id)
    assert (person.theme, person.density, person.shortcuts) == ("system", "compact", False)


def test_changing_ones_password_takes_the_present_one_and_keeps_this_session(client, session, app):
    member(session, "viewer")
    elsewhere = app.test_client()
    sign_in(client)
    sign_in(elsewhere)
    answers = {"password": NEW, "password_confirm": NEW}
    wrong = client.submit("/admin/profile/", "/password", present="wrong", **answers)
    assert wrong.status_code == 422 and "not your present password" in wrong.text
    assert client.submit("/admin/profile/", "/password", present=PASSWORD, **answers).status_code == 302
    assert is_in(client) and not is_in(elsewhere)
    assert sign_in(elsewhere, password=NEW).status_code == 302


def test_a_borrowed_session_is_no_place_to_guess_the_password(client, session):
    member(session, "viewer")
    sign_in(client)
    for _ in range(5):
        client.submit("/admin/profile/", "/password", present="wrong", password=NEW, password_confirm=NEW)
    answer = client.submit(
        "/admin/profile/", "/password", present=PASSWORD, password=NEW, password_confirm=NEW
    )
    assert answer.status_code == 422 and "Try again in" in answer.text


def test_a_person_ends_their_other_sessions_and_nobody_elses(client, session, app):
    member(session, "viewer")
    stranger = member(session, "viewer", email="other@desk.test")
    others = [app.test_client() for _ in range(3)]
    sign_in(client, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/1 Firefox/140.0"})
    for other in others[:2]:
        sign_in(other)
    sign_in(others[2], stranger.email)
    page = client.get("/admin/profile/")
    assert "Firefox on Linux" in page.text and page.text.count('/end"') == 3
    _, first, _, theirs = session.scalars(sa.select(StaffSession.id).order_by(StaffSession.id))
    session.commit()
    token = client.token()
    assert client.post(f"/admin/profile/sessions/{theirs}/end", data={"csrf_token": token}).status_code == 404
    assert client.post(f"/admin/profile/sessions/{first}/end", data={"csrf_token": token}).status_code == 302
    assert [is_in(c) for c in (client, *others)] == [True, False, True, True]
    client.post("/admin/profile/sessions/end", data={"csrf_token": token})
    assert [is_in(c) for c in (client, *others)] == [True, False, False, True]


def test_the_command_line_makes_the_first_administrator(app, session, client):
    run = app.test_cli_runner().invoke
    result = run(args=["staff", "create", "boss@desk.test", "--name", "Boss"])
    assert result.exit_code == 0 and "72 hours" in result.output
    assert choose(client, LINK.search(result.output).group()).status_code == 302
    sign_in(client, "boss@desk.test", NEW)
    assert client.get("/admin/staff_user/").status_code == 200
    assert "boss@desk.test  Boss  admin" in run(args=["staff", "list"]).output
    assert "on the staff already" in run(args=["staff", "create", "BOSS@desk.test", "--name", "B"]).output
    assert run(args=["staff", "create", "no address", "--name", "B"]).exit_code == 1
    assert run(args=["staff", "create", "b@desk.test", "--name", "B", "--role", "king"]).exit_code == 1
    session.rollback()
    assert by_email(session, "b@desk.test") is None


def test_the_command_line_lets_people_in_again_and_out(app, session, client):
    member(session, "viewer")
    sign_in(client)
    run = app.test_cli_runner().invoke
    assert run(args=["staff", "end-sessions", "ANN@desk.test"]).output == "1 ended\n"
    assert not is_in(client)
    link = LINK.search(run(args=["staff", "reset", "ann@desk.test"]).output).group()
    assert choose(client, link).status_code == 302
    assert "Nobody signs in as" in run(args=["staff", "reset", "who@desk.test"]).output


def test_a_link_that_is_sent_without_a_password_is_no_mistake_of_ours(client):
    token = client.form("/login").fields["csrf_token"]
    assert client.post(f"/password/{'a' * 43}", data={"csrf_token": token}).status_code == 410
