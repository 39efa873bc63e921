"""Tickets and the calendar: resolved ones are closed by themselves."""

import datetime as dt

import pytest
import sqlalchemy as sa

from jobs.declare import Work
from jobs.support import close_resolved_tickets
from models.base import now
from models.customer import Customer
from models.setting import AppSetting
from models.support import Ticket, TicketState
from operations import rating
from operations.errors import Refused
from seed.factory import make


@pytest.fixture
def ann(session):
    found = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@lee.example")
    session.commit()
    return found


def resolved(session, customer, **ago):
    said = {"state": TicketState.RESOLVED, "resolved_at": now() - dt.timedelta(**ago)}
    row = make(session, Ticket, customer=customer, **said)
    session.commit()
    return row


def strike(session):
    found = close_resolved_tickets(Work(session, lambda: None, session.commit))
    session.expire_all()
    return found


def test_a_resolved_ticket_is_closed_by_itself_after_a_week(session, ann):
    old, young = resolved(session, ann, days=7, minutes=1), resolved(session, ann, days=6, hours=23)
    assert strike(session) == "1 closed" and strike(session) == ""
    assert (old.state, young.state) == (TicketState.CLOSED, TicketState.RESOLVED)


def test_the_days_can_be_set(session, ann):
    resolved(session, ann, days=100)
    row = session.scalars(sa.select(AppSetting).where(AppSetting.name == "ticket_close_days")).one()
    row.value = "0"
    session.commit()
    assert strike(session) == ""


def test_one_that_cannot_be_closed_leaves_the_others_to_the_clock(session, ann, monkeypatch):
    stuck, free = (resolved(session, ann, days=30) for _ in range(2))
    ask = rating.ask

    def refuse(session, customer, trigger, ticket):
        if ticket.id == stuck.id:
            raise Refused("Not now.")
        return ask(session, customer, trigger, ticket=ticket)

    monkeypatch.setattr(rating, "ask", refuse)
    assert strike(session) == "1 closed"
    assert (stuck.state, free.state) == (TicketState.RESOLVED, TicketState.CLOSED)
