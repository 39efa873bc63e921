"""Telling customers apart that look like one: remembered, so that nobody has to look twice."""

from collections.abc import Sequence
from itertools import combinations

import sqlalchemy as sa

from models.access import Activity
from models.act import act_of
from models.base import now
from models.customer import Customer, NotDuplicate

from .operation import Context, operation
from .records import Draft, create


@operation(
    Customer,
    label="Not a duplicate",
    confirm="Remember that {rows} are not one and the same?",
    whole=True,
    least=2,
    most=10,
    guarded=False,
    sentence="Mark {rows} as no duplicates",
    icon="copy-off",
    order=61,
    places=frozenset({"list"}),
)
def keep_apart(rows: Sequence[Customer], ctx: Context) -> None:
    """Remember that these are different customers; they are not listed as duplicates any more."""
    for one, other in combinations(sorted(rows, key=lambda row: row.id), 2):
        pair = {"customer_id": one.id, "other_id": other.id}
        if ctx.session.scalar(sa.select(NotDuplicate.id).filter_by(**pair)) is None:
            create(ctx.session, NotDuplicate, Draft(pair), ctx.viewer)
            _note(ctx, one, other)
            _note(ctx, other, one)


def _note(ctx: Context, customer: Customer, other: Customer) -> None:
    act = act_of(ctx.session)
    ctx.session.add(
        Activity(
            customer_id=customer.id,
            staff_id=act.staff_id,
            impersonation_id=act.impersonation_id,
            kind="told_apart",
            object_type=Customer.__tablename__,
            object_id=other.id,
            summary=f"Not the same as {other}, {other.code}"[:200],
            at=now(),
        )
    )
