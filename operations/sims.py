"""SIM cards: with whom they are, and their states, which are changed by verbs alone.

inactive → active ⇄ suspended; active → cut off → active; any → terminated, for good
"""

from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.customer import Customer, CustomerState
from models.service import Sim, SimGroup, SimState
from queries.viewer import Viewer
from queries.visibility import rows

from .errors import Refused
from .locked import keep
from .operation import Ask, Assign, Context, Key, operation
from .records import Draft, update
from .rules import Changes, follow_up

keep(Sim)

Owner = Annotated[int, Key("customer"), Ask("Customer", "Alerts go to their contacts from now on.")]
IN_USE = Sim.state != SimState.TERMINATED
OVER = "It is terminated."


@follow_up(Sim, on=("customer_id",))
def remember_since_when(session: Session, sim: Sim, changes: Changes, viewer: Viewer) -> None:
    """No rule: whoever takes a merge or an assignment back has the moment from before."""
    if "customer_id" in changes:
        sim.assigned_at = now() if changes["customer_id"][1] else None


@operation(Sim, when=IN_USE, otherwise=OVER, icon="user-plus", order=10)
def assign(sim: Sim, ctx: Context, *, customer_id: Owner) -> None:
    """Hand it to a customer; one that is with somebody else moves."""
    _served(customer_id, ctx)
    _hand(sim, customer_id, ctx)


@operation(
    Sim,
    when=Sim.customer_id.is_not(None),
    otherwise="It is with no customer.",
    icon="user-minus",
    order=21,
)
def unassign(sim: Sim, ctx: Context) -> None:
    """Take it back from its customer; usage and alerts of the past stay theirs."""
    _hand(sim, None, ctx)


@operation(
    SimGroup,
    label="Assign SIM cards",
    permission="sim.assign",
    sentence="Assign the SIM cards of {rows}",
    icon="user-plus",
    order=10,
)
def assign_group(group: SimGroup, ctx: Context, *, customer_id: Owner) -> None:
    """Hand every SIM card of the group to a customer."""
    _served(customer_id, ctx)
    mine = rows(Sim, ctx.viewer).where(Sim.sim_group_id == group.id, IN_USE)
    cards = ctx.session.scalars(mine.order_by(Sim.id)).all()
    if not cards:
        raise Refused("No SIM card that is in use is in this group.")
    moved = [_hand(sim, customer_id, ctx) for sim in cards]
    ctx.tally("Assigned: {counts}.", "SIM cards", sum(moved))


@operation(
    Sim,
    when=Sim.state == SimState.INACTIVE,
    otherwise="Only inactive SIM cards are activated.",
    assigns=True,
    icon="player-play",
    order=11,
)
def activate(ctx: Context) -> Assign:
    """Let it into the network for the first time."""
    return Assign({"state": SimState.ACTIVE})


@operation(
    Sim,
    when=Sim.state == SimState.ACTIVE,
    otherwise="Only active SIM cards can be suspended.",
    assigns=True,
    icon="player-pause",
    order=22,
)
def suspend(ctx: Context) -> Assign:
    """Keep it out of the network for a while."""
    return Assign({"state": SimState.SUSPENDED})


@operation(
    Sim,
    when=Sim.state == SimState.SUSPENDED,
    otherwise="It is not suspended.",
    assigns=True,
    icon="player-play",
    order=12,
)
def resume(ctx: Context) -> Assign:
    """Let a suspended SIM card into the network again."""
    return Assign({"state": SimState.ACTIVE})


@operation(
    Sim,
    when=Sim.state == SimState.CUT_OFF,
    otherwise="It is not cut off.",
    assigns=True,
    sentence="Lift the cut-off of {rows}",
    icon="plug-connected",
    order=13,
)
def lift_cut_off(ctx: Context) -> Assign:
    """Let it use more this month; it is not cut off again unless its limit changes."""
    return Assign({"state": SimState.ACTIVE})


@operation(
    Sim,
    when=IN_USE,
    otherwise=OVER,
    confirm="Terminate {rows}? A terminated SIM card is never used again.",
    assigns=True,
    reason=True,
    icon="ban",
    order=60,
    danger=True,
)
def terminate(ctx: Context) -> Assign:
    """End it for good."""
    return Assign({"state": SimState.TERMINATED})


def release(customer: Customer, ctx: Context) -> int:
    """Take back the SIM cards of a customer who leaves; how many there were."""
    theirs = sa.select(Sim).where(Sim.customer_id == customer.id).order_by(Sim.id)
    return sum(_hand(sim, None, ctx) for sim in ctx.session.scalars(theirs).all())


def _served(customer_id: int, ctx: Context) -> None:
    """No rule of the table: an undo gives cards back before their customer is open again."""
    customer = ctx.session.get_one(Customer, customer_id)
    if customer.workflow_state is CustomerState.CLOSED:
        raise Refused(f"{customer} is closed. Choose another customer.", "customer_id")


def _hand(sim: Sim, customer_id: int | None, ctx: Context) -> bool:
    """Whether it was with somebody else before. A subscription is of the customer before, too."""
    if sim.customer_id == customer_id:
        return False
    update(ctx.session, sim, Draft({"customer_id": customer_id, "subscription_id": None}), ctx.viewer)
    return True
