"""What staff do with customers: the states, the lock, marks and owners."""

import sys

import pytest
import sqlalchemy as sa

from models.access import Activity
from models.customer import (
    Contact,
    Customer,
    CustomerState,
    CustomerTag,
    Flag,
    Kind,
    Note,
    PriceLevel,
    Reseller,
    Tag,
)
from models.message import Message, MessageState
from models.portal import PortalUser
from models.work import Path, RowState
from operations.errors import Invalid, Refused
from operations.operation import operation_named
from operations.records import Draft, update
from operations.running import Selection, plan
from queries.viewer import SYSTEM, Viewer
from seed.factory import make

from .stored import row_of, stored
from .verbs import Case, customer, do, lines, looked_at, run_verb, taken_back, why, with_login

STATES = (
    CustomerState.WAITING_APPROVAL,
    CustomerState.APPROVED,
    CustomerState.SUSPENDED,
    CustomerState.CLOSED,
)
# verb: the states that it starts from, where it leads, and what it says elsewhere.
MACHINE = {
    "approve": ("waiting_approval", "approved", "It does not wait for an approval."),
    "reject": ("waiting_approval", "closed", "It does not wait for an approval."),
    "suspend": ("approved", "suspended", "Only approved customers can be suspended."),
    "resume": ("suspended", "approved", "It is not suspended."),
    "close": ("approved suspended", "closed", "Only approved and suspended customers can be closed."),
    "reopen": ("closed", "approved", "It is not closed."),
}


@pytest.mark.parametrize("name", MACHINE)
def test_a_state_leads_where_the_machine_says_and_nowhere_else(session, name):
    starts, ends, words = MACHINE[name]
    rows = [customer(session, workflow_state=state) for state in STATES]
    answers = {"note": "No papers."} if name == "reject" else {}
    run = do(session, name, *rows, **answers)
    for line, row, state in zip(lines(session, run), rows, STATES, strict=True):
        able = state.value in starts.split()
        assert line.row_id == row.id
        assert (line.state, line.reason) == ((RowState.CHANGED, "") if able else (RowState.REFUSED, words))
        assert row.workflow_state == (ends if able else state)


def test_every_move_is_in_the_activity_log(session):
    row = customer(session, workflow_state=CustomerState.WAITING_APPROVAL)
    for name in ("approve", "suspend", "resume", "close", "reopen"):
        do(session, name, row)
    moves = sa.select(Activity.summary).where(Activity.object_id == row.id, Activity.kind == "state")
    said = stored(session, moves.order_by(Activity.id))
    assert said == [
        "Waiting approval → Approved",
        "Approved → Suspended",
        "Suspended → Approved",
        "Approved → Closed",
        "Closed → Approved",
    ]


@pytest.mark.parametrize("name", ["suspend", "close", "reopen", "lock"])
def test_what_needs_a_reason_is_refused_without(session, name):
    row = customer(session)
    with pytest.raises(Invalid, match="Say why"):
        plan(session, operation_named(Customer, name), Customer, SYSTEM, Selection(ids=[row.id]), {}, "  ")


def test_a_rejection_leaves_a_note(session):
    row = customer(session, workflow_state=CustomerState.WAITING_APPROVAL)
    with pytest.raises(Invalid):
        do(session, "reject", row)
    run = do(session, "reject", row, note="No papers.")
    notes = sa.select(Note.body).where(Note.customer_id == row.id)
    assert stored(session, notes) == ["No papers."]
    taken_back(session, run)
    assert stored(session, notes) == []
    assert row_of(session, Customer, row.id).workflow_state is CustomerState.WAITING_APPROVAL


def test_closing_takes_the_log_ins_along_and_reopening_leaves_them_off(session):
    user = with_login(session)
    row = session.get_one(Customer, user.customer_id)
    closed = do(session, "close", row)
    assert not row_of(session, PortalUser, user.id).is_active
    reopened = do(session, "reopen", row)
    assert not row_of(session, PortalUser, user.id).is_active
    taken_back(session, reopened)
    taken_back(session, closed)
    assert row_of(session, PortalUser, user.id).is_active
    assert row_of(session, Customer, row.id).workflow_state is CustomerState.APPROVED


@pytest.mark.parametrize("balance", [5, -5])
def test_who_has_a_balance_is_neither_closed_nor_deleted(session, balance):
    row = customer(session, balance=balance)
    assert "balance is not 0" in why(session, do(session, "close", row))[0]
    assert "close the customer" in why(session, do(session, "delete", row))[0]


def test_a_locked_customer_refuses_every_verb_but_unlock(session):
    row = customer(session, is_locked=True, flag=Flag.RED)
    contact = make(session, Contact, customer=row)
    for name in ("suspend", "unflag", "close", "delete"):
        assert why(session, do(session, name, row)) == [
            "This customer is locked. Unlock it before changing it."
        ]
    session.commit()
    delete = operation_named(Contact, "delete")
    assert run_verb(session, Contact, delete, Case([contact])).run.refused == 1
    with pytest.raises(Refused, match="locked"):
        update(session, contact, Draft({"name": "Other"}), SYSTEM)
    session.rollback()
    assert do(session, "unlock", row).changed == 1
    assert do(session, "unflag", row).changed == 1


def test_locking_is_taken_back(session):
    row = customer(session)
    run = do(session, "lock", row)
    assert row_of(session, Customer, row.id).is_locked
    taken_back(session, run)
    assert not row_of(session, Customer, row.id).is_locked


