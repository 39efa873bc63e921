"""Questions about log-ins to the portal: who is signed in, who may enter, what support did."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from models.access import Activity
from models.customer import Contact, Customer, CustomerState
from models.portal import PortalSession, PortalUser
from models.text import plain_email

from .declare import Facts, action, widget
from .staff import Lasting

# A closed, merged, suspended account is closed to its owner; one that waits for approval is not.
OPEN_TO_ITS_OWNER = (CustomerState.APPROVED, CustomerState.WAITING_APPROVAL)


@dataclass(frozen=True)
class Guest:
    """A customer who is signed in, or through whose eyes a staff member looks."""

    portal_user_id: int
    customer_id: int
    name: str  # of the contact whose log-in it is, or of the customer
    account: str  # the customer's name
    email: str
    must_change_password: bool
    session_id: int | None = None  # None: a staff member's view
    seen_at: dt.datetime | None = None


def may_enter() -> list[sa.ColumnElement[bool]]:
    """Conditions on a log-in joined with its customer."""
    return [PortalUser.is_active, Customer.workflow_state.in_(OPEN_TO_ITS_OWNER)]


def by_email(session: Session, email: str) -> PortalUser | None:
    return session.scalar(sa.select(PortalUser).where(PortalUser.email_norm == plain_email(email)))


def primary_of(session: Session, customer_id: int) -> PortalUser | None:
    """The log-in that is meant when nobody says which: the primary one, or else the oldest."""
    mine = sa.select(PortalUser).where(PortalUser.customer_id == customer_id)
    return session.scalars(mine.order_by(PortalUser.is_primary.desc(), PortalUser.id)).first()


@widget(Customer, "Portal log-in", group="aside", order=70)
def portal_login(customer: Customer) -> Facts:
    """The primary log-in, or why there is none."""
    mine = sa.select(PortalUser).where(PortalUser.customer_id == customer.id)
    first = mine.order_by(PortalUser.is_primary.desc(), PortalUser.id)
    return Facts(("email", "is_active", "last_sign_in_at"), first, missing=lambda: why_none(customer))


@action(PortalUser, "Change password", order=70, group="password", permission="portal_user.set_password")
def change_password(user: PortalUser) -> str:
    return f"/admin/portal_user/{user.id}/password/"


def why_none(customer: Customer) -> str:
    if not customer.email:
        return "None: no e-mail address."
    if by_email(object_session(customer), customer.email):
        return "None: another customer signs in with this e-mail address."
    return "None yet. Add one under Users."


def signed_in(session: Session, token_sha256: str, lasting: Lasting, at: dt.datetime) -> Guest | None:
    """Whose session this is, if it is still good: one statement."""
    asked = _WHO.add_columns(PortalSession.id.label("session_id"), PortalSession.seen_at).join(PortalSession)
    mine = asked.where(PortalSession.token_sha256 == token_sha256, lasting.open_at(at, PortalSession))
    mine = mine.where(~_shut_since().exists())
    row = session.execute(mine).mappings().one_or_none()
    return _guest(row) if row else None


def _shut_since() -> sa.Select:
    """Times that the account was closed to its owner after a session began: it does not come back to life."""
    return (
        sa.select(Activity.id)
        .where(
            Activity.customer_id == PortalUser.customer_id,
            Activity.at >= PortalSession.started_at,
            Activity.kind == "state",
            Activity.object_type == Customer.__tablename__,
            Activity.new_state.not_in([state.value for state in OPEN_TO_ITS_OWNER]),
        )
        .correlate(PortalUser, PortalSession)
    )


def seen_as(session: Session, portal_user_id: int) -> Guest | None:
    """The same for a staff member who looks through the eyes of a log-in."""
    row = session.execute(_WHO.where(PortalUser.id == portal_user_id)).mappings().one_or_none()
    return _guest(row) if row else None


def open_sessions(
    session: Session, portal_user_id: int, lasting: Lasting, at: dt.datetime
) -> Sequence[PortalSession]:
    """Where a log-in is in use, the latest use first."""
    mine = PortalSession.portal_user_id == portal_user_id
    newest = (PortalSession.seen_at.desc(), PortalSession.id.desc())
    asked = sa.select(PortalSession).where(mine, lasting.open_at(at, PortalSession))
    return session.scalars(asked.order_by(*newest)).all()


def _guest(row: sa.RowMapping) -> Guest:
    return Guest(**{**row, "name": row["name"] or row["account"]})


_WHO = (
    sa.select(
        PortalUser.id.label("portal_user_id"),
        PortalUser.customer_id,
        Contact.name.label("name"),
        Customer.display_name.label("account"),
        PortalUser.email,
        PortalUser.must_change_password,
    )
    .join(Customer, Customer.id == PortalUser.customer_id)
    .outerjoin(Contact, Contact.id == PortalUser.contact_id)
    .where(*may_enter())
)
