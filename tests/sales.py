"""Products with a price, quotes and orders with lines, in any state."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models.base import now
from models.catalog import Family, Price, Product
from models.customer import Address, Customer
from models.sales import OrderKind, OrderLine, OrderState, Quote, QuoteLine, QuoteState, SalesOrder
from models.service import Subscription, SubscriptionState
from operations.records import Draft, create
from queries.viewer import SYSTEM
from seed.factory import make

LONG_AGO = dt.date(2020, 1, 1)


def product(session: Session, price: str = "100.00", setup: str = "0", **said: Any) -> Product:
    """With a list price since long ago."""
    made = make(session, Product, **{"family": Family.INTERNET, "name": "Fibre 100"} | said)
    amounts = {"amount": Decimal(price), "setup_amount": Decimal(setup)}
    make(session, Price, product=made, valid_from=LONG_AGO, **amounts)
    return made


def quote(session: Session, customer: Customer | None = None, **said: Any) -> Quote:
    values = {"customer_id": (customer or make(session, Customer, email="ann@lee.example")).id}
    return create(session, Quote, Draft(values | said), SYSTEM)


def order(session: Session, customer: Customer | None = None, **said: Any) -> SalesOrder:
    values = {"customer_id": (customer or make(session, Customer)).id, "kind": OrderKind.NEW}
    return create(session, SalesOrder, Draft(values | said), SYSTEM)


def line(session: Session, whole: Quote | SalesOrder, what: Product | None = None, **said: Any) -> Any:
    """Written as a form does: what is not said is left open."""
    model, key = (QuoteLine, "quote_id") if isinstance(whole, Quote) else (OrderLine, "sales_order_id")
    left = {"quantity": Decimal(1), "unit_price": None, "setup_price": None, "discount_percent": Decimal(0)}
    what = what or product(session)
    return create(session, model, Draft({**left, key: whole.id, "product_id": what.id, **said}), SYSTEM)


def offer(session: Session, state: str = QuoteState.SENT, **said: Any) -> Quote:
    """A quote with a line, in a state."""
    made = quote(session, **said)
    line(session, made)
    return in_state(session, made, QuoteState(state))


def ordered(session: Session, state: str = OrderState.DRAFT, **said: Any) -> SalesOrder:
    """An order of one product, in a state."""
    made = order(session, **said)
    line(session, made)
    return in_state(session, made, OrderState(state))


def in_state(session: Session, whole: Any, state: Any) -> Any:
    whole.state = state
    if state is QuoteState.SENT:
        whole.valid_until = whole.valid_until or now().date() + dt.timedelta(days=30)
    session.flush()
    return whole


def has(session: Session, customer: Customer, what: Product, **said: Any) -> Subscription:
    """A subscription that runs."""
    runs = {"state": SubscriptionState.ACTIVE, "start_date": LONG_AGO}
    return make(session, Subscription, customer=customer, product=what, **runs | said)


def about(session: Session, kind: OrderKind, state: OrderState = OrderState.IN_PROGRESS) -> SalesOrder:
    """An order that changes, moves or ends a subscription."""
    customer = make(session, Customer)
    held = has(session, customer, product(session))
    said = {"address_id": make(session, Address, customer=customer).id} if kind is OrderKind.MOVE else {}
    made = order(session, customer, kind=kind, **said)
    what = product(session, "150.00", name="Fibre 500") if kind is OrderKind.CHANGE else None
    what = what or session.get_one(Product, held.product_id)
    line(session, made, what, subscription_id=held.id)
    return in_state(session, made, state)
