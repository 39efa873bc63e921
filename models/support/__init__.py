"""What customers ask, and what they think of the answers."""

from .rating import Rating, RatingTrigger
from .ticket import Department, EventKind, Priority, Ticket, TicketEvent, TicketKind, TicketState

__all__ = [
    "Department",
    "EventKind",
    "Priority",
    "Rating",
    "RatingTrigger",
    "Ticket",
    "TicketEvent",
    "TicketKind",
    "TicketState",
]
