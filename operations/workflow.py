"""The states of a customer: who waits, who is served, who is kept out, and who has left.

    waiting approval → approved ⇄ suspended → closed → approved
                     ↘ closed (rejected)

A merged customer stays where it is; only undoing the merge brings it back (merging.py).
"""

from typing import Annotated

import sqlalchemy as sa

from models.customer import Customer, CustomerState, Note
from models.fields import Line, Text
from models.portal import PortalUser
from models.service import Subscription, SubscriptionState

from .operation import Ask, Assign, Condition, Context, operation
from .records import Draft, create, update
from .sims import release

Tell = Annotated[bool, Ask("Write to the customer", "They get a mail that says so.")]
Why = Annotated[Line, Ask("Why, for the mail", "The customer reads this. Empty: the mail gives no reason.")]

settled = Condition(
    Customer.balance == 0, "Its balance is not 0. Settle it or write it off first, then close the customer."
)
unserved = Condition(
    ~sa.exists()
    .where(
        Subscription.customer_id == Customer.id,
        # One that is suspended is billed all the same.
        Subscription.state.in_((SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED)),
    )
    .correlate(Customer),
    "It has active subscriptions. Cancel them first, then close the customer.",
)


def _in(*states: CustomerState) -> sa.ColumnElement[bool]:
    return Customer.workflow_state.in_(states)


def _move(state: CustomerState, mail: str = "", why: str = "") -> Assign:
    return Assign({"workflow_state": state}, mail=mail, said={"reason": why})


@operation(
    Customer,
    when=_in(CustomerState.WAITING_APPROVAL),
    otherwise="It does not wait for an approval.",
    assigns=True,
    icon="user-check",
    order=10,
)
def approve(ctx: Context, *, tell_them: Tell = False) -> Assign:
    """Let a new customer in: they may order, and are billed."""
    return _move(CustomerState.APPROVED, "approved" if tell_them else "")


@operation(
    Customer,
    when=_in(CustomerState.WAITING_APPROVAL),
    otherwise="It does not wait for an approval.",
    confirm="Reject {rows}? They are closed, and cannot sign in to the portal.",
    icon="user-x",
    order=11,
    danger=True,
)
def reject(
    customer: Customer,
    ctx: Context,
    *,
    note: Annotated[Text, Ask("Why", "Becomes a note on the customer, for colleagues.")],
    tell_them: Tell = False,
    why: Why = "",
) -> None:
    """Turn a new customer down: closed, with a note that says why."""
    create(ctx.session, Note, Draft({"customer_id": customer.id, "body": note}), ctx.viewer)
    _shut(customer, ctx)
    if tell_them:
        ctx.tell(customer, "rejected", reason=why)


@operation(
    Customer,
    when=_in(CustomerState.APPROVED),
    otherwise="Only approved customers can be suspended.",
    confirm="Suspend {rows}? They are signed out of the portal, and their data accounts are suspended.",
    assigns=True,
    reason=True,
    icon="player-pause",
    order=12,
    danger=True,
)
def suspend(ctx: Context, *, tell_them: Tell = False, why: Why = "") -> Assign:
    """Close the account to its owner for a while; data, invoices and history stay."""
    return _move(CustomerState.SUSPENDED, "suspended" if tell_them else "", why)


@operation(
    Customer,
    when=_in(CustomerState.SUSPENDED),
    otherwise="It is not suspended.",
    assigns=True,
    icon="player-play",
    order=13,
)
def resume(ctx: Context, *, tell_them: Tell = False) -> Assign:
    """Give a suspended customer the account back."""
    return _move(CustomerState.APPROVED, "resumed" if tell_them else "")


@operation(
    Customer,
    when=_in(CustomerState.APPROVED, CustomerState.SUSPENDED),
    otherwise="Only approved and suspended customers can be closed.",
    conditions=(unserved, settled),
    confirm="Close {rows}? Portal log-ins are switched off, SIM cards taken back; data and history stay.",
    reason=True,
    icon="archive",
    order=50,
    danger=True,
)
def close(customer: Customer, ctx: Context, *, tell_them: Tell = False, why: Why = "") -> None:
    """End the account for good: nothing is deleted, and nobody signs in any more."""
    _shut(customer, ctx)
    if tell_them:
        ctx.tell(customer, "closed", reason=why)


@operation(
    Customer,
    when=_in(CustomerState.CLOSED),
    otherwise="It is not closed.",
    assigns=True,
    reason=True,
    icon="archive-off",
    order=51,
)
def reopen(ctx: Context) -> Assign:
    """Approve a closed customer again. Portal log-ins stay off until somebody activates them."""
    return _move(CustomerState.APPROVED)


@operation(
    Customer,
    when=~Customer.is_locked,
    otherwise="It is locked already.",
    confirm="Lock {rows}? Nobody can change them until they are unlocked.",
    assigns=True,
    guarded=False,
    reason=True,
    icon="lock",
    order=40,
)
def lock(ctx: Context) -> Assign:
    """Refuse every change but payments, until it is unlocked."""
    return Assign({"is_locked": True})


@operation(
    Customer,
    when=Customer.is_locked,
    otherwise="It is not locked.",
    assigns=True,
    guarded=False,
    icon="lock-open",
    order=41,
)
def unlock(ctx: Context) -> Assign:
    """Let it be changed again."""
    return Assign({"is_locked": False})


def _shut(customer: Customer, ctx: Context) -> None:
    """Closed, with every log-in to the portal switched off and signed out, and every SIM card taken back."""
    if cards := release(customer, ctx):
        ctx.tally("Will lose their customer: {counts}.", "SIM cards", cards)
    on = sa.select(PortalUser).where(PortalUser.customer_id == customer.id, PortalUser.is_active)
    for user in ctx.session.scalars(on.order_by(PortalUser.id)).all():
        update(ctx.session, user, Draft({"is_active": False}), ctx.viewer)
    update(ctx.session, customer, Draft({"workflow_state": CustomerState.CLOSED}), ctx.viewer)
