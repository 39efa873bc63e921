"""The outbox: messages are rows, written with the change that they tell of and delivered after it.

Nothing here talks to a mail server or a gateway (delivery.py does), so a change that is rolled back
has told nobody, and an undone one takes back what has not left yet.
"""

import json
from collections.abc import Collection, Mapping
from email.utils import make_msgid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import Table, keys_between, now
from models.customer import ALERTS, Channel, Contact, Customer, NotificationSetting, Topic
from models.message import Message, MessageChannel, MessageState, MessageTemplate

from . import letters
from .carriers import domain_of
from .destinations import destinations, recipient_of, sender_of
from .errors import Invalid, Refused
from .installation import installation
from .letters import BLANK
from .sealing import seal
from .shipped_mail import LOCALE, Shipped, shipped

LONGEST = 50_000  # letters of a mail; nobody reads more
LONGEST_SMS = 459  # three parts of what a network carries at once
Words = MessageTemplate | Shipped
AS_BEFORE = (  # what a message that is sent once more takes over
    "customer_id",
    "contact_id",
    "channel",
    "topic",
    "template",
    "values",
    "document_id",
    "attached",
    "related_type",
    "related_id",
)
ALL_GONE = "This mail held a link or a password, and no copy of it is kept. Send a new one instead."


def post(
    session: Session,
    customer: Customer | None,
    template: str,
    *,
    to: str | None = None,
    contact: Contact | None = None,
    channel: MessageChannel | None = None,
    **rest: Any,
) -> Message:
    """Queue one message. Refused when there is nowhere to send it to.

    `rest` is what `write` and `draft` take, and the values that fill the template; `name` is the
    recipient's unless said. `secrets` fill it too, but the stored copy has a blank in their place.
    With the `unique_key` of a message that is there already, that one is given back. `related` is
    what it is about, and `attached` names a printout of it that goes along. `channel` is the
    template's unless said.
    """
    locale = customer.locale if customer else LOCALE
    words = template_for(session, template, locale, channel)
    said = channel or words.channel
    to = recipient_of(customer, contact, to, said)
    return write(session, customer, words, said, to, contact=contact, template=template, **rest)


def write(
    session: Session,
    customer: Customer | None,
    words: Words,
    channel: MessageChannel,
    recipient: str,
    *,
    unique_key: str | None = None,
    related: Table | tuple[str, int] | None = None,
    attached: str = "",
    **rest: Any,
) -> Message:
    """Queue these words, whether they are a stored template's or somebody has just typed them."""
    if unique_key and (known := session.scalar(sa.select(Message).where(Message.unique_key == unique_key))):
        return known
    message = draft(session, customer, words, channel, recipient, **rest)
    message.unique_key, message.attached = unique_key, attached
    message.related_type, message.related_id = _named(related)
    session.add(message)
    return message


def draft(
    session: Session,
    customer: Customer | None,
    words: Words,
    channel: MessageChannel,
    recipient: str,
    contact: Contact | None = None,
    secrets: Mapping[str, str] | None = None,
    template: str = "",
    **values: Any,
) -> Message:
    """A message that is not in the outbox yet."""
    locale = getattr(words, "locale", LOCALE)
    told = told_of(customer, contact, values, _as_read(customer, locale))
    message = _queued(recipient, _letter(words, told | dict.fromkeys(secrets or (), BLANK), locale, channel))
    message.channel, message.sender = channel, sender_of(channel)
    message.customer_id = customer.id if customer else None
    message.contact_id = contact.id if contact else None
    message.template, message.topic, message.values = template, words.topic, told
    if secrets:
        whole = _letter(words, told | dict(secrets), locale, channel)
        message.secrets = seal(json.dumps([whole.body, whole.html]))
    _stamp(session, message)
    return message


def _named(related: Table | tuple[str, int] | None) -> tuple[str, int | None]:
    if related is None:
        return "", None
    return related if isinstance(related, tuple) else (related.__tablename__, related.id)


def tell(
    session: Session,
    customer: Customer,
    topic: Topic | None,
    template: str,
    *,
    unique_key: str | None = None,
    **values: Any,
) -> list[Message]:
    """Write to every destination that a customer has for a topic and has not switched off.

    Who has never said where to is written to at their own e-mail address, but of alerts, which
    only those hear who asked for them. Refused when that address is missing.
    """
    found = destinations(session, customer, topic)
    if found is None:
        key = unique_key
        return [] if topic in ALERTS else [post(session, customer, template, unique_key=key, **values)]
    return [
        post(
            session,
            customer,
            template,
            to=there.address,
            contact=there.contact,
            channel=there.channel,
            unique_key=there.key(unique_key),
            **values,
        )
        for there in found
    ]


