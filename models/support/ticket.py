"""Questions of customers, tasks of staff, and everything that was said about them."""

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Entry, Record, check, now, numbered, only_one, parent, stamped
from ..choice import Choice, StateChoice
from ..fields import Code, Email, Line, Moment, Name, Text, YesNo
from ..screen import Screen


class Department(Record):
    """A part of the house that tickets go to."""

    name: Mapped[Name] = mapped_column(unique=True)
    email: Mapped[Email | None] = mapped_column(comment="Where it is told of new tickets; empty: nowhere.")

    screen = Screen(
        menu="Departments",
        group="Setup",
        icon="building-community",
        list=("name", "email", "updated_at"),
        search=("name",),
        order="name",
        labels={"email": "E-mail"},
        help="staff.md#tickets",
    )

    def __str__(self) -> str:
        return self.name


class TicketKind(Choice):
    HELPDESK = "helpdesk", "Helpdesk"
    TASK = "task", "Task"


class Priority(Choice):
    LOW = "low", "Low"
    NORMAL = "normal", "Normal"
    HIGH = "high", "High", "amber"
    URGENT = "urgent", "Urgent", "red"


class TicketState(StateChoice):
    NEW = "new", "New", "amber"
    OPEN = "open", "Open", "blue"
    PENDING = "pending", "Waits for the customer", "gray"
    RESOLVED = "resolved", "Resolved", "green"
    CLOSED = "closed", "Closed", "hollow"


DONE = (TicketState.RESOLVED, TicketState.CLOSED)


class Ticket(Record):
    """Something that a customer asks, or that staff have to do for one."""

    __table_args__ = (
        check(
            "closed_has_moment", "(state = 'closed') = (closed_at IS NOT NULL)", "A closing needs its moment."
        ),
        sa.Index(None, "customer_id", "state", "created_at"),
        sa.Index(None, "department_id", "state", "priority"),
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "owner_id", "state"),
    )

    number: Mapped[Code] = numbered("T-", comment="Ours, generated; never reused.")
    customer_id: Mapped[int] = parent("customer", "RESTRICT", index=False)
    subscription_id: Mapped[int | None] = parent("subscription", "SET NULL", info={"same": "customer_id"})
    kind: Mapped[TicketKind] = mapped_column(default=TicketKind.HELPDESK)
    subject: Mapped[Line]
    body: Mapped[Text] = mapped_column(default="", comment="What it is about, in the words of who asks.")
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    state: Mapped[TicketState] = mapped_column(default=TicketState.NEW)
    department_id: Mapped[int] = parent("department", "RESTRICT", index=False)
    owner_id: Mapped[int | None] = parent("staff_user", "SET NULL", index=False, info={"known": True})
    due_at: Mapped[Moment | None] = mapped_column(info={"due": ("state", ("resolved", "closed"))})
    resolved_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    answered_at: Mapped[Moment | None] = mapped_column(
        comment="When the customer was last answered.", info={"system": True}
    )
    created_by_id: Mapped[int | None] = stamped(
        "staff_id", sa.BigInteger, sa.ForeignKey("staff_user.id", ondelete="SET NULL"), index=True
    )

    screen = Screen(
        menu="Tickets",
        group="Support",
        icon="ticket",
        list=(
            "number",
            "subject",
            "customer_id",
            "state",
            "priority",
            "department_id",
            "owner_id",
            "due_at",
            "created_at",
        ),
        more=("kind", "subscription_id", "answered_at", "closed_at", "updated_at"),
        search=("number", "subject", "body"),
        filters=("state", "kind", "priority", "department_id", "owner_id", "due_at"),
        order="-id",
        tab_of="customer",
        tab="Tickets/All tickets",
        subtabs={"Helpdesk": "kind=helpdesk", "Task tickets": "kind=task"},
        tab_order=54,
        labels={
            "department_id": "Department",
            "owner_id": "Owner",
            "due_at": "Due",
            "created_at": "Asked",
            "subscription_id": "About",
            "body": "Text",
        },
        form={
            "Ticket": ("kind", "subject", "body", "subscription_id"),
            "Who and when": ("priority", "department_id", "owner_id", "due_at"),
        },
        header=("state", "priority", "kind", "department_id"),
        landing="conversation",
        views={
            "New": "state=new",
            "Open": "state=open",
            "Waiting": "state=pending",
            "Closed": "state=closed",
        },
        help="staff.md#tickets",
    )

    def __str__(self) -> str:
        return f"{self.number} {self.subject}" if self.number else self.subject

    @hybrid_property
    def is_active(self) -> bool:
        """There is still something to do, or to wait for."""
        return self.state not in DONE

    @is_active.inplace.expression
    @classmethod
    def _is_active(cls) -> sa.ColumnElement[bool]:
        # Told by what it is: closed ones become ever more, and no index leads past them.
        return cls.state.in_([state for state in TicketState if state not in DONE])


class EventKind(Choice):
    COMMENT = "comment", "Internal comment", "amber"
    REPLY = "reply", "Reply", "blue"
    STATE = "state", "State"
    OWNER = "owner", "Owner"
    DEPARTMENT = "department", "Department"
    PRIORITY = "priority", "Priority"


class TicketEvent(Entry):
    """What was said or done on a ticket, and whether the customer sees it."""

    __table_args__ = (
        sa.Index(None, "ticket_id", "at"),
        only_one("uq_ticket_event_mail", "mail_id", where="mail_id IS NOT NULL", says="It is here already."),
    )

    ticket_id: Mapped[int] = parent("ticket", "CASCADE", index=False)
    kind: Mapped[EventKind]
    body: Mapped[Text] = mapped_column(default="")
    is_public: Mapped[YesNo] = mapped_column(default=False, comment="The customer sees it.")
    old_value: Mapped[Name] = mapped_column(default="")
    new_value: Mapped[Name] = mapped_column(default="")
    author_id: Mapped[int | None] = parent("staff_user", "SET NULL")
    portal_user_id: Mapped[int | None] = parent("portal_user", "SET NULL")
    author_name: Mapped[Name] = mapped_column(default="")
    message_id: Mapped[int | None] = parent("message", "SET NULL")
    mail_id: Mapped[Line | None] = mapped_column(
        comment="Message-ID of the customer's mail that says it; empty: it did not come by mail."
    )
    at: Mapped[Moment] = mapped_column(default=now)

    screen = Screen(
        list=("at", "kind", "author_name", "body", "old_value", "new_value", "is_public"),
        order="-id",
        tab_of="ticket",
        tab="Conversation",
        tab_order=10,
        labels={"at": "When", "author_name": "Who", "old_value": "From", "new_value": "To"},
        writes=frozenset(),
        help="staff.md#tickets",
    )

    def __str__(self) -> str:
        return self.kind.label

    @hybrid_property
    def is_theirs(self) -> bool:
        """The customer said it, in the portal or by mail."""
        return self.portal_user_id is not None or self.mail_id is not None

    @is_theirs.inplace.expression
    @classmethod
    def _is_theirs(cls) -> sa.ColumnElement[bool]:
        return cls.portal_user_id.is_not(None) | cls.mail_id.is_not(None)
