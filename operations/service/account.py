"""What a customer's state means for their services: kept out together, and back together.

Data accounts that are on are suspended with their customer, and these come back with it. One that
somebody suspended by hand stays as it is.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.customer import Customer, CustomerState
from models.service import (
    DataAccount,
    DataAccountState,
    EndReason,
    Subscription,
    SubscriptionState,
    SuspendedBy,
    Suspension,
    SuspensionReason,
    SuspensionState,
    VoipLine,
    VoipLineState,
)
from queries.viewer import Viewer

from ..records import Draft, create, update
from ..rules import Changes, follow_up

OUT = {"state": DataAccountState.SUSPENDED, "suspended_by": SuspendedBy.ACCOUNT}
BACK = {"state": DataAccountState.ACTIVE, "suspended_by": None}


def _theirs(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(*conditions).correlate(Customer)


has_services = sa.or_(
    _theirs(DataAccount.customer_id == Customer.id, DataAccount.state != DataAccountState.CANCELLED),
    _theirs(Subscription.customer_id == Customer.id, Subscription.state != SubscriptionState.CANCELLED),
    _theirs(VoipLine.customer_id == Customer.id, VoipLine.state != VoipLineState.CANCELLED),
    _theirs(Suspension.customer_id == Customer.id, Suspension.state != SuspensionState.ENDED),
)


@follow_up(Customer, on=("workflow_state",), among=has_services)
def take_the_services_along(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    """A customer without services has nothing to be kept out of, and leaves no suspension."""
    before, after = changes.get("workflow_state", (None, None))
    if before is None or not session.scalar(sa.select(has_services).where(Customer.id == customer.id)):
        return
    if after in (CustomerState.SUSPENDED, CustomerState.CLOSED):
        on = DataAccount.state == DataAccountState.ACTIVE
        _turn(session, customer, on, OUT, viewer)
    elif before is CustomerState.SUSPENDED:
        ours = DataAccount.suspended_by == SuspendedBy.ACCOUNT
        _turn(session, customer, ours, BACK, viewer)
    if after is CustomerState.SUSPENDED:
        _begin(session, customer, viewer)
    else:
        _end(session, customer, after, viewer)


def _turn(
    session: Session,
    customer: Customer,
    which: sa.ColumnElement[bool],
    values: dict[str, object],
    viewer: Viewer,
) -> None:
    found = sa.select(DataAccount).where(DataAccount.customer_id == customer.id, which)
    for account in session.scalars(found.order_by(DataAccount.id)).all():
        update(session, account, Draft(dict(values)), viewer)


def _open(session: Session, customer: Customer) -> Suspension | None:
    asked = sa.select(Suspension).where(
        Suspension.customer_id == customer.id, Suspension.state != SuspensionState.ENDED
    )
    return session.scalar(asked)


def _begin(session: Session, customer: Customer, viewer: Viewer) -> None:
    """One that was on its way has come to this; otherwise somebody did it by hand."""
    values = {"state": SuspensionState.SUSPENDED, "suspended_at": now()}
    if suspension := _open(session, customer):
        update(session, suspension, Draft(values), viewer)
    else:
        by_hand = {"customer_id": customer.id, "reason": SuspensionReason.MANUAL}
        create(session, Suspension, Draft(by_hand | values), viewer)


def _end(session: Session, customer: Customer, after: CustomerState, viewer: Viewer) -> None:
    if suspension := _open(session, customer):
        why = EndReason.CANCELLED if after is CustomerState.CLOSED else EndReason.MANUAL
        values = {"state": SuspensionState.ENDED, "ended_at": now(), "end_reason": why}
        update(session, suspension, Draft(values), viewer)
