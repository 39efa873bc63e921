"""How long others wait for rows that are written many at a time."""

import pytest
import sqlalchemy as sa

from models.act import Act, acting
from models.customer import Customer, Flag
from models.work import Path, Run, RunState
from operations import running
from operations.operation import operation_named
from operations.running import Selection, pace, setwise
from operations.running.rows import acting_for
from queries.viewer import SYSTEM
from seed.factory import make

from .ground import on_postgresql
from .soundness import assert_sound


@on_postgresql
def test_a_statement_that_takes_too_long_lets_go_of_its_rows(session, monkeypatch):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(4)]
    session.commit()
    ids = [row.id for row in rows]
    flag = operation_named(Customer, "flag")
    run = running.plan(session, flag, Customer, SYSTEM, Selection(ids=ids), {"flag": Flag.RED})
    run.path, run.state, run_id = Path.SET, RunState.RUNNING, run.id
    session.commit()

    def badly(stretch, work):
        stretch.lock_rows()
        stretch.execute(sa.text("SELECT pg_sleep(20)"))

    monkeypatch.setattr(setwise, "_write", badly)
    monkeypatch.setattr(setwise, "LONGEST", 0.05)
    monkeypatch.setattr(setwise, "FEW", 1)
    with acting_for(session, run):
        assert setwise.chunk(session, run, SYSTEM) == 1
    assert session.scalar(sa.text("SHOW statement_timeout")) == "0"
    held = sa.select(Customer.id).where(Customer.id.in_(ids)).with_for_update(skip_locked=True)
    with session.get_bind().connect() as other:
        assert set(other.scalars(held)) == set(ids[1:])
    session.commit()
    running.work(session, run_id)
    assert session.get(Run, run_id).changed == 4
    assert_sound(session)


def test_what_statements_cannot_tell_holds_few_rows(session, monkeypatch):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(5)]
    session.commit()
    chosen = Selection(ids=[row.id for row in rows])
    flag = operation_named(Customer, "flag")
    run = running.plan(session, flag, Customer, SYSTEM, chosen, {"flag": Flag.RED})
    run.path, run.state = Path.SET, RunState.RUNNING
    monkeypatch.setattr(setwise, "_write", lambda stretch, work: stretch.lock_rows() or {})
    monkeypatch.setattr(setwise, "FEW", 2)
    with acting_for(session, run):
        assert [setwise.chunk(session, run, SYSTEM) for _ in range(4)] == [2, 2, 1, 0]
    session.commit()
    assert run.changed == 5
    assert_sound(session)


def test_a_stretch_grows_while_it_is_quick_and_shrinks_when_it_is_not(monkeypatch):
    took = iter([0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 4.3, 4.3, 4.4, 4.4])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(took))
    found = pace.Pace("postgresql")
    parts = [found.part]
    for _ in range(5):
        found.rest()
        parts.append(found.part)
    assert parts == pytest.approx([0.25, 0.5, 1, 1, 0.1, 0.2])
