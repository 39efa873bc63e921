"""Long runs of operations whose workers are killed: nothing is lost, nothing is done twice."""

import random
import time

import pytest
import sqlalchemy as sa

from models.customer import Customer, CustomerState, Flag
from models.history import version_table
from models.work import Job, JobState, RowState, Run, RunRow, RunState
from operations.operation import operation_named
from operations.running import Selection, confirm, plan
from queries.viewer import SYSTEM
from seed.factory import make

from .carrying import until
from .working import value

# The first is written by a few statements for many rows, the other row by row.
VERBS = {
    "flag": ({"flag": Flag.RED}, Customer.flag == Flag.RED),
    "close": ({}, Customer.workflow_state == CustomerState.CLOSED),
}


def confirmed(session, verb, customers) -> int:
    """A run that waits for a worker."""
    rows = [make(session, Customer).id for _ in range(customers)]
    session.commit()
    answers, _ = VERBS[verb]
    run = plan(
        session, operation_named(Customer, verb), Customer, SYSTEM, Selection(ids=rows), answers, "Test"
    )
    session.commit()
    return confirm(session, run.id, SYSTEM, wait=False).run.id


def is_taken(session, since):
    """Somebody works on the run since the last one was killed."""
    return value(session, sa.select(Job.id).where(Job.state == JobState.RUNNING, Job.attempts > since))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("customers", "kills"), [(250, 3), pytest.param(5_000, 25, marks=pytest.mark.soak)])
def test_a_run_whose_workers_are_killed_ends_as_if_nothing_had_happened(
    session, crew, verb, customers, kills
):
    run_id = confirmed(session, verb, customers)
    over = sa.select(Run.id).where(Run.id == run_id, Run.state == RunState.DONE)
    for attempt in range(kills):
        process = crew.start("jobs")
        until(lambda n=attempt: is_taken(session, n) or value(session, over))
        time.sleep(random.uniform(0, 0.4))
        crew.kill(process)
    crew.start("jobs")
    until(lambda: value(session, over), within=300)
    run = session.get_one(Run, run_id, populate_existing=True)
    assert (run.matched, run.changed, run.left) == (customers, customers, 0)
    count = sa.select(sa.func.count())
    ledger = (RunRow.run_id == run_id) & (RunRow.state == RowState.CHANGED)
    assert session.scalar(count.select_from(RunRow).where(ledger)) == customers
    assert session.scalar(count.select_from(Customer).where(VERBS[verb][1])) == customers
    versions = version_table(Customer)
    assert session.scalar(count.select_from(versions)) == 2 * customers  # made, and changed once
    assert session.scalar(count.where(versions.c.end_transaction_id.is_(None))) == customers
    assert set(session.scalars(sa.select(Customer.version).distinct())) == {2}
