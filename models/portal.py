"""Customers as people who sign in, and staff who look through their eyes."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import BigId, Entry, Record, among, derived, now, only_one, parent
from .fields import Email, Line, Moment, Name, NetAddress, Secret, YesNo
from .screen import Screen
from .text import plain_email


class PortalUser(Record):
    """A log-in with which a customer, or one of its contacts, opens the portal."""

    __table_args__ = (
        only_one(
            "uq_portal_user_primary",
            "customer_id",
            where="is_primary",
            says="This customer has a primary log-in already.",
            field="is_primary",
        ),
        sa.Index(
            "ix_portal_user_no_password",
            "customer_id",
            **among("password_hash IS NULL"),
        ),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE")
    contact_id: Mapped[int | None] = parent("contact", "SET NULL", comment="Empty: the customer itself.")
    email: Mapped[Email] = mapped_column(comment="What they sign in with; nobody else may have it.")
    email_norm: Mapped[str] = derived(
        "email", by=lambda e: plain_email(e) if e else None, type_=sa.String(254), unique=True, sorts="email"
    )
    password_hash: Mapped[Secret | None]
    must_change_password: Mapped[YesNo] = mapped_column(default=True, comment="At the next sign-in.")
    is_active: Mapped[YesNo] = mapped_column(default=True, comment="Off: signed out at once.")
    is_primary: Mapped[YesNo] = mapped_column(default=False, comment="The log-in that recovery mails go to.")
    last_sign_in_at: Mapped[Moment | None] = mapped_column(info={"unversioned": True})

    screen = Screen(
        list=("email", "contact_id", "is_primary", "is_active", "must_change_password", "last_sign_in_at"),
        order="email",
        tab_of="customer",
        tab="Users",
        tab_order=80,
        labels={
            "": "Portal log-in",
            "email": "Log-in e-mail",
            "is_active": "Active",
            "is_primary": "Primary",
            "last_sign_in_at": "Signed in",
        },
        form={"Log-in": ("email", "contact_id", "is_primary", "is_active")},
        header=("is_active", "is_primary"),
        help="staff.md#portal-log-ins",
    )

    def __str__(self) -> str:
        """Without the e-mail, which not everybody may see."""
        return "Primary log-in" if self.is_primary else f"Log-in {self.id}"


class PortalSession(Entry):
    """A customer's sign-in that is still good. The cookie holds a random value, this row only its hash."""

    token_sha256: Mapped[Secret] = mapped_column(sa.String(64), unique=True)
    portal_user_id: Mapped[int] = parent("portal_user", "CASCADE")
    started_at: Mapped[Moment] = mapped_column(default=now)
    seen_at: Mapped[Moment] = mapped_column(default=now)
    ended_at: Mapped[Moment | None]
    address: Mapped[NetAddress] = mapped_column(default="")
    agent: Mapped[Line] = mapped_column(default="", comment="The browser, as it names itself.")


class Impersonation(Entry):
    """A staff member who uses the portal as a customer: why, since when, until when."""

    __table_args__ = (
        only_one(
            "uq_impersonation_open",
            "staff_user_id",
            where="ended_at IS NULL",
            says="You are viewing another customer already. End that first.",
        ),
        sa.Index(None, "customer_id", "started_at"),
    )

    staff_user_id: Mapped[int] = parent("staff_user", "RESTRICT")
    staff_name: Mapped[Name]
    staff_session_id: Mapped[int | None] = mapped_column(BigId, comment="It ends with this session.")
    portal_user_id: Mapped[int | None] = parent("portal_user", "SET NULL")
    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    reason: Mapped[Line]
    started_at: Mapped[Moment] = mapped_column(default=now, index=True)
    expires_at: Mapped[Moment]
    writes_from: Mapped[Moment | None] = mapped_column(comment="Since when they may also change something.")
    ended_at: Mapped[Moment | None]

    screen = Screen(
        list=("started_at", "staff_name", "reason", "writes_from", "ended_at"),
        order="-started_at",
        tab_of="customer",
        tab="Metrics/Impersonations",
        tab_order=94,
        labels={
            "started_at": "When",
            "staff_name": "Who",
            "writes_from": "Changes since",
            "ended_at": "Ended",
        },
        writes=frozenset(),
        help="staff.md#view-as-customer",
    )
