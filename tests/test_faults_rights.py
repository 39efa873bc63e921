"""Runs whose person, rows or verb are not what they were when they were planned."""

import pytest
import sqlalchemy as sa

from models.access import StaffReseller, StaffUser, StaffUserRole
from models.base import now
from models.customer import Customer, Flag, Kind, Reseller
from models.message import Message
from models.portal import PortalSession, PortalUser
from models.work import RowState, Run, RunState
from operations import operation as declared
from operations import running
from operations.errors import Refused
from operations.operation import operation_named
from operations.records import Draft, update
from operations.running import Selection, confirm, plan, plan_undo, preview
from queries.staff import viewer_of
from queries.viewer import SYSTEM
from seed.factory import make

from .soundness import assert_sound
from .verbs import lines


@pytest.fixture
def someone(signed_in, session):
    """`someone("manager", reseller)`: a member of staff who asks, limited to these resellers."""

    def hire(role, *resellers):
        session.commit()
        staff_id = signed_in(role).staff_id
        for reseller in resellers:
            session.add(StaffReseller(staff_user_id=staff_id, reseller_id=reseller.id))
        session.commit()
        return viewer_of(session, staff_id)

    return hire


def rows_of(session, count=3, **said):
    made = [make(session, Customer, **said) for _ in range(count)]
    session.commit()
    return made


def planned(session, name, rows, viewer=SYSTEM, model=Customer, key="", **answers):
    verb = operation_named(model, name)
    ids = [getattr(row, "id", row) for row in rows]
    run = plan(session, verb, model, viewer, Selection(ids=ids), answers, "Because", key)
    session.commit()
    return run


def done(session, name, rows, viewer=SYSTEM, **said):
    return confirm(session, planned(session, name, rows, viewer, **said).id, viewer).run


def undone(session, run, viewer=SYSTEM):
    made = plan_undo(session, run, viewer)
    session.commit()
    return confirm(session, made.id, viewer).run


def flags(session, rows):
    session.expire_all()
    return [session.get(Customer, row.id).flag for row in rows]


@pytest.mark.parametrize("loss", ["deactivated", "role"])
def test_who_may_not_any_more_when_their_turn_comes_changes_nothing(session, someone, loss):
    rows, manager = rows_of(session), someone("manager")
    run = confirm(session, planned(session, "flag", rows, manager, flag=Flag.RED).id, manager, wait=False).run
    assert run.state is RunState.QUEUED
    if loss == "deactivated":
        session.get(StaffUser, manager.staff_id).active = False
    else:
        session.execute(sa.text("DELETE FROM staff_user_role"))
        assert not session.scalars(sa.select(StaffUserRole)).all()
    session.commit()
    running.work(session, run.id)
    run = session.get(Run, run.id, populate_existing=True)
    assert (run.state, run.error) == (RunState.FAILED, f"{manager.name} may not do this any more.")
    assert run.finished_at and flags(session, rows) == [None] * 3


def test_who_lost_the_right_cannot_confirm(session, someone):
    rows, manager = rows_of(session), someone("manager")
    run = planned(session, "flag", rows, manager, flag=Flag.RED)
    session.execute(sa.text("DELETE FROM staff_user_role"))
    session.commit()
    with pytest.raises(Refused, match="may not do this any more"):
        confirm(session, run.id, viewer_of(session, manager.staff_id))


def test_what_one_has_planned_another_neither_previews_nor_confirms(session, someone):
    rows, one, other = rows_of(session), someone("manager"), someone("manager")
    run = planned(session, "flag", rows, one, key="one", flag=Flag.RED)
    for step in (
        lambda: confirm(session, run.id, other),
        lambda: preview(session, run, other),
        lambda: planned(session, "flag", rows, other, key="one", flag=Flag.RED),
        lambda: plan_undo(session, run, other, key="one"),
    ):
        with pytest.raises(Refused, match="[Ss]omebody else"):
            step()
        session.rollback()
    assert flags(session, rows) == [None] * 3


def test_answers_that_one_may_not_give_any_more_end_the_run(session, someone):
    rows, manager = rows_of(session), someone("manager")
    run = planned(session, "set_field", rows, manager, email="new@example.com")
    run = confirm(session, run.id, manager, wait=False).run
    session.execute(sa.text("DELETE FROM staff_user_role"))
    tech = sa.text(
        "INSERT INTO staff_user_role (staff_user_id, role_id, version, created_at, updated_at)"
        " SELECT :who, id, 1, created_at, updated_at FROM role WHERE name = 'limited'"
    )
    role = sa.text(
        "UPDATE role SET permissions = '[\"customer.read\", \"customer.update\"]', name = 'limited'"
        " WHERE name = 'tech'"
    )
    session.execute(role)
    session.execute(tech, {"who": manager.staff_id})
    session.commit()
    running.work(session, run.id)
    run = session.get(Run, run.id, populate_existing=True)
    assert run.state is RunState.FAILED and "“email”" in run.error
    session.expire_all()
    assert all(row.email is None for row in rows)


def test_ids_that_are_foreign_or_made_up_are_refused_in_the_ledger(session, someone):
    own, foreign = make(session, Reseller), make(session, Reseller)
    mine, theirs = rows_of(session, 1, reseller=own), rows_of(session, 1, reseller=foreign)
    manager = someone("manager", own)
    run = planned(session, "flag", [*mine, *theirs, 99_999_999], manager, flag=Flag.RED)
    told = preview(session, run, manager)
    assert told["counts"] == {"changed": 1, "refused": 2}
    assert list(told["why"].values()) == [2]
    run = confirm(session, run.id, manager).run
    assert (run.changed, run.refused) == (1, 2)
    assert flags(session, [*mine, *theirs]) == [Flag.RED, None]
    assert str(theirs[0]) not in str([(x.label, x.before, x.after) for x in lines(session, run)])


