"""A worker that takes one job at a time, and what is left of it in the queue."""

import pytest
import sqlalchemy as sa

from jobs import declare
from models.work import Job
from operations.queue import enqueue

from .working import worker_of


@pytest.fixture
def hand(app):
    """A worker that knows no jobs but the test's own."""
    before = dict(declare.declared)
    declare.declared.clear()
    yield worker_of(app)
    declare.declared.update(before)


def alone(session, model):
    """The only row of a table, as it stands in the database; no transaction stays open."""
    session.rollback()
    found = session.scalars(sa.select(model).execution_options(populate_existing=True)).one()
    session.expunge(found)
    session.rollback()
    return found


def only(session) -> Job:
    return alone(session, Job)


def put(session, name, **said) -> Job:
    made = enqueue(session, name, **said)
    session.commit()
    return made
