"""What is written to customers: templates, and the outbox that is also the archive."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import BigId, Entry, Record, now, parent
from .choice import Choice
from .fields import Code, Destination, Line, Locale, Moment, Number, Secret, Text
from .screen import Screen


class MessageChannel(Choice):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    LETTER = "letter", "Letter"


class MessageTopic(Choice):
    INVOICE = "invoice"
    RECEIPT = "receipt"
    SUSPENSION = "suspension"
    USAGE_ALERT = "usage_alert"
    TICKET = "ticket"
    OUTAGE = "outage"
    PASSWORD = "password"
    RATING = "rating"
    QUOTE = "quote"
    LETTER = "letter"
    OTHER = "other"


class MessageState(Choice):
    QUEUED = "queued", "Waits to be sent", "amber"
    SENT = "sent", "Sent", "green"
    FAILED = "failed", "Not delivered", "red"
    WITHDRAWN = "withdrawn", "Withdrawn", "hollow"


class MessageTemplate(Record):
    """The words of a kind of message; names in double braces are filled in for each."""

    __table_args__ = (sa.UniqueConstraint("code", "locale"),)

    code: Mapped[Code] = mapped_column(index=True, comment="The program asks for it by this name.")
    channel: Mapped[MessageChannel] = mapped_column(default=MessageChannel.EMAIL)
    topic: Mapped[MessageTopic] = mapped_column(default=MessageTopic.OTHER)
    locale: Mapped[Locale] = mapped_column(default="en_US")
    subject: Mapped[Line] = mapped_column(default="")
    body: Mapped[Text] = mapped_column(comment="Paragraphs apart by an empty line. The HTML is made from it.")

    screen = Screen(
        menu="Message templates",
        group="Setup",
        icon="mail-cog",
        list=("code", "subject", "topic", "channel", "locale", "updated_at"),
        search=("code", "subject", "body"),
        filters=("topic", "channel"),
        order="code",
        labels={"": "Message template", "body": "Text"},
        form={
            "Message": ("subject", "body"),
            "Of what kind": ("code", "channel", "topic", "locale"),
        },
        help="staff.md#templates",
    )

    def __str__(self) -> str:
        return self.code


class Message(Entry):
    """One message to one recipient: waiting, sent, or not delivered and why."""

    __table_args__ = (
        sa.Index(None, "customer_id", "queued_at"),
        sa.Index(None, "state", "next_at"),
        sa.Index(None, "queued_at", "id"),
        sa.Index(None, "related_type", "related_id"),
    )

    customer_id: Mapped[int | None] = parent("customer", "SET NULL", index=False)
    contact_id: Mapped[int | None] = parent("contact", "SET NULL")
    channel: Mapped[MessageChannel] = mapped_column(default=MessageChannel.EMAIL)
    topic: Mapped[MessageTopic] = mapped_column(default=MessageTopic.OTHER)
    template: Mapped[str] = mapped_column(sa.String(32), default="")
    sender: Mapped[Line]
    recipient: Mapped[Destination]
    subject: Mapped[Line] = mapped_column(default="")
    body: Mapped[Text] = mapped_column(default="", comment="As sent, with every secret blanked.")
    html: Mapped[Text] = mapped_column(default="", comment="The same as HTML.")
    secrets: Mapped[Secret | None] = mapped_column(
        sa.Text, comment="What the blanks stand for, encrypted; emptied as soon as it is sent or given up."
    )
    mail_id: Mapped[Line] = mapped_column(unique=True, comment="Message-ID; the same in every attempt.")
    unique_key: Mapped[str | None] = mapped_column(
        sa.String(120), unique=True, comment="Of two with the same key only the first is made."
    )
    state: Mapped[MessageState] = mapped_column(default=MessageState.QUEUED)
    attempts: Mapped[Number] = mapped_column(default=0)
    error: Mapped[Text] = mapped_column(default="", comment="What the mail server said last.")
    queued_at: Mapped[Moment] = mapped_column(default=now)
    next_at: Mapped[Moment | None] = mapped_column(default=now, comment="Not before; empty: never again.")
    sent_at: Mapped[Moment | None]
    sent_by_id: Mapped[int | None] = mapped_column(BigId, comment="Staff member; empty: the program.")
    run_id: Mapped[int | None] = mapped_column(BigId, index=True)
    document_id: Mapped[int | None] = parent("document", "SET NULL", comment="A letter on paper.")
    related_type: Mapped[str] = mapped_column(
        sa.String(24), default="", server_default="", comment="Table of what it is about."
    )
    related_id: Mapped[int | None] = mapped_column(BigId)
    attached: Mapped[Code] = mapped_column(
        default="", server_default="", comment="Printout of what it is about that goes along as PDF."
    )
    resent_of_id: Mapped[int | None] = parent("message", "SET NULL")
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict, comment="What it was told.")

    screen = Screen(
        menu="Messages",
        group="System",
        icon="mail",
        list=("subject", "topic", "channel", "recipient", "state", "queued_at"),
        filters=("topic", "channel", "state"),
        order="-queued_at",
        tab_of="customer",
        tab="Communications/Messages sent",
        tab_order=41,
        subtabs={"Received e-mails": "channel=email", "Letters": "channel=letter"},
        labels={"queued_at": "When", "recipient": "To"},
        writes=frozenset(),
        help="staff.md#mail",
    )

    def __str__(self) -> str:
        return self.subject or self.topic.label
