"""Tickets and the calendar."""

import datetime as dt

from models.support import Ticket, TicketState
from queries.settings import setting

from .batches import carry_out
from .declare import Work, job


@job(every="hour", minutes=5)
def close_resolved_tickets(work: Work) -> str:
    """Close the tickets that have been resolved for some days, and ask the customer for a rating.

    Safe to run twice: what is closed is not found again. Each batch is a run, which can be undone.
    """
    days = setting(work.session, "ticket_close_days")
    if not days:
        return ""
    before = work.now - dt.timedelta(days=days)
    over = (Ticket.state == TicketState.RESOLVED) & (Ticket.resolved_at < before)
    closed = carry_out(work, Ticket, "close", over, f"Resolved for {days} days")
    return f"{closed:,} closed" if closed else ""
