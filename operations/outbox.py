"""The outbox: mails are rows, written with the change that they tell of and delivered after it.

Nothing here talks to a mail server (delivery.py does), so a change that is rolled back has told
nobody, and an undone one takes back what has not left yet.
"""

import json
import re
from collections.abc import Collection, Mapping
from email.utils import make_msgid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import Table, keys_between, now
from models.customer import Contact, Customer
from models.message import Message, MessageState, MessageTemplate

from . import letters
from .carriers import domain_of
from .errors import Invalid, Refused
from .installation import installation
from .letters import BLANK
from .sealing import seal
from .shipped_mail import LOCALE, Shipped, shipped

LONGEST = 50_000  # letters of a mail; nobody reads more
AN_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
ALL_GONE = "This mail held a link or a password, and no copy of it is kept. Send a new one instead."


def post(
    session: Session,
    customer: Customer | None,
    template: str,
    *,
    to: str | None = None,
    contact: Contact | None = None,
    secrets: Mapping[str, str] | None = None,
    unique_key: str | None = None,
    **values: Any,
) -> Message:
    """Queue one mail. Refused when there is no address to send it to.

    `values` fill the template; `name` is the recipient's unless said. `secrets` fill it too, but
    the stored copy has a blank in their place. With the `unique_key` of a message that is there
    already, that one is given back.
    """
    if unique_key and (known := session.scalar(sa.select(Message).where(Message.unique_key == unique_key))):
        return known
    recipient = recipient_of(customer, contact, to)
    words = template_for(session, template, customer.locale if customer else LOCALE)
    locale = getattr(words, "locale", LOCALE)
    told = told_of(customer, contact, values, locale)
    stored = _letter(words, told | dict.fromkeys(secrets or (), BLANK), locale)
    message = _queued(session, recipient, stored)
    message.customer_id = customer.id if customer else None
    message.contact_id = contact.id if contact else None
    message.template, message.topic, message.values = template, words.topic, told
    message.unique_key = unique_key
    if secrets:
        whole = _letter(words, told | dict(secrets), locale)
        message.secrets = seal(json.dumps([whole.body, whole.html]))
    session.add(message)
    return message


def recipient_of(customer: Customer | None, contact: Contact | None, to: str | None = None) -> str:
    address = to or (contact and contact.email) or (customer and customer.email) or ""
    if not address:
        raise Refused(f"{contact or customer} has no e-mail address.", "email")
    if not AN_ADDRESS.fullmatch(address):
        raise Refused(f"“{address[:100]}” is not an e-mail address.", "email")
    return address


def template_for(session: Session, code: str, locale: str) -> MessageTemplate | Shipped:
    """In the reader's language if there is one, else in ours; the shipped words if none is stored."""
    stored = {
        t.locale: t for t in session.scalars(sa.select(MessageTemplate).where(MessageTemplate.code == code))
    }
    language = locale.partition("_")[0]
    near = next((name for name in sorted(stored) if name.partition("_")[0] == language), "")
    return stored.get(locale) or stored.get(near) or stored.get(LOCALE) or shipped()[code]


def told_of(
    customer: Customer | None, contact: Contact | None, values: Mapping[str, Any], locale: str
) -> dict[str, str]:
    """Everything that a template may name, in words."""
    here = installation()
    common = {"name": str(contact or customer or ""), "company": here.name, "url": here.url}
    return {name: letters.plain(value, locale) for name, value in (common | dict(values)).items()}


def _letter(words: MessageTemplate | Shipped, told: Mapping[str, str], locale: str) -> letters.Letter:
    letter = letters.write(words.subject, words.body, told, locale)
    if len(letter.body) > LONGEST:
        raise Invalid(f"The mail would have more than {LONGEST:,} letters.")
    return letter


def _queued(session: Session, recipient: str, letter: letters.Letter) -> Message:
    act, sender = act_of(session), installation().sender
    return Message(
        sender=sender,
        recipient=recipient,
        subject=letter.subject,
        body=letter.body,
        html=letter.html,
        mail_id=make_msgid(domain=domain_of(sender)),
        state=MessageState.QUEUED,
        sent_by_id=act.staff_id,
        run_id=act.run_id,
    )


def withdraw(
    session: Session, run_id: int, model: type[Table] | None = None, ids: Collection[int] = ()
) -> tuple[int, int]:
    """Take back what a run has queued: how many mails were withdrawn, and how many had left already.

    With a table and ids only what went to the customers that these rows are, or belong to.
    """
    mine = Message.run_id == run_id
    if model is not None:
        mine &= _concerns(model, ids)
    sent = session.scalar(
        sa.select(sa.func.count()).select_from(Message).where(mine, Message.state == MessageState.SENT)
    )
    taken = session.execute(
        sa.update(Message)
        .where(mine, Message.state == MessageState.QUEUED)
        .values(state=MessageState.WITHDRAWN, next_at=None, secrets=None)
    )
    return taken.rowcount, sent


def _concerns(model: type[Table], ids: Collection[int]) -> sa.ColumnElement[bool]:
    if model is Customer:
        return Message.customer_id.in_(ids)
    key = next(iter(keys_between(model, Customer.__tablename__)), None)
    return sa.false() if key is None else Message.customer_id.in_(sa.select(key).where(model.id.in_(ids)))


def resend(session: Session, message: Message) -> Message:
    """Send it once more, to where the customer reads mail now. One that still waits is tried at once."""
    if message.state is MessageState.QUEUED:
        message.next_at = now()
        return message
    if BLANK in message.body:
        raise Refused(ALL_GONE)
    customer = message.customer_id and session.get(Customer, message.customer_id)
    contact = message.contact_id and session.get(Contact, message.contact_id)
    has_one = (contact and contact.email) or (customer and customer.email)
    recipient = recipient_of(customer, contact, None if has_one else message.recipient)
    again = _queued(session, recipient, letters.Letter(message.subject, message.body, message.html))
    for name in ("customer_id", "contact_id", "channel", "topic", "template", "values"):
        setattr(again, name, getattr(message, name))
    again.resent_of_id = message.id
    session.add(again)
    return again
