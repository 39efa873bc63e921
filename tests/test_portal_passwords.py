"""Passwords of the portal: links that set one, changing it, having forgotten it."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from jobs.access import send_link
from jobs.declare import Work
from models.access import PasswordToken, SignInFailure, TokenPurpose
from models.base import now
from models.message import Message
from models.work import Job
from operations import logins, recovery, throttle

from .people import PASSWORD, member, sign_in
from .portal_people import EMAIL, NEW, customer_who_signs_in, enter, is_inside
from .reading import words


def link_for(session, user, purpose=TokenPurpose.RECOVERY, at=None):
    token = recovery.make_link(session, user, purpose, at or now())
    session.commit()
    return f"/portal/password/{token}"


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
