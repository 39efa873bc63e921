"""Where messages go, and who they come from."""

import re
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Contact, Customer, NotificationSetting, Topic
from models.message import MessageChannel

from .errors import Refused
from .installation import installation

AN_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
A_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Destination:
    """Where one message goes."""

    channel: MessageChannel
    address: str
    contact: Contact | None = None

    def key(self, of_all: str | None) -> str | None:
        """A key that this destination alone has of the one for all."""
        told = sha256(f"{self.channel.value} {self.address}".encode()).hexdigest()[:16]
        return of_all and f"{of_all}:{told}"


def destinations(session: Session, customer: Customer, topic: Topic | None) -> list[Destination] | None:
    """Those of a topic that are switched on; None when the customer has never said any."""
    said = session.scalars(
        sa.select(NotificationSetting)
        .where(NotificationSetting.customer_id == customer.id, NotificationSetting.topic == topic)
        .order_by(NotificationSetting.id)
    ).all()
    if not said:
        return None
    return [
        Destination(
            MessageChannel(one.channel.value),
            one.destination,
            session.get(Contact, one.contact_id) if one.contact_id else None,
        )
        for one in said
        if one.enabled
    ]


def recipient_of(
    customer: Customer | None,
    contact: Contact | None,
    to: str | None = None,
    channel: MessageChannel = MessageChannel.EMAIL,
) -> str:
    """Where a message goes: as said, else to the contact, else to the customer."""
    by_sms = channel is MessageChannel.SMS
    name, kind = ("phone_e164", "phone number") if by_sms else ("email", "e-mail address")
    address = to or next((a for who in (contact, customer) if who and (a := getattr(who, name))), "")
    if not address:
        raise Refused(f"{contact or customer} has no {kind}.", name)
    if not (A_NUMBER if by_sms else AN_ADDRESS).fullmatch(address):
        raise Refused(f"“{address[:100]}” is not {'a' if by_sms else 'an'} {kind}.", name)
    return address


def sender_of(channel: MessageChannel) -> str:
    here = installation()
    if channel is MessageChannel.SMS:
        return here.sms_sender or here.name
    return here.sender if channel is MessageChannel.EMAIL else here.name
