"""A customer's services are suspended with the customer, and come back with it."""

from importlib import import_module

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import now
from models.customer import Customer, CustomerState, Flag
from models.service import (
    DataAccount,
    DataAccountState,
    EndReason,
    Subscription,
    SubscriptionState,
    SuspendedBy,
    Suspension,
    SuspensionReason,
    SuspensionState,
)
from models.work import Path, Run
from operations import running
from operations.operation import operation_named
from operations.records import Draft, create
from operations.running import preview
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import words
from .services import account, subscription
from .stored import row_of, stored
from .verbs import Case, do, lines, planned, run_verb, taken_back

ACTIVE, SUSPENDED = DataAccountState.ACTIVE, DataAccountState.SUSPENDED
MANUAL, ACCOUNT = SuspendedBy.MANUAL, SuspendedBy.ACCOUNT


def served(session, **said):
    """A customer with two active accounts, one suspended by hand and one cancelled."""
    customer = make(session, Customer, **said)
    for state, by in (("active", ""), ("active", ""), ("suspended", "manual"), ("cancelled", "")):
        account(session, state, by, customer=customer)
    return customer


def accounts(session, customer_id):
    asked = sa.select(DataAccount.state, DataAccount.suspended_by)
    return stored(session, asked.where(DataAccount.customer_id == customer_id).order_by(DataAccount.id))


BEFORE = [(ACTIVE, None), (ACTIVE, None), (SUSPENDED, MANUAL), (DataAccountState.CANCELLED, None)]
DURING = [(SUSPENDED, ACCOUNT)] * 2 + BEFORE[2:]


@pytest.mark.req("S4.36")
def test_two_active_accounts_are_suspended_and_return_and_the_third_stays(session, signed_in):
    customer = served(session)
    session.commit()
    row_id = customer.id
    billing = signed_in("billing")
    suspend = f"/admin/customer/operate/suspend/?ids={row_id}"
    shown = billing.submit(suspend, reason="Two reminders")
    assert "Data account" in words(billing.get(shown.location))  # the preview tells of them
    session.rollback()
    assert accounts(session, row_id) == BEFORE
    billing.submit(suspend, reason="Two reminders", go="1")
    assert accounts(session, row_id) == DURING
    tab = words(billing.get(f"/admin/customer/{row_id}/services/suspensions/"))
    assert "Suspended" in tab and "By hand" in tab
    billing.submit(f"/admin/customer/operate/resume/?ids={row_id}", go="1")
    assert accounts(session, row_id) == BEFORE


@pytest.mark.req("S1.61")
def test_status_changes_tell_old_and_new_when_and_by_whom(session, signed_in):
    customer = served(session)
    session.commit()
    billing = signed_in("billing")
    billing.submit(f"/admin/customer/operate/suspend/?ids={customer.id}", reason="Unpaid", go="1")
    billing.submit(f"/admin/customer/operate/resume/?ids={customer.id}", go="1")
    page = signed_in("manager").get(f"/admin/customer/{customer.id}/metrics/status-changes/")
    rows = [words(row) for row in page.text.partition("<tbody")[2].partition("</tbody>")[0].split("</tr>")]
    last, first = (row for row in rows if f"Customer {customer}" in row)
    assert "Approved Suspended Unpaid" in first and "Suspended Approved" in last
    assert all("Billing" in row and "just now" in row for row in (first, last))


def test_a_suspension_by_hand_is_opened_and_ended(session):
    customer = served(session)
    run = do(session, "suspend", customer)
    (opened,) = stored(session, sa.select(Suspension))
    assert (opened.reason, opened.state) == (SuspensionReason.MANUAL, SuspensionState.SUSPENDED)
    assert opened.suspended_at is not None and opened.ended_at is None
    do(session, "resume", customer)
    (ended,) = stored(session, sa.select(Suspension))
    assert (ended.state, ended.end_reason) == (SuspensionState.ENDED, EndReason.MANUAL)
    assert ended.ended_at is not None and run.changed == 1


def test_one_that_was_on_its_way_goes_on_and_none_is_opened_beside_it(session):
    customer = served(session)
    values = {
        "customer_id": customer.id,
        "reason": SuspensionReason.OVERDUE,
        "state": SuspensionState.WARNED_2,
    }
    create(session, Suspension, Draft(values), SYSTEM)
    do(session, "suspend", customer)
    (only,) = stored(session, sa.select(Suspension))
    assert (only.reason, only.state) == (SuspensionReason.OVERDUE, SuspensionState.SUSPENDED)


def test_closing_ends_the_suspension_and_reopening_resumes_nothing(session):
    customer = served(session)
    do(session, "suspend", customer)
    do(session, "close", customer)
    (ended,) = stored(session, sa.select(Suspension))
    assert (ended.state, ended.end_reason) == (SuspensionState.ENDED, EndReason.CANCELLED)
    do(session, "reopen", customer)
    assert accounts(session, customer.id) == DURING


@pytest.mark.parametrize("state", ["active", "suspended"])
def test_who_has_subscriptions_in_use_is_not_closed(session, signed_in, state):
    customer = make(session, Customer)
    used = make(
        session, Subscription, customer=customer, state=SubscriptionState(state), start_date=now().date()
    )
    session.commit()
    manager, path = signed_in("manager"), f"/admin/customer/operate/close/?ids={customer.id}"
    answer = manager.submit(path, go="1", reason="They move away.")
    assert answer.status_code == 409 and "It has active subscriptions." in words(answer)
    assert "It has active subscriptions." in manager.get(f"/admin/customer/{customer.id}/").text
    used.state = SubscriptionState.CANCELLED
    session.commit()
    do(session, "close", customer)
    assert row_of(session, Customer, customer.id).workflow_state is CustomerState.CLOSED


