"""The factory fills any table."""

import pytest
import sqlalchemy as sa

from models.access import PasswordToken, StaffUser
from models.base import tables
from models.customer import Address, Contact, Customer, CustomerTag
from models.search import search_table
from seed.factory import make

OURS = [model for model in tables() if model.__module__.startswith("models.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__tablename__)
def test_make_fills_what_any_table_demands_as_often_as_wanted(session, model):
    # Which of two owners a link has, no single column says.
    owner = {"staff_user": make(session, StaffUser)} if model is PasswordToken else {}
    rows = [make(session, model, **owner) for _ in range(3)]
    assert len({row.id for row in rows}) == 3
    session.commit()


def test_make_keeps_what_is_said_and_makes_required_parents(session):
    contact = make(session, Contact, name="Ann Lee")
    assert contact.name == "Ann Lee" and session.get(Customer, contact.customer_id)


def test_make_takes_a_row_for_its_key(session):
    customer = make(session, Customer, last_name="Šimková")
    address = make(session, Address, customer=customer, city="Brno")
    tie = make(session, CustomerTag, customer=customer)
    assert address.customer_id == tie.customer_id == customer.id
    assert customer.name_norm == "simkova" and "brno" in _text(session, customer)


def _text(session, customer):
    kept = search_table(Customer)
    return session.scalar(sa.select(kept.c.search_text).where(kept.c.id == customer.id))
