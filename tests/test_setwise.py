"""Runs by a handful of statements: as the row path row for row, and only where nothing else follows."""

import sys
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.act import Act, acting
from models.customer import Address, Contact, Customer, CustomerTag, Flag, Tag
from models.work import Path, RowState, Run, RunRow, RunState
from operations import running
from operations.everywhere import Said
from operations.operation import operation_named
from operations.running import Selection, set_work, setwise
from queries.viewer import SYSTEM
from seed.factory import make

from .soundness import assert_sound
from .two_paths import SIZE, pair, same

__all__ = ["pair"]


@pytest.fixture
def by_rows(monkeypatch):
    """How many lines of this path were left to the row path."""
    left = []
    carry = setwise._by_rows
    monkeypatch.setattr(setwise, "_by_rows", lambda *given: left.append(carry(*given)) or left[-1])
    return left


def both(pair, work):
    for half in pair:
        work(half)


def test_a_column_is_set_as_row_by_row(session, pair, by_rows):
    both(pair, lambda half: half.run("flag", range(4), flag=Flag.RED))
    both(pair, lambda half: half.run("flag", range(5), flag=Flag.RED))
    both(pair, lambda half: half.undo(half.runs[0]))
    both(pair, lambda half: half.undo(half.runs[-1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_tags_are_tied_as_row_by_row(session, pair, by_rows):
    both(pair, lambda half: half.run("tag", (0, 3, 4), tags={half.tags[0]}))
    both(pair, lambda half: half.run("tag", range(5), tags=set(half.tags)))
    both(pair, lambda half: half.run("untag", (0, 1, 3), tags=set(half.tags[:2])))
    both(pair, lambda half: half.undo(half.runs[1]))
    both(pair, lambda half: half.undo(half.runs[2]))
    both(pair, lambda half: half.undo(half.runs[-1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_a_state_leaves_its_line_in_the_trail(session, pair, by_rows):
    both(pair, lambda half: half.run("suspend", range(SIZE)))
    both(pair, lambda half: half.undo(half.runs[0]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_several_columns_of_several_kinds(session, pair, by_rows):
    said = {"terms_days": 21, "prepaid": Said.YES, "credit_limit": Decimal("10.5"), "flag": Flag.BLUE}
    both(pair, lambda half: half.run("set_field", range(SIZE), **said))
    both(pair, lambda half: half.run("set_field", range(4), leave_empty={"flag": True}, debit_day=3))
    both(pair, lambda half: half.undo(half.runs[0]))
    both(pair, lambda half: half.undo(half.runs[1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_what_the_database_refuses_gets_its_words_row_by_row(session, pair, by_rows):
    both(pair, lambda half: half.run("set_field", range(SIZE), bill_to_organization=Said.YES))
    same(pair)
    assert by_rows == [SIZE]
    run = session.get(Run, pair[1].runs[0])
    assert run.refused == SIZE


def test_a_rule_about_the_value_alone_is_asked_once(session, pair, by_rows):
    both(pair, lambda half: half.run("set_field", range(SIZE), reseller_id=half.resellers[0]))
    both(pair, lambda half: half.undo(half.runs[0]))
    same(pair)
    assert not any(by_rows)


def test_a_rule_against_the_value_refuses_what_would_change(session, pair, by_rows):
    both(pair, lambda half: half.run("set_field", range(SIZE), reseller_id=half.resellers[1]))
    same(pair)
    assert not any(by_rows)
    run = session.get(Run, pair[1].runs[0])
    assert (run.refused, run.same) == (SIZE - 1, 1)


@pytest.mark.parametrize(
    ("model", "name", "able"),
    [
        (Customer, "flag", True),
        (Customer, "workflow_state", True),
        (Customer, "reseller_id", True),
        (Customer, "credit_limit", True),
        (Customer, "organization_id", False),  # rules look at the row
        (Customer, "last_name", False),  # searched, and others are derived from it
        (Customer, "email", False),
        (Customer, "balance", False),  # has no history
        (Customer, "privileges", False),  # JSON has no equality
        (Customer, "version", False),
        (Address, "city", False),  # its customer is found by it
        (Address, "customer_id", False),
        (Contact, "email", False),
    ],
)
def test_only_columns_from_which_nothing_follows_are_assigned_by_statements(app, model, name, able):
    assert set_work.assignable(model, {name}) is able


WHERE = [f"operations.running.{n}" for n in ("control", "plan", "preview", "set_forecast")]
LOOKED = 4  # lines that a preview tells one by one


@pytest.fixture
def few_at_once(monkeypatch):
    for module in WHERE:
        monkeypatch.setattr(sys.modules[module], "AT_ONCE", LOOKED)


def left_by(told):
    """The rows that a preview names as left as they are."""
    return [one["id"] for one in told["samples"] if one["state"] in ("refused", "skipped")]


def test_many_rows_are_previewed_exactly_and_done_by_statements(session, by_rows, few_at_once):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(LOOKED + 9)]
    rows[-1].is_locked = rows[0].is_locked = True
    rows[-2].flag = Flag.RED
    session.commit()
    ids = [row.id for row in rows]
    flag, said = operation_named(Customer, "flag"), {"flag": Flag.RED}
    run = running.plan(session, flag, Customer, SYSTEM, Selection(ids=ids), said)
    assert run.path is Path.SET
    told = running.preview(session, run, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": 7, "refused": 1, "same": 1})
    assert left_by(told) == [ids[0], ids[-1]]
    run_id = run.id
    running.confirm(session, run_id, SYSTEM)
    running.work(session, run_id)
    run = session.get(Run, run_id)
    assert (run.state, run.changed, run.refused, run.same) == (RunState.DONE, len(rows) - 3, 2, 1)
    session.get(Customer, ids[1]).flag = Flag.GREEN
    session.commit()
    undo = running.plan_undo(session, run, SYSTEM)
    told = running.preview(session, undo, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": run.changed - LOOKED - 1, "skipped": 1})
    assert left_by(told) == [ids[1]]
    assert not any(by_rows)
    session.rollback()
    assert_sound(session)


def test_tags_of_many_rows_are_previewed_exactly(session, few_at_once):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(LOOKED + 5)]
    tag, last = make(session, Tag), rows[-1].id
    session.add(CustomerTag(customer_id=last, tag_id=tag.id))
    session.commit()
    chosen = Selection(ids=[row.id for row in rows])
    run = running.plan(
        session, operation_named(Customer, "tag"), Customer, SYSTEM, chosen, {"tags": {tag.id}}
    )
    told = running.preview(session, run, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": 4, "same": 1})
    run_id = run.id
    running.confirm(session, run_id, SYSTEM)
    running.work(session, run_id)
    undo = running.plan_undo(session, session.get(Run, run_id), SYSTEM)
    told = running.preview(session, undo, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": 4})
    states = sa.select(RunRow.state).where(RunRow.run_id == run_id, RunRow.row_id == last)
    assert session.scalar(states) is RowState.SAME


def test_what_the_session_knew_of_the_rows_is_forgotten(session, pair):
    row = session.get(Customer, pair[1].rows[0])
    chosen = Selection(ids=[row.id])
    run = running.plan(
        session, operation_named(Customer, "flag"), Customer, SYSTEM, chosen, {"flag": Flag.CHK}
    )
    run.path, run.state = Path.SET, RunState.RUNNING
    assert setwise.chunk(session, run, SYSTEM) == 1
    assert row.flag is Flag.CHK
    assert run.changed == 1
