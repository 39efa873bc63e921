"""What customers answer by mail goes into the ticket that they answer.

A mail belongs to a ticket when it answers one of ours, by its Message-ID, which only who got that mail
can know. Failing that, when the number of the ticket stands in its subject and it comes from an
address of that customer: a number alone can be guessed.
"""

import datetime as dt
import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import Act, acting
from models.customer import Contact, Customer
from models.message import Message
from models.portal import PortalUser
from models.support import Ticket, TicketEvent, TicketKind
from queries.viewer import Viewer

from .errors import Refused
from .installation import installation
from .letters import LONGEST_VALUE
from .mail_in import Arrived
from .ticket_portal import answer

A_NUMBER = re.compile(r"\b[A-Z]{1,4}-\d{3,18}\b")
CUT = "\n\n[The mail went on; the rest is not kept.]"
LOCKED = "Your data is locked at the moment."
NOT_OURS = "It answers no mail about a ticket. Write to us in the portal: {portal}"


def receive(session: Session, mail: Arrived, at: dt.datetime) -> Ticket | None:
    """The ticket that it was added to; None where there was nothing to add. Refused says why not."""
    if mail.by_itself:
        return None
    ticket = ticket_of(session, mail)
    if ticket is None:
        raise Refused(NOT_OURS.format(portal=f"{installation().url}/portal/"))
    if session.scalar(sa.select(TicketEvent.id).where(TicketEvent.mail_id == mail.mail_id)):
        return None
    if session.get_one(Customer, ticket.customer_id).is_locked:
        raise Refused(LOCKED)
    name, login = _who(session, ticket, mail.sender)
    # To whom it was forwarded: not everybody who reads the ticket may read addresses.
    name = name or f"Somebody at {mail.sender.partition('@')[2]}"[:120]
    acting(session, Act(source="mail", staff_name=name, portal_user_id=login))
    said = answer(session, ticket, _words(mail), Viewer(None, name, frozenset()), at)
    said.mail_id = mail.mail_id
    session.flush()
    return ticket


def ticket_of(session: Session, mail: Arrived) -> Ticket | None:
    """The one that a mail is about, locked."""
    found = _by_answered(session, mail) or _by_number(session, mail)
    if found is None:
        return None
    return session.get(Ticket, found, with_for_update=True, populate_existing=True)


def _by_answered(session: Session, mail: Arrived) -> int | None:
    """Of what we wrote to the customer; departments are mailed about tickets as well."""
    asked = sa.select(Message.mail_id, Ticket.id).join(Ticket, Ticket.id == Message.related_id)
    ours = asked.where(
        Message.mail_id.in_(mail.answers),
        Message.related_type == Ticket.__tablename__,
        Message.customer_id == Ticket.customer_id,
        Ticket.kind == TicketKind.HELPDESK,
    )
    known = dict(session.execute(ours).all()) if mail.answers else {}
    return next((known[mail_id] for mail_id in mail.answers if mail_id in known), None)


def _by_number(session: Session, mail: Arrived) -> int | None:
    numbers = A_NUMBER.findall(mail.subject)[:5]
    if not numbers:
        return None
    asked = sa.select(Ticket).where(Ticket.number.in_(numbers), Ticket.kind == TicketKind.HELPDESK)
    for ticket in session.scalars(asked.order_by(Ticket.id)):
        if _who(session, ticket, mail.sender)[0]:
            return ticket.id
    return None


def _who(session: Session, ticket: Ticket, address: str) -> tuple[str, int | None]:
    """The name and the log-in of who writes from an address; "" when it is nobody of the customer."""
    customer = session.get_one(Customer, ticket.customer_id)
    login = session.scalar(_with(PortalUser, customer, address))
    contact = session.scalar(_with(Contact, customer, address))
    if contact is not None:
        return contact.name, login and login.id
    known = login is not None or customer.email_norm == address
    return (customer.display_name if known else ""), login and login.id


def _with(table: type[Contact] | type[PortalUser], customer: Customer, address: str) -> sa.Select:
    mine = sa.select(table).where(table.customer_id == customer.id, table.email_norm == address)
    return mine.order_by(table.id).limit(1)


def _words(mail: Arrived) -> str:
    """At most as long as what may be typed. Files are named, and not kept."""
    files = f"\n\n[Attached to the mail, not kept here: {', '.join(mail.files[:5])}]" if mail.files else ""
    room = LONGEST_VALUE - len(files)
    text = mail.text if len(mail.text) <= room else f"{mail.text[: room - len(CUT)]}{CUT}"
    return f"{text}{files}".strip()
