"""Questions about quotes and orders."""

import sqlalchemy as sa

from models.customer import Address, Customer
from models.portal import PortalUser
from models.sales import Quote, QuoteState, SalesOrder

from .declare import Facts, action, fact, header, queue


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


fact(Quote, "Total", "total", order=10)
fact(Quote, "Lapses on", "valid_until", order=20)
fact(Quote, "Sent", "sent_at", order=30)
fact(Quote, "Answered", "decided_at", order=40)
fact(SalesOrder, "Total", "total", order=10)
fact(SalesOrder, "Wanted", "requested_date", order=30)


@header(Quote, "Answered by", order=41, when=lambda quote: quote.decided_by_id is not None)
def decided_by(quote: Quote) -> Facts:
    """The log-in to the portal."""
    return Facts(("email",), sa.select(PortalUser).where(PortalUser.id == quote.decided_by_id))


@header(Quote, "Order", order=50, when=lambda quote: quote.state is QuoteState.CONVERTED)
def order_made(quote: Quote) -> Facts:
    return Facts(("number", "state"), sa.select(SalesOrder).where(SalesOrder.quote_id == quote.id))


@header(SalesOrder, "Location", order=20, when=lambda order: order.address_id is not None)
def location(order: SalesOrder) -> Facts:
    place = sa.select(Address).where(Address.id == order.address_id)
    return Facts(("line1", "postal_code", "city"), place)


@header(SalesOrder, "Quote", order=40, when=lambda order: order.quote_id is not None)
def quote_of(order: SalesOrder) -> Facts:
    return Facts(("number", "state"), sa.select(Quote).where(Quote.id == order.quote_id))