def test_nobody_surfs_on_a_closed_account(session):
    customer = served(session)
    do(session, "close", customer)
    assert accounts(session, customer.id) == DURING


def test_an_undo_brings_the_accounts_back(session):
    customer = served(session)
    run = do(session, "suspend", customer)
    taken_back(session, run)
    assert accounts(session, customer.id) == BEFORE
    assert stored(session, sa.select(Suspension)) == []


def test_an_undo_leaves_what_somebody_has_done_since(session):
    customer = served(session)
    run = do(session, "suspend", customer)
    first = stored(session, sa.select(DataAccount.id).order_by(DataAccount.id))[0]
    cancel = operation_named(DataAccount, "cancel")
    run_verb(session, DataAccount, cancel, Case([session.get_one(DataAccount, first)]))
    back = taken_back(session, run)
    assert accounts(session, customer.id)[0] == (DataAccountState.CANCELLED, None)
    assert accounts(session, customer.id)[1] == (ACTIVE, None)
    assert "Stays as it is now" in lines(session, back)[0].reason


def test_a_customer_without_services_leaves_no_suspension(session):
    customer = make(session, Customer)
    do(session, "suspend", customer)
    assert stored(session, sa.select(Suspension)) == []
    with_package = subscription(session).customer_id
    do(session, "suspend", session.get_one(Customer, with_package))
    assert stored(session, sa.select(Suspension.customer_id)) == [with_package]


def crowd(session, monkeypatch, number=12):
    """Served and unserved customers in turn, and a run so small that it is done by statements."""
    for name in ("plan", "control", "preview", "set_forecast"):
        monkeypatch.setattr(import_module(f"operations.running.{name}"), "AT_ONCE", 2)
    rows = [served(session) if n % 3 == 0 else make(session, Customer) for n in range(number)]
    session.commit()
    return Case(rows)


def by_worker(session, run):
    running.confirm(session, run.id, SYSTEM)
    running.work(session, run.id)
    done = session.get_one(Run, run.id)
    session.commit()
    return done


def test_many_at_once_take_their_accounts_along_and_the_others_stay_quick(session, monkeypatch):
    crowded = crowd(session, monkeypatch)
    suspend = operation_named(Customer, "suspend")
    run = planned(session, Customer, suspend, crowded)
    assert run.path is Path.SET
    told = preview(session, run, SYSTEM)
    assert told["counts"]["changed"] + told.get("rest", {}).get("changed", 0) == len(crowded.ids)
    run = by_worker(session, run)
    assert (run.changed, run.failed, run.refused) == (len(crowded.ids), 0, 0)
    served_ids = crowded.ids[::3]
    for row_id in served_ids:
        assert accounts(session, row_id) == DURING
    assert stored(session, sa.select(Suspension.customer_id).order_by(Suspension.id)) == served_ids
    assert {s.value for s in stored(session, sa.select(Customer.workflow_state))} == {"suspended"}
    with_more = [line.row_id for line in lines(session, run) if line.also]
    assert with_more == served_ids  # the others were written by statements, which change nothing else


def test_many_are_taken_back_with_their_accounts(session, monkeypatch):
    crowded = crowd(session, monkeypatch)
    run = by_worker(session, planned(session, Customer, operation_named(Customer, "suspend"), crowded))
    back = running.plan_undo(session, run, SYSTEM)
    session.commit()
    told = preview(session, back, SYSTEM)
    assert told["counts"]["changed"] + told.get("rest", {}).get("changed", 0) == len(crowded.ids)
    back = by_worker(session, back)
    assert (back.changed, back.failed) == (len(crowded.ids), 0)
    for n, row_id in enumerate(crowded.ids):
        assert row_of(session, Customer, row_id).workflow_state is CustomerState.APPROVED
        assert n % 3 or accounts(session, row_id) == BEFORE
    assert stored(session, sa.select(Suspension)) == []


states = st.lists(st.sampled_from(["active", "manual", "cancelled"]), min_size=1, max_size=4)
steps = st.lists(st.sampled_from(["suspend", "resume", "flag", "undo"]), min_size=1, max_size=6)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(states, steps)
def test_whoever_is_not_suspended_has_no_account_that_is_out_with_them(session, states, steps):
    """And whoever is has none that is on, whatever was done in which order."""
    customer = make(session, Customer)
    for state in states:
        plain = {"active": ("active", ""), "manual": ("suspended", "manual"), "cancelled": ("cancelled", "")}
        account(session, *plain[state], customer=customer)
    last = None
    for step in steps:
        session.commit()
        if step == "undo":
            last = taken_back(session, last) if last is not None and last.changed else last
        else:
            last = do(session, step, customer, **({"flag": Flag.RED} if step == "flag" else {}))
        out = row_of(session, Customer, customer.id).workflow_state is CustomerState.SUSPENDED
        now = accounts(session, customer.id)
        assert (ACTIVE, None) not in now if out else (SUSPENDED, ACCOUNT) not in now
        assert [by for _, by in now].count(MANUAL) == states.count("manual")
        open_ = sa.select(Suspension).where(
            Suspension.customer_id == customer.id, Suspension.state != SuspensionState.ENDED
        )
        assert bool(stored(session, open_)) == (out and set(states) != {"cancelled"})
    session.commit()
