"""What customers do with tickets of their own, in the portal."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.support import Department, Ticket, TicketEvent, TicketKind, TicketState
from queries.settings import setting
from queries.viewer import Viewer

from .errors import Invalid, Refused
from .letters import LONGEST_VALUE
from .operation import Context
from .records import Draft, create
from .ticket import move, say
from .ticket_verbs import shut

FIRST_NAME = "Helpdesk"  # of a department that is made when there is none
AN_HOUR = dt.timedelta(hours=1)
QUESTIONS, ANSWERS = 10, 30  # of one customer within an hour


class TooMany(Refused):
    """More than anybody types."""


def department_for(session: Session, viewer: Viewer) -> Department:
    """Who gets what customers ask: the one of the setting, else the first."""
    wanted = setting(session, "ticket_department")
    found = wanted and session.scalar(sa.select(Department).where(Department.name == wanted))
    first = found or session.scalar(sa.select(Department).order_by(Department.id).limit(1))
    return first or create(session, Department, Draft({"name": FIRST_NAME}), viewer)


def ask(
    session: Session, customer_id: int, subject: str, body: str, viewer: Viewer, at: dt.datetime
) -> Ticket:
    if not body.strip():
        raise Invalid("This is needed.", "body")
    if len(body) > LONGEST_VALUE:
        raise Invalid(f"Write at most {LONGEST_VALUE:,} letters.", "body")
    lately = sa.select(sa.func.count()).where(
        Ticket.customer_id == customer_id, Ticket.created_at > at - AN_HOUR, Ticket.created_by_id.is_(None)
    )
    if session.scalar(lately) >= QUESTIONS:
        raise TooMany(f"{QUESTIONS} questions within an hour are many. Try again later.")
    values = {
        "customer_id": customer_id,
        "kind": TicketKind.HELPDESK,
        "subject": subject,
        "body": body,
        "department_id": department_for(session, viewer).id,
    }
    return create(session, Ticket, Draft(values), viewer)


def answer(session: Session, ticket: Ticket, text: str, viewer: Viewer, at: dt.datetime) -> TicketEvent:
    """What waits for the customer, or was thought to be over, is open again."""
    if ticket.state is TicketState.CLOSED:
        raise Refused("This is closed. Ask a new question instead.")
    lately = sa.select(sa.func.count()).where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.at > at - AN_HOUR,
        TicketEvent.is_theirs,
    )
    if session.scalar(lately) >= ANSWERS:
        raise TooMany(f"{ANSWERS} messages within an hour are many. Try again later.")
    said = say(session, ticket, text, True, at)
    if ticket.state in (TicketState.PENDING, TicketState.RESOLVED):
        move(session, ticket, TicketState.OPEN, viewer, at)
    return said


def close(session: Session, ticket: Ticket, viewer: Viewer, at: dt.datetime) -> None:
    """By whom it was asked: nothing is left to do."""
    if ticket.state is TicketState.CLOSED:
        raise Refused("This is closed already.")
    shut(ticket, Context(session, viewer, at))
