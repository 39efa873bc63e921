"""Log-ins to the portal for some customers of the demo world, all with one password that everyone knows."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import acting
from models.base import at
from models.customer import Customer, CustomerState
from models.portal import PortalUser
from operations import passwords

from .clock import later
from .progress import Mark

LOG_INS = Mark("log_ins")
PASSWORD = "customer-tries-the-portal"
MOST = 300
EMPTY = 20  # one in so many has no password yet, for the action that gives them one


def open_portal(session: Session, base: dt.datetime) -> None:
    """One transaction, and one hash for all: hashing for each would take longer than all the rest."""
    if LOG_INS.read(session) is not None:
        return
    hashed = passwords.hashed(PASSWORD)
    with at(later(session, base)):
        acting(session, reason="Customers get their log-ins")
        for number, customer in enumerate(_without_one(session)):
            session.add(
                PortalUser(
                    customer_id=customer.id,
                    email=customer.email,
                    password_hash=None if number % EMPTY == EMPTY - 1 else hashed,
                    must_change_password=False,
                    is_primary=True,
                )
            )
        LOG_INS.begin(session)
        session.commit()
    session.expunge_all()


def _without_one(session: Session) -> list[Customer]:
    """The first customers, of those who share an address the first."""
    has_one = sa.select(PortalUser.id).where(
        (PortalUser.customer_id == Customer.id) | (PortalUser.email_norm == Customer.email_norm)
    )
    asked = sa.select(Customer).where(
        Customer.email.is_not(None),
        Customer.workflow_state != CustomerState.MERGED,
        ~has_one.correlate(Customer).exists(),
    )
    found: dict[str, Customer] = {}
    for customer in session.scalars(asked.order_by(Customer.id).limit(MOST)):
        found.setdefault(customer.email_norm, customer)
    return list(found.values())


def sign_in(session: Session) -> str:
    """A line on how a customer signs in; "" when nobody does with this password any more."""
    open_ones = (
        sa.select(PortalUser)
        .join(Customer, Customer.id == PortalUser.customer_id)
        .where(PortalUser.is_active, Customer.workflow_state == CustomerState.APPROVED)
    )
    for user in session.scalars(open_ones.order_by(PortalUser.id).limit(3)):
        if passwords.matches(PASSWORD, user.password_hash):
            return f"A customer signs in at /portal/ as {user.email} with {PASSWORD}"
    return ""
