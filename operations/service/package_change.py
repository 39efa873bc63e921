"""Changes of package: scheduled for a day, cancelled, and carried out when the day has come.

scheduled → applied / failed, and scheduled → cancelled
"""

import datetime as dt
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record
from models.catalog import Product
from models.fields import Day, YesNo
from models.service import (
    DataAccount,
    DataAccountState,
    PackageChange,
    PackageChangeState,
    Subscription,
    SubscriptionState,
)
from queries.settings import today
from queries.viewer import Viewer

from .. import locked
from ..errors import Refused
from ..kept import kept
from ..operation import Ask, Assign, Condition, Context, Key, operation
from ..records import Draft, create, update
from ..rules import Changes, after, rule

locked.keep(PackageChange)

Package = Annotated[int, Key("product", among="active=yes"), Ask("New package")]
When = Annotated[Day, Ask("On", "First day of the new package.")]
ByTheDay = Annotated[YesNo, Ask("Charge both by the day")]

SCHEDULED = PackageChange.state == PackageChangeState.SCHEDULED
IN_USE = (SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED)
OVER = "Only a change that is still scheduled can be changed. Schedule a new one."


def _none_scheduled(subscription_id: Any, table: type[Record]) -> sa.ColumnElement[bool]:
    open_ = sa.exists().where(PackageChange.subscription_id == subscription_id, SCHEDULED)
    return ~open_.correlate(table)


@kept(PackageChange, "subscription_id", "to_product_id", "effective_date", "prorate")
def once_over(session: Session, change: PackageChange, changes: Changes) -> str:
    return "" if change.state is PackageChangeState.SCHEDULED else OVER


@rule(PackageChange)
def schedule_what_can_happen(
    session: Session, change: PackageChange, changes: Changes, viewer: Viewer
) -> None:
    if "" in changes:
        return
    if changes.keys() & {"subscription_id", "to_product_id"}:
        _fit(session, change, changes)
    if "effective_date" in changes and changes["effective_date"][1] < today(session):
        raise Refused("This day is over. Choose today or a later one.", "effective_date")


def _fit(session: Session, change: PackageChange, changes: Changes) -> None:
    """A package in use becomes another one that is sold; it is noted which it was."""
    subscription = session.get(Subscription, after(change, changes, "subscription_id"))
    product = session.get(Product, after(change, changes, "to_product_id"))
    if subscription is None or product is None:
        return
    if subscription.state not in IN_USE:
        raise Refused("Only a package that is in use can be changed.", "subscription_id")
    if "to_product_id" in changes and not product.is_active:
        raise Refused(f"{product} is not sold any more.", "to_product_id")
    change.from_product_id = subscription.product_id
    _one_at_a_time(session, change, subscription)


def _one_at_a_time(session: Session, change: PackageChange, subscription: Subscription) -> None:
    other = sa.select(PackageChange.effective_date).where(
        PackageChange.subscription_id == subscription.id, SCHEDULED, PackageChange.id != (change.id or 0)
    )
    if day := session.scalar(other):
        raise Refused(
            f"A change of this package is scheduled for {day:%d %b %Y} already. Cancel that one first.",
            "subscription_id",
        )


def _schedule(
    subscription: Subscription, ctx: Context, product: int, day: dt.date, prorate: bool
) -> PackageChange:
    values = {
        "customer_id": subscription.customer_id,
        "subscription_id": subscription.id,
        "to_product_id": product,
        "effective_date": day,
        "prorate": prorate,
    }
    return create(ctx.session, PackageChange, Draft(values), ctx.viewer)


@operation(
    Subscription,
    when=Subscription.state.in_(IN_USE),
    otherwise="Only a package that is in use can be changed.",
    conditions=(
        Condition(
            _none_scheduled(Subscription.id, Subscription),
            "A change of this package is scheduled already. Cancel that one first.",
        ),
    ),
    permission="package_change.create",
    sentence="Schedule another package for {rows}",
    icon="arrows-exchange",
    order=30,
)
def change_package(
    subscription: Subscription, ctx: Context, *, product: Package, on: When, prorate: ByTheDay = True
) -> None:
    """Schedule another package for a day; until then nothing changes."""
    _schedule(subscription, ctx, product, on, prorate)


@operation(
    DataAccount,
    label="Change package",
    when=DataAccount.state != DataAccountState.CANCELLED,
    otherwise="It is cancelled.",
    conditions=(
        Condition(
            DataAccount.subscription_id.is_not(None), "It has no package. Choose one in its form first."
        ),
        Condition(
            _none_scheduled(DataAccount.subscription_id, DataAccount),
            "A change of its package is scheduled already. Cancel that one first.",
        ),
    ),
    permission="package_change.create",
    sentence="Schedule another package for {rows}",
    icon="arrows-exchange",
    order=30,
)
def change_package_of(
    account: DataAccount, ctx: Context, *, product: Package, on: When, prorate: ByTheDay = True
) -> None:
    """Schedule another package for this account; it stands in the list of package changes."""
    _schedule(ctx.session.get_one(Subscription, account.subscription_id), ctx, product, on, prorate)


@operation(
    PackageChange,
    when=SCHEDULED,
    otherwise="It is not scheduled any more.",
    assigns=True,
    icon="ban",
    order=12,
)
def cancel(ctx: Context) -> Assign:
    """Call it off; the package stays as it is."""
    return Assign({"state": PackageChangeState.CANCELLED})


def is_due(on: dt.date) -> sa.ColumnElement[bool]:
    return SCHEDULED & (PackageChange.effective_date <= on)


@operation(
    PackageChange,
    when=SCHEDULED,
    otherwise="It is not scheduled any more.",
    icon="player-track-next",
    order=20,
)
def apply(change: PackageChange, ctx: Context) -> None:
    """Give the subscription its new package, as the program does by itself on the day."""
    if change.effective_date > ctx.today:
        raise Refused("Its day has not come.")
    try:
        with ctx.session.begin_nested():
            _swap(change, ctx)
    except Refused as refused:
        values = {"state": PackageChangeState.FAILED, "error": refused.text[:200]}
    else:
        values = {"state": PackageChangeState.APPLIED, "applied_at": ctx.now}
    update(ctx.session, change, Draft(values), ctx.viewer)


def _swap(change: PackageChange, ctx: Context) -> None:
    subscription = ctx.session.get_one(Subscription, change.subscription_id)
    if subscription.state not in IN_USE:
        raise Refused(f"The subscription is {subscription.state.label.lower()}.")
    if subscription.product_id != change.from_product_id:
        raise Refused("The subscription has got another package since this was scheduled.")
    update(ctx.session, subscription, Draft({"product_id": change.to_product_id}), ctx.viewer)
