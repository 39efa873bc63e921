"""What a customer has ordered."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, numbered, parent
from ..choice import Choice, StateChoice
from ..customer.party import Source
from ..fields import Attributes, Code, Currency, Day, Line, Moment, Money, Secret
from ..screen import Screen
from .line import LABELS, PRICED, SHOWN, Sold, bounds


class OrderKind(Choice):
    NEW = "new", "New service"
    CHANGE = "change", "Change"
    MOVE = "move", "Move"
    CANCEL = "cancel", "Cancellation"


class OrderState(StateChoice):
    DRAFT = "draft", "Draft", "gray"
    SUBMITTED = "submitted", "Submitted", "amber"
    APPROVED = "approved", "Approved", "blue"
    IN_PROGRESS = "in_progress", "In progress", "blue"
    COMPLETED = "completed", "Completed", "green"
    CANCELLED = "cancelled", "Cancelled", "hollow"


class SalesOrder(Record):
    """What a customer wants to have, changed, moved or ended; done when it is completed."""

    __table_args__ = (
        sa.Index(None, "customer_id", "created_at"),
        sa.Index(None, "state", "created_at"),
    )

    number: Mapped[Code] = numbered("O-", comment="Ours, generated; never reused.")
    customer_id: Mapped[int] = parent("customer", "RESTRICT", index=False)
    quote_id: Mapped[int | None] = parent("quote", "SET NULL", index=False, unique=True)
    kind: Mapped[OrderKind] = mapped_column(default=OrderKind.NEW)
    state: Mapped[OrderState] = mapped_column(default=OrderState.DRAFT)
    requested_date: Mapped[Day | None] = mapped_column(comment="When they would like to have it.")
    completed_at: Mapped[Moment | None]
    address_id: Mapped[int | None] = parent("address", "SET NULL", info={"same": "customer_id"})
    currency: Mapped[Currency] = mapped_column(default="USD")
    # Sums over the lines, which an undo takes back by their difference.
    net: Mapped[Money] = mapped_column(default=0, info={"total": True})
    tax: Mapped[Money] = mapped_column(default=0, info={"total": True})
    total: Mapped[Money] = mapped_column(default=0, info={"total": True})
    remark: Mapped[Line] = mapped_column(default="", comment="For those who carry it out.")
    owner_id: Mapped[int | None] = parent("staff_user", "SET NULL", info={"known": True})

    screen = Screen(
        menu="Orders",
        group="Sales",
        icon="shopping-cart",
        list=("number", "customer_id", "kind", "state", "total", "requested_date", "created_at"),
        more=("address_id", "owner_id", "quote_id", "completed_at", "net", "tax", "currency", "updated_at"),
        search=("number", "remark"),
        filters=("state", "kind", "owner_id"),
        order="-id",
        tab_of="customer",
        tab="Orders/Orders",
        tab_order=50,
        labels={"": "Order", "owner_id": "Owner", "created_at": "Made", "address_id": "Location"},
        form={
            "Order": ("kind", "address_id", "requested_date", "owner_id", "remark"),
        },
        header=("state", "kind"),
        landing="lines",
        views={"Submitted": "state=submitted", "In progress": "state=in_progress"},
        newcomer=("kind", "account_class", "first_name", "last_name", "email", "phone_e164"),
        newcomer_is={"source": Source.ORDER},
        help="staff.md#orders",
    )

    def __str__(self) -> str:
        return self.number


class OrderLine(Sold, Record):
    """A product on an order, and the subscription that it changes or ends."""

    __table_args__ = bounds()

    sales_order_id: Mapped[int] = parent("sales_order", "CASCADE")
    subscription_id: Mapped[int | None] = parent(
        "subscription",
        "SET NULL",
        comment="Which of theirs is changed, moved or ended; what a new one became, once it is completed.",
        info={"same": "sales_order_id.customer_id"},
    )
    attributes: Mapped[Attributes] = mapped_column(
        default=dict,
        server_default="{}",
        comment="What the product asks for; the subscription gets it when the order is completed.",
        info={"schema": ("product_id", "asked_with_parts"), "secrets": "secrets", "later": True},
    )
    secrets: Mapped[Secret | None] = mapped_column(
        sa.Text, comment="Details that are secret, such as a PIN, encrypted."
    )

    screen = Screen(
        list=(*SHOWN, "subscription_id"),
        more=("attributes", "tax_percent"),
        order="id",
        tab_of="sales_order",
        tab="Lines",
        tab_order=10,
        part_of="sales_order",
        labels=LABELS | {"attributes": "Details"},
        form={"Line": ("product_id", "subscription_id", *PRICED), "Details": ("attributes",)},
        help="staff.md#orders",
    )
