"""Merges that meet, and merges that are killed: both records or none, and nobody waits for ever."""

import random
import threading
import time
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Contact, Customer, CustomerState, Note
from models.history import version_table
from models.work import Run, RunState
from operations.running import confirm
from queries.viewer import SYSTEM
from seed.factory import make

from .merging import everything, planned, unmerged
from .working import looking

MERGED = CustomerState.MERGED


def at_once(ground, runs):
    """Confirm these runs in as many threads; what each came to."""
    ready, ended, wrong = threading.Barrier(len(runs)), {}, []

    def go(run_id):
        try:
            with Session(ground.engine, expire_on_commit=False) as session:
                ready.wait()
                run = confirm(session, run_id, SYSTEM).run
                ended[run_id] = (run.state, run.changed, run.refused)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=go, args=(run_id,)) for run_id in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not wrong
    return ended


@pytest.mark.parametrize("round", range(3))
def test_overlapping_merges_end_with_words_and_never_wait_for_each_other(app, ground, deadlocks, round):
    with app.app_context():
        session = app.extensions["sqlalchemy"].session()
        a, b, c = (make(session, Customer, balance=Decimal(n)) for n in (1, 10, 100))
        for row in (a, b, c):
            for _ in range(20):
                make(session, Note, customer=row)
        session.commit()
        pairs = [(b, a), (c, b), (a, b)]
        random.Random(round).shuffle(pairs)
        runs = [planned(session, kept, gone).id for kept, gone in pairs]
        ids = [row.id for row in (a, b, c)]
        session.close()
        ended = at_once(ground, runs)
        assert deadlocks == []
        assert {state for state, _, _ in ended.values()} == {RunState.DONE}
        assert all(found in ((2, 0), (0, 2)) for found in (end[1:] for end in ended.values()))
        assert any(changed for _, changed, _ in ended.values())
        rows = {row.id: row for row in session.scalars(sa.select(Customer).where(Customer.id.in_(ids)))}
        assert sum(row.balance for row in rows.values()) == Decimal(111)
        alive = {i for i, row in rows.items() if row.workflow_state is not MERGED}
        assert all(row.balance == 0 for row in rows.values() if row.id not in alive)
        assert all(row.merged_into_id in alive for row in rows.values() if row.id not in alive)
        owners = sa.select(Note.customer_id).distinct()
        assert set(session.scalars(owners)) <= alive
        assert session.scalar(sa.select(sa.func.count(Note.id))) == 60


def test_sixteen_confirmations_at_once_merge_once(app, ground, deadlocks):
    with app.app_context():
        session = app.extensions["sqlalchemy"].session()
        a, b = (make(session, Customer, balance=Decimal(5)) for _ in range(2))
        session.commit()
        run_id = planned(session, a, b).id
        ids = (a.id, b.id)
        session.close()
        at_once(ground, [run_id] * 16)
        session.expire_all()
        assert [session.get(Customer, i).balance for i in ids] == [Decimal(10), Decimal(0)]
        versions = version_table(Customer)
        of_gone = sa.select(sa.func.count()).where(versions.c.id == ids[1])
        assert session.scalar(of_gone) == 2  # made, and merged once


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.soak)])
def test_a_merge_that_is_killed_has_happened_or_not(session, crew, kills):
    a, b = (make(session, Customer, balance=Decimal(n)) for n in (7, 8))
    for row in (a, b):
        for _ in range(150):
            make(session, Note, customer=row)
            make(session, Contact, customer=row)
    session.commit()
    before, run = everything(session), planned(session, a, b)
    ids, run_id = (a.id, b.id), run.id
    for _ in range(kills):
        session.rollback()
        process = crew.start("confirm", str(run_id))
        time.sleep(random.uniform(0, 0.8))
        crew.kill(process)
        with looking(session):
            is_over = session.get(Run, run_id, populate_existing=True).state is RunState.DONE
            session.expire_all()
            states = [session.get(Customer, i).workflow_state for i in ids]
            assert sum(session.get(Customer, i).balance for i in ids) == Decimal(15)
            for model in (Note, Contact):
                left = sa.select(sa.func.count(model.id)).where(model.customer_id == ids[1])
                assert session.scalar(left) == (0 if is_over else 150)
        assert (states[1] is MERGED) is is_over
        if is_over:
            unmerged(session, session.get(Run, run_id))
            assert everything(session) == before
            run_id = planned(session, *(session.get(Customer, i) for i in ids)).id
    assert confirm(session, run_id, SYSTEM).run.changed == 2
