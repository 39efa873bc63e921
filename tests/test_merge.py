"""Merging customers: what moves, what is united, what is refused, and the way back."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.access import Activity
from models.base import now
from models.customer import (
    Address,
    AddressRole,
    Contact,
    ContactRole,
    Customer,
    CustomerState,
    CustomerTag,
    Kind,
    NotDuplicate,
    Tag,
)
from models.portal import Impersonation, PortalUser
from models.work import RunState
from operations.errors import Invalid, Refused
from operations.merge_relations import treatment_of, unsaid
from operations.operation import operation_named
from operations.records import Draft, create, update
from operations.running import Selection, confirm, plan, preview
from queries.viewer import SYSTEM
from queries.visibility import find
from seed.factory import make

from .merging import (
    counted,
    everything,
    furnished,
    merged,
    noted,
    owned,
    planned,
    tagged,
    unmerged,
)
from .verbs import lines


@pytest.fixture
def two(session):
    made = [furnished(session, last_name=name) for name in ("Kept", "Gone")]
    session.commit()
    return made


def test_every_key_to_a_customer_says_what_a_merge_does_with_it():
    assert unsaid(Customer) == []
    assert treatment_of(Address.__table__.c.customer_id) is not treatment_of(Contact.__table__.c.customer_id)


def test_everything_that_belonged_to_the_other_belongs_to_the_one_that_stays(session, two):
    kept, gone = two
    before = [counted(session, row) for row in two]
    run = merged(session, kept, gone)
    assert (run.state, run.changed) == (RunState.DONE, 2)
    kept, gone = (session.get(Customer, row.id) for row in two)
    assert (gone.workflow_state, gone.merged_into_id) == (CustomerState.MERGED, kept.id)
    for model in owned():
        name = f"{model.__tablename__}.customer_id"
        trail = 1 if model is Activity else 0  # the merge itself is told to both
        assert counted(session, kept)[name] == before[0][name] + before[1][name] + trail, name


def test_the_merged_one_is_not_there_any_more(session, two):
    kept, gone = two
    merged(session, kept, gone)
    assert find(session, Customer, gone.id, SYSTEM) is None


def test_own_values_win_and_blanks_are_filled(session):
    kept = make(session, Customer, email="k@x.example", credit_limit=None)
    gone = make(session, Customer, email="g@x.example", credit_limit=Decimal(500), first_name="Bo")
    session.commit()
    merged(session, kept, gone)
    kept = session.get(Customer, kept.id)
    assert (kept.email, kept.credit_limit, kept.first_name) == ("k@x.example", Decimal(500), "Bo")


def test_a_chosen_value_wins_and_what_it_replaces_is_kept_as_a_contact(session):
    kept = make(session, Customer, last_name="Ann", email="k@x.example", phone_e164="+27821234567")
    gone = make(session, Customer, last_name="Bo", email="g@x.example", phone_e164="+27821234567")
    session.commit()
    merged(session, kept, gone, email_from=gone.id)
    assert session.get(Customer, kept.id).email == "g@x.example"
    found = session.scalars(sa.select(Contact).where(Contact.customer_id == kept.id)).all()
    assert [(c.name, c.email, c.phone_e164) for c in found] == [("Ann", "k@x.example", None)]


def test_an_address_that_a_contact_has_makes_no_second_one(session):
    kept = make(session, Customer, email="k@x.example")
    gone = make(session, Customer, email="G@x.example ")
    make(session, Contact, customer=gone, email="g@x.example")
    session.commit()
    merged(session, kept, gone)
    assert counted(session, kept)["contact.customer_id"] == 1


def test_a_chosen_record_must_be_one_of_those_merged(session, two):
    stranger = make(session, Customer)
    session.commit()
    run = merged(session, *two, email_from=stranger.id)
    assert run.refused == 2
    run = merged(session, stranger, two[0])
    assert run.changed == 2


def test_the_one_to_keep_must_be_one_of_them(session, two):
    other = make(session, Customer)
    session.commit()
    ids = Selection(ids=[row.id for row in two])
    verb = operation_named(Customer, "merge")
    with pytest.raises(Invalid, match="This is needed"):
        plan(session, verb, Customer, SYSTEM, ids, {}, "Twice")
    run = plan(session, verb, Customer, SYSTEM, ids, {"survivor": other.id}, "Twice")
    session.commit()
    assert confirm(session, run.id, SYSTEM).run.refused == 2


def test_only_one_bill_to_primary_contact_and_primary_login_remain(session, two):
    kept, gone = two
    merged(session, kept, gone)
    for model, mark, value in (
        (Address, Address.role, AddressRole.BILL_TO),
        (Contact, Contact.role, ContactRole.PRIMARY),
        (PortalUser, PortalUser.is_primary, True),
    ):
        asked = sa.select(sa.func.count()).where(model.customer_id == kept.id, mark == value)
        assert session.scalar(asked) == 1


def test_who_has_no_bill_to_takes_the_first_that_comes(session):
    kept, one, two = (make(session, Customer) for _ in range(3))
    for row in (one, two):
        make(session, Address, customer=row, role=AddressRole.BILL_TO)
    session.commit()
    merged(session, kept, one, two)
    found = session.scalars(
        sa.select(Address.role).where(Address.customer_id == kept.id).order_by(Address.id)
    )
    assert list(found) == [AddressRole.BILL_TO, AddressRole.OTHER]


def test_tags_are_united(session):
    tags = [make(session, Tag) for _ in range(3)]
    kept, gone = make(session, Customer), make(session, Customer)
    tagged(session, kept, tags[0], tags[1])
    tagged(session, gone, tags[1], tags[2])
    session.commit()
    run = merged(session, kept, gone)
    held = sa.select(CustomerTag.tag_id).where(CustomerTag.customer_id == kept.id)
    assert set(session.scalars(held)) == {tag.id for tag in tags}
    unmerged(session, run)
    assert counted(session, kept)["customer_tag.customer_id"] == 2
    assert counted(session, gone)["customer_tag.customer_id"] == 2


def test_balances_are_added_up_and_come_apart_again(session):
    kept, gone = make(session, Customer, balance=Decimal(120)), make(session, Customer, balance=Decimal(-20))
    later = make(session, Customer, balance=Decimal(7))
    session.commit()
    run = merged(session, kept, gone)
    assert session.get(Customer, kept.id).balance == Decimal(100)
    merged(session, kept, later)
    unmerged(session, run)
    balances = [session.get(Customer, row.id).balance for row in (kept, gone, later)]
    assert balances == [Decimal(127), Decimal(-20), Decimal(0)]


def test_members_follow_their_organization(session):
    kept, gone = (make(session, Customer, kind=Kind.ORGANIZATION) for _ in range(2))
    member = make(session, Customer, organization_id=gone.id, bill_to_organization=True)
    session.commit()
    merged(session, kept, gone)
    member = session.get(Customer, member.id)
    assert (member.organization_id, member.bill_to_organization) == (kept.id, True)


def test_pairs_told_apart_stay_in_order_and_are_not_told_twice(session):
    a, b, c, d = (make(session, Customer) for _ in range(4))
    for one, other in ((a, d), (b, d), (c, d), (b, c)):
        session.add(NotDuplicate(customer_id=one.id, other_id=other.id))
    session.commit()
    run = merged(session, d, a)  # a-d goes
    asked = sa.select(NotDuplicate.customer_id, NotDuplicate.other_id).order_by(NotDuplicate.id)
    assert [tuple(r) for r in session.execute(asked)] == [(b.id, d.id), (c.id, d.id), (b.id, c.id)]
    again = merged(session, c, b)
    assert [tuple(r) for r in session.execute(asked)] == [(c.id, d.id)]
    unmerged(session, again)
    unmerged(session, run)
    assert session.scalar(sa.select(sa.func.count(NotDuplicate.id))) == 4


def test_both_trails_tell_of_the_merge(session, two):
    kept, gone = two
    merged(session, kept, gone)
    for row, words in ((kept, f"Merged in: Gone, {gone.code}"), (gone, f"Merged into: Kept, {kept.code}")):
        told = sa.select(Activity.summary).where(Activity.customer_id == row.id, Activity.kind == "merge")
        assert words in session.scalar(told).replace(f"{row.first_name} ", "")


def refusal(session, *rows):
    run = merged(session, *rows)
    assert (run.changed, run.refused) == (0, len(rows))
    return lines(session, run)[0].reason


def test_different_currencies_are_refused(session):
    rows = [make(session, Customer, currency=c) for c in ("USD", "ZAR")]
    session.commit()
    assert "is billed in ZAR and" in refusal(session, *rows)


def test_an_organization_and_a_customer_are_refused(session):
    rows = [make(session, Customer, kind=kind) for kind in (Kind.ORGANIZATION, Kind.CUSTOMER)]
    session.commit()
    assert "only two of a kind" in refusal(session, *rows)


def test_a_locked_one_is_refused(session):
    rows = [make(session, Customer), make(session, Customer, is_locked=True)]
    session.commit()
    assert "locked" in refusal(session, *rows)


def test_one_that_is_being_viewed_is_refused(session, two):
    ends = now() + dt.timedelta(minutes=5)
    make(session, Impersonation, customer=two[1], expires_at=ends, ended_at=None)
    session.commit()
    assert "viewing the portal" in refusal(session, *two)


def test_one_that_was_merged_is_refused(session, two):
    third = make(session, Customer)
    session.commit()
    run = planned(session, third, two[1])
    merged(session, *two)
    run = confirm(session, run.id, SYSTEM).run
    assert run.refused == 2
    assert merged(session, third, two[1]).refused == 2  # it is not even seen any more
    assert session.get(Customer, third.id).workflow_state is CustomerState.APPROVED


def test_one_record_alone_is_refused(session, two):
    with pytest.raises(Refused, match="2 to 10"):
        planned(session, two[0], two[0])


def test_a_reason_is_asked_for(session, two):
    with pytest.raises(Invalid, match="Say why"):
        plan(
            session,
            operation_named(Customer, "merge"),
            Customer,
            SYSTEM,
            Selection(ids=[row.id for row in two]),
            {"survivor": two[0].id},
        )


def test_nothing_is_added_to_one_that_was_merged_meanwhile(session, two):
    merged(session, *two)
    with pytest.raises(Refused, match="merged into another one"):
        create(session, Contact, Draft({"name": "Late", "customer_id": two[1].id}), SYSTEM)


def test_a_preview_tells_what_moves_and_leaves_no_trace(session, two):
    before = everything(session)
    run = planned(session, *two)
    told = preview(session, run, SYSTEM)
    assert told["counts"] == {"changed": 2}
    assert {line[0] for line in told["samples"][0]["changes"]} >= {"address", "contact", "note"}
    assert everything(session) == before


def test_a_different_state_is_warned_of(session):
    kept = make(session, Customer)
    gone = make(session, Customer, workflow_state=CustomerState.SUSPENDED)
    session.commit()
    told = preview(session, planned(session, kept, gone), SYSTEM)
    assert "is suspended" in told["warnings"][0]
    assert "stays so" in told["warnings"][0]


def test_apart_again_everything_is_as_it_was(session, two):
    before = everything(session)
    run = merged(session, *two)
    assert everything(session) != before
    back = unmerged(session, run)
    assert (back.state, back.changed) == (RunState.DONE, 2)
    assert everything(session) == before


def test_apart_again_what_was_changed_since_stays_and_is_listed(session, two):
    kept, gone = two
    note = noted(session, gone, "Calls on Mondays")
    other = make(session, Customer)
    session.commit()
    run = merged(session, kept, gone)
    update(session, session.get(type(note), note.id), Draft({"customer_id": other.id}), SYSTEM)
    mine = noted(session, session.get(Customer, kept.id), "Added since")
    session.commit()
    back = unmerged(session, run)
    assert session.get(type(note), note.id).customer_id == other.id
    assert session.get(type(note), mine.id).customer_id == kept.id
    assert "customer" in lines(session, back)[0].reason
    assert session.get(Customer, gone.id).workflow_state is CustomerState.APPROVED


def test_a_chain_points_at_the_last_survivor_and_comes_apart_in_order(session):
    a, b, c = (furnished(session) for _ in range(3))
    session.commit()
    before = everything(session)
    first = merged(session, b, a)
    second = merged(session, c, b)
    assert session.get(Customer, a.id).merged_into_id == c.id
    assert unmerged(session, first).refused == 2
    assert session.get(Customer, a.id).workflow_state is CustomerState.MERGED
    unmerged(session, second)
    assert session.get(Customer, a.id).merged_into_id == b.id
    unmerged(session, first)
    assert everything(session) == before


def test_confirmed_twice_it_merges_once(session, two):
    run = planned(session, *two)
    confirm(session, run.id, SYSTEM)
    after = everything(session)
    again = confirm(session, run.id, SYSTEM).run
    assert again.changed == 2
    assert everything(session) == after
