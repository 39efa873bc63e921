"""Staff, what they may do, their sessions, and the trails that they leave."""

from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Entry, Link, Record, check, now, parent
from .choice import Choice
from .fields import Country, Email, Line, Moment, Name, NetAddress, Permissions, Secret, TimeZone, YesNo
from .screen import Screen

STAFF_HELP = "staff.md#people-and-roles"


class Density(Choice):
    COMPACT = "compact"
    DEFAULT = "default"
    COMFORTABLE = "comfortable"


class Theme(Choice):
    SYSTEM = "system", "As the system"
    LIGHT = "light"
    DARK = "dark"


class Role(Record):
    """What a group of staff may do: a set of permissions."""

    name: Mapped[Name] = mapped_column(unique=True)
    description: Mapped[Line] = mapped_column(default="", comment="Whom this role is for.")
    permissions: Mapped[Permissions] = mapped_column(default=list, comment="Named TABLE.VERB.")

    screen = Screen(
        menu="Roles",
        group="System",
        icon="shield-lock",
        list=("name", "description", "updated_at"),
        search=("name", "description"),
        order="name",
        form={"Role": ("name", "description"), "Permissions": ("permissions",)},
        help=STAFF_HELP,
    )

    def __str__(self) -> str:
        return self.name


class StaffUser(Record):
    """Someone who works here and signs in to the panel."""

    email: Mapped[Email] = mapped_column(unique=True, comment="What they sign in with.")
    name: Mapped[Name] = mapped_column(index=True)
    title: Mapped[Name] = mapped_column(default="", comment="Shown under the name; for people only.")
    # Flask-Security names these three; it asks for exactly these words.
    active: Mapped[YesNo] = mapped_column(default=True, comment="Off: signed out at once.")
    password: Mapped[Secret | None]
    fs_uniquifier: Mapped[Secret] = mapped_column(sa.String(64), unique=True, default=token_hex)
    timezone: Mapped[TimeZone] = mapped_column(default="UTC")
    country: Mapped[Country | None] = mapped_column(
        comment="How they type phone numbers and postal codes; empty: the installation's country."
    )
    theme: Mapped[Theme] = mapped_column(default=Theme.SYSTEM)
    density: Mapped[Density] = mapped_column(default=Density.DEFAULT)
    landing: Mapped[dict[str, str]] = mapped_column(
        sa.JSON,
        default=dict,
        server_default="{}",
        comment="Table -> the tab that opens first.",
        info={"system": True},
    )
    shortcuts: Mapped[YesNo] = mapped_column(default=True, comment="Single-key shortcuts.")
    roles: Mapped[list[Role]] = relationship(secondary="staff_user_role", viewonly=True, order_by="Role.name")

    screen = Screen(
        menu="Staff",
        group="System",
        icon="users-group",
        list=("name", "email", "title", "role", "active", "updated_at"),
        search=("name", "email", "title"),
        filters=("role", "active"),
        order="name",
        labels={"": "Staff member", "email": "E-mail", "timezone": "Time zone"},
        form={
            "Person": ("name", "email", "title", "active"),
            "Access": ("role", "reseller"),
            "Preferences": ("timezone", "country"),
        },
        header=("active", "role"),
        help=STAFF_HELP,
    )

    def __str__(self) -> str:
        return self.name


class StaffUserRole(Link):
    """Which roles a staff member has."""

    __tablename__ = "staff_user_role"
    __table_args__ = (sa.UniqueConstraint("staff_user_id", "role_id"),)

    staff_user_id: Mapped[int] = parent("staff_user", "CASCADE")
    role_id: Mapped[int] = parent("role", "RESTRICT")


class StaffReseller(Link):
    """Limits a staff member to the customers of some resellers; without any there is no limit."""

    __table_args__ = (sa.UniqueConstraint("staff_user_id", "reseller_id"),)

    staff_user_id: Mapped[int] = parent("staff_user", "CASCADE")
    reseller_id: Mapped[int] = parent("reseller", "CASCADE")


class StaffSession(Entry):
    """A sign-in that is still good. The cookie holds a random value, this row only its hash."""

    token_sha256: Mapped[Secret] = mapped_column(sa.String(64), unique=True)
    staff_user_id: Mapped[int] = parent("staff_user", "CASCADE")
    started_at: Mapped[Moment] = mapped_column(default=now)
    seen_at: Mapped[Moment] = mapped_column(default=now)
    ended_at: Mapped[Moment | None]
    address: Mapped[NetAddress] = mapped_column(default="")
    agent: Mapped[Line] = mapped_column(default="", comment="The browser, as it names itself.")


