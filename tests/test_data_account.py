"""Data accounts: added, suspended, resumed, cancelled, and what they sign in with."""

import pytest
import sqlalchemy as sa

from models.access import AccessLog
from models.customer import Customer, CustomerState
from models.service import DataAccount, DataAccountState, SuspendedBy
from models.work import RunRow
from operations.errors import Locked, Refused
from operations.records import Draft, create, update
from operations.sealing import unseal
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import words, wrong
from .services import account, account_with_secret, product, subscription
from .stored import only, row_of, stored

TABLE = "/admin/data_account/"
STATES = {"active": "", "suspended": "manual", "cancelled": ""}
# verb: the states that it starts from, and what it says elsewhere
MACHINE = {
    "suspend": (["active"], "Only active accounts can be suspended."),
    "resume": (["suspended"], "It is not suspended."),
    "cancel": (["active", "suspended"], "It is cancelled already."),
}


def verb(client, name, row_id, **answers):
    """Press the button on the record, and go."""
    record = f"{TABLE}{row_id}/"
    path = f"{TABLE}operate/{name}/?ids={row_id}&back={record}"
    assert f"{TABLE}operate/{name}/?ids={row_id}" in client.get(record, follow_redirects=True).text
    return client.submit(path, go="1", reason="Because.", **answers)


@pytest.fixture
def ann(session):
    customer = make(session, Customer, last_name="Ann")
    session.commit()
    return customer


@pytest.mark.req("S4.16")
def test_the_list_shows_username_state_and_package(session, ann, signed_in):
    fibre = subscription(session, customer=ann, product=product(session, name="Fibre 100"), label="Home line")
    account(session, customer=ann, username="ann@net", subscription=fibre)
    account(session, "suspended", "manual", customer=ann, username="bo@net")
    session.commit()
    agent = signed_in("agent")
    for page in (TABLE, f"/admin/customer/{ann.id}/services/data-accounts/"):
        text = words(agent.get(page))
        assert "ann@net" in text and "Home line" in text and "bo@net" in text
        assert "Active" in text and "Suspended" in text and "By hand" in text


@pytest.mark.req("S4.17")
def test_an_account_is_added_active_and_its_username_is_nobody_elses(session, ann, signed_in):
    tech = signed_in("tech")
    tab = tech.get(f"/admin/customer/{ann.id}/services/data-accounts/").text
    new = f"{TABLE}new/?customer_id={ann.id}"
    assert new.replace("&", "&amp;") in tab
    assert tech.submit(new, username="ann@net").status_code == 302
    made = only(session, DataAccount)
    assert (made.customer_id, made.state, made.suspended_by) == (ann.id, DataAccountState.ACTIVE, None)
    again = tech.submit(new, username="ann@net")
    assert again.status_code == 422
    assert wrong(again) == {"username": "This username is already taken."}
    blank = tech.submit(new, username="ann fibre")
    assert wrong(blank) == {"username": "A username has no blanks."}


@pytest.mark.req("S4.18")
def test_an_account_is_suspended_by_hand_and_resumed(session, ann, signed_in):
    row_id = account(session, customer=ann).id
    session.commit()
    billing = signed_in("billing")
    verb(billing, "suspend", row_id)
    held = row_of(session, DataAccount, row_id)
    assert (held.state, held.suspended_by) == (DataAccountState.SUSPENDED, SuspendedBy.MANUAL)
    verb(billing, "resume", row_id)
    back = row_of(session, DataAccount, row_id)
    assert (back.state, back.suspended_by) == (DataAccountState.ACTIVE, None)


