"""The benchmarks ask for pages that there are."""

import sys
from dataclasses import replace

from benchmarks import bulk, timing
from benchmarks.pages import pages
from benchmarks.world import signed_in
from models.act import Act, acting
from seed.demo import make_world

from . import people  # noqa: F401  passwords that are quick to hash


def test_every_page_is_timed_with_its_statements(app, session, ground, monkeypatch):
    monkeypatch.setattr(timing, "WARM", 0)
    acting(session, Act(source="seed"))
    make_world(session, replace(app.config["RECORDROOM"], customers=80))
    chosen, client = pages(session, 80), signed_in(app)
    session.rollback()
    for page in chosen:
        found = timing.timed(app, ground.engine, client, page, requests=1)
        assert found.statements and found.median >= found.sql > 0, page.name


def test_every_bulk_change_is_timed_and_taken_back(app, session, ground, monkeypatch):
    acting(session, Act(source="seed"))
    make_world(session, replace(app.config["RECORDROOM"], customers=80))
    monkeypatch.setattr(sys.modules["operations.running.plan"], "AT_ONCE", 10)  # more go by statements
    for case in bulk.cases(session):
        found = bulk.measured(session, case, 40, "", 80, people=0)
        assert found.rows > 10 and found.undo > 0, case.name