@pytest.mark.parametrize("path", ["rows", "set"])
def test_rows_that_one_may_not_see_any_more_are_left(session, someone, path):
    own, foreign = make(session, Reseller), make(session, Reseller)
    rows = rows_of(session, 2, reseller=own)
    ids, manager = [row.id for row in rows], someone("manager", own, foreign)
    run = planned(session, "flag", rows, manager, flag=Flag.RED)
    run.path = path
    run = confirm(session, run.id, manager, wait=False).run
    session.delete(session.scalars(sa.select(StaffReseller).where(StaffReseller.reseller_id == own.id)).one())
    session.commit()
    running.work(session, run.id)
    assert [line.state for line in lines(session, run)] == [RowState.REFUSED] * 2
    assert [session.get(Customer, i).flag for i in ids] == [None] * 2


def test_undoing_somebody_elses_run_spares_rows_that_one_may_not_see(session, someone):
    own, foreign = make(session, Reseller), make(session, Reseller)
    mine, theirs = rows_of(session, 1, reseller=own), rows_of(session, 1, reseller=foreign)
    run = done(session, "flag", [*mine, *theirs], flag=Flag.RED)
    manager = someone("manager", own)
    back = undone(session, run, manager)
    assert (back.matched, back.changed, back.refused) == (2, 1, 1)
    assert flags(session, [*mine, *theirs]) == [None, Flag.RED]
    assert {line.label for line in lines(session, back) if line.state is RowState.REFUSED} == {""}


def test_what_this_run_has_changed_itself_is_not_taken_for_somebody_elses(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    members = rows_of(session, 4, organization_id=organization.id)
    run = planned(session, "delete", [organization, *members])
    run = confirm(session, run.id, SYSTEM, wait=False).run
    while running.control._next_chunk(session, run.id, 2):
        session.commit()
    session.commit()
    assert (run.changed, run.skipped) == (5, 0)
    assert_sound(session)


def test_a_run_that_was_taken_back_goes_no_further(session):
    rows = rows_of(session, 5)
    run = confirm(session, planned(session, "flag", rows, flag=Flag.RED).id, SYSTEM, wait=False).run
    running.control._next_chunk(session, run.id, 2)
    session.commit()
    running.pause(session, run.id)
    session.commit()
    back = undone(session, run)
    assert back.changed == 2
    with pytest.raises(Refused, match=f"Run {back.id} has taken this one back"):
        running.resume(session, run.id)
    session.rollback()
    assert flags(session, rows) == [None] * 5


def test_of_two_ways_back_only_one_is_gone(session):
    rows = rows_of(session)
    run = done(session, "flag", rows, flag=Flag.RED)
    ways = [plan_undo(session, run, SYSTEM) for _ in range(2)]
    session.commit()
    confirm(session, ways[0].id, SYSTEM)
    with pytest.raises(Refused, match=f"Run {ways[0].id} is undoing this"):
        confirm(session, ways[1].id, SYSTEM)


def test_failed_rows_of_a_cancelled_run_are_not_tried_again(session):
    rows = rows_of(session)
    run = confirm(session, planned(session, "flag", rows, flag=Flag.RED).id, SYSTEM, wait=False).run
    lines(session, run)[0].state = RowState.FAILED
    run.failed = 1
    running.cancel(session, run.id)
    session.commit()
    with pytest.raises(Refused, match="not carried to its end"):
        running.retry(session, run.id)


def test_undo_does_not_sign_anybody_in_again(session):
    user = make(session, PortalUser)
    signed_in = make(session, PortalSession, portal_user=user, started_at=now(), seen_at=now())
    session.commit()
    verb = operation_named(PortalUser, "deactivate")
    run = plan(session, verb, PortalUser, SYSTEM, Selection(ids=[user.id]), {}, "Because")
    session.commit()
    run = confirm(session, run.id, SYSTEM).run
    ended = session.get(PortalSession, signed_in.id, populate_existing=True).ended_at
    assert ended
    back = undone(session, run)
    assert back.changed == 1 and session.get(PortalUser, user.id, populate_existing=True).is_active
    assert session.get(PortalSession, signed_in.id, populate_existing=True).ended_at == ended


def test_a_verb_that_has_gone_with_an_upgrade_ends_the_run_with_words(session, monkeypatch):
    rows = rows_of(session)
    run = confirm(session, planned(session, "flag", rows, flag=Flag.RED).id, SYSTEM, wait=False).run
    monkeypatch.delitem(declared._declared[Customer], "flag")
    running.work(session, run.id)
    run = session.get(Run, run.id, populate_existing=True)
    assert (run.state, run.error) == (RunState.FAILED, "There is no operation flag any more.")


def test_what_does_not_hold_any_more_for_all_rows_ends_the_run_with_words(session):
    rows = rows_of(session)
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    session.commit()
    run = planned(session, "assign_organization", rows, organization_id=organization.id)
    run = confirm(session, run.id, SYSTEM, wait=False).run
    update(session, organization, Draft({"kind": Kind.CUSTOMER}), SYSTEM)
    session.commit()
    running.work(session, run.id)
    run = session.get(Run, run.id, populate_existing=True)
    assert run.state is RunState.FAILED and "Choose an organization" in run.error


def test_a_run_that_only_wrote_mails_points_at_no_history(session):
    customer = make(session, Customer, email="one@example.com")
    make(session, PortalUser, customer=customer, email="one@example.com", is_primary=True)
    session.commit()
    run = done(session, "send_recovery", [customer])
    assert run.changed == 1 and session.scalar(sa.select(Message.run_id)) == run.id
    assert lines(session, run)[0].transaction_id is None
    assert_sound(session)
