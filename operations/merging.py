"""Merging customers: one stays, and what belongs to the others moves to it; undo takes them apart."""

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import Activity
from models.act import act_of
from models.base import BigId, Record, Table, now
from models.customer import (
    Address,
    AddressRole,
    Contact,
    ContactRole,
    Customer,
    CustomerState,
    Kind,
    NotDuplicate,
    NotificationSetting,
)
from models.fields import Field
from models.portal import Impersonation, PortalUser
from models.screen import label_of
from models.service import Suspension, SuspensionState
from models.usage import UsageDay
from queries.viewer import Viewer

from . import merge_declared, merge_values
from .errors import Invalid, Refused
from .merge_declared import FROM, SURVIVOR, Merging
from .merge_relations import Distinct, Guarded, Moves, Paired, Summed, Yields, carry, keys_to, treat
from .operation import Ask, Context, Key, Question, operation
from .rules import Changes, follow_up, rule

treat(Customer.organization_id, Moves("Members"))
treat(
    Address.customer_id,
    Yields(
        mark="role",
        value=AddressRole.BILL_TO,
        instead=AddressRole.OTHER,
        says="{count} will no longer be Bill To",
    ),
)
treat(
    Contact.customer_id,
    Yields(
        mark="role",
        value=ContactRole.PRIMARY,
        instead=ContactRole.GENERAL,
        says="{count} will no longer be primary",
    ),
)
treat(
    PortalUser.customer_id,
    Yields(mark="is_primary", value=True, instead=False, says="{count} will no longer be primary"),
)
treat(NotificationSetting.customer_id, Distinct(alike=("topic", "channel", "destination")))
treat(
    UsageDay.customer_id,
    Summed(
        "Usage by day",
        alike=("kind", "device_type", "device_id", "day"),
        sums=("records", "quantity", "amount"),
    ),
)
treat(Suspension.customer_id, Guarded())
for key in (NotDuplicate.customer_id, NotDuplicate.other_id):
    treat(key, Paired("Told apart from others", pair=("customer_id", "other_id")))


def questions(model: type[Table], viewer: Viewer) -> list[Question]:
    """Who stays, and for each column whose value is kept."""
    return [
        _whose(SURVIVOR, "Keep", "The others become part of this one.", nullable=False),
        *(_whose(f"{name}{FROM}", f"{label_of(model, name)} of") for name in merge_values.choosable(viewer)),
    ]


def _whose(name: str, label: str, hint: str = "", nullable: bool = True) -> Question:
    column = sa.Column(name, BigId, nullable=nullable, info={"field": Field("key")})
    return Question(name, label, hint, column, Customer.__tablename__)


@operation(
    Customer,
    when=Customer.workflow_state != CustomerState.MERGED,
    otherwise="It has been merged already.",
    confirm="Merge {rows} into one?",
    whole=True,
    least=2,
    most=10,
    reason=True,
    icon="arrows-join-2",
    order=60,
    places=frozenset({"list"}),
    asks=questions,
)
def merge(
    rows: Sequence[Customer],
    ctx: Context,
    *,
    survivor: Annotated[int, Key("customer"), Ask("Keep")],
    **chosen: int,
) -> None:
    """Make one customer of several: what belongs to the others moves to the one that is kept."""
    kept, gone = split(rows, survivor)
    if found := hindrances(ctx.session, kept, gone):
        raise Refused(" ".join(found))
    hold(ctx.session, gone)
    for words in concerns(kept, gone):
        ctx.warn(words)
    values = merge_values.settle(kept, gone, {name.removesuffix(FROM): i for name, i in chosen.items()})
    had = [(str(row), row.email, row.phone_e164) for row in (kept, *gone)]
    carry(ctx.session, Customer, kept, gone, ctx.viewer)
    merge_values.write(kept, values)
    ctx.session.flush()
    merge_values.keep_addresses(ctx.session, kept, had, ctx.viewer)
    merge_values.add_up(kept, gone)
    for row in gone:
        row.workflow_state, row.merged_into_id = CustomerState.MERGED, kept.id
        note(ctx.session, kept, row)
    ctx.session.flush()


def split(rows: Sequence[Customer], survivor: int) -> tuple[Customer, list[Customer]]:
    kept = next((row for row in rows if row.id == survivor), None)
    if kept is None:
        raise Invalid("Keep one of the records that are merged.", SURVIVOR)
    gone = [row for row in rows if row is not kept]
    if not gone:
        raise Refused("A merge takes at least two records.")
    return kept, gone


