"""What staff do about log-ins to the portal, on the log-in itself and on its customer."""

import sqlalchemy as sa

from models.base import Record
from models.customer import Customer
from models.portal import PortalUser
from models.work import RowState
from queries.portal import primary_of

from . import logins
from .errors import Refused
from .operation import Condition, Context, operation
from .records import Draft, update

NO_LOGIN = "has no log-in to the portal."
ONE = frozenset({"row"})

has_login = Condition(
    sa.exists().where(PortalUser.customer_id == Customer.id).correlate(Customer),
    "This customer has no log-in to the portal.",
)
has_address = Condition(
    sa.or_(Customer.email.is_not(None), has_login.holds), "It cannot be sent: no e-mail address."
)
without_password = sa.exists().where(
    PortalUser.customer_id == Customer.id, PortalUser.password_hash.is_(None), PortalUser.is_active
)


def login_of(row: Record, ctx: Context) -> PortalUser:
    """The log-in itself, or the one that is meant by its customer."""
    user = row if isinstance(row, PortalUser) else primary_of(ctx.session, row.id)
    if user is None:
        raise Refused(f"{row} {NO_LOGIN}")
    return user


@operation(
    Customer,
    conditions=(has_login,),
    confirm="Generate a password for {rows}? The old one fails, and they are signed out.",
    sentence="Generate a password for {rows}",
    icon="key",
    order=60,
    final=True,
    places=ONE,
    most=1,
)
@operation(
    PortalUser,
    confirm="Generate a password for {rows}? The old one fails, and they are signed out.",
    sentence="Generate a password for {rows}",
    icon="key",
    order=60,
    final=True,
    places=ONE,
    most=1,
)
def generate_password(row: Record, ctx: Context) -> None:
    """A new random password, shown to you once; it has to be changed at the next sign-in."""
    user = login_of(row, ctx)
    ctx.reveal("New password", logins.generate(ctx.session, user, ctx.now))


@operation(
    Customer,
    conditions=(has_address, has_login),
    label="Send recovery e-mail",
    sentence="Send a recovery e-mail to {rows}",
    icon="mail-forward",
    order=61,
)
@operation(
    PortalUser,
    label="Send recovery e-mail",
    sentence="Send a recovery e-mail to {rows}",
    icon="mail-forward",
    order=61,
)
def send_recovery(row: Record, ctx: Context) -> None:
    """Mail a link with which they choose a new password; good for 30 minutes, once."""
    logins.send_recovery(ctx.session, login_of(row, ctx), ctx.now)


@operation(
    PortalUser,
    confirm="Sign {rows} out everywhere?",
    sentence="End the sessions of {rows}",
    icon="logout",
    order=62,
    final=True,
)
def end_sessions(user: PortalUser, ctx: Context) -> tuple[RowState, str]:
    """Sign them out in every browser; they can sign in again at once."""
    ended = logins.end_sessions(ctx.session, user, ctx.now)
    return (RowState.CHANGED if ended else RowState.SAME), f"{ended} signed out"


@operation(
    PortalUser,
    when=PortalUser.is_active,
    otherwise="It is not active.",
    confirm="Deactivate {rows}? They are signed out at once and cannot sign in.",
    icon="user-off",
    order=63,
)
def deactivate(user: PortalUser, ctx: Context) -> None:
    """Keep them out: sessions end, links stop working. Activate it again at any time."""
    update(ctx.session, user, Draft({"is_active": False}), ctx.viewer)


@operation(
    PortalUser, when=~PortalUser.is_active, otherwise="It is active already.", icon="user-check", order=64
)
def activate(user: PortalUser, ctx: Context) -> None:
    """Let them sign in again, with the password that they had."""
    update(ctx.session, user, Draft({"is_active": True}), ctx.viewer)


@operation(
    PortalUser,
    when=~PortalUser.is_primary,
    otherwise="It is the primary one.",
    sentence="Make {rows} primary",
    icon="star",
    order=65,
)
def make_primary(user: PortalUser, ctx: Context) -> None:
    """The log-in that is meant when only the customer is named; another one steps back."""
    update(ctx.session, user, Draft({"is_primary": True}), ctx.viewer)


@operation(
    Customer,
    when=without_password,
    otherwise="No log-in of theirs is without a password.",
    confirm="Give {rows} a password? Those that are set stay as they are.",
    sentence="Set the empty passwords of {rows}",
    icon="key",
    order=66,
    final=True,
    places=frozenset({"desk"}),
    among="without_password=yes",
)
def set_empty_passwords(customer: Customer, ctx: Context) -> None:
    """Give every log-in without a password a random one, or the default password of the settings."""
    empty = sa.select(PortalUser).where(
        PortalUser.customer_id == customer.id, PortalUser.password_hash.is_(None), PortalUser.is_active
    )
    for user in ctx.session.scalars(empty.order_by(PortalUser.id)):
        logins.fill_empty_password(ctx.session, user, ctx.now)