def topic_of(session: Session, template: str) -> Topic | None:
    """The topic of the notification settings that a template goes by; None when it goes by none."""
    words = template_for(session, template, LOCALE)
    return next((topic for topic in Topic if topic.value == words.topic.value), None)


def template_for(session: Session, code: str, locale: str, channel: MessageChannel | None = None) -> Words:
    """In the reader's language if there is one, else in ours; the shipped words if none is stored.

    By SMS goes the template CODE_sms, if there is one, else the subject of the mail.
    """
    words = _named_so(session, code, locale)
    if words is None:
        raise KeyError(f"there is no template {code}")
    if channel is not MessageChannel.SMS or words.channel is MessageChannel.SMS:
        return words
    short = _named_so(session, f"{code}_sms", locale)
    return short or Shipped(code, words.topic, "", words.subject, frozenset(), MessageChannel.SMS)


def _named_so(session: Session, code: str, locale: str) -> Words | None:
    stored = {
        t.locale: t for t in session.scalars(sa.select(MessageTemplate).where(MessageTemplate.code == code))
    }
    language = locale.partition("_")[0]
    near = next((name for name in sorted(stored) if name.partition("_")[0] == language), "")
    return stored.get(locale) or stored.get(near) or stored.get(LOCALE) or shipped().get(code)


def _as_read(customer: Customer | None, locale: str) -> str:
    """Days and numbers as in the customer's country, where a letter is in their language."""
    own = customer.locale if customer else locale
    return own if own.partition("_")[0] == locale.partition("_")[0] else locale


def told_of(
    customer: Customer | None, contact: Contact | None, values: Mapping[str, Any], locale: str
) -> dict[str, str]:
    """Everything that a template may name, in words."""
    here = installation()
    common = {
        "name": str(contact or customer or ""),
        "company": here.name,
        "url": here.url,
        "account": customer.code if customer else "",
        "today": now().date(),
    }
    return {name: letters.plain(value, locale) for name, value in (common | dict(values)).items()}


def _letter(
    words: Words, told: Mapping[str, str], locale: str, channel: MessageChannel = MessageChannel.EMAIL
) -> letters.Letter:
    letter = letters.write(words.subject, words.body, told, locale)
    longest = LONGEST_SMS if channel is MessageChannel.SMS else LONGEST
    if len(letter.body) > longest:
        kind = "SMS" if channel is MessageChannel.SMS else "message"
        raise Invalid(f"The {kind} would have more than {longest:,} letters.")
    return letter if channel is MessageChannel.EMAIL else letters.Letter(letter.subject, letter.body, "")


def _queued(recipient: str, letter: letters.Letter) -> Message:
    return Message(
        recipient=recipient,
        subject=letter.subject,
        body=letter.body,
        html=letter.html,
        mail_id=make_msgid(domain=domain_of(installation().sender)),
        state=MessageState.QUEUED,
    )


def _stamp(session: Session, message: Message) -> None:
    act = act_of(session)
    message.sent_by_id, message.run_id = act.staff_id, act.run_id


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


def posted(message: Message) -> None:
    """A letter has left the house. What people carry away cannot be withdrawn any more."""
    if message.channel is not MessageChannel.LETTER or message.state is not MessageState.QUEUED:
        raise Refused("Only a letter that waits can be marked as posted.")
    message.state, message.sent_at = MessageState.SENT, now()


def resend(session: Session, message: Message) -> Message:
    """Send it once more, to where the customer reads mail now. One that still waits is tried at once."""
    if message.state is MessageState.QUEUED:
        message.next_at = now()
        return message
    if BLANK in message.body:
        raise Refused(ALL_GONE)
    customer = message.customer_id and session.get(Customer, message.customer_id)
    contact = message.contact_id and session.get(Contact, message.contact_id)
    recipient = _now_at(session, message, customer, contact)
    again = _queued(recipient, letters.Letter(message.subject, message.body, message.html))
    for name in AS_BEFORE:
        setattr(again, name, getattr(message, name))
    again.sender, again.resent_of_id = sender_of(message.channel), message.id
    _stamp(session, again)
    session.add(again)
    return again


def _now_at(session: Session, message: Message, customer: Customer | None, contact: Contact | None) -> str:
    """Where the customer reads such messages now: a destination that they still have stays."""
    if message.channel is MessageChannel.LETTER:
        return message.recipient
    still = sa.select(NotificationSetting.id).where(
        NotificationSetting.customer_id == message.customer_id,
        NotificationSetting.channel == Channel(message.channel.value),
        NotificationSetting.destination == message.recipient,
    )
    name = "phone_e164" if message.channel is MessageChannel.SMS else "email"
    has_one = any(who and getattr(who, name) for who in (contact, customer))
    stays = not has_one or session.scalar(still.limit(1)) is not None
    return recipient_of(customer, contact, message.recipient if stays else None, message.channel)
