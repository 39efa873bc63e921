"""What follows below many rows by statements is what follows row by row: rows, versions, trails, ledger."""

import pytest
import sqlalchemy as sa

from models.access import Activity
from models.base import at, now
from models.customer import Customer
from models.history import Transaction, version_table
from models.service import DataAccount, Suspension, SuspensionReason, SuspensionState
from models.work import Path, Run, RunRow
from operations import running
from operations.operation import operation_named
from operations.records import Draft, create
from operations.running import Selection, set_work
from operations.service.account import BACK, OUT
from queries.viewer import SYSTEM
from seed.factory import make

from .services import account

MOMENTS = {"created_at", "updated_at", "at"}
BELOW = (DataAccount, Suspension)


def world(session):
    """Customers with accounts in every state, one with a suspension on its way, one with nothing."""
    rows = [make(session, Customer) for _ in range(5)]
    for state, by in (("active", ""), ("suspended", "manual"), ("active", ""), ("cancelled", "")):
        account(session, state, by, customer=rows[0])
    account(session, customer=rows[1])
    account(session, "cancelled", customer=rows[2])
    account(session, customer=rows[3])
    values = {
        "customer_id": rows[3].id,
        "reason": SuspensionReason.OVERDUE,
        "state": SuspensionState.WARNED_1,
    }
    create(session, Suspension, Draft(values), SYSTEM)
    session.commit()
    return [row.id for row in rows]


def carried(session, run, path):
    run.path = path
    session.commit()
    running.confirm(session, run.id, SYSTEM, wait=False)
    running.work(session, run.id)
    done = session.get_one(Run, run.id)
    session.commit()
    return done


def run_by(session, path, name, ids):
    verb = operation_named(Customer, name)
    return carried(session, running.plan(session, verb, Customer, SYSTEM, Selection(ids=ids), {}, "r"), path)


def undo_by(session, path, run):
    return carried(session, running.plan_undo(session, run, SYSTEM), path)


def written(session, ids, runs):
    """All of it, with places in the place of ids."""
    places = {("customer", i): n for n, i in enumerate(ids)}
    told = {}
    for model in BELOW:
        table = model.__table__
        kept = version_table(model)
        every = session.scalars(sa.select(kept.c.id).where(kept.c.customer_id.in_(ids)).distinct())
        places |= {(table.name, i): n for n, i in enumerate(sorted(every))}
        for source in (table, kept):
            order = [source.c[n] for n in ("id", "transaction_id") if n in source.c]
            found = session.execute(
                sa.select(source).where(source.c.customer_id.in_(ids)).order_by(*order)
            ).mappings()
            told[source.name] = [plain(session, table.name, row, places) for row in found]
    moves = session.scalars(sa.select(Activity).where(Activity.customer_id.in_(ids)))
    told["activity"] = sorted(
        (a.object_type, places[a.object_type, a.object_id], a.old_state, a.new_state, a.summary)
        for a in moves
    )
    lines = sa.select(RunRow).where(RunRow.run_id.in_(runs)).order_by(RunRow.run_id, RunRow.row_id)
    told["ledger"] = [
        (
            places["customer", r.row_id],
            r.state,
            r.reason.rstrip("0123456789”."),
            r.before,
            r.after,
            also(r.also, places),
        )
        for r in session.scalars(lines)
    ]
    session.rollback()
    return told


def plain(session, table, row, places):
    said = {n: v for n, v in row.items() if n not in MOMENTS | {"username", "secret"}}
    said |= {"id": places[table, row["id"]], "customer_id": places["customer", row["customer_id"]]}
    for name in ("transaction_id", "end_transaction_id"):
        if said.get(name) is not None:
            said[name] = session.get_one(Transaction, said[name]).reason.rstrip("0123456789")
    return said


def also(changes, places):
    # An undo writes the rows of one table together, in no order.
    def shared(values):
        own = {"customer_id": places["customer", values["customer_id"]]} if "customer_id" in values else {}
        return {n: v for n, v in values.items() if n not in ("username", "id")} | own

    return changes and sorted(
        [table, places[table, row_id], kind, shared(before), shared(after)]
        for table, row_id, kind, before, after in changes
    )


STEPS = [
    ["suspend"],
    ["suspend", "resume"],
    ["suspend", "undo"],
    ["suspend", "resume", "undo"],
    ["suspend", "resume", "suspend", "undo", "undo first"],
]


@pytest.mark.parametrize("steps", STEPS, ids="-".join)
def test_it_is_the_same_as_row_by_row(session, steps):
    found = []
    with at(now()):
        for path in (Path.ROWS, Path.SET):
            ids, runs = world(session), []
            for step in steps:
                if step.startswith("undo"):
                    which = runs[0] if "first" in step else runs[-1]
                    runs.append(undo_by(session, path, session.get_one(Run, which)).id)
                else:
                    runs.append(run_by(session, path, step, ids).id)
            found.append(written(session, ids, runs))
    by_rows, by_statements = found
    for what in by_rows:
        assert by_statements[what] == by_rows[what], what


def test_nothing_else_follows_from_what_is_written_below():
    assert set_work.assignable(DataAccount, OUT) and set_work.assignable(DataAccount, BACK)
    assert set_work.assignable(Suspension, ("state", "suspended_at", "ended_at", "end_reason"))
