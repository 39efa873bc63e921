"""The portal: signing in and out, passwords, one's own data, what was sent."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from app import create_app
from config import Config
from jobs.access import send_link
from jobs.declare import Work
from models.access import PasswordToken, SignInFailure, TokenPurpose
from models.base import now
from models.customer import Address, Contact, Customer, CustomerState, Note
from models.history import Transaction, version_table
from models.message import Message, MessageState
from models.portal import PortalSession, PortalUser
from models.work import Job
from operations import logins, passwords, recovery, throttle
from seed.factory import make

from .ground.worlds import KEY
from .people import PASSWORD, is_in, member, sign_in
from .portal_people import EMAIL, NEW, OWN_PAGES, customer_who_signs_in, enter, is_inside
from .reading import words


def later(**how_much):
    return time_machine.travel(now() + dt.timedelta(**how_much), tick=False)


def link_for(session, user, purpose=TokenPurpose.RECOVERY, at=None):
    token = recovery.make_link(session, user, purpose, at or now())
    session.commit()
    return f"/portal/password/{token}"


# --- signing in ---


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


# --- the cookie ---


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


# --- nobody ---


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


# --- passwords ---


@pytest.mark.req("S0.21", "S3.37")
@pytest.mark.parametrize("purpose", [TokenPurpose.RECOVERY, TokenPurpose.INVITATION])
def test_a_link_sets_a_password_once(client, session, app, purpose):
    user = customer_who_signs_in(session, must_change_password=True)
    link = link_for(session, user, purpose)
    signed_in_before = app.test_client()
    enter(signed_in_before)
    answer = client.submit(link, password=NEW, password_confirm=NEW)
    assert (answer.status_code, answer.location) == (302, "/portal/login?done=password")
    assert "not right" in words(enter(client)) and enter(client, EMAIL, NEW).status_code == 302
    assert is_inside(client) and not is_inside(signed_in_before)
    told = session.scalars(sa.select(Message)).one()
    assert (told.template, told.recipient) == ("password_changed", EMAIL)
    session.commit()
    again = client.get(link)
    assert again.status_code == 410 and "has been used" in again.text


@pytest.mark.parametrize(("seconds", "status"), [(29 * 60 + 59, 200), (30 * 60 + 1, 410)])
def test_a_recovery_link_is_good_for_half_an_hour(client, session, seconds, status):
    start = now()
    link = link_for(session, customer_who_signs_in(session), at=start)
    with time_machine.travel(start + dt.timedelta(seconds=seconds), tick=False):
        assert client.get(link).status_code == status


def test_a_link_is_void_for_another_a_newer_one_and_a_new_address(client, session):
    user = customer_who_signs_in(session)
    older, newer = link_for(session, user), link_for(session, user)
    assert (client.get(older).status_code, client.get(newer).status_code) == (410, 200)
    assert client.get(newer.replace("/portal", "")).status_code == 410
    user.email = "new@lee.example"
    session.commit()
    assert client.get(newer).status_code == 410


def test_the_page_of_a_link_tells_nobody_its_address(client, session):
    answer = client.get(link_for(session, customer_who_signs_in(session)))
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "http" not in re.sub(r"https?://www\.w3\.org\S*", "", answer.text)


@pytest.mark.parametrize(
    ("typed", "again", "said"),
    [("short", None, "at least 12"), (EMAIL, None, "your name or e-mail"), (NEW, "other", "not the same")],
)
def test_a_bad_password_is_refused_and_the_link_stays_good(client, session, typed, again, said):
    link = link_for(session, customer_who_signs_in(session))
    answer = client.submit(link, password=typed, password_confirm=again or typed)
    assert answer.status_code == 422 and said in answer.text
    assert client.submit(link, password=NEW, password_confirm=NEW).status_code == 302


def test_a_password_that_others_chose_is_changed_before_anything_else(client, session):
    user = customer_who_signs_in(session)
    password = logins.generate(session, user, now())
    session.commit()
    enter(client, EMAIL, password)
    assert client.get("/portal/").location == client.get("/portal/messages").location == "/portal/password"
    token = client.form("/portal/password").fields["csrf_token"]
    assert client.post("/portal/reach", data={"csrf_token": token}).location == "/portal/password"
    same = {"present": password, "password": password, "password_confirm": password}
    assert client.submit("/portal/password", **same).status_code == 422
    answer = client.submit("/portal/password", present=password, password=NEW, password_confirm=NEW)
    assert answer.status_code == 302 and is_inside(client)


def test_a_borrowed_session_is_no_place_to_guess_the_password(client, session):
    customer_who_signs_in(session)
    enter(client)
    for _ in range(5):
        client.submit("/portal/password", present="wrong", password=NEW, password_confirm=NEW)
    answer = client.submit("/portal/password", present=PASSWORD, password=NEW, password_confirm=NEW)
    assert answer.status_code == 422 and "Try again in" in answer.text


# --- forgot ---


def carry_out(session, job):
    """What the worker does with it."""
    result = send_link(Work(session, lambda: None, lambda: None), **job.payload)
    session.commit()
    return result


def jobs(session):
    found = session.scalars(sa.select(Job).where(Job.name == "send_link").order_by(Job.id)).all()
    session.commit()
    return found


@pytest.mark.parametrize("path", ["/portal/forgot", "/forgot"])
def test_who_forgot_the_password_is_mailed_a_link_and_a_stranger_gets_the_same_answer(client, session, path):
    customer_who_signs_in(session)
    member(session, "viewer", email="bo@desk.test")
    mine = {"/portal/forgot": EMAIL, "/forgot": "bo@desk.test"}[path]
    answers = [client.submit(path, path, email=email) for email in (mine, "nobody@x.example")]
    assert words(answers[0]) == words(answers[1]) and "on its way" in answers[0].text
    known, unknown = jobs(session)
    assert (carry_out(session, known), carry_out(session, unknown)) == ("sent", "nobody has this address")
    message = session.scalars(sa.select(Message)).one()
    assert (message.template, message.recipient) == ("recovery", mine)
    token = session.scalars(sa.select(PasswordToken)).one()
    assert bool(token.portal_user_id) == (path == "/portal/forgot")


def test_known_and_unknown_cost_the_same_statements(client, session, queries):
    customer_who_signs_in(session)
    token = client.form("/portal/forgot").fields["csrf_token"]
    asked = []
    for email in (EMAIL, "nobody@x.example"):
        with queries as seen:
            client.post("/portal/forgot", data={"csrf_token": token, "email": email})
        asked.append([re.sub(r"\d+", "", statement) for statement in seen])
    assert asked[0] == asked[1]


def test_links_are_asked_for_twenty_times_an_hour_from_one_address(client, session):
    token = client.form("/portal/forgot").fields["csrf_token"]
    answers = [
        client.post("/portal/forgot", data={"csrf_token": token, "email": f"p{n}@x.example"})
        for n in range(21)
    ]
    assert [a.status_code for a in answers] == [200] * 20 + [429]
    assert client.submit("/forgot", "/forgot", email="bo@desk.test").status_code == 429
    member(session, "viewer", email="bo@desk.test")
    assert sign_in(client, "bo@desk.test").status_code == 302  # which is counted apart


def test_a_flood_for_one_account_mails_three_links_an_hour(client, session):
    customer_who_signs_in(session)
    for _ in range(5):
        client.submit("/portal/forgot", "/portal/forgot", email=EMAIL)
    results = [carry_out(session, job) for job in jobs(session)]
    assert results[:3] == ["sent"] * 3 and all("within the hour" in r for r in results[3:])
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 3
    realms = set(session.scalars(sa.select(SignInFailure.realm)))
    assert realms == {throttle.LINKS}


# --- one's own data ---


def test_a_customer_changes_contacts_and_locations_and_it_is_in_the_history(client, session):
    user = customer_who_signs_in(session)
    contact = make(session, Contact, customer_id=user.customer_id, name="Old Name")
    place = make(session, Address, customer_id=user.customer_id, line1="Old Road 1", country="US")
    session.commit()
    enter(client)
    said = {"name": "New Name", "email": "new@lee.example", "phone_e164": "202 555 0123"}
    assert client.submit(f"/portal/contact/{contact.id}", **said).location == "/portal/?done=saved"
    street = {"line1": "New Road 2", "city": "Austin"}
    assert client.submit(f"/portal/location/{place.id}", **street).status_code == 302
    session.expire_all()
    assert (contact.name, contact.phone_e164, place.line1) == ("New Name", "+12025550123", "New Road 2")
    newest = session.scalars(sa.select(Transaction).order_by(Transaction.id.desc()).limit(2)).all()
    assert {(t.source, t.portal_user_id, t.staff_id, t.staff_name) for t in newest} == {
        ("portal", user.id, None, "Ann Lee")
    }


def test_a_customer_adds_a_contact_and_a_location(client, session):
    user = customer_who_signs_in(session)
    enter(client)
    assert client.submit("/portal/contact/new", name="Bo Lee").status_code == 302
    assert client.submit("/portal/location/new", line1="Road 1", country="NL").status_code == 302
    assert session.scalars(sa.select(Contact)).one().customer_id == user.customer_id
    assert session.scalars(sa.select(Address)).one().role == "bill_to"


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("/portal/contact/new", {"name": ""}, "This is needed."),
        ("/portal/contact/new", {"name": "B", "email": "no address"}, "e-mail"),
        ("/portal/location/new", {"line1": "R", "country": "US", "postal_code": "x"}, "postal code"),
        ("/portal/location/new", {"line1": "4111 1111 1111 1111", "country": "US"}, "card number"),
        ("/portal/reach", {"phone_e164": "12"}, "phone"),
    ],
)
def test_what_cannot_be_stored_is_said_and_kept_in_the_form(client, session, path, typed, said):
    customer_who_signs_in(session)
    enter(client)
    answer = client.submit(path, **typed)
    assert answer.status_code == 422 and said in answer.text.lower() or said in answer.text
    assert all(value in answer.text for value in typed.values())


def test_a_customer_reaches_nobody_elses_rows_and_no_other_column(client, session):
    user = customer_who_signs_in(session)
    foreign = make(session, Contact, name="Of another")
    place = make(session, Address, line1="Elsewhere")
    message = make(session, Message, state=MessageState.SENT, recipient="x@x.example")
    own = make(session, Contact, customer_id=user.customer_id, name="Mine")
    session.commit()
    enter(client)
    for path in (f"contact/{foreign.id}", f"location/{place.id}", f"messages/{message.id}", "contact/0"):
        assert client.get(f"/portal/{path}").status_code == 404, path
    form = client.form(f"/portal/contact/{own.id}")
    assert client.post(f"/portal/contact/{foreign.id}", data=form.fields).status_code == 404
    more = {"customer_id": str(foreign.customer_id), "role": "primary", "alerts": "yes", "id": "1"}
    client.post(f"/portal/contact/{own.id}", data=form.fields.to_dict() | more | {"name": "Still mine"})
    session.expire_all()
    assert (own.name, own.customer_id, own.role, own.alerts) == (
        "Still mine",
        user.customer_id,
        "general",
        False,
    )


def test_a_locked_record_is_locked_here_too(client, session):
    user = customer_who_signs_in(session)
    session.get(Customer, user.customer_id).is_locked = True
    session.commit()
    enter(client)
    answer = client.submit("/portal/contact/new", name="Bo")
    assert answer.status_code == 422 and "locked" in answer.text
    assert not session.scalars(sa.select(Contact)).all()


def test_what_staff_changed_meanwhile_is_not_overwritten(client, session):
    user = customer_who_signs_in(session)
    contact = make(session, Contact, customer_id=user.customer_id, name="First")
    session.commit()
    enter(client)
    form = client.form(f"/portal/contact/{contact.id}")
    contact.name = "By staff"
    session.commit()
    form.fields["name"] = "By me"
    answer = client.post(f"/portal/contact/{contact.id}", data=form.fields)
    assert answer.status_code == 422 and "changed this meanwhile" in answer.text
    session.refresh(contact)
    assert contact.name == "By staff"


@pytest.mark.req("S4.49")
def test_internal_notes_never_appear(client, session):
    user = customer_who_signs_in(session)
    make(session, Note, customer_id=user.customer_id, body="Beware of this one", popup=True)
    session.commit()
    enter(client)
    for path in (*OWN_PAGES, "/portal/reach", "/portal/contact/new"):
        page = client.get(path)
        assert page.status_code == 200 and "Beware" not in page.text, path


def test_messages_are_those_that_were_sent_newest_first(client, session):
    user = customer_who_signs_in(session)
    for number in range(30):
        said = {"subject": f"Mail {number:02}", "state": MessageState.SENT, "body": f"Text {number}"}
        made = make(session, Message, customer_id=user.customer_id, recipient=EMAIL, **said)
    make(session, Message, customer_id=user.customer_id, recipient=EMAIL, subject="Waits")
    session.commit()
    enter(client)
    first = client.get("/portal/messages")
    assert first.text.index("Mail 29") < first.text.index("Mail 28") and "Waits" not in first.text
    older = re.search(r'href="(/portal/messages\?before=\d+)"', first.text).group(1)
    second = client.get(older)
    assert "Mail 04" in second.text and "Mail 05" not in second.text
    assert "Text 29" in client.get(f"/portal/messages/{made.id}").text
    for odd in ("before=-1", "before=abc", "before=1e9", "before=" + "9" * 30):
        assert client.get(f"/portal/messages?{odd}").status_code == 200


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7919*7919}}"]
)
def test_text_that_is_code_elsewhere_is_text_here(client, session, text):
    user = customer_who_signs_in(session)
    make(session, Contact, customer_id=user.customer_id, name=text)
    make(session, Address, customer_id=user.customer_id, line1=text, city=text)
    said = {"subject": text, "body": text, "state": MessageState.SENT, "recipient": EMAIL}
    message = make(session, Message, customer_id=user.customer_id, **said)
    session.commit()
    enter(client)
    for path in ("/portal/", "/portal/messages", f"/portal/messages/{message.id}"):
        page = client.get(path)
        assert text in words(page) and "<script>alert" not in page.text and "<img src=x" not in page.text
        assert "62710561" not in words(page)


def test_a_page_costs_the_same_with_many_rows(client, session, queries):
    user = customer_who_signs_in(session)
    enter(client)

    def costs():
        with queries as seen:
            client.get("/portal/")
        return len(seen)

    few = costs()
    for _ in range(20):
        make(session, Contact, customer_id=user.customer_id)
        make(session, Address, customer_id=user.customer_id)
    session.commit()
    assert costs() == few <= 5  # who, customer, contacts, locations, and what the frame asks
