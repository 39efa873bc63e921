"""What the trails of a customer tell: the moves from state to state among all that happened."""

import sqlalchemy as sa

from models.access import Activity
from models.customer import Customer

from .declare import Listing, tab


@tab(Customer, "Metrics/Status changes", order=90, permission="activity.read")
def status_changes(customer: Customer) -> Listing:
    """From which state to which, of the customer and of all that belongs to them."""
    moves = sa.select(Activity).where(Activity.customer_id == customer.id, Activity.kind == "state")
    columns = ("at", "staff_id", "object_id", "old_state", "new_state", "reason")
    return Listing(moves.order_by(Activity.at.desc(), Activity.id.desc()), columns)
