"""Tickets and the calendar."""

import datetime as dt

import sqlalchemy as sa

from models.support import Ticket, TicketState
from operations.operation import Context
from operations.ticket_verbs import shut
from queries.settings import setting

from .declare import Work, job

BATCH = 50


@job(every="hour", minutes=5)
def close_resolved_tickets(work: Work) -> str:
    """Close the tickets that have been resolved for some days, and ask the customer for a rating.

    Safe to run twice: what is closed is not found again.
    """
    days = setting(work.session, "ticket_close_days")
    closed = 0
    while days:
        before = work.now - dt.timedelta(days=days)
        over = sa.select(Ticket).where(Ticket.state == TicketState.RESOLVED, Ticket.resolved_at < before)
        found = work.session.scalars(over.order_by(Ticket.id).limit(BATCH).with_for_update()).all()
        for ticket in found:
            shut(ticket, Context(work.session, now=work.now))
        closed += len(found)
        work.go_on()
        if len(found) < BATCH:
            break
    return f"{closed:,} closed" if closed else ""
