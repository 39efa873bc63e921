"""Customers that may be one and the same, and the ways to find them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from models.customer import Address, Customer, CustomerState, NotDuplicate
from models.fields import YesNo

from . import likeness
from .declare import Look, action, named_filter, queue
from .likeness import Likeness, Likenesses
from .viewer import SYSTEM, Viewer

OVER = (CustomerState.MERGED, CustomerState.CLOSED)
customer, address = Customer.__table__.c, Address.__table__.c

DUPLICATES = likeness.declare(
    Likenesses(
        Customer,
        ways=(
            Likeness("email", "Same e-mail", customer.email_norm, reads=customer.email),
            Likeness("phone", "Same phone", customer.phone_e164, sure=False),
            Likeness(
                "name",
                "Same name and postal code",
                customer.name_norm,
                sure=False,
                rare=False,
                finer=(address.postal_norm, address.customer_id),
                reads=customer.display_name,
            ),
        ),
        alive=lambda c: c.workflow_state.not_in(OVER),
        apart=(NotDuplicate.__table__.c.customer_id, NotDuplicate.__table__.c.other_id),
        verb="keep_apart",
    )
)


@named_filter(Customer, "Duplicates")
def duplicates(*, wanted: YesNo, viewer: Viewer = SYSTEM, look: Look | None = None) -> ColumnElement[bool]:
    """Customers whose e-mail another one has as well; merged and closed ones are left out."""
    has = likeness.has_double(DUPLICATES, viewer, look)
    return has if wanted else sa.not_(sa.func.coalesce(has, sa.false()))


@queue(Customer, "Duplicates", order=30, group="copy-check", page="duplicates/")
def doubled() -> str:
    """Counted by the sure kind; the page shows them in groups."""
    return "duplicates=yes"


@action(Customer, "Merge with…", permission="customer.merge", group="arrows-join-2", order=80)
def merge_with(record: Any) -> str:
    return f"/admin/customer/merge/?ids={record.id}"
