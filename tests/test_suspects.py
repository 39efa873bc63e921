"""Values that occur twice are kept by a job, and what was written since counts as well."""

import datetime as dt

import pytest
import sqlalchemy as sa

from jobs.declare import Work
from jobs.duplicates import find_repeated
from models.base import at, now
from models.customer import Customer
from models.walk import Repeated
from operations import walking
from queries.duplicates import DUPLICATES, duplicates
from queries.likeness import groups
from queries.viewer import SYSTEM
from seed.factory import make

LONG_AGO = dt.timedelta(days=3)


@pytest.fixture
def walked(session):
    """Walk through the indexes, after everything there is was written long ago."""

    def walk():
        said = find_repeated(Work(session, None, session.commit))
        session.commit()
        return said

    return walk


def people(session, *emails, ago=LONG_AGO):
    with at(now() - ago):
        made = [make(session, Customer, email=email) for email in emails]
        session.commit()
    return made


def listed(session):
    def look(statement):
        return session.scalars(statement).all()

    found = duplicates(wanted=True, viewer=SYSTEM, look=look)
    return list(session.scalars(sa.select(Customer.id).where(found).order_by(Customer.id)))


def grouped(session):
    return [one.ids for one in groups(session, DUPLICATES, DUPLICATES.ways[0], SYSTEM, "", 20)[0]]


def test_what_a_walk_found_is_kept_and_told(session, walked):
    a, b, _ = people(session, "ann@x.test", "Ann@x.test", "cy@x.test")
    assert walked().endswith("by email_norm, 0 by phone_e164")
    assert listed(session) == [a.id, b.id]
    assert grouped(session) == [(a.id, b.id)]


def test_a_double_made_after_the_walk_is_found_at_once(session, walked):
    (a,) = people(session, "ann@x.test")
    walked()
    (b,) = people(session, "ann@x.test", ago=dt.timedelta())
    assert listed(session) == [a.id, b.id]
    assert grouped(session) == [(a.id, b.id)]


def test_what_a_walk_found_is_looked_at_as_it_is_now(session, walked):
    a, b, c = people(session, "ann@x.test", "ann@x.test", "ann@x.test")
    walked()
    a.email = "new@x.test"
    session.commit()
    assert listed(session) == [b.id, c.id]
    session.delete(c)
    session.commit()
    assert listed(session) == grouped(session) == []


def test_only_what_was_kept_or_written_since_is_looked_at(session, walked):
    """Or the page would walk itself, through all the customers there are."""
    people(session, "ann@x.test", "ann@x.test")
    walked()
    session.execute(sa.delete(Repeated))
    session.commit()
    assert listed(session) == grouped(session) == []


def test_a_walk_in_short_stretches_finds_the_same(session, walked, monkeypatch):
    monkeypatch.setattr(walking, "STRETCH", 2)
    made = people(session, *(f"{letter}@x.test" for letter in "abbbbbccdeff"))
    walked()
    assert listed(session) == [row.id for row in (*made[1:8], *made[10:])]


def test_a_second_walk_takes_the_place_of_the_first(session, walked):
    a, b = people(session, "ann@x.test", "ann@x.test")
    walked()
    kept = session.scalar(sa.select(sa.func.count()).select_from(Repeated))
    walked()
    assert session.scalar(sa.select(sa.func.count()).select_from(Repeated)) == kept
    assert listed(session) == [a.id, b.id]
