"""The states of an order.

    draft → submitted → approved → in progress → completed
    any of these but the last → cancelled

Sales submit and may cancel until it is approved; afterwards a manager calls it off. Completing it
is in completing.py.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalog import Product
from models.customer import CustomerState
from models.sales import OrderKind, OrderLine, OrderState, SalesOrder
from models.service import Subscription, SubscriptionState
from queries.owners import owner_is
from queries.viewer import Viewer

from ..errors import Refused
from ..kept import kept
from ..operation import Assign, Condition, Context, operation
from ..refusals import flush
from ..rules import Changes, after, rule
from .lines import OVER, lines_of

BEGUN = (OrderState.APPROVED, OrderState.IN_PROGRESS)
ABOUT_ONE = (OrderKind.CHANGE, OrderKind.MOVE, OrderKind.CANCEL)

with_lines = Condition(
    sa.exists().where(OrderLine.sales_order_id == SalesOrder.id).correlate(SalesOrder),
    "It has no lines yet.",
)
of_who_may_order = Condition(
    owner_is(SalesOrder, CustomerState.APPROVED)
    | (owner_is(SalesOrder, CustomerState.SUSPENDED) & (SalesOrder.kind == OrderKind.CANCEL)),
    "The customer is not approved. While suspended they can only cancel what they have.",
)


@kept(SalesOrder, "kind", "address_id")
def once_submitted(session: Session, order: SalesOrder, changes: Changes) -> str:
    state = after(order, changes, "state")
    return "" if state is OrderState.DRAFT else f"It is {state.label.lower()}; only drafts can be changed."


@kept(SalesOrder, "requested_date", "remark")
def once_over(session: Session, order: SalesOrder, changes: Changes) -> str:
    state = after(order, changes, "state")
    return f"It is {state.label.lower()} and stays as it is." if state in OVER else ""


@rule(SalesOrder, on=("kind",))
def keep_its_kind(session: Session, order: SalesOrder, changes: Changes, viewer: Viewer) -> None:
    if order.id is not None and "kind" in changes and lines_of(session, order):
        raise Refused("Its lines are priced for what it was. Delete them first.", "kind")


@operation(
    SalesOrder,
    when=SalesOrder.state == OrderState.DRAFT,
    otherwise="Only drafts can be submitted.",
    conditions=(with_lines, of_who_may_order),
    icon="send",
    order=10,
)
def submit(order: SalesOrder, ctx: Context) -> None:
    """Ask for the approval of a manager. The lines stay as they are from then on."""
    if order.kind is OrderKind.MOVE and order.address_id is None:
        raise Refused("Say where it moves to: choose a location of the customer.", "address_id")
    for line in lines_of(ctx.session, order):
        _check(ctx.session, order, line)
    order.state = OrderState.SUBMITTED
    flush(ctx.session, SalesOrder)


def _check(session: Session, order: SalesOrder, line: OrderLine) -> None:
    """What completing this line will need."""
    product = session.get_one(Product, line.product_id)
    if order.kind in ABOUT_ONE:
        subscription_of(session, order, line)
    elif not product.is_active:
        raise Refused(f"“{product}” is not sold any more.")


def subscription_of(session: Session, order: SalesOrder, line: OrderLine) -> Subscription:
    """What a line changes, moves or ends."""
    found = line.subscription_id and session.get(Subscription, line.subscription_id)
    if not found:
        raise Refused(f"“{line}” does not say which subscription it is about.")
    if found.customer_id != order.customer_id:
        raise Refused(f"{found.number} is not of this customer any more.")
    if found.state is SubscriptionState.CANCELLED:
        raise Refused(f"{found.number} is cancelled already.")
    return found


@operation(
    SalesOrder,
    when=SalesOrder.state == OrderState.SUBMITTED,
    otherwise="Only submitted orders can be approved.",
    assigns=True,
    icon="circle-check",
    order=11,
)
def approve(ctx: Context) -> Assign:
    """Let it be carried out."""
    return Assign({"state": OrderState.APPROVED})


@operation(
    SalesOrder,
    when=SalesOrder.state == OrderState.APPROVED,
    otherwise="Only approved orders can be started.",
    assigns=True,
    icon="player-play",
    order=12,
)
def start(ctx: Context) -> Assign:
    """Begin to carry it out."""
    return Assign({"state": OrderState.IN_PROGRESS})


@operation(
    SalesOrder,
    when=SalesOrder.state.in_((OrderState.DRAFT, OrderState.SUBMITTED)),
    otherwise="Only drafts and submitted orders can be cancelled; a manager calls off what was approved.",
    confirm="Cancel {rows}? Nothing of it will be carried out.",
    assigns=True,
    reason=True,
    icon="x",
    order=30,
    danger=True,
)
def cancel(ctx: Context) -> Assign:
    """End an order that is not approved yet."""
    return Assign({"state": OrderState.CANCELLED})


@operation(
    SalesOrder,
    when=SalesOrder.state.in_(BEGUN),
    otherwise="Only approved orders, and those in progress, can be called off.",
    confirm="Call off {rows}? What has been done for it so far is not taken back.",
    assigns=True,
    reason=True,
    icon="hand-stop",
    order=31,
    danger=True,
)
def call_off(ctx: Context) -> Assign:
    """End an order that was approved."""
    return Assign({"state": OrderState.CANCELLED})