@pytest.mark.req("S4.19")
def test_a_cancelled_account_cannot_be_resumed(session, ann, signed_in):
    row_id = account(session, "suspended", "manual", customer=ann).id
    session.commit()
    tech = signed_in("tech")
    verb(tech, "cancel", row_id)
    over = row_of(session, DataAccount, row_id)
    assert (over.state, over.suspended_by) == (DataAccountState.CANCELLED, None)
    assert "It is not suspended." in tech.get(f"{TABLE}{row_id}/", follow_redirects=True).text
    assert tech.submit(f"{TABLE}operate/resume/?ids={row_id}", go="1").status_code == 409
    assert row_of(session, DataAccount, row_id).state is DataAccountState.CANCELLED


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", MACHINE)
def test_only_what_the_states_allow_happens_and_the_button_says_why(session, ann, signed_in, name, state):
    row_id = account(session, state, STATES[state], customer=ann).id
    session.commit()
    starts, otherwise = MACHINE[name]
    manager = signed_in("manager")
    record = manager.get(f"{TABLE}{row_id}/", follow_redirects=True).text
    assert (otherwise in record) is (state not in starts)
    answer = manager.submit(f"{TABLE}operate/{name}/?ids={row_id}", go="1", reason="Because.")
    assert answer.status_code == (303 if state in starts else 409)
    assert (row_of(session, DataAccount, row_id).state == state) is (state not in starts)


def test_an_account_is_not_resumed_while_its_customer_is_kept_out(session, signed_in):
    out = make(session, Customer, workflow_state=CustomerState.SUSPENDED)
    row_id = account(session, "suspended", "manual", customer=out).id
    session.commit()
    manager = signed_in("manager")
    answer = manager.submit(f"{TABLE}operate/resume/?ids={row_id}", go="1")
    assert answer.status_code == 409 and "Its customer is not approved." in words(answer)
    assert row_of(session, DataAccount, row_id).state is DataAccountState.SUSPENDED


def test_an_account_of_a_suspended_customer_begins_suspended_with_it(session):
    out = make(session, Customer, workflow_state=CustomerState.SUSPENDED)
    made = account_with_secret(session, customer_id=out.id)
    assert (made.state, made.suspended_by) == (DataAccountState.SUSPENDED, SuspendedBy.ACCOUNT)


def test_a_closed_customer_gets_no_account_and_a_locked_one_no_change(session, ann):
    closed = make(session, Customer, workflow_state=CustomerState.CLOSED)
    with pytest.raises(Refused, match="is closed"):
        account_with_secret(session, customer_id=closed.id)
    made = account(session, customer=ann)
    ann.is_locked = True
    session.flush()
    with pytest.raises(Locked):
        update(session, made, Draft({"profile": "fast"}), SYSTEM)
    with pytest.raises(Locked):
        create(session, DataAccount, Draft({"customer_id": ann.id, "username": "new"}), SYSTEM)


def test_a_password_is_shown_to_who_may_once_and_the_trail_says_so(session, ann, signed_in):
    row_id = account_with_secret(session, customer_id=ann.id).id
    session.commit()
    password = unseal(row_of(session, DataAccount, row_id).secret)
    tech = signed_in("tech")
    assert password not in tech.get(f"{TABLE}{row_id}/information/").text
    assert password in verb(tech, "reveal", row_id).text
    (entry,) = stored(session, sa.select(AccessLog).where(AccessLog.action == "reveal"))
    assert (entry.staff_user_id, entry.customer_id) == (tech.staff_id, ann.id)
    assert (entry.object_type, entry.object_id) == ("data_account", row_id)
    trail = signed_in("manager").get(f"/admin/customer/{ann.id}/metrics/access-trail/")
    assert "reveal" in words(trail)
    assert password not in str([(r.before, r.after, r.reason) for r in stored(session, sa.select(RunRow))])


def test_a_new_password_replaces_the_old_one_and_is_sealed(session, ann, signed_in):
    row_id = account_with_secret(session, customer_id=ann.id).id
    session.commit()
    before = row_of(session, DataAccount, row_id).secret
    shown = verb(signed_in("tech"), "generate_secret", row_id).text
    after = row_of(session, DataAccount, row_id).secret
    assert before != after and unseal(after) in shown and unseal(after) not in after


@pytest.mark.parametrize("role", ["viewer", "agent", "sales", "billing"])
@pytest.mark.parametrize("name", ["reveal", "generate_secret"])
def test_others_see_no_password(session, ann, signed_in, role, name):
    row_id = account_with_secret(session, customer_id=ann.id).id
    session.commit()
    path = f"{TABLE}operate/{name}/?ids={row_id}"
    assert signed_in(role).get(path).status_code == 403
