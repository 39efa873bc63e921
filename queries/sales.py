"""Questions about quotes and orders."""

import sqlalchemy as sa

from models.customer import Address, Customer
from models.portal import PortalUser
from models.sales import Quote, QuoteState, SalesOrder

from .declare import Facts, action, header, queue


@queue(SalesOrder, "Orders to approve", order=40, group="shopping-cart")
def to_approve() -> str:
    return "state=submitted"


@queue(Quote, "Quotes accepted", order=41, group="file-check")
def to_convert() -> str:
    """They wait to become orders."""
    return "state=accepted"


@action(Customer, "New order", order=60, group="shopping-cart-plus", permission="sales_order.create")
def new_order(customer: Customer) -> str:
    return f"/admin/sales_order/new/?customer_id={customer.id}"


@action(Customer, "New quote", order=61, group="file-plus", permission="quote.create")
def new_quote(customer: Customer) -> str:
    return f"/admin/quote/new/?customer_id={customer.id}"


@header(Quote, "Total", order=10)
def quote_total(quote: Quote) -> Facts:
    return Facts(("total",))


@header(Quote, "Lapses on", order=20, when=lambda quote: quote.valid_until is not None)
def lapses(quote: Quote) -> Facts:
    return Facts(("valid_until",))


@header(Quote, "Sent", order=30, when=lambda quote: quote.sent_at is not None)
def sent(quote: Quote) -> Facts:
    return Facts(("sent_at",))


@header(Quote, "Answered", order=40, when=lambda quote: quote.decided_at is not None)
def decided(quote: Quote) -> Facts:
    return Facts(("decided_at",))


@header(Quote, "Answered by", order=41, when=lambda quote: quote.decided_by_id is not None)
def decided_by(quote: Quote) -> Facts:
    """The log-in to the portal."""
    return Facts(("email",), sa.select(PortalUser).where(PortalUser.id == quote.decided_by_id))


@header(Quote, "Order", order=50, when=lambda quote: quote.state is QuoteState.CONVERTED)
def order_made(quote: Quote) -> Facts:
    return Facts(("number", "state"), sa.select(SalesOrder).where(SalesOrder.quote_id == quote.id))


@header(SalesOrder, "Total", order=10)
def order_total(order: SalesOrder) -> Facts:
    return Facts(("total",))


@header(SalesOrder, "Location", order=20, when=lambda order: order.address_id is not None)
def location(order: SalesOrder) -> Facts:
    place = sa.select(Address).where(Address.id == order.address_id)
    return Facts(("line1", "postal_code", "city"), place)


@header(SalesOrder, "Wanted", order=30, when=lambda order: order.requested_date is not None)
def wanted(order: SalesOrder) -> Facts:
    return Facts(("requested_date",))


@header(SalesOrder, "Quote", order=40, when=lambda order: order.quote_id is not None)
def quote_of(order: SalesOrder) -> Facts:
    return Facts(("number", "state"), sa.select(Quote).where(Quote.id == order.quote_id))
