"""The checker of histories and ledgers finds what it is there to find."""

import pytest

from models.customer import Customer, Flag
from operations.operation import operation_named
from operations.records import Draft, update
from operations.running import Selection, confirm, plan
from queries.viewer import SYSTEM
from seed.factory import make

from .soundness import assert_sound, faults


@pytest.fixture
def customer(session):
    row = make(session, Customer)
    session.commit()
    update(session, row, Draft({"last_name": "Second"}), SYSTEM)
    session.commit()
    flag = operation_named(Customer, "flag")
    run = plan(session, flag, Customer, SYSTEM, Selection(ids=[row.id]), {"flag": Flag.RED})
    session.commit()
    confirm(session, run.id, SYSTEM)
    return row


def test_what_is_right_is_not_complained_about(session, customer):
    assert_sound(session)


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        ("UPDATE customer_version SET end_transaction_id = NULL", "two open versions"),
        ("DELETE FROM customer_version WHERE end_transaction_id IS NULL", "no open version"),
        ("UPDATE customer_version SET first_name = 'Nobody'", "a stale copy"),
        ("DELETE FROM customer_version WHERE last_name = 'Second' AND flag IS NULL", "with a gap"),
        ('DELETE FROM "transaction"', "of no transaction"),
        ("DELETE FROM transaction_table", "not in transaction_table"),
        ("UPDATE run SET changed = 7", "counters of run"),
        ("UPDATE run_row SET state = 'planned'", "lines that were left"),
        ("UPDATE run_row SET transaction_id = 1", "not the run's"),
        ("UPDATE run_row SET transaction_id = NULL", "history without a line"),
        ("UPDATE customer_search SET search_text = ''", "search_text"),
        ("DELETE FROM customer_search", "search_text"),
        ("DELETE FROM customer", "an open version of no row"),
    ],
)
def test_what_is_wrong_is_found(session, customer, harm, complaint):
    session.connection().exec_driver_sql(harm)
    assert complaint in " ".join(what for what, _ in faults(session))
    session.rollback()
