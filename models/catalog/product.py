"""What can be sold: products in two lines and thirteen families, and bundles of them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..attributes import attributes_of
from ..base import Record, check, parent
from ..choice import Choice
from ..fields import Code, Name, Number, Schema, YesNo
from ..screen import Screen


class ProductLine(Choice):
    TRADITIONAL = "traditional", "Traditional"
    INTEGRATED = "integrated", "Integrated", "blue"


class Family(Choice):
    VOICE = "voice", "Voice Services"
    LOCAL = "local", "Local"
    LONG_DISTANCE = "long_distance", "Long Distance"
    TOLLFREE = "tollfree", "Toll-free"
    CALLING_CARD = "calling_card", "Calling Card"
    CABLE = "cable", "Cable"
    INTERNET = "internet", "Internet"
    DEDICATED = "dedicated", "Dedicated"
    VOICEMAIL = "voicemail", "Voice mail"
    WIRELESS = "wireless", "Wireless"
    DEVICE = "device", "Devices"
    FIXED = "fixed", "Fixed Charges"
    MISC = "misc", "Misc Charges"


class Charge(Choice):
    RECURRING = "recurring", "Every period"
    ONE_TIME = "one_time", "Once"
    USAGE = "usage", "By use"


class Product(Record):
    """Something that customers can have: a service, a device, a fee, or a bundle of them."""

    __table_args__ = (
        check("period_months_known", "period_months IN (1, 3, 6, 12)", "Use 1, 3, 6 or 12.", "period_months"),
        check(
            "usage_needs_rates",
            "charge <> 'usage' OR rate_plan_id IS NOT NULL",
            "What is charged by use needs a rate plan.",
            "rate_plan_id",
        ),
    )

    sku: Mapped[Code] = mapped_column(unique=True, comment="Ours, short, such as FIBRE-100.")
    name: Mapped[Name] = mapped_column(index=True)
    line: Mapped[ProductLine] = mapped_column(
        default=ProductLine.TRADITIONAL, comment="Integrated: a bundle of other products."
    )
    family: Mapped[Family]
    charge: Mapped[Charge] = mapped_column(default=Charge.RECURRING)
    period_months: Mapped[Number] = mapped_column(default=1, comment="Months in a period: 1, 3, 6 or 12.")
    tax_code: Mapped[Code | None] = mapped_column(comment="Code of the tax rates; empty: no tax.")
    rate_plan_id: Mapped[int | None] = parent("rate_plan", "RESTRICT", comment="For what is charged by use.")
    attribute_schema: Mapped[Schema] = mapped_column(
        default=dict, comment="What is asked of each subscription, such as speed or serial number."
    )
    pause_billing_when_suspended: Mapped[YesNo] = mapped_column(
        default=False, comment="Off: billed on while suspended."
    )
    is_active: Mapped[YesNo] = mapped_column(default=True, comment="Off: no longer sold; those sold stay.")

    parts: Mapped[list["BundleItem"]] = relationship(
        viewonly=True, primaryjoin="BundleItem.bundle_id == Product.id", order_by="BundleItem.id"
    )

    screen = Screen(
        menu="Products",
        group="Catalog",
        icon="packages",
        list=("name", "sku", "line", "family", "charge", "is_active"),
        search=("name", "sku"),
        filters=("line", "family", "charge", "is_active"),
        order="name",
        labels={
            "sku": "SKU",
            "is_active": "Active",
            "period_months": "Period, months",
            "attribute_schema": "What is asked",
        },
        form={
            "Product": ("sku", "name", "line", "family", "is_active"),
            "Charge": (
                "charge",
                "period_months",
                "tax_code",
                "rate_plan_id",
                "pause_billing_when_suspended",
            ),
            "Attributes": ("attribute_schema",),
        },
        header=("line", "family", "charge", "is_active"),
        views={"Bundles": "line=integrated"},
        help="staff.md#products-and-prices",
    )

    def __str__(self) -> str:
        return self.name

    @property
    def asked_with_parts(self) -> dict[str, Any]:
        """What is asked of who orders it: of a bundle also what its parts ask for."""
        asked = dict(self.attribute_schema)
        for item in self.parts if self.line is ProductLine.INTEGRATED else ():
            for found in attributes_of(item.product.attribute_schema):
                named = f"{item.product}: {found.label}"
                asked[part_answer(item.product_id, found.name)] = found.said | {"label": named}
        return asked


def part_answer(product_id: int, name: str) -> str:
    """The name of what is answered for a part; what a product itself asks has no dot in its name."""
    return f"{product_id}.{name}"


class BundleItem(Record):
    """A part of a bundle: which product, and how many of it."""

    __table_args__ = (
        sa.UniqueConstraint("bundle_id", "product_id"),
        check("quantity_positive", "quantity > 0", "Use 1 or more.", "quantity"),
        check("not_itself", "bundle_id <> product_id", "A bundle cannot be its own part.", "product_id"),
    )

    bundle_id: Mapped[int] = parent("product", "CASCADE")
    product_id: Mapped[int] = parent("product", "RESTRICT")
    quantity: Mapped[Number] = mapped_column(default=1)

    product: Mapped[Product] = relationship(
        viewonly=True, primaryjoin="BundleItem.product_id == Product.id", lazy="joined"
    )

    screen = Screen(
        list=("product_id", "quantity"),
        tab_of="product",
        tab="Parts",
        tab_order=20,
        part_of="product",
        form={"Part": ("product_id", "quantity")},
        labels={"": "Part"},
        help="staff.md#products-and-prices",
    )

    def __str__(self) -> str:
        return f"Part of {self.quantity}" if self.quantity else "Part"
