"""What a customer sees of tickets: their own, and of each what is public."""

import sqlalchemy as sa

from models.support import EventKind, Ticket, TicketEvent, TicketKind


def theirs(customer_id: int) -> list[sa.ColumnElement[bool]]:
    """Tasks are among colleagues."""
    return [Ticket.customer_id == customer_id, Ticket.kind == TicketKind.HELPDESK]


def public(ticket: Ticket) -> sa.Select:
    """Replies and changes of state, the oldest first."""
    said = sa.select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.is_public,
        TicketEvent.kind.in_((EventKind.REPLY, EventKind.STATE)),
    )
    return said.order_by(TicketEvent.at, TicketEvent.id)
