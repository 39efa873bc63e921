"""Tickets as the tests make them, and what is done with them."""

import pytest
import sqlalchemy as sa

from models.customer import Customer
from models.support import Ticket, TicketEvent
from operations.operation import operation_named
from operations.running import Selection, confirm, plan
from queries.viewer import SYSTEM
from seed.factory import make


@pytest.fixture
def ann(session):
    found = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@lee.example")
    session.commit()
    return found


def asked(session, customer, **said):
    row = make(session, Ticket, customer=customer, subject="No light", body="Since Monday.", **said)
    session.commit()
    return row


def do(session, ticket, verb, **answers):
    operation = operation_named(Ticket, verb)
    run = plan(session, operation, Ticket, SYSTEM, Selection(ids=[ticket.id]), answers, "")
    session.commit()
    return confirm(session, run.id, SYSTEM).run


def press(client, ticket, verb, **answers):
    return client.submit(f"/admin/ticket/operate/{verb}/?ids={ticket.id}", "/operate/", go="1", **answers)


def story(session, ticket, kind):
    said = sa.select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == kind)
    found = [(e.old_value, e.new_value) for e in session.scalars(said.order_by(TicketEvent.id))]
    session.rollback()
    return found
