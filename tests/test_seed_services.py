"""Services of the demo world, described by another process and loaded without indexes."""

import pytest
import sqlalchemy as sa

from models.customer import Customer
from models.service import Subscription
from seed import makers, serve
from seed.factory import make
from seed.shed import indexes

from .test_seed import assert_whole, fingerprint, world

__all__ = ["world"]
PEOPLE = 60


@pytest.fixture
def batches(monkeypatch):
    """Several of them."""
    monkeypatch.setattr(serve, "BATCH", 20)


@pytest.fixture
def large(batches, monkeypatch):
    """So many that another process is worth its start, and so is building indexes anew."""

    def begin():
        monkeypatch.setattr(makers, "FEW", 0)
        monkeypatch.setattr(serve, "MANY", 0)

    return begin


def index_names(session):
    inspector = sa.inspect(session.connection())
    found = {i["name"] for table in inspector.get_table_names() for i in inspector.get_indexes(table)}
    session.rollback()
    assert found >= {index.name for index in indexes(serve.LOADED)}
    return found


def test_another_process_describes_the_same_services(session, world, ground, large):
    world(PEOPLE)
    here, names = fingerprint(session), index_names(session)
    session.close()
    ground.put_back()
    large()
    world(PEOPLE)
    assert fingerprint(session) == here and index_names(session) == names
    assert_whole(session)


def test_services_go_on_where_they_were_killed_and_get_their_indexes_back(session, world, ground, large):
    world(PEOPLE)
    here, names = fingerprint(session), index_names(session)
    session.close()
    ground.put_back()
    large()
    for commit in (5, 9):
        world(PEOPLE, killed_at=commit)
    world(PEOPLE)
    assert fingerprint(session) == here and index_names(session) == names


def test_what_somebody_adds_meanwhile_is_not_overwritten(session, world, batches, monkeypatch):
    write, made = serve.write, []

    def disturbed(session, batch, *rest):
        if batch.after and not made:
            session.rollback()
            made.append(make(session, Subscription, customer_id=batch.after).id)
            session.commit()
        return write(session, batch, *rest)

    monkeypatch.setattr(serve, "write", disturbed)
    world(PEOPLE)
    assert_whole(session)
    served = sa.select(Subscription.customer_id).where(Subscription.id != made[0])
    last = session.scalar(sa.select(sa.func.max(Customer.id)).where(Customer.id.in_(served)))
    assert last > PEOPLE - 20 and session.get(Subscription, made[0]).customer_id < last
