"""Operations carried out: plan, preview, confirm, ledger, undo."""

import datetime as dt

import pytest
import sqlalchemy as sa

from models.act import acting
from models.base import now
from models.customer import Customer, CustomerTag, Flag, Tag
from models.history import Transaction, version_table
from models.setting import AppSetting
from models.work import Job, JobState, RowState, Run, RunState
from operations import running
from operations.errors import Refused
from operations.operation import operation_named
from operations.records import Draft, update
from operations.running import Selection, confirm, plan, plan_undo, preview
from queries.viewer import SYSTEM, Viewer
from seed.factory import make

from .verbs import lines
from .working import worker_of


def planned(session, name, rows, **answers):
    operation = operation_named(Customer, name)
    run = plan(session, operation, Customer, SYSTEM, Selection(ids=[row.id for row in rows]), answers)
    session.commit()
    return run


def ran(session, name, rows, **answers):
    return confirm(session, planned(session, name, rows, **answers).id, SYSTEM).run


def undone(session, run):
    made = plan_undo(session, run, SYSTEM)
    session.commit()
    return confirm(session, made.id, SYSTEM).run


@pytest.fixture
def three(session):
    made = [make(session, Customer) for _ in range(3)]
    session.commit()
    return made


def flags(session, rows):
    session.expire_all()
    return [session.get(Customer, row.id).flag for row in rows]


def test_a_run_does_what_its_preview_said(session, three):
    run = planned(session, "flag", three, flag=Flag.RED)
    told = preview(session, run, SYSTEM)
    assert told["counts"] == {"changed": 3}
    assert flags(session, three) == [None, None, None]
    assert told["samples"][0]["changes"] == [["customer", three[0].id, 1, {"flag": None}, {"flag": "red"}]]
    run = confirm(session, run.id, SYSTEM).run
    assert (run.state, run.matched, run.changed) == (RunState.DONE, 3, 3)
    assert flags(session, three) == [Flag.RED] * 3
    assert {line.state for line in lines(session, run)} == {RowState.CHANGED}


def test_a_preview_leaves_no_trace(session, three):
    run = planned(session, "flag", three, flag=Flag.RED)
    versions = version_table(Customer)
    count = sa.select(sa.func.count())
    before = [session.scalar(count.select_from(t)) for t in (versions, Transaction.__table__)]
    preview(session, run, SYSTEM)
    assert [session.scalar(count.select_from(t)) for t in (versions, Transaction.__table__)] == before


def test_every_row_of_a_run_says_so_in_its_history(session, three):
    run = ran(session, "flag", three, flag=Flag.CHK)
    versions = version_table(Customer)
    for line in lines(session, run):
        assert session.get(Transaction, line.transaction_id).run_id == run.id
        here = (versions.c.id == line.row_id) & (versions.c.transaction_id == line.transaction_id)
        assert session.scalar(sa.select(versions.c.flag).where(here)) == Flag.CHK


def test_what_changed_since_the_preview_is_left_out_and_listed(session, three):
    run = planned(session, "flag", three, flag=Flag.RED)
    update(session, three[1], Draft({"last_name": "Other"}), SYSTEM)
    session.commit()
    run = confirm(session, run.id, SYSTEM).run
    assert (run.changed, run.skipped) == (2, 1)
    assert lines(session, run)[1].state is RowState.SKIPPED
    assert flags(session, three) == [Flag.RED, None, Flag.RED]


def test_what_is_so_already_is_counted_apart(session, three):
    ran(session, "flag", three[:1], flag=Flag.RED)
    run = ran(session, "flag", three, flag=Flag.RED)
    assert (run.changed, run.same) == (2, 1)


def test_a_condition_refuses_with_its_words(session, three):
    run = ran(session, "unflag", three)
    assert (run.changed, run.refused) == (0, 3)
    assert lines(session, run)[0].reason == "It has no flag."


def test_confirmed_twice_it_runs_once(session, three):
    run = planned(session, "flag", three, flag=Flag.RED)
    confirm(session, run.id, SYSTEM)
    first = lines(session, run)[0].transaction_id
    confirm(session, run.id, SYSTEM)
    assert lines(session, run)[0].transaction_id == first


