"""The people at a customer, and what they are told."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, check, derived, only_one, parent
from ..choice import Choice
from ..fields import Destination, Email, Moment, Name, Phone, YesNo
from ..screen import Screen
from ..text import plain_email


class ContactRole(Choice):
    PRIMARY = "primary", "Primary", "blue"
    BILLING = "billing", "Billing"
    TECHNICAL = "technical", "Technical"
    GENERAL = "general", "General"


class Contact(Record):
    """A person at a customer whom we write to or call."""

    __table_args__ = (
        check(
            "alerts_need_email",
            "NOT alerts OR email_norm IS NOT NULL",
            "Alerts need an e-mail address to go to.",
            "email",
        ),
        only_one(
            "uq_contact_primary",
            "customer_id",
            where="role = 'primary'",
            says="This customer has a primary contact already.",
            field="role",
        ),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE")
    name: Mapped[Name] = mapped_column(index=True)
    role: Mapped[ContactRole] = mapped_column(
        default=ContactRole.GENERAL, comment="At most one contact is the primary one."
    )
    email: Mapped[Email | None]
    email_norm: Mapped[str | None] = derived(
        "email", by=lambda e: plain_email(e) if e else None, type_=sa.String(254), index=True
    )
    phone_e164: Mapped[Phone | None] = mapped_column(index=True)
    alerts: Mapped[YesNo] = mapped_column(
        default=False,
        comment="Send usage warnings and cut-offs to this e-mail. Tell the contact which sender to expect.",
        info={"names_sender": True},
    )
    alerts_since: Mapped[Moment | None] = mapped_column(info={"system": True})

    screen = Screen(
        list=("name", "role", "email", "phone_e164", "alerts"),
        search=("name", "email", "phone_e164"),
        filters=("role", "alerts"),
        order="name",
        tab_of="customer",
        tab="Contacts",
        tab_order=30,
        part_of="customer",
        labels={"phone_e164": "Phone", "email": "E-mail"},
        form={"Contact": ("name", "role", "email", "phone_e164", "alerts")},
        header=("role",),
        help="staff.md#contacts",
    )

    def __str__(self) -> str:
        return self.name


class Topic(Choice):
    USAGE_WARNING = "usage_warning", "Usage warning"
    USAGE_CUT_OFF = "usage_cut_off", "Usage cut-off"
    INVOICE = "invoice", "Invoice"
    SUSPENSION = "suspension", "Suspension"
    TICKET = "ticket", "Ticket"
    OUTAGE = "outage", "Outage"


ALERTS = (Topic.USAGE_WARNING, Topic.USAGE_CUT_OFF)  # what the box on a contact stands for


class Channel(Choice):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"


class NotificationSetting(Record):
    """What a customer is told, where to, and whether it is at present."""

    __table_args__ = (sa.UniqueConstraint("customer_id", "topic", "channel", "destination"),)

    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    contact_id: Mapped[int | None] = parent(
        "contact", "CASCADE", comment="Whose destination it is.", info={"same": "customer_id"}
    )
    topic: Mapped[Topic]
    channel: Mapped[Channel] = mapped_column(default=Channel.EMAIL)
    destination: Mapped[Destination] = mapped_column(comment="The e-mail address, or the number for SMS.")
    enabled: Mapped[YesNo] = mapped_column(default=True)

    screen = Screen(
        list=("topic", "channel", "destination", "contact_id", "enabled"),
        tab_of="customer",
        tab="Communications/Notifications",
        tab_order=43,
        order="id",
        labels={"contact_id": "Contact"},
        form={"Notification": ("topic", "channel", "destination", "contact_id", "enabled")},
        help="staff.md#notifications",
    )

    def __str__(self) -> str:
        return f"{self.topic.label} by {self.channel.label}"

    @property
    def still(self) -> str:
        return f"{self} still goes to where they were before."
