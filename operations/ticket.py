"""Tickets: their states, what is said on them, and the story that is kept of both.

    new → open ⇄ pending
          open → resolved → closed; resolved and closed → open

Whichever way the state, the owner, the department or the priority changes, by a verb, in the form
or by an undo, a line of the ticket's story says so.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import StaffUser
from models.act import act_of
from models.base import now
from models.card_numbers import NO_CARDS, holds_card_number
from models.customer import Customer
from models.message import Message, MessageState
from models.support import (
    Department,
    EventKind,
    Priority,
    Ticket,
    TicketEvent,
    TicketKind,
    TicketState,
)
from queries.pricing import has_privilege
from queries.viewer import Viewer

from .errors import Invalid, Refused
from .installation import installation
from .letters import LONGEST_VALUE
from .outbox import post
from .records import Draft, update
from .rules import Changes, follow_up, rule

MOVES: Mapping[TicketState, tuple[TicketState, ...]] = {
    TicketState.NEW: (TicketState.OPEN,),
    TicketState.OPEN: (TicketState.PENDING, TicketState.RESOLVED),
    TicketState.PENDING: (TicketState.OPEN,),
    TicketState.RESOLVED: (TicketState.CLOSED, TicketState.OPEN),
    TicketState.CLOSED: (TicketState.OPEN,),
}
TOLD = {
    "state": EventKind.STATE,
    "owner_id": EventKind.OWNER,
    "department_id": EventKind.DEPARTMENT,
    "priority": EventKind.PRIORITY,
}
THE_PROGRAM = "The program"


def way(start: TicketState, end: TicketState) -> list[TicketState]:
    """The states on the shortest legal way, without the first one."""
    ways = [[start]]
    seen = {start}
    for path in ways:
        if path[-1] is end:
            return path[1:]
        for state in MOVES[path[-1]]:
            if state not in seen:
                seen.add(state)
                ways.append([*path, state])
    raise Refused(f"{start.label} cannot become {end.label.lower()}.")


def move(session: Session, ticket: Ticket, to: TicketState, viewer: Viewer, at: dt.datetime) -> None:
    """Step by step, so that every step is a legal one and stands in the trail."""
    for state in way(ticket.state, to):
        resolved = {TicketState.RESOLVED: at, TicketState.CLOSED: ticket.resolved_at}.get(state)
        closed = at if state is TicketState.CLOSED else None
        update(session, ticket, Draft({"state": state, "resolved_at": resolved, "closed_at": closed}), viewer)


def say(session: Session, ticket: Ticket, text: str, public: bool, at: dt.datetime) -> TicketEvent:
    """A reply that both sides read, or a comment among colleagues."""
    if not text.strip():
        raise Invalid("Write something first.", "text")
    if len(text) > LONGEST_VALUE:
        raise Invalid(f"Write at most {LONGEST_VALUE:,} letters at once.", "text")
    if holds_card_number(text):
        raise Invalid(NO_CARDS, "text")
    kind = EventKind.REPLY if public else EventKind.COMMENT
    made = _event(session, ticket, kind, at, body=text, is_public=public)
    session.flush()
    return made


def _event(session: Session, ticket: Ticket, kind: EventKind, at: dt.datetime, **said: Any) -> TicketEvent:
    act = act_of(session)
    made = TicketEvent(
        ticket_id=ticket.id,
        kind=kind,
        author_id=act.staff_id,
        portal_user_id=act.portal_user_id,
        author_name=act.staff_name or THE_PROGRAM,
        at=at,
        **said,
    )
    session.add(made)
    return made


def portal_page(ticket: Ticket) -> str:
    return f"{installation().url}/portal/tickets/{ticket.id}"


@rule(Ticket, on=())
def put_some_first(session: Session, ticket: Ticket, changes: Changes, viewer: Viewer) -> None:
    """A new ticket of who has priority support begins as high, unless somebody gave it another priority."""
    usual = ticket.priority in (None, Priority.NORMAL)
    if ticket.id is None and usual and ticket.customer_id:
        asker = session.get_one(Customer, ticket.customer_id)
        if has_privilege(session, asker, "priority_support"):
            ticket.priority = Priority.HIGH


@rule(Ticket, on=tuple(TOLD))
def tell_what_changed(session: Session, ticket: Ticket, changes: Changes, viewer: Viewer) -> None:
    if ticket.id is not None:
        _tell(session, ticket, changes)


@rule(Ticket, on=("owner_id",))
def belong_to_somebody_who_is_here(
    session: Session, ticket: Ticket, changes: Changes, viewer: Viewer
) -> None:
    """An undo may give it back to whoever had it."""
    owner = changes.get("owner_id", (None, None))[1]
    if owner and act_of(session).source != "undo" and not session.get_one(StaffUser, owner).active:
        raise Refused("They do not work here any more. Choose another owner.", "owner_id")


@rule(Ticket, on=("answered_at",))
def take_a_reply_back(session: Session, ticket: Ticket, changes: Changes, viewer: Viewer) -> None:
    """An undone reply is among colleagues from then on, unless its mail had left already."""
    answered = changes.get("answered_at", (None, None))[0]
    if answered is None or act_of(session).source != "undo":
        return
    said = sa.select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.kind == EventKind.REPLY,
        TicketEvent.at == answered,
        TicketEvent.is_public,
    )
    for event in session.scalars(said):
        mail = event.message_id and session.get(Message, event.message_id)
        event.is_public = bool(mail) and mail.state is MessageState.SENT


@follow_up(Ticket, on=())
def begin(session: Session, ticket: Ticket, changes: Changes, viewer: Viewer) -> None:
    """The first owner is the first of the story, and the department hears of it."""
    if ticket.version != 1 or not changes or "" in changes:
        return
    if ticket.owner_id:
        _tell(session, ticket, {"owner_id": (None, ticket.owner_id)})
    tell_the_department(session, ticket)


def _tell(session: Session, ticket: Ticket, changes: Changes) -> None:
    for name, kind in TOLD.items():
        if name in changes:
            before, after = (_words(session, name, value) for value in changes[name])
            public = kind is EventKind.STATE and ticket.kind is TicketKind.HELPDESK
            _event(session, ticket, kind, now(), old_value=before, new_value=after, is_public=public)


def _words(session: Session, name: str, value: Any) -> str:
    if value is None:
        return ""
    model = {"owner_id": StaffUser, "department_id": Department}.get(name)
    if model is None:
        return value.label
    found = session.get(model, value)
    return found.name if found else ""


def tell_the_department(session: Session, ticket: Ticket) -> None:
    """By mail, where it has an address. Whoever loads made-up tickets says `no_mail`."""
    department = session.get_one(Department, ticket.department_id)
    if not department.email or session.info.get("no_mail"):
        return
    post(
        session,
        None,
        "ticket_new",
        to=department.email,
        related=ticket,
        name=department.name,
        number=ticket.number,
        subject=ticket.subject,
        text=ticket.body,
        asker=session.scalar(sa.select(Customer.display_name).where(Customer.id == ticket.customer_id)),
        priority=ticket.priority,
        ticket_link=f"{installation().url}/admin/ticket/{ticket.id}/",
    )
