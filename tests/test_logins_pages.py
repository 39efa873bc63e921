"""What staff do about log-ins, in the panel: passwords, recovery mails, maintenance."""

import re

import pytest
import sqlalchemy as sa

from models.access import Activity, PasswordToken
from models.base import now
from models.customer import Customer
from models.message import Message, MessageTopic
from models.portal import PortalSession, PortalUser
from models.work import Run
from operations import passwords, sessions
from operations.delivery import deliver
from seed.factory import make

from .people import PASSWORD
from .portal_people import EMAIL, NEW, customer_who_signs_in, enter, is_inside
from .post_office import post_office, sessions_of, settled
from .reading import flashes, words

LINK = re.compile(r"/portal/password/[\w-]+")
MADE = re.compile(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b")


def operate(table, name, row_id):
    return f"/admin/{table}/operate/{name}/?ids={row_id}"


def carry_out(client, path):
    """Ask, preview, confirm."""
    shown = client.get(client.submit(path).location)
    return client.submit(shown.request.path, "/confirm/")


def told(client, answer):
    """What is said after it, where one is led."""
    page = client.get(answer.location) if answer.location else answer
    return f"{flashes(page)} {words(page)}"


@pytest.mark.req("S0.19")
@pytest.mark.parametrize("table", ["portal_user", "customer"])
def test_a_generated_password_is_shown_once_and_replaces_the_old_one(session, signed_in, client, table):
    user = customer_who_signs_in(session)
    enter(client)
    row_id, manager = {"portal_user": user.id, "customer": user.customer_id}[table], signed_in("manager")
    page = carry_out(manager, operate(table, "generate_password", row_id))
    made = MADE.search(words(page)).group()
    session.refresh(user)
    assert passwords.matches(made, user.password_hash) and user.must_change_password
    session.commit()
    assert not is_inside(client) and "not right" in words(enter(client))
    assert enter(client, EMAIL, made).location == "/portal/"
    row = session.scalars(sa.select(Activity).where(Activity.kind == "password")).one()
    assert (row.staff_id, row.customer_id) == (manager.staff_id, user.customer_id)
    run = session.scalars(sa.select(Run)).one()
    session.commit()
    for again in (
        f"/admin/run/{run.id}/",
        f"/admin/run/{run.id}/ledger.csv",
        f"/admin/portal_user/{user.id}/",
    ):
        assert made not in manager.get(again).text and "argon2" not in manager.get(again).text, again
    assert made not in repr([(m.body, m.values) for m in session.scalars(sa.select(Message))])


def test_a_preview_of_a_password_shows_none_and_changes_none(session, signed_in):
    user = customer_who_signs_in(session)
    kept = user.password_hash
    manager = signed_in("manager")
    shown = manager.get(manager.submit(operate("portal_user", "generate_password", user.id)).location)
    assert not MADE.search(words(shown)) and "argon2" not in shown.text
    session.refresh(user)
    assert user.password_hash == kept


@pytest.mark.req("S1.58", "S3.36")
def test_staff_choose_a_password_and_the_old_one_fails(session, signed_in, client):
    user = customer_who_signs_in(session)
    enter(client)
    manager = signed_in("manager")
    path = f"/admin/portal_user/{user.id}/password/"
    assert f'href="{path}"' in manager.get(f"/admin/portal_user/{user.id}/").text
    answer = manager.submit(path, path, password=NEW, password_confirm=NEW)
    assert answer.location == f"/admin/portal_user/{user.id}/"
    assert not is_inside(client) and "not right" in words(enter(client, EMAIL, PASSWORD))
    enter(client, EMAIL, NEW)
    assert client.get("/portal/").location == "/portal/password"
    assert session.scalars(sa.select(Activity.summary)).one() == "Password set by staff"


@pytest.mark.parametrize(
    ("typed", "again", "said"), [("short", "short", "at least 12"), (NEW, "other", "not the same")]
)
def test_a_password_that_is_no_good_is_refused(session, signed_in, typed, again, said):
    user = customer_who_signs_in(session)
    path = f"/admin/portal_user/{user.id}/password/"
    answer = signed_in("manager").submit(path, path, password=typed, password_confirm=again)
    assert answer.status_code == 422 and said in answer.text and f'value="{typed}"' not in answer.text


def test_choosing_a_password_needs_the_permission_and_the_row(session, signed_in):
    user = customer_who_signs_in(session)
    path = f"/admin/portal_user/{user.id}/password/"
    for role in ("viewer", "agent", "sales", "tech", "billing"):
        assert signed_in(role).get(path).status_code == 403, role
    assert signed_in("manager").get("/admin/portal_user/999999/password/").status_code == 404


@pytest.mark.req("S0.20")
@pytest.mark.parametrize("table", ["portal_user", "customer"])
def test_a_recovery_mail_is_queued_with_a_token(session, signed_in, table):
    user = customer_who_signs_in(session)
    row_id = {"portal_user": user.id, "customer": user.customer_id}[table]
    agent = signed_in("agent")
    carry_out(agent, operate(table, "send_recovery", row_id))
    message = session.scalars(sa.select(Message)).one()
    assert (message.topic, message.recipient, message.state) == (MessageTopic.PASSWORD, EMAIL, "queued")
    token = session.scalars(sa.select(PasswordToken)).one()
    assert (token.portal_user_id, token.used_at) == (user.id, None)


@pytest.mark.req("S0.21", "S3.37")
@pytest.mark.parametrize("how", ["recovery", "a new customer"])
def test_the_link_in_the_mail_sets_a_password_once(app, session, signed_in, client, how):
    with post_office() as office, settled(None, smtp_url=office.url):
        if how == "recovery":
            user = customer_who_signs_in(session)
            carry_out(signed_in("agent"), operate("portal_user", "send_recovery", user.id))
        else:
            said = {"last_name": "Lee", "email": EMAIL}
            signed_in("agent").submit("/admin/customer/new/?preset=customer", "/new/", **said)
        session.rollback()
        deliver(sessions_of(app))
    (mail,) = office.taken
    assert mail["To"] == EMAIL
    link = LINK.search(mail.get_body(("plain",)).get_content()).group()
    assert client.submit(link, password=NEW, password_confirm=NEW).status_code == 302
    assert enter(client, EMAIL, NEW).status_code == 302 and is_inside(client)
    again = client.get(link)
    assert again.status_code == 410 and "has been used" in again.text


def test_staff_never_see_the_link_of_a_customer(session, signed_in):
    user = customer_who_signs_in(session)
    admin = signed_in("admin")
    carry_out(admin, operate("portal_user", "send_recovery", user.id))
    message, run = session.scalar(sa.select(Message.id)), session.scalar(sa.select(Run.id))
    digest = session.scalar(sa.select(PasswordToken.token_sha256))
    session.commit()
    record = f"/admin/customer/{user.customer_id}"
    paths = (f"/admin/message/{message}/", f"/admin/run/{run}/", f"/admin/run/{run}/ledger.csv")
    for path in (*paths, f"{record}/metrics/activity-log/", f"{record}/communications/received-e-mails/"):
        page = admin.get(path)
        assert page.status_code == 200, path
        assert "/portal/password/" not in page.text and digest not in page.text, path


@pytest.mark.req("S0.22")
def test_a_recovery_without_an_address_is_refused_and_says_so(session, signed_in):
    customer = make(session, Customer, email=None)
    session.commit()
    agent = signed_in("agent")
    shown = agent.get(agent.submit(operate("customer", "send_recovery", customer.id)).location)
    assert "no e-mail address" in words(shown)
    assert not session.scalars(sa.select(Message)).all()
    assert not session.scalars(sa.select(PasswordToken)).all()


def test_recovery_mails_go_to_many_at_once(session, signed_in):
    users = [customer_who_signs_in(session, f"p{n}@lee.example") for n in range(3)]
    ids = ",".join(str(user.customer_id) for user in users)
    session.commit()
    carry_out(signed_in("agent"), operate("customer", "send_recovery", ids))
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 3


@pytest.mark.req("S3.39")
def test_empty_passwords_are_set_and_no_other(session, signed_in):
    kept = [customer_who_signs_in(session, f"p{n}@lee.example") for n in range(3)]
    empty = [customer_who_signs_in(session, f"e{n}@lee.example", password_hash=None) for n in range(2)]
    hashes = [user.password_hash for user in kept]
    admin = signed_in("admin")

    def maintain():
        form = admin.form("/admin/", "/admin/maintain/")
        form.fields["action"] = "customer.set_empty_passwords"
        answer = admin.submit(admin.get(form.action, query_string=form.fields).location)
        if not answer.location:
            return words(answer)
        page = admin.get(answer.location)
        if "/confirm/" not in page.text:
            return words(page)
        return told(admin, admin.submit(page.request.path, "/confirm/"))

    assert "2 customers" in maintain()
    session.expire_all()
    assert [user.password_hash for user in kept] == hashes
    assert all(user.password_hash.startswith("$argon2id$") and user.must_change_password for user in empty)
    assert empty[0].password_hash != empty[1].password_hash
    before = [user.password_hash for user in (*kept, *empty)]
    session.commit()
    said = maintain()
    session.expire_all()
    assert [user.password_hash for user in (*kept, *empty)] == before
    assert "0 customers" in said, said


def test_deactivating_signs_out_and_activating_does_not_sign_in(session, signed_in, client):
    user = customer_who_signs_in(session)
    enter(client)
    agent = signed_in("agent")
    carry_out(agent, operate("portal_user", "deactivate", user.id))
    assert not is_inside(client)
    carry_out(agent, operate("portal_user", "activate", user.id))
    assert not is_inside(client)
    assert session.scalars(sa.select(PortalSession)).one().ended_at
    session.commit()
    assert enter(client).location == "/portal/"


def test_another_log_in_is_made_primary(session, signed_in):
    first = customer_who_signs_in(session)
    second = make(session, PortalUser, customer_id=first.customer_id, email="b@lee.example")
    session.commit()
    carry_out(signed_in("agent"), operate("portal_user", "make_primary", second.id))
    session.expire_all()
    assert second.is_primary and not first.is_primary


def test_ending_the_sessions_of_a_log_in(session, signed_in, client):
    user = customer_who_signs_in(session)
    sessions.PORTAL.begin(session, user.id, now())
    session.commit()
    enter(client)
    manager = signed_in("manager")
    answer = carry_out(manager, operate("portal_user", "end_sessions", user.id))
    assert "End sessions" in told(manager, answer)
    assert not is_inside(client)
