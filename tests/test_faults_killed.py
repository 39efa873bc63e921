"""Runs that are killed with -9 at random moments and carried on: nothing lost, nothing doubled."""

import pytest
import sqlalchemy as sa

from models.customer import Customer, CustomerState
from models.message import Message
from models.work import RunState

from .carrying import carried_on
from .soundness import assert_sound
from .stored import stored

campaigns = pytest.mark.parametrize(
    ("kills", "rows"), [(3, 300), pytest.param(25, 3_000, marks=pytest.mark.soak)]
)
LATE = 0.3  # seconds after which at most it is killed, about twice as long as a chunk takes


def customers(session, count):
    """Every tenth has no address, every seventh waits for an approval."""
    states = [CustomerState.APPROVED] * 6 + [CustomerState.WAITING_APPROVAL]
    made = [
        Customer(
            last_name=f"Number {n}",
            email=f"number{n}@example.com" if n % 10 else None,
            workflow_state=states[n % 7],
        )
        for n in range(count)
    ]
    for start in range(0, count, 1000):
        session.add_all(made[start : start + 1000])
        session.commit()
    session.expunge_all()


def tally(session, column, *conditions):
    return dict(stored(session, sa.select(column, sa.func.count()).where(*conditions).group_by(column)))


@campaigns
def test_rows_done_one_by_one_are_all_done_once_and_undone_once(session, crew, kills, rows):
    customers(session, rows)
    waiting, good = rows // 7, rows - rows // 7
    addressed = sum(1 for n in range(rows) if n % 10 and n % 7 != 6)
    words = ["operate", "customer.suspend", "--where", "", "--answer", "tell_them=yes", "--reason", "Unpaid"]
    run = carried_on(session, crew, words, kills, LATE)
    assert (run.state, run.path, run.changed, run.refused) == (RunState.DONE, "rows", good, waiting)
    assert tally(session, Customer.workflow_state) == {"suspended": good, "waiting_approval": waiting}
    assert set(tally(session, Message.customer_id).values()) == {1}
    assert tally(session, Message.run_id) == {run.id: addressed}
    assert_sound(session)
    back = carried_on(session, crew, ["undo", str(run.id)], kills, LATE)
    assert (back.undo_of_id, back.state, back.changed) == (run.id, RunState.DONE, good)
    assert tally(session, Customer.workflow_state) == {"approved": good, "waiting_approval": waiting}
    assert tally(session, Message.state) == {"withdrawn": addressed}
    assert_sound(session)


@pytest.mark.parametrize(("kills", "rows"), [(3, 1_000), pytest.param(25, 16_000, marks=pytest.mark.soak)])
def test_rows_done_many_at_a_time_are_all_done_once_and_undone_once(session, crew, kills, rows):
    customers(session, rows)
    words = ["operate", "customer.flag", "--where", "", "--answer", "flag=red"]
    run = carried_on(session, crew, words, kills, LATE)
    assert (run.state, run.path, run.changed) == (RunState.DONE, "set", rows)
    assert tally(session, Customer.flag) == {"red": rows}
    assert_sound(session)
    back = carried_on(session, crew, ["undo", str(run.id)], kills, LATE)
    assert (back.undo_of_id, back.state, back.changed) == (run.id, RunState.DONE, rows)
    assert tally(session, Customer.flag) == {None: rows}
    assert_sound(session)
