"""Questions about tickets: whose they are, what waits, and what was said on them."""

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.base import now
from models.customer import Customer
from models.fields import YesNo
from models.support import Ticket, TicketEvent, TicketKind

from .declare import Facts, Thread, Told, fact, header, named_filter, queue, tab
from .inherited import said
from .viewer import Viewer


@named_filter(Ticket, "Active")
def active(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: neither resolved nor closed."""
    return Ticket.is_active if wanted else ~Ticket.is_active


@named_filter(Ticket, "Overdue")
def overdue(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: still to be done, and past the day by which it was due."""
    late = Ticket.is_active & (Ticket.due_at < now())
    return late if wanted else ~sa.func.coalesce(late, sa.false())


@named_filter(Ticket, "Mine")
def mine(*, wanted: YesNo, viewer: Viewer) -> ColumnElement[bool]:
    """yes: those that you own."""
    own = sa.false() if viewer.staff_id is None else Ticket.owner_id == viewer.staff_id
    return own if wanted else ~sa.func.coalesce(own, sa.false())


@named_filter(Ticket, "To answer", reads=(TicketEvent,))
def to_answer(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: still to be done, and the customer was never answered, or has said something since."""
    since = sa.exists().where(
        TicketEvent.ticket_id == Ticket.id,
        TicketEvent.at > Ticket.answered_at,
        TicketEvent.is_public & TicketEvent.is_theirs,
    )
    unanswered = Ticket.answered_at.is_(None) | since.correlate(Ticket)
    waits = Ticket.is_active & (Ticket.kind == TicketKind.HELPDESK) & unanswered
    return waits if wanted else ~waits


@tab(Ticket, "Conversation", order=5, permission="ticket_event.read")
def conversation(ticket: Ticket) -> Thread:
    """Everything that was said and done, the newest at the end."""
    said = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id)
    return Thread(
        said.order_by(TicketEvent.at.desc(), TicketEvent.id.desc()),
        words="body",
        who="author_name",
        at="at",
        kind="kind",
        public="is_public",
        theirs="is_theirs",
        old="old_value",
        new="new_value",
        via="message_id",
        first=("body", "created_at", "created_by_id"),
        first_public=ticket.kind is TicketKind.HELPDESK,
        says=("reply",),
        notes=("comment",),
    )


@header(Ticket, "Owner", order=10)
def owner(ticket: Ticket) -> Facts:
    return Facts(("owner_id",))


@header(Ticket, "Support", order=15)
def support(ticket: Ticket) -> Told:
    """Of who has the privilege, and from whom they have it."""

    def told(session: Session) -> list[str]:
        asker = session.get_one(Customer, ticket.customer_id)
        found = said(session, asker, "privileges", "priority_support")
        giver = [f"from {found.giver}"] if found.giver else []
        return ["Priority", *giver] if found.value else []

    return Told(told)


fact(Ticket, "Due", "due_at", order=20)
fact(Ticket, "About", "subscription_id", order=30)


@queue(Ticket, "My tickets", order=30, group="ticket")
def my_tickets() -> str:
    return "mine=yes&active=yes"


@queue(Ticket, "Tickets of nobody", order=31, group="user-question")
def unassigned() -> str:
    return "owner=none&active=yes"


@queue(Ticket, "Overdue tickets", order=32, group="alarm", urgent=True)
def overdue_tickets() -> str:
    return "overdue=yes"


@queue(Ticket, "Tickets", order=33, group="building-community", each="department_id")
def of_departments() -> str:
    return "active=yes"
