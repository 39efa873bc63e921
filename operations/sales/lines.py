"""Lines of quotes and orders: what they cost, what they add up to, and until when they can be changed.

A line is priced when it is written, at what the customer pays on that day. A quote or an order is
the sum of its lines, each of which is rounded once.
"""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import act_of
from models.catalog import Product
from models.customer import Customer
from models.sales import OrderKind, OrderLine, OrderState, Quote, QuoteLine, QuoteState, SalesOrder
from models.sales.line import PRICED
from models.screen import title_of
from models.service import Subscription
from queries.pricing import line_amounts, price_of, tax_of
from queries.settings import today
from queries.viewer import Viewer

from ..errors import Refused
from ..kept import kept
from ..locked import keep
from ..refusals import flush
from ..rules import Changes, after, follow_up, on_return, rule

Whole = Quote | SalesOrder
Part = QuoteLine | OrderLine

MOST = Decimal(10) ** 11  # of a line and of a total: both databases hold it, and nobody sells for more
NOTHING = Decimal(0)
OVER = (OrderState.COMPLETED, OrderState.CANCELLED)
# Moving or ending a service costs what somebody types, not the price of the service.
FREE = (OrderKind.MOVE, OrderKind.CANCEL)
KEY = {QuoteLine: QuoteLine.quote_id, OrderLine: OrderLine.sales_order_id}
PART = {Quote: QuoteLine, SalesOrder: OrderLine}


def whole_of(session: Session, line: Part) -> Whole:
    return session.get_one(Quote if isinstance(line, QuoteLine) else SalesOrder, getattr(line, _key(line)))


def lines_of(session: Session, whole: Whole) -> list[Any]:
    part = PART[type(whole)]
    return list(session.scalars(sa.select(part).where(KEY[part] == whole.id).order_by(part.id)))


def is_draft(whole: Whole) -> bool:
    return whole.state in (QuoteState.DRAFT, OrderState.DRAFT)


def frozen(whole: Whole) -> str:
    if is_draft(whole):
        return ""
    named = f"{title_of(type(whole))} {whole.number} is {whole.state.label.lower()}"
    return f"{named}; its lines stay as they are. Only drafts can be changed."


@kept(QuoteLine, "quote_id", "product_id", *PRICED)
@kept(OrderLine, "sales_order_id", "product_id", "subscription_id", *PRICED)
def settled(session: Session, line: Part, changes: Changes) -> str:
    # Undoing the completion of an order lets go of the subscriptions that it made.
    lets_go = is_undo(session) and changes.keys() == {"subscription_id"}
    return "" if lets_go else frozen(session.get_one(*_owner(line, changes)))


@kept(OrderLine, "attributes")
def carried_out(session: Session, line: OrderLine, changes: Changes) -> str:
    """Until then technicians fill in what they find on the spot."""
    order = session.get_one(*_owner(line, changes))
    over = f"Order {order.number} is {order.state.label.lower()}; what it made is changed there."
    return over if order.state in OVER else ""


@rule(QuoteLine, on=())
@rule(OrderLine, on=())
def come_and_go_with_drafts(session: Session, line: Part, changes: Changes, viewer: Viewer) -> None:
    whole = session.get(*_owner(line, changes))
    if whole is None:
        raise Refused("What this line belongs to is not there any more.")
    if (line.id is None or "" in changes) and (words := frozen(whole)):
        raise Refused(words)


def is_undo(session: Session) -> bool:
    """Then totals go back by what the run had added to them, whatever others have done since."""
    return act_of(session).source == "undo"


@rule(QuoteLine)
@rule(OrderLine)
def take_off_what_goes(session: Session, line: Part, changes: Changes, viewer: Viewer) -> None:
    if "" in changes and not is_undo(session):
        add_up(session, whole_of(session, line), without=line.id)


@rule(OrderLine)
def be_about_their_own(session: Session, line: OrderLine, changes: Changes, viewer: Viewer) -> None:
    """A line that changes a subscription names what it is of."""
    chosen = after(line, changes, "subscription_id")
    subscription = session.get(Subscription, chosen) if chosen else None
    if "" in changes or subscription is None:
        return
    order = session.get_one(*_owner(line, changes))
    if order.kind is OrderKind.NEW and "subscription_id" in changes:
        raise Refused("What is new has no subscription yet; it gets one.", "subscription_id")
    if order.kind in FREE and subscription.product_id != after(line, changes, "product_id"):
        product = session.get_one(Product, subscription.product_id)
        raise Refused(f"This subscription is of “{product}”; choose that.", "product_id")


