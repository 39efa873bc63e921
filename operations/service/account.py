"""What a customer's state means for their services: kept out together, and back together.

Data accounts that are on are suspended with their customer, and these come back with it. One that
somebody suspended by hand stays as it is.
"""

from collections.abc import Mapping
from typing import Any

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
from ..rules import Changes, Many, follow_up
from ..running.set_below import Below

OUT = {"state": DataAccountState.SUSPENDED, "suspended_by": SuspendedBy.ACCOUNT}
BACK = {"state": DataAccountState.ACTIVE, "suspended_by": None}
BY_HAND = {"reason": SuspensionReason.MANUAL}

ON = DataAccount.state == DataAccountState.ACTIVE
WITH_THEM = DataAccount.suspended_by == SuspendedBy.ACCOUNT
OPEN = Suspension.state != SuspensionState.ENDED


def _theirs(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(*conditions).correlate(Customer)


has_services = sa.or_(
    _theirs(DataAccount.customer_id == Customer.id, DataAccount.state != DataAccountState.CANCELLED),
    _theirs(Subscription.customer_id == Customer.id, Subscription.state != SubscriptionState.CANCELLED),
    _theirs(VoipLine.customer_id == Customer.id, VoipLine.state != VoipLineState.CANCELLED),
    _theirs(Suspension.customer_id == Customer.id, OPEN),
)


def take_many_along(below: Below, values: Mapping[str, Any]) -> None:
    """The same as below for many customers, who all get this state."""
    after = values["workflow_state"]
    owners = below.owners(Customer.__table__.c.workflow_state, has_services)
    if after in (CustomerState.SUSPENDED, CustomerState.CLOSED):
        below.change(DataAccount.customer_id, owners, ON, OUT)
    else:
        back = [i for i, before in owners.items() if before == CustomerState.SUSPENDED.value]
        below.change(DataAccount.customer_id, back, WITH_THEM, BACK)
    if after is CustomerState.SUSPENDED:
        begun = below.change(Suspension.customer_id, owners, OPEN, _beginning())
        below.make(Suspension.customer_id, owners.keys() - begun, BY_HAND | _beginning())
    else:
        below.change(Suspension.customer_id, owners, OPEN, _ending(after))


ALONG = Many(take_many_along, (DataAccount.customer_id, Suspension.customer_id))


@follow_up(Customer, on=("workflow_state",), among=has_services, many=ALONG)
def take_the_services_along(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    """A customer without services has nothing to be kept out of, and leaves no suspension."""
    before, after = changes.get("workflow_state", (None, None))
    if before is None or after is CustomerState.MERGED:  # a merge moves services as they are
        return
    if not session.scalar(sa.select(has_services).where(Customer.id == customer.id)):
        return
    if after in (CustomerState.SUSPENDED, CustomerState.CLOSED):
        _turn(session, customer, ON, OUT, viewer)
    elif before is CustomerState.SUSPENDED:
        _turn(session, customer, WITH_THEM, BACK, viewer)
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
    return session.scalar(sa.select(Suspension).where(Suspension.customer_id == customer.id, OPEN))


def _begin(session: Session, customer: Customer, viewer: Viewer) -> None:
    """One that was on its way has come to this; otherwise somebody did it by hand."""
    if suspension := _open(session, customer):
        update(session, suspension, Draft(_beginning()), viewer)
    else:
        create(session, Suspension, Draft({"customer_id": customer.id} | BY_HAND | _beginning()), viewer)


def _beginning() -> dict[str, Any]:
    return {"state": SuspensionState.SUSPENDED, "suspended_at": now()}


def _end(session: Session, customer: Customer, after: CustomerState, viewer: Viewer) -> None:
    if suspension := _open(session, customer):
        update(session, suspension, Draft(_ending(after)), viewer)


def _ending(after: CustomerState) -> dict[str, Any]:
    why = EndReason.CANCELLED if after is CustomerState.CLOSED else EndReason.MANUAL
    return {"state": SuspensionState.ENDED, "ended_at": now(), "end_reason": why}