class SignInFailure(Entry):
    """A wrong password or a request for a link, kept for an hour to slow the next ones down."""

    __table_args__ = (
        sa.Index(None, "account_sha256", "at"),
        sa.Index(None, "address", "at"),
    )

    realm: Mapped[str] = mapped_column(
        sa.String(16), default="staff", server_default="staff", comment="Counted apart: staff, portal, links."
    )
    account_sha256: Mapped[str] = mapped_column(sa.String(64), comment="Of the e-mail as typed.")
    address: Mapped[NetAddress]
    at: Mapped[Moment] = mapped_column(default=now)


class TokenPurpose(Choice):
    INVITATION = "invitation"
    RECOVERY = "recovery"


class PasswordToken(Entry):
    """A link with which a person sets a password once. Only its hash is stored."""

    __table_args__ = (
        check("one_owner", "(staff_user_id IS NULL) <> (portal_user_id IS NULL)", "A link has one owner."),
    )

    token_sha256: Mapped[Secret] = mapped_column(sa.String(64), unique=True)
    staff_user_id: Mapped[int | None] = parent("staff_user", "CASCADE")
    portal_user_id: Mapped[int | None] = parent("portal_user", "CASCADE")
    purpose: Mapped[TokenPurpose]
    email: Mapped[Email] = mapped_column(comment="The address it was made for; void when that changes.")
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    created_at: Mapped[Moment] = mapped_column(default=now)


class AccessLog(Entry):
    """Who looked at or exported what."""

    __table_args__ = (
        sa.Index(None, "object_type", "object_id", "at"),
        sa.Index(None, "customer_id", "at"),
        sa.Index(None, "staff_user_id", "at"),
        sa.Index(None, "at", "id"),
    )

    staff_user_id: Mapped[int | None] = parent("staff_user", "SET NULL", index=False)
    customer_id: Mapped[int | None] = parent("customer", "SET NULL", index=False)
    object_type: Mapped[str] = mapped_column(sa.String(64))
    object_id: Mapped[int | None] = mapped_column(sa.BigInteger, info={"of": "object_type"})
    action: Mapped[str] = mapped_column(sa.String(16))
    detail: Mapped[Line] = mapped_column(default="", comment="The filter of an export, in words.")
    address: Mapped[NetAddress] = mapped_column(default="")
    at: Mapped[Moment] = mapped_column(default=now)

    screen = Screen(
        list=("at", "staff_user_id", "action", "object_id", "detail"),
        order="-at",
        tab_of="customer",
        tab="Metrics/Access trail",
        tab_order=92,
        labels={"at": "When", "staff_user_id": "Who", "action": "Did", "object_id": "What"},
        writes=frozenset(),
    )


class Activity(Entry):
    """What happened to a customer, in business terms and in order of time."""

    __table_args__ = (
        sa.Index(None, "customer_id", "at"),
        sa.Index(None, "object_type", "object_id", "at"),
        sa.Index(None, "at", "id"),
    )

    customer_id: Mapped[int | None] = parent("customer", "SET NULL", index=False)
    staff_id: Mapped[int | None] = parent("staff_user", "SET NULL")
    impersonation_id: Mapped[int | None] = parent("impersonation", "SET NULL")
    kind: Mapped[str] = mapped_column(sa.String(40))
    object_type: Mapped[str] = mapped_column(sa.String(64))
    object_id: Mapped[int | None] = mapped_column(sa.BigInteger, info={"of": "object_type"})
    old_state: Mapped[str | None] = mapped_column(sa.String(24), info={"state_of": "object_type"})
    new_state: Mapped[str | None] = mapped_column(sa.String(24), info={"state_of": "object_type"})
    reason: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    summary: Mapped[Line]
    at: Mapped[Moment] = mapped_column(default=now)

    screen = Screen(
        list=("at", "staff_id", "summary", "object_id", "reason"),
        order="-at",
        tab_of="customer",
        tab="Metrics/Activity log",
        tab_order=93,
        labels={
            "at": "When",
            "staff_id": "Who",
            "summary": "What",
            "object_id": "On",
            "old_state": "From",
            "new_state": "To",
            "reason": "Why",
        },
        writes=frozenset(),
    )