def _owner(line: Part, changes: Changes) -> tuple[type[Whole], int]:
    return Quote if isinstance(line, QuoteLine) else SalesOrder, after(line, changes, _key(line))


def _key(line: Part) -> str:
    return KEY[type(line)].key


for table in PART:
    keep(table)


@rule(Quote, on=())
@rule(SalesOrder, on=())
def keep_what_left_the_house(session: Session, whole: Whole, changes: Changes, viewer: Viewer) -> None:
    if "" in changes and not is_draft(whole):
        raise Refused(f"{whole.number} is {whole.state.label.lower()}; only drafts can be deleted.")


@rule(Quote, on=())
@rule(SalesOrder, on=())
def begin_with_its_maker(session: Session, whole: Whole, changes: Changes, viewer: Viewer) -> None:
    """A new one is in the customer's currency, and belongs to who makes it unless somebody else is named."""
    if whole.id is None:
        whole.currency = session.get_one(Customer, whole.customer_id).currency
        whole.owner_id = whole.owner_id or viewer.staff_id


@follow_up(QuoteLine)
@follow_up(OrderLine)
def price_and_add_up(session: Session, line: Part, changes: Changes, viewer: Viewer) -> None:
    if not changes.keys() - {"subscription_id", "attributes"} and line.net is not None:
        return
    whole = whole_of(session, line)
    price(session, line, whole, changes)
    add_up(session, whole)


@on_return(QuoteLine)
@on_return(OrderLine)
def count_again(session: Session, line: Part, viewer: Viewer) -> None:
    whole = whole_of(session, line)
    if words := frozen(whole):
        raise Refused(words)
    if not is_undo(session):
        add_up(session, whole)


def price(session: Session, line: Part, whole: Whole, changes: Changes) -> None:
    """Fill in what was left open, and work out net and tax."""
    product = session.get_one(Product, line.product_id)
    customer = session.get_one(Customer, whole.customer_id)
    _forget_another_product(session, line, changes)
    line.description = line.description or str(product)
    if line.unit_price is None or line.setup_price is None:
        _fill_in(session, line, whole, product, customer)
    if min(line.unit_price, line.setup_price) < 0:
        raise Refused("Use 0 or more. A discount has a field of its own.", "unit_price")
    line.tax_percent = tax_of(session, product, customer, today(session))
    amounts = line_amounts(
        line.quantity,
        line.unit_price,
        line.discount_percent,
        line.tax_percent,
        line.setup_price,
        whole.currency,
    )
    if amounts.net + amounts.tax >= MOST:
        raise Refused("This comes to more than can be written down.", "quantity")
    line.net, line.tax = amounts.net, amounts.tax
    flush(session, type(line))


def _forget_another_product(session: Session, line: Part, changes: Changes) -> None:
    """Prices and words that were filled in for the product that stood here before."""
    before = changes.get("product_id", (None, None))[0]
    if before is None:
        return
    for name in {"unit_price", "setup_price"} - changes.keys():
        setattr(line, name, None)
    if "description" not in changes and line.description == str(session.get(Product, before)):
        line.description = ""


def _fill_in(session: Session, line: Part, whole: Whole, product: Product, customer: Customer) -> None:
    amount, setup = usual(session, whole, product, customer)
    if line.unit_price is None and amount is None:
        words = f"“{product}” has no price in {whole.currency} for this customer today. Type one."
        raise Refused(words, "unit_price")
    line.unit_price = amount if line.unit_price is None else line.unit_price
    line.setup_price = setup if line.setup_price is None else line.setup_price


def usual(
    session: Session, whole: Whole, product: Product, customer: Customer
) -> tuple[Decimal | None, Decimal]:
    """Price and set-up of one piece today; None where there is no price."""
    if isinstance(whole, SalesOrder) and whole.kind in FREE:
        return NOTHING, NOTHING
    priced = price_of(session, product, customer, today(session))
    return (priced.amount, priced.setup) if priced else (None, NOTHING)


def add_up(session: Session, whole: Whole, without: int = 0) -> None:
    """The totals of a quote or an order, from its lines but one."""
    part = PART[type(whole)]
    sums = sa.select(sa.func.sum(part.net), sa.func.sum(part.tax))
    net, tax = session.execute(sums.where(KEY[part] == whole.id, part.id != without)).one()
    whole.net, whole.tax = net or NOTHING, tax or NOTHING
    whole.total = whole.net + whole.tax
    if whole.total >= MOST:
        raise Refused("The lines come to more than can be written down.")
    flush(session, type(whole))
