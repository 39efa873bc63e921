"""What a customer has of the catalog."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column

from ..base import Record, among, check, numbered, parent
from ..catalog import Product
from ..choice import StateChoice
from ..fields import Attributes, Code, Day, Line, Money, Name, Percent, Quantity, Secret, YesNo
from ..screen import Screen


class SubscriptionState(StateChoice):
    PENDING = "pending", "Pending", "amber"
    ACTIVE = "active", "Active", "green"
    SUSPENDED = "suspended", "Suspended", "red"
    CANCELLED = "cancelled", "Cancelled", "hollow"


class Subscription(Record):
    """A product that a customer has, since when, where, and at which price."""

    large = True
    __table_args__ = (
        check("quantity_positive", "quantity > 0", "Use more than 0.", "quantity"),
        check("discount_not_negative", "discount_percent >= 0", "Use 0 to 100.", "discount_percent"),
        check(
            "ends_after_start",
            "end_date IS NULL OR start_date IS NULL OR end_date >= start_date",
            "It cannot end before it begins.",
            "end_date",
        ),
        check(
            "active_has_start",
            "state <> 'active' OR start_date IS NOT NULL",
            "An active subscription needs its first day.",
            "start_date",
        ),
        sa.Index(None, "customer_id", "state"),
        sa.Index(None, "product_id", "state"),
        sa.Index(
            "ix_subscription_due",
            "billed_through",
            **among("state IN ('active', 'suspended')"),
        ),
    )

    number: Mapped[Code] = numbered("S-", comment="Ours, generated; never reused.")
    customer_id: Mapped[int] = parent("customer", "RESTRICT", index=False)
    product_id: Mapped[int] = parent("product", "RESTRICT", index=False)
    parent_id: Mapped[int | None] = parent(
        "subscription", "CASCADE", comment="The bundle that it is a part of.", info={"same": "customer_id"}
    )
    address_id: Mapped[int | None] = parent(
        "address", "SET NULL", comment="Where it is delivered.", info={"same": "customer_id"}
    )
    label: Mapped[Name] = mapped_column(default="", comment="What the customer calls it.")
    identifier: Mapped[Line | None] = mapped_column(
        index=True, comment="Serial number, card number or the like, by which it is found."
    )
    quantity: Mapped[Quantity] = mapped_column(default=1)
    price_override: Mapped[Money | None] = mapped_column(
        comment="Customer's currency, per period; empty: the price of their level."
    )
    discount_percent: Mapped[Percent] = mapped_column(default=0)
    state: Mapped[SubscriptionState] = mapped_column(default=SubscriptionState.PENDING)
    start_date: Mapped[Day | None] = mapped_column(comment="First day of service.")
    end_date: Mapped[Day | None] = mapped_column(comment="First day without it; in the future: it will end.")
    billed_through: Mapped[Day | None] = mapped_column(
        comment="First day that is not billed yet.", info={"system": True}
    )
    attributes: Mapped[Attributes] = mapped_column(
        default=dict, info={"schema": ("product_id", "attribute_schema"), "secrets": "secrets"}
    )
    secrets: Mapped[Secret | None] = mapped_column(
        sa.Text, comment="Attributes that are secret, such as a PIN, encrypted."
    )

    # Comes with the row, so that to name many of them asks nothing more.
    product_name: Mapped[str | None] = column_property(
        sa.select(Product.name).where(Product.id == product_id).correlate_except(Product).scalar_subquery()
    )

    screen = Screen(
        menu="Subscriptions",
        group="Services",
        icon="box",
        list=(
            "number",
            "customer_id",
            "product_id",
            "label",
            "quantity",
            "state",
            "start_date",
            "end_date",
        ),
        more=("identifier", "address_id", "parent_id", "price_override", "billed_through", "updated_at"),
        search=("number", "label", "identifier"),
        filters=("state", "product_id"),
        inventory=("number", "identifier"),
        order="-id",
        tab_of="customer",
        tab="Products/All products",
        tab_order=25,
        labels={
            "product_id": "Product",
            "address_id": "Location",
            "parent_id": "Part of",
            "attributes": "Details",
            "discount_percent": "Discount",
        },
        form={
            "Subscription": ("product_id", "label", "identifier", "address_id", "parent_id"),
            "Details": ("attributes",),
            "Price": ("quantity", "price_override", "discount_percent"),
            "When": ("start_date", "end_date"),
        },
        header=("state",),
        views={"Pending": "state=pending", "Suspended": "state=suspended"},
        help="staff.md#subscriptions",
    )

    def __str__(self) -> str:
        label = self.label and f"({self.label})"
        return " ".join(filter(None, (self.product_name, label, self.number)))


class AccountCode(Record):
    """A code that callers type, so that calls can be told apart on the bill."""

    __table_args__ = (sa.UniqueConstraint("subscription_id", "code"),)

    subscription_id: Mapped[int] = parent("subscription", "CASCADE", index=False)
    code: Mapped[Code] = mapped_column(index=True)  # what a switch tells is nothing but the code
    name: Mapped[Name]
    is_verified: Mapped[YesNo] = mapped_column(default=False, comment="Calls without this code are refused.")

    screen = Screen(
        list=("code", "name", "is_verified"),
        search=("code", "name"),
        order="id",
        tab_of="subscription",
        tab="Account codes",
        tab_order=30,
        form={"Account code": ("code", "name", "is_verified")},
        labels={"is_verified": "Verified"},
        help="staff.md#subscriptions",
    )

    def __str__(self) -> str:
        return self.code
