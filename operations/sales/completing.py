"""What completing an order does: subscriptions begin, change their product, move or end."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated

import sqlalchemy as sa

from models.attributes import attributes_of
from models.catalog import Product, part_answer
from models.customer import Customer
from models.fields import Day
from models.sales import OrderKind, OrderLine, OrderState, SalesOrder
from models.service import Subscription, SubscriptionState
from models.support import RatingTrigger
from queries.pricing import price_of

from .. import rating, subscriptions
from ..attributes import opened
from ..errors import Refused
from ..operation import Ask, Context, operation
from ..records import Draft, create, update
from ..refusals import flush
from .lines import FREE, lines_of
from .orders import of_who_may_order, subscription_of

Carry = Callable[[SalesOrder, OrderLine, dt.date, Context], None]


@operation(
    SalesOrder,
    when=SalesOrder.state == OrderState.IN_PROGRESS,
    otherwise="Only orders in progress can be completed.",
    conditions=(of_who_may_order,),
    confirm="Complete {rows}? Subscriptions begin, change, move or end with it.",
    icon="checks",
    order=13,
)
def complete(
    order: SalesOrder,
    ctx: Context,
    *,
    on: Annotated[Day | None, Ask("Done on", "First day with what was ordered; empty: today.")] = None,
) -> None:
    """Say that it is done: what was ordered begins, changes, moves or ends."""
    if on and on > ctx.today:
        raise Refused("This day has not come yet. Complete the order when it is done.", "on")
    lines = lines_of(ctx.session, order)
    for line in lines:
        have_what_is_asked(order, line, ctx)
    for line in lines:
        CARRIED[order.kind](order, line, on or ctx.today, ctx)
    order.state, order.completed_at = OrderState.COMPLETED, ctx.now
    flush(ctx.session, SalesOrder)
    customer = ctx.session.get_one(Customer, order.customer_id)
    rating.ask(ctx.session, customer, RatingTrigger.ORDER, order=order)


def have_what_is_asked(order: SalesOrder, line: OrderLine, ctx: Context) -> None:
    """The details without which a subscription of the product is not written down."""
    if order.kind in FREE:
        return
    product, given = ctx.session.get_one(Product, line.product_id), details(order, line, ctx)
    asked = attributes_of(product.asked_with_parts)
    missing = [a.label for a in asked if a.required and given.get(a.name) in (None, "")]
    if missing:
        words = f"“{line}” still needs {', '.join(missing)}. Open this line and fill in its details."
        raise Refused(words)


def details(order: SalesOrder, line: OrderLine, ctx: Context) -> dict[str, object]:
    """What the line says of what its product asks for; where it says nothing, what was there before."""
    product = ctx.session.get_one(Product, line.product_id)
    said = line.attributes | opened(line.secrets)
    if order.kind is OrderKind.CHANGE:
        said = before(subscription_of(ctx.session, order, line), ctx) | said
    return {a.name: said[a.name] for a in attributes_of(product.asked_with_parts) if a.name in said}


def before(subscription: Subscription, ctx: Context) -> dict[str, object]:
    """What a subscription and its parts have. Secrets of parts are opened: another bundle has new parts."""
    found = dict(subscription.attributes)
    for part in subscriptions.parts_of(ctx.session, subscription):
        own = part.attributes | opened(part.secrets)
        found |= {part_answer(part.product_id, name): answer for name, answer in own.items()}
    return found


def hand_to_parts(subscription: Subscription, given: Mapping[str, object], ctx: Context) -> None:
    for part in subscriptions.parts_of(ctx.session, subscription):
        product = ctx.session.get_one(Product, part.product_id)
        names = {a.name: part_answer(product.id, a.name) for a in attributes_of(product.attribute_schema)}
        own = {name: given[answer] for name, answer in names.items() if answer in given}
        if own:
            update(ctx.session, part, Draft({"attributes": part.attributes | own}), ctx.viewer)


def begin(order: SalesOrder, line: OrderLine, day: dt.date, ctx: Context) -> None:
    given = details(order, line, ctx)
    made = create(
        ctx.session,
        Subscription,
        Draft(
            {
                "customer_id": order.customer_id,
                "product_id": line.product_id,
                "address_id": order.address_id,
                "label": label_of(line, ctx),
                "state": SubscriptionState.ACTIVE,
                "start_date": day,
                **terms(order, line, day, given, ctx),
            }
        ),
        ctx.viewer,
    )
    hand_to_parts(made, given, ctx)
    line.subscription_id = made.id
    flush(ctx.session, OrderLine)


def change(order: SalesOrder, line: OrderLine, day: dt.date, ctx: Context) -> None:
    subscription = subscription_of(ctx.session, order, line)
    given = details(order, line, ctx)
    values = {"product_id": line.product_id, **terms(order, line, day, given, ctx)}
    update(ctx.session, subscription, Draft(values), ctx.viewer)
    hand_to_parts(subscription, given, ctx)


def move(order: SalesOrder, line: OrderLine, day: dt.date, ctx: Context) -> None:
    """What a bundle consists of moves with it."""
    if order.address_id is None:
        raise Refused("The location that it moves to is not there any more.")
    subscription = subscription_of(ctx.session, order, line)
    parts = sa.select(Subscription).where(Subscription.parent_id == subscription.id).order_by(Subscription.id)
    for row in (subscription, *ctx.session.scalars(parts).all()):
        update(ctx.session, row, Draft({"address_id": order.address_id}), ctx.viewer)


def end(order: SalesOrder, line: OrderLine, day: dt.date, ctx: Context) -> None:
    """On the day that they asked for, if it is still to come."""
    subscription = subscription_of(ctx.session, order, line)
    if order.requested_date and order.requested_date > ctx.today:
        subscriptions.cancel(subscription, ctx, on=order.requested_date)
    else:
        subscriptions.end(ctx.session, subscription, day, ctx.viewer)


CARRIED: Mapping[OrderKind, Carry] = {
    OrderKind.NEW: begin,
    OrderKind.CHANGE: change,
    OrderKind.MOVE: move,
    OrderKind.CANCEL: end,
}


def terms(
    order: SalesOrder, line: OrderLine, day: dt.date, given: Mapping[str, object], ctx: Context
) -> dict[str, object]:
    """What they are of, how many, and at which price: that of their level unless another was agreed."""
    customer = ctx.session.get_one(Customer, order.customer_id)
    product = ctx.session.get_one(Product, line.product_id)
    usual = price_of(ctx.session, product, customer, day)
    agreed = None if usual and usual.amount == line.unit_price else line.unit_price
    return {
        "attributes": {name: given[name] for name in product.attribute_schema if name in given},
        "quantity": line.quantity,
        "discount_percent": line.discount_percent,
        "price_override": agreed,
    }


def label_of(line: OrderLine, ctx: Context) -> str:
    """What the line calls it, where that is not the name of the product."""
    product = ctx.session.get_one(Product, line.product_id)
    return "" if line.description == str(product) else line.description[:120]
