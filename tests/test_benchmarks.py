"""The benchmarks ask for pages that there are."""

from dataclasses import replace

from benchmarks import timing
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
