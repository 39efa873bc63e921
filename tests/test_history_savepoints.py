"""Savepoints that roll back take their part of history along, however they end."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.customer import Customer, Tag
from models.history import begin, discard
from seed.factory import make

from .soundness import assert_sound


def refused(session):
    """Another tag of the same name: the flush itself fails, within a savepoint."""
    with pytest.raises(IntegrityError), session.begin_nested():
        make(session, Customer, last_name="Gone again")
        make(session, Tag, name="VIP")


@pytest.fixture
def customer(session):
    make(session, Tag, name="VIP")
    row = make(session, Customer)
    session.commit()
    return row


def test_what_comes_after_a_failed_first_write_has_its_transaction(session, customer):
    refused(session)
    customer.last_name = "Second"
    session.commit()
    assert_sound(session)


def test_a_row_that_was_taken_back_once_is_in_history_when_it_is_written_after_all(session, customer):
    begin(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        customer.last_name = "Second"
        session.flush()
        make(session, Tag, name="VIP")
    customer.last_name = "Third"
    session.commit()
    assert_sound(session)


def test_a_transaction_under_which_everything_failed_is_taken_back(session, customer):
    transaction = begin(session)
    refused(session)
    assert discard(session, transaction) is None
    session.commit()
    assert_sound(session)


def test_what_was_written_before_a_savepoint_that_failed_stays_known(session, customer):
    customer.last_name = "Second"
    session.flush()
    refused(session)
    refused(session)
    customer.first_name = "First"
    session.commit()
    kept = sa.text("SELECT count(*) FROM customer_version WHERE id = :id")
    assert session.scalar(kept, {"id": customer.id}) == 2
    session.rollback()
    assert_sound(session)
