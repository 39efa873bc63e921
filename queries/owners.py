"""Rows told apart by the customer that they belong to."""

import sqlalchemy as sa

from models.base import Record
from models.customer import Customer, CustomerState


def owner_is(part: type[Record], *states: CustomerState) -> sa.ColumnElement[bool]:
    """Their customer is in one of these states."""
    owner = sa.exists().where(Customer.id == part.customer_id, Customer.workflow_state.in_(states))
    return owner.correlate(part)
