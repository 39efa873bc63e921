"""What belongs to a locked customer stays as it is."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record
from models.customer import Customer
from queries.viewer import Viewer

from .errors import Locked
from .operation import guard
from .rules import Changes, rule

LOCKED = "This customer is locked. Unlock it before changing it."


def keep(part: type[Record]) -> None:
    """Declare it for a table whose rows belong to customers."""
    locked = sa.exists().where(Customer.id == part.customer_id, Customer.is_locked)
    guard(part, ~locked.correlate(part), LOCKED)
    rule(part, on=())(keep_what_is_locked)  # many rows at once ask the guard instead


def keep_what_is_locked(session: Session, part: Record, changes: Changes, viewer: Viewer) -> None:
    """It is neither taken from a locked customer nor given to one; some are with nobody at all."""
    owners = {part.customer_id, changes.get("customer_id", (None, None))[1]} - {None}
    if any(session.get_one(Customer, owner).is_locked for owner in owners):
        raise Locked(LOCKED)