def test_undo_puts_back_and_keeps_what_others_did(session, three):
    run = ran(session, "flag", three, flag=Flag.RED)
    update(session, session.get(Customer, three[1].id), Draft({"flag": Flag.BLUE}), SYSTEM)
    update(session, session.get(Customer, three[2].id), Draft({"last_name": "Other"}), SYSTEM)
    session.commit()
    back = undone(session, run)
    assert flags(session, three) == [None, Flag.BLUE, None]
    assert session.get(Customer, three[2].id).last_name == "Other"
    assert [line.state for line in lines(session, back)] == ["changed", "skipped", "changed"]
    assert lines(session, back)[1].reason == "Changed since: flag."


def test_an_undo_can_be_undone_and_happens_once(session, three):
    run = ran(session, "flag", three, flag=Flag.RED)
    back = undone(session, run)
    with pytest.raises(Refused, match="is undoing this"):
        plan_undo(session, run, SYSTEM)
    undone(session, back)
    assert flags(session, three) == [Flag.RED] * 3
    undone(session, run)
    assert flags(session, three) == [None] * 3


def test_tags_come_and_go_with_their_run(session, three):
    tags = [make(session, Tag), make(session, Tag)]
    session.add(CustomerTag(customer_id=three[0].id, tag_id=tags[0].id))
    session.commit()
    run = ran(session, "tag", three, tags={tag.id for tag in tags})
    held = sa.select(sa.func.count()).select_from(CustomerTag).where(CustomerTag.customer_id == three[0].id)
    assert session.scalar(held) == 2
    undone(session, run)
    assert session.scalar(held) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(CustomerTag)) == 1


def test_a_preview_of_yesterday_is_too_old(session, three):
    run = planned(session, "flag", three, flag=Flag.RED)
    run.planned_at = now() - dt.timedelta(hours=25)
    session.commit()
    with pytest.raises(Refused, match="more than a day old"):
        confirm(session, run.id, SYSTEM)


def test_very_many_rows_wait_for_a_second_person(session, three):
    decided = session.scalar(sa.select(AppSetting).where(AppSetting.name == "second_person_above"))
    session.add(decided or AppSetting(name="second_person_above", value="2"))
    if decided:
        decided.value = "2"
    acting(session, source="panel")
    rights = frozenset({"customer.flag", "customer.read"})
    first, second = (Viewer(n, f"Person {n}", rights) for n in (901, 902))
    ids = Selection(ids=[row.id for row in three])
    run = plan(session, operation_named(Customer, "flag"), Customer, first, ids, {"flag": Flag.RED})
    session.commit()
    assert confirm(session, run.id, first).run.state is RunState.WAITING
    with pytest.raises(Refused, match="Somebody else"):
        running.agree(session, run.id, first)
    with pytest.raises(Refused, match="may not do this yourself"):
        running.agree(session, run.id, Viewer(903, "Nobody", frozenset()))
    run = running.agree(session, run.id, second).run
    assert (run.state, run.approved_by) == (RunState.QUEUED, "Person 902")
    assert flags(session, three) == [None] * 3


def test_many_rows_wait_for_a_worker(session):

    rows = [make(session, Customer) for _ in range(running.AT_ONCE + 1)]
    session.commit()
    run = ran(session, "flag", rows, flag=Flag.RED)
    assert run.state is RunState.QUEUED
    running.work(session, run.id)
    run = session.get(Run, run.id)
    assert (run.state, run.changed) == (RunState.DONE, len(rows))


def test_a_run_that_nobody_carries_on_any_more_pauses_and_says_why(app, session, three, monkeypatch):
    def break_down(*_):
        raise RuntimeError("no room left")

    run = planned(session, "flag", three, flag=Flag.RED)
    confirm(session, run.id, SYSTEM, wait=False)
    job = session.scalars(sa.select(Job).where(Job.name == "carry_on")).one()
    job.most_attempts = 1
    session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(running, "work", break_down)
        worker_of(app).work()
    session.expire_all()
    assert session.get(Job, job.id).state is JobState.DEAD
    run = session.get(Run, run.id)
    assert run.state is RunState.PAUSED and "no room left" in run.error
    running.resume(session, run.id)
    session.commit()
    running.work(session, run.id)
    run = session.get(Run, run.id)
    assert (run.state, run.error, run.changed) == (RunState.DONE, "", 3)
