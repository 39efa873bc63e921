"""What about a customer needs somebody's eye. Other tables add to it with tabs below Alerts."""

from models.customer import Customer

from .customer import popups
from .declare import Board, Listing, tab


@tab(Customer, "Alerts/All alerts", order=69)
def all_alerts(customer: Customer) -> Board:
    """How each kind of them begins."""
    return Board()


@tab(Customer, "Alerts/Pop-up notes", order=70, permission="note.read")
def popup_notes(customer: Customer) -> Listing:
    """Notes that everyone has to read first, as long as they are shown."""
    columns = ("body", "kind", "popup_until", "author_name", "created_at")
    return Listing(popups(customer).rows, columns, {"customer_id": customer.id, "popup": "yes"})
