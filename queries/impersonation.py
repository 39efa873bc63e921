"""Who of the staff sees the portal as which customer, and what came of it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Contact, Customer
from models.history import Transaction
from models.portal import Impersonation, PortalUser

from .declare import action
from .history import Step, steps_of_record
from .portal import may_enter
from .viewer import SYSTEM

MOST_STEPS = 200  # of support, that a customer is told one by one


@dataclass(frozen=True)
class Viewing:
    """An impersonation that is under way, as the bar on every page says it."""

    id: int
    portal_user_id: int
    customer_id: int
    subject: str  # of the contact whose log-in it is, or of the customer
    account: str
    staff_name: str
    reason: str
    expires_at: dt.datetime
    writes_from: dt.datetime | None

    @property
    def record(self) -> str:
        return f"/admin/customer/{self.customer_id}/"


def under_way(session: Session, impersonation_id: int, at: dt.datetime) -> Viewing | None:
    """None when it has run out, or when the log-in was closed meanwhile."""
    asked = (
        sa.select(
            Impersonation.id,
            PortalUser.id.label("portal_user_id"),
            Impersonation.customer_id,
            sa.func.coalesce(Contact.name, Customer.display_name).label("subject"),
            Customer.display_name.label("account"),
            Impersonation.staff_name,
            Impersonation.reason,
            Impersonation.expires_at,
            Impersonation.writes_from,
        )
        .join(PortalUser, PortalUser.id == Impersonation.portal_user_id)
        .join(Customer, Customer.id == PortalUser.customer_id)
        .outerjoin(Contact, Contact.id == PortalUser.contact_id)
        .where(
            Impersonation.id == impersonation_id,
            Impersonation.ended_at.is_(None),
            Impersonation.expires_at > at,
            *may_enter(),
        )
    )
    row = session.execute(asked).mappings().one_or_none()
    return Viewing(**row) if row else None


@action(Customer, "View as customer", order=80, group="spy", permission="portal.impersonate")
def view_as(customer: Customer) -> str:
    return f"/admin/view-as/{customer.id}/"


def subjects(session: Session, ids: Iterable[int]) -> Mapping[int, str]:
    """As whom these impersonations acted: id -> name of the contact or of the customer."""
    wanted = [i for i in set(ids) if i]
    if not wanted:
        return {}
    name = sa.func.coalesce(Contact.name, Customer.display_name)
    asked = (
        sa.select(Impersonation.id, name)
        .join(Customer, Customer.id == Impersonation.customer_id)
        .outerjoin(PortalUser, PortalUser.id == Impersonation.portal_user_id)
        .outerjoin(Contact, Contact.id == PortalUser.contact_id)
        .where(Impersonation.id.in_(wanted))
    )
    return dict(session.execute(asked).all())


def of_customer(session: Session, customer_id: int, most: int = 50) -> Sequence[Impersonation]:
    """When support looked through this customer's eyes, newest first."""
    mine = sa.select(Impersonation).where(Impersonation.customer_id == customer_id)
    newest = mine.order_by(Impersonation.started_at.desc(), Impersonation.id.desc())
    return session.scalars(newest.limit(most)).all()


def changes_of(session: Session, customer_id: int, seen: Sequence[Impersonation]) -> Mapping[int, list[Step]]:
    """What was changed in each of them, by its id; the newest steps of all together."""
    made = [_made_in(one) for one in seen if one.writes_from is not None]
    found: dict[int, list[Step]] = defaultdict(list)
    if made:
        newest = sa.select(Transaction.id).where(sa.or_(*made)).order_by(Transaction.id.desc())
        ids = session.scalars(newest.limit(MOST_STEPS)).all()
        for step in steps_of_record(session, Customer, customer_id, ids, SYSTEM):
            found[step.transaction.impersonation_id].append(step)
    return found


def _made_in(one: Impersonation) -> sa.ColumnElement[bool]:
    """By its moments, which are indexed: nobody asks a whole history for one impersonation."""
    return sa.and_(
        Transaction.issued_at >= one.started_at,
        Transaction.issued_at <= (one.ended_at or one.expires_at),
        Transaction.impersonation_id == one.id,
    )