def hold(session: Session, gone: Sequence[Customer]) -> None:
    """Nobody else gives them a contact or an invoice from now on; see `belong_to_the_living`."""
    ids = [row.id for row in gone]
    session.execute(
        sa.select(Customer.id).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update()
    )


def hindrances(session: Session, kept: Customer, gone: Sequence[Customer]) -> list[str]:
    """Why these cannot become one, pair by pair."""
    found = [words for row in gone for words in _pair(kept, row)]
    viewed = sa.select(Impersonation.customer_id).where(
        Impersonation.customer_id.in_([kept.id, *(row.id for row in gone)]),
        Impersonation.ended_at.is_(None),
        Impersonation.expires_at > now(),
    )
    by_id = {row.id: row for row in (kept, *gone)}
    for i in sorted(set(session.scalars(viewed))):
        found.append(f"Somebody is viewing the portal as {_called(by_id[i])}. Wait until that has ended.")
    open_ones = sa.select(Suspension.customer_id).where(
        Suspension.customer_id.in_([row.id for row in gone]), Suspension.state != SuspensionState.ENDED
    )
    for i in sorted(session.scalars(open_ones)):
        found.append(f"{_called(by_id[i])} has an open suspension. End it first, or keep that one.")
    for row in (kept, *gone):
        if row.is_locked:
            found.append(f"{_called(row)} is locked. Unlock it first.")
    return found


def _pair(kept: Customer, row: Customer) -> list[str]:
    if row.id == kept.id:
        return [f"{_called(row)} cannot be merged with itself."]
    found = []
    if CustomerState.MERGED in (row.workflow_state, kept.workflow_state):
        found.append(f"{_called(row)} or {_called(kept)} has been merged already.")
    if row.kind is not kept.kind:
        found.append(
            f"{_called(row)} is {_article(row)} and {_called(kept)} {_article(kept)}; "
            "only two of a kind can be merged."
        )
    if row.currency != kept.currency:
        found.append(
            f"{_called(row)} is billed in {row.currency} and {_called(kept)} in {kept.currency}; "
            "their balances cannot be added up."
        )
    return found


def _called(row: Customer) -> str:
    """Records that are the same mostly have the same name."""
    return f"“{row}” ({row.code})"


def _article(row: Customer) -> str:
    return "an organization" if row.kind is Kind.ORGANIZATION else "a customer"


def concerns(kept: Customer, gone: Sequence[Customer]) -> list[str]:
    """What is allowed, and may not be what is wanted."""
    return [
        f"{_called(row)} is {row.workflow_state.label.lower()}; {_called(kept)} is "
        f"{kept.workflow_state.label.lower()} and stays so."
        for row in gone
        if row.workflow_state is not kept.workflow_state
    ]


def note(session: Session, kept: Customer, row: Customer) -> None:
    """A line in the trail of both; their numbers tell them apart when their names do not."""
    for subject, other, words in ((kept, row, "Merged in"), (row, kept, "Merged into")):
        session.add(
            Activity(
                customer_id=subject.id,
                staff_id=act_of(session).staff_id,
                impersonation_id=act_of(session).impersonation_id,
                kind="merge",
                object_type=Customer.__tablename__,
                object_id=other.id,
                summary=f"{words}: {other}, {other.code}"[:200],
                at=now(),
            )
        )


@rule(Customer, on=("merged_into_id",))
def come_apart_in_order(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    """What was merged on with its survivor comes back when that does."""
    if "workflow_state" in changes and "merged_into_id" not in changes and customer.merged_into_id:
        into = session.get_one(Customer, customer.merged_into_id)
        raise Refused(f"“{customer}” has become part of “{into}”, {into.code}, meanwhile. Undo that first.")


def belong_to_the_living(session: Session, row: Record, changes: Changes, viewer: Viewer) -> None:
    """A form that was open while its customer was merged must not add to what nobody sees any more."""
    owner = changes.get("customer_id", (None, None))[1]
    state = owner and session.scalar(sa.select(Customer.workflow_state).where(Customer.id == owner))
    if state is CustomerState.MERGED:
        raise Refused("This customer was merged into another one just now. Add it there.")


for key in keys_to(Customer):
    if key.key == "customer_id" and issubclass(key.table.info["model"], Record):
        follow_up(key.table.info["model"], on=("customer_id",))(belong_to_the_living)


merge_declared.declare(
    Merging(
        Customer,
        "merge",
        into="merged_into_id",
        hindrances=hindrances,
        concerns=concerns,
        settle=merge_values.settle,
        choosable=merge_values.choosable,
        totals=("balance",),
    )
)
