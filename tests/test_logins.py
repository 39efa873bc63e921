"""Log-ins to the portal: made with their customer, looked after by staff."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from models.access import Activity, PasswordToken, TokenPurpose
from models.act import Act, acting
from models.base import now
from models.customer import Contact, Customer, CustomerState
from models.message import Message, MessageTopic
from models.portal import PortalSession, PortalUser
from operations import logins, passwords, recovery, sessions
from operations.errors import Refused
from operations.letters import BLANK
from operations.records import Draft, create, update
from queries.viewer import SYSTEM
from seed.factory import make

from .people import PASSWORD
from .portal_people import NEW, customer_who_signs_in
from .reading import words


def new_customer(signed_in, **said):
    """Made by an agent in the browser's form; the address of the record."""
    answers = {"last_name": "Lee", "first_name": "Ann", "email": "ann@lee.example"} | said
    answer = signed_in("agent").submit("/admin/customer/new/?preset=customer", "/new/", **answers)
    assert answer.status_code == 302, words(answer)
    return answer.location


def only_login(session):
    return session.scalars(sa.select(PortalUser)).one()


def setting_is(session, name, value):
    session.execute(sa.text("UPDATE app_setting SET value = :v WHERE name = :n"), {"v": value, "n": name})
    session.commit()


@pytest.mark.req("S3.34")
def test_a_new_customer_has_a_log_in_with_a_password_to_be_changed(session, signed_in):
    new_customer(signed_in)
    user = only_login(session)
    assert user.password_hash.startswith("$argon2id$") and user.must_change_password
    assert (user.email, user.is_primary, user.is_active) == ("ann@lee.example", True, True)


@pytest.mark.req("S3.35")
def test_a_new_customer_is_mailed_how_to_choose_a_password(session, signed_in):
    new_customer(signed_in)
    message = session.scalars(sa.select(Message)).one()
    assert (message.topic, message.recipient) == (MessageTopic.PASSWORD, "ann@lee.example")
    assert BLANK in message.body and "/portal/password/" not in message.body + message.html
    token = session.scalars(sa.select(PasswordToken)).one()
    assert token.purpose is TokenPurpose.INVITATION and token.portal_user_id == only_login(session).id


def test_the_welcome_may_hold_a_one_time_password_that_no_copy_has(session, signed_in):
    setting_is(session, "password_mail", "one_time_password")
    new_customer(signed_in)
    message = session.scalars(sa.select(Message)).one()
    assert message.template == "welcome_password" and message.body.count(BLANK) == 2
    assert message.secrets and not passwords.matches(message.secrets, only_login(session).password_hash)


def test_without_an_address_there_is_no_log_in_and_the_record_says_why(session, signed_in):
    where = new_customer(signed_in, email="")
    assert session.scalar(sa.select(sa.func.count()).select_from(PortalUser)) == 0
    session.rollback()
    assert "no e-mail address" in words(signed_in("agent").get(where))


def test_with_the_log_in_of_another_there_is_none_and_the_record_says_why(session, signed_in):
    new_customer(signed_in)
    where = new_customer(signed_in, email="ANN@lee.example", last_name="Other")
    assert session.scalar(sa.select(sa.func.count()).select_from(PortalUser)) == 1
    session.rollback()
    assert "another customer signs in with this e-mail" in words(signed_in("agent").get(where))


@pytest.mark.req("S1.57")
def test_staff_list_add_and_deactivate_log_ins(app, session, signed_in):
    where, client = new_customer(signed_in), signed_in("manager")
    assert "ann@lee.example" in words(client.get(f"{where}users/"))
    row_id = where.rstrip("/").rpartition("/")[2]
    add = f"/admin/portal_user/new/?customer_id={row_id}"
    answer = client.submit(add, "/new/", email="bo@lee.example")
    assert answer.location == f"{where}users/"
    assert "bo@lee.example" in words(client.get(f"{where}users/"))
    second = session.scalars(sa.select(PortalUser).order_by(PortalUser.id.desc())).first()
    assert second.password_hash and not second.is_primary
    sessions.PORTAL.begin(session, second.id, now())
    session.commit()
    form = client.form(f"/admin/portal_user/{second.id}/edit/", "/edit/")
    del form.fields["is_active"]
    assert client.post(form.action, data=form.fields).status_code == 302
    session.expire_all()
    assert not second.is_active
    assert session.scalars(sa.select(PortalSession)).one().ended_at


def test_another_primary_takes_over(session):
    first = customer_who_signs_in(session)
    second = create(
        session, PortalUser, Draft({"customer_id": first.customer_id, "email": "b@x.example"}), SYSTEM
    )
    update(session, second, Draft({"is_primary": True}), SYSTEM)
    assert second.is_primary and not first.is_primary
    session.rollback()