@pytest.mark.parametrize(
    ("name", "state", "template"),
    [
        ("approve", CustomerState.WAITING_APPROVAL, "approved"),
        ("reject", CustomerState.WAITING_APPROVAL, "rejected"),
        ("suspend", CustomerState.APPROVED, "suspended"),
        ("resume", CustomerState.SUSPENDED, "resumed"),
        ("close", CustomerState.APPROVED, "closed"),
    ],
)
def test_a_customer_is_told_when_asked_for(session, name, state, template):
    row = customer(session, workflow_state=state, email="kim@example.com")
    answers = {"note": "No papers."} if name == "reject" else {}
    mails = sa.select(Message.template, Message.state).where(Message.customer_id == row.id)
    told = looked_at(session, name, row, tell_them=True, **answers)
    assert (told["mails"], told["warnings"]) == (1, [])
    assert stored(session, mails) == []
    run = do(session, name, row, tell_them=True, **answers)
    assert stored(session, mails) == [(template, MessageState.QUEUED)]
    taken_back(session, run)
    assert stored(session, mails) == [(template, MessageState.WITHDRAWN)]


def test_nobody_is_told_unless_asked_for(session):
    row = customer(session, email="kim@example.com")
    do(session, "suspend", row)
    assert stored(session, sa.select(Message).where(Message.customer_id == row.id)) == []


def test_why_stands_in_the_mail(session):
    row = customer(session, email="kim@example.com")
    do(session, "suspend", row, tell_them=True, why="Two invoices are open.")
    assert "Two invoices are open." in stored(session, sa.select(Message.body))[0]


def test_without_an_address_it_is_done_and_said(session):
    rows = [customer(session, workflow_state=CustomerState.SUSPENDED) for _ in range(2)]
    told = looked_at(session, "resume", *rows, tell_them=True)
    assert told["counts"] == {"changed": 2}
    assert told["warnings"] == ["Not told, because there is no e-mail address: customers (2)."]
    assert do(session, "resume", *rows, tell_them=True).changed == 2


def test_owners_are_assigned_and_emptied(session):
    row = customer(session)
    reseller, level = make(session, Reseller), make(session, PriceLevel)
    do(session, "assign_reseller", row, reseller_id=reseller.id)
    do(session, "assign_price_level", row, price_level_id=level.id)
    found = row_of(session, Customer, row.id)
    assert (found.reseller_id, found.price_level_id) == (reseller.id, level.id)
    emptied = do(session, "assign_reseller", row)
    assert row_of(session, Customer, row.id).reseller_id is None
    taken_back(session, emptied)
    assert row_of(session, Customer, row.id).reseller_id == reseller.id


def test_leaving_an_organization_ends_its_billing(session):
    home, row = customer(session, kind=Kind.ORGANIZATION), customer(session)
    do(session, "assign_organization", row, organization_id=home.id)
    update(session, session.get_one(Customer, row.id), Draft({"bill_to_organization": True}), SYSTEM)
    run = do(session, "assign_organization", row)
    found = row_of(session, Customer, row.id)
    assert (found.organization_id, found.bill_to_organization) == (None, False)
    taken_back(session, run)
    found = row_of(session, Customer, row.id)
    assert (found.organization_id, found.bill_to_organization) == (home.id, True)


def test_members_belong_to_organizations_alone(session):
    home, row, other = customer(session, kind=Kind.ORGANIZATION), customer(session), customer(session)
    with pytest.raises(Refused, match="Choose an organization"):
        do(session, "assign_organization", row, organization_id=other.id)
    session.rollback()
    run = do(session, "assign_organization", home, row, organization_id=home.id)
    assert sorted(why(session, run)) == ["", "An organization cannot belong to another one."]


def test_a_reseller_that_takes_nobody_is_refused_in_words(session):
    row, closed = customer(session), make(session, Reseller, is_active=False)
    run = do(session, "assign_reseller", row, reseller_id=closed.id)
    assert why(session, run) == [f"{closed} takes no new customers."]


def test_an_answer_has_to_be_there_and_within_the_row_rule(session):
    mine, other = make(session, Reseller), make(session, Reseller)
    row = customer(session, reseller=mine)
    foreign = customer(session, kind=Kind.ORGANIZATION, reseller=other)
    session.commit()
    some = frozenset({"customer.assign_organization", "customer.tag"})
    limited = Viewer(None, "Ann", some, frozenset({mine.id}))
    for name, answers in (
        ("assign_organization", {"organization_id": foreign.id}),
        ("tag", {"tags": {10**9}}),
    ):
        with pytest.raises(Invalid, match="Choose again"):
            plan(
                session, operation_named(Customer, name), Customer, limited, Selection(ids=[row.id]), answers
            )


def test_tags_are_added_and_taken_from_those_that_are_there(session):
    row = customer(session)
    vip, late = make(session, Tag), make(session, Tag)
    held = sa.select(CustomerTag.tag_id).where(CustomerTag.customer_id == row.id).order_by(CustomerTag.tag_id)
    do(session, "tag", row, tags={vip.id, late.id})
    assert do(session, "tag", row, tags={vip.id}).same == 1
    do(session, "untag", row, tags={late.id})
    assert stored(session, held) == [vip.id]


def test_a_mail_is_written_row_by_row_however_many_there_are(session, monkeypatch):
    planning = sys.modules["operations.running.plan"]  # the name itself is that of a function
    monkeypatch.setattr(planning, "AT_ONCE", 0)
    monkeypatch.setattr("operations.running.setwise.able", lambda *given: True)
    row = customer(session, workflow_state=CustomerState.SUSPENDED)
    session.commit()
    resume = operation_named(Customer, "resume")
    silent = plan(session, resume, Customer, SYSTEM, Selection(ids=[row.id]), {})
    telling = plan(session, resume, Customer, SYSTEM, Selection(ids=[row.id]), {"tell_them": True})
    assert (silent.path, telling.path) == (Path.SET, Path.ROWS)
