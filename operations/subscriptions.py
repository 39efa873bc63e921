"""The states of a subscription, and of what a bundle consists of.

    pending → active ⇄ suspended → cancelled
            ↘ cancelled

The parts of a bundle follow it, whatever changes it: a verb, an order, a change of package. A last day
in the future is no state: the subscription is cancelled when the day has come.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.catalog import BundleItem, Product, ProductLine
from models.customer import CustomerState
from models.fields import Day
from models.service import Subscription, SubscriptionState
from queries.owners import owner_is
from queries.settings import today
from queries.viewer import Viewer

from . import locked
from .errors import Refused
from .operation import Ask, Condition, Context, operation
from .records import Draft, create, update
from .rules import Changes, follow_up, rule

PENDING, ACTIVE, SUSPENDED, CANCELLED = SubscriptionState
IN_USE = (ACTIVE, SUSPENDED)
# What becomes of parts when their bundle takes a state: which of them take it too.
TAKEN_ALONG = {ACTIVE: (PENDING, SUSPENDED), SUSPENDED: (ACTIVE,), CANCELLED: (PENDING, ACTIVE, SUSPENDED)}
Bundle = aliased(Subscription)

locked.keep(Subscription)


def _of_bundle(*states: SubscriptionState) -> sa.ColumnElement[bool]:
    found = sa.exists().where(Bundle.id == Subscription.parent_id, Bundle.state.in_(states))
    return found.correlate(Subscription)


served = Condition(
    owner_is(Subscription, CustomerState.APPROVED), "The customer is not approved, or is suspended or closed."
)
whole_first = Condition(
    Subscription.parent_id.is_(None) | _of_bundle(ACTIVE), "It is a part of a bundle that is not active."
)
not_a_part = Condition(Subscription.parent_id.is_(None), "It is a part of a bundle, and follows the bundle.")


@operation(
    Subscription,
    when=Subscription.state == PENDING,
    otherwise="Only pending subscriptions can be activated.",
    conditions=(served, whole_first),
    icon="player-play",
    order=10,
)
def activate(
    subscription: Subscription,
    ctx: Context,
    *,
    start: Annotated[
        Day | None, Ask("First day of service", "Empty: the day it was to begin, or else today.")
    ] = None,
) -> None:
    """Begin the service: from its first day on it is billed. The parts of a bundle begin with it."""
    day = start or subscription.start_date or ctx.today
    if subscription.end_date and subscription.end_date < day:
        raise Refused("It is to end before it begins. Change its last day first.", "start")
    update(ctx.session, subscription, Draft({"state": ACTIVE, "start_date": day}), ctx.viewer)


@operation(
    Subscription,
    when=Subscription.state == ACTIVE,
    otherwise="Only active subscriptions can be suspended.",
    conditions=(not_a_part,),
    reason=True,
    icon="player-pause",
    order=11,
    danger=True,
)
def suspend(subscription: Subscription, ctx: Context) -> None:
    """Stop the service for a while. Whether it is billed meanwhile is for the product to say."""
    update(ctx.session, subscription, Draft({"state": SUSPENDED}), ctx.viewer)


@operation(
    Subscription,
    when=Subscription.state == SUSPENDED,
    otherwise="It is not suspended.",
    conditions=(not_a_part,),
    icon="player-play",
    order=12,
)
def resume(subscription: Subscription, ctx: Context) -> None:
    """Go on with the service, with all parts of a bundle."""
    update(ctx.session, subscription, Draft({"state": ACTIVE}), ctx.viewer)


@operation(
    Subscription,
    when=Subscription.state != CANCELLED,
    otherwise="It is cancelled already.",
    confirm="Cancel {rows}? What is cancelled does not begin again.",
    reason=True,
    icon="circle-x",
    order=13,
    danger=True,
)
def cancel(
    subscription: Subscription,
    ctx: Context,
    *,
    on: Annotated[Day | None, Ask("First day without it", "Empty: today. Until that day it stays.")] = None,
) -> None:
    """End the service for good, today or on a day to come. The parts of a bundle end with it."""
    if on and on < ctx.today:
        raise Refused("This day is over. Leave it empty to end it today.", "on")
    if on and on > ctx.today and subscription.state in IN_USE:
        _until(subscription, on, ctx)
    else:
        end(ctx.session, subscription, ctx.today, ctx.viewer)


def _until(subscription: Subscription, day: dt.date, ctx: Context) -> None:
    begins = subscription.start_date  # may have been taken out while it was suspended
    if begins and day <= begins:
        raise Refused(f"It begins on {begins:%d %b %Y}. Choose a later day.", "on")
    update(ctx.session, subscription, Draft({"end_date": day}), ctx.viewer)


def end(session: Session, subscription: Subscription, day: dt.date, viewer: Viewer) -> None:
    """Cancelled from `day` on; one that was to begin later never does."""
    begins = subscription.start_date
    update(
        session,
        subscription,
        Draft({"state": CANCELLED, "end_date": max(day, begins) if begins else day}),
        viewer,
    )


def is_over(on: dt.date) -> sa.ColumnElement[bool]:
    """In use though its last day has passed. Parts whose bundle is over as well come with it."""

    def ended(model: Any) -> sa.ColumnElement[bool]:
        return model.state.in_(IN_USE) & (model.end_date <= on)

    bundle_too = sa.exists().where(Bundle.id == Subscription.parent_id, ended(Bundle))
    return ended(Subscription) & ~bundle_too.correlate(Subscription)


@operation(
    Subscription,
    when=Subscription.state.in_(IN_USE) & Subscription.end_date.is_not(None),
    otherwise="Only what is in use until a certain day runs out.",
    permission="subscription.cancel",
    places=frozenset(),
    sentence="Let {rows} run out",
    icon="circle-x",
)
def run_out(subscription: Subscription, ctx: Context) -> None:
    """Cancel it because its last day has passed, as the program does by itself."""
    if subscription.end_date > ctx.today:
        raise Refused("Its last day has not passed.")
    end(ctx.session, subscription, subscription.end_date, ctx.viewer)


@rule(Subscription, on=("product_id",))
def have_what_is_sold(session: Session, subscription: Subscription, changes: Changes, viewer: Viewer) -> None:
    """Some things are sold in bundles only."""
    product = session.get(Product, changes["product_id"][1]) if "product_id" in changes else None
    if product is not None and not product.is_active and subscription.parent_id is None:
        raise Refused(f"{product} is not sold any more.", "product_id")


@rule(Subscription, on=("parent_id",))
def be_part_of_a_bundle(
    session: Session, subscription: Subscription, changes: Changes, viewer: Viewer
) -> None:
    target = changes.get("parent_id", (None, None))[1]
    if not target:
        return
    bundle = session.get(Subscription, target)
    is_bundle = bundle is not None and session.get(Product, bundle.product_id).line is ProductLine.INTEGRATED
    if not is_bundle or bundle.parent_id or bundle.id == subscription.id:
        raise Refused("Choose a bundle; this is none.", "parent_id")


@follow_up(Subscription, on=("product_id",))
def consist_of_its_parts(
    session: Session, subscription: Subscription, changes: Changes, viewer: Viewer
) -> None:
    """A new bundle gets its parts; one that becomes another product gives its old ones up for them."""
    if "product_id" not in changes:
        return
    if changes["product_id"][0] is not None:
        for part in parts_of(session, subscription):
            end(session, part, today(session), viewer)
    asked = sa.select(BundleItem).where(BundleItem.bundle_id == subscription.product_id)
    for item in session.scalars(asked.order_by(BundleItem.id)).all():
        create(session, Subscription, Draft(_part(subscription, item)), viewer)


def _part(bundle: Subscription, item: BundleItem) -> dict[str, Any]:
    taken = ("customer_id", "address_id", "state", "start_date", "end_date")
    return {name: getattr(bundle, name) for name in taken} | {
        "product_id": item.product_id,
        "parent_id": bundle.id,
        "quantity": bundle.quantity * item.quantity,
    }


@follow_up(Subscription, on=("state", "end_date"))
def take_the_parts_along(
    session: Session, subscription: Subscription, changes: Changes, viewer: Viewer
) -> None:
    is_new = changes.get("product_id", (0, 0))[0] is None
    if is_new or not changes.keys() & {"state", "end_date"}:
        return
    for part in parts_of(session, subscription):
        if values := {**_same_state(part, subscription, changes), **_same_end(part, changes)}:
            update(session, part, Draft(values), viewer)


def _same_state(part: Subscription, bundle: Subscription, changes: Changes) -> dict[str, Any]:
    state = changes.get("state", (None, None))[1]
    if state is None or part.state not in TAKEN_ALONG.get(state, ()):
        return {}
    begins = {"start_date": bundle.start_date} if part.state is PENDING and state is ACTIVE else {}
    return {"state": state, **begins}


def _same_end(part: Subscription, changes: Changes) -> dict[str, Any]:
    """The last day of the bundle, unless the part has an earlier one of its own."""
    before, day = changes.get("end_date", (None, None))
    if before == day or (part.end_date not in (None, before) and day and part.end_date < day):
        return {}
    return {"end_date": max(day, part.start_date) if day and part.start_date else day}


def parts_of(session: Session, subscription: Subscription) -> Iterable[Subscription]:
    """Those that are not cancelled."""
    asked = sa.select(Subscription).where(
        Subscription.parent_id == subscription.id, Subscription.state != CANCELLED
    )
    return session.scalars(asked.order_by(Subscription.id)).all()