def test_who_had_a_log_in_is_told_when_another_address_takes_it_over(session):
    user = customer_who_signs_in(session)
    old = user.email
    sessions.PORTAL.begin(session, user.id, now())
    update(session, user, Draft({"email": "other@x.example"}), SYSTEM)
    told = session.scalars(sa.select(Message).where(Message.template == "login_changed")).one()
    assert told.recipient == old
    assert session.scalars(sa.select(PortalSession)).one().ended_at
    session.rollback()


def test_a_log_in_is_of_one_of_the_customers_own_contacts(session):
    user, stranger = customer_who_signs_in(session), make(session, Contact)
    with pytest.raises(Refused, match="this customer's contacts"):
        update(session, user, Draft({"contact_id": stranger.id}), SYSTEM)
    session.rollback()


def test_two_log_ins_never_share_an_address(session, signed_in):
    user = customer_who_signs_in(session)
    add = f"/admin/portal_user/new/?customer_id={user.customer_id}"
    answer = signed_in("manager").submit(add, "/new/", email="ANN@lee.example")
    assert answer.status_code == 422 and "already taken" in answer.text


def test_a_generated_password_replaces_the_old_one_and_signs_out(session):
    user = customer_who_signs_in(session)
    sessions.PORTAL.begin(session, user.id, now())
    acting(session, Act(staff_id=None, staff_name="Ann"))
    password = logins.generate(session, user, now())
    session.commit()
    assert passwords.matches(password, user.password_hash)
    assert not passwords.matches(PASSWORD, user.password_hash) and user.must_change_password
    assert session.scalars(sa.select(PortalSession)).one().ended_at
    said = session.scalars(sa.select(Activity)).one()
    assert (said.kind, said.object_id) == ("password", user.id) and password not in said.summary


def test_generated_passwords_are_good_ones_and_never_twice_the_same():
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50 and not any(map(passwords.weakness, made))


def test_a_recovery_is_refused_to_whom_it_cannot_help(session):
    user = customer_who_signs_in(session)
    user.is_active = False
    with pytest.raises(Refused, match="deactivated"):
        logins.send_recovery(session, user, now())
    user.is_active = True
    session.get(Customer, user.customer_id).workflow_state = CustomerState.SUSPENDED
    with pytest.raises(Refused, match="suspended and cannot sign in"):
        logins.send_recovery(session, user, now())
    session.rollback()


def test_recovery_mails_are_sent_three_times_an_hour(session):
    user = customer_who_signs_in(session)
    for _ in range(3):
        logins.send_recovery(session, user, now())
    with pytest.raises(Refused, match="within the hour"):
        logins.send_recovery(session, user, now())
    live = sa.select(sa.func.count()).where(PasswordToken.used_at.is_(None))
    assert session.scalar(live) == 1
    with time_machine.travel(now() + dt.timedelta(minutes=61)):
        logins.send_recovery(session, user, now())
    session.rollback()


def test_an_empty_password_is_filled_and_another_one_left_alone(session):
    user = customer_who_signs_in(session)
    kept = user.password_hash
    assert not logins.fill_empty_password(session, user, now()) and user.password_hash == kept
    user.password_hash = None
    assert logins.fill_empty_password(session, user, now())
    assert user.password_hash and user.must_change_password
    session.rollback()


def test_a_default_password_is_only_used_when_there_is_one(session):
    user = customer_who_signs_in(session)
    user.password_hash = None
    session.commit()
    setting_is(session, "default_password", NEW)
    logins.fill_empty_password(session, user, now())
    assert passwords.matches(NEW, user.password_hash) and user.must_change_password
    session.rollback()


def test_a_weak_default_password_is_refused(session, signed_in):
    found = session.execute(sa.text("SELECT id FROM app_setting WHERE name = 'default_password'"))
    path = f"/admin/app_setting/{found.scalar_one()}/edit/"
    session.rollback()
    assert signed_in("admin").submit(path, path, value="welcome").status_code == 422


def test_a_link_of_a_customer_sets_no_password_of_staff(session):
    user = customer_who_signs_in(session)
    token = recovery.make_link(session, user, TokenPurpose.RECOVERY, now())
    session.commit()
    assert recovery.owner_of(session, token, now()) is None
    assert recovery.owner_of(session, token, now(), PortalUser) is user
    with pytest.raises(Refused, match="has been used"):
        recovery.set_password(session, token, NEW, now())
    session.rollback()


def test_a_link_is_void_when_the_account_is_closed(session):
    user = customer_who_signs_in(session)
    token = recovery.make_link(session, user, TokenPurpose.RECOVERY, now())
    session.get(Customer, user.customer_id).workflow_state = CustomerState.CLOSED
    assert recovery.owner_of(session, token, now(), PortalUser) is None
    session.rollback()
