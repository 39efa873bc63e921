"""What a line of a quote and one of an order have in common."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import check, parent
from ..fields import Line, Money, Percent, Quantity, TaxPercent

PRICED = ("description", "quantity", "unit_price", "setup_price", "discount_percent")
SHOWN = ("product_id", *PRICED, "net", "tax")
LABELS = {"": "Line", "discount_percent": "Discount", "setup_price": "Set-up"}


def bounds() -> tuple[sa.CheckConstraint, ...]:
    return (
        check("quantity_positive", "quantity > 0", "Use more than 0.", "quantity"),
        check("discount_not_negative", "discount_percent >= 0", "Use 0 to 100.", "discount_percent"),
    )


class Sold:
    """A product, how many of it, and what they cost."""

    product_id: Mapped[int] = parent("product", "RESTRICT")
    description: Mapped[Line] = mapped_column(default="", comment="Empty: the name of the product.")
    quantity: Mapped[Quantity] = mapped_column(default=1)
    unit_price: Mapped[Money | None] = mapped_column(comment="Empty: the price that this customer has.")
    setup_price: Mapped[Money | None] = mapped_column(comment="Once, per piece. Empty: as in the price.")
    discount_percent: Mapped[Percent] = mapped_column(default=0)
    tax_percent: Mapped[TaxPercent] = mapped_column(default=0)
    net: Mapped[Money] = mapped_column(default=0)
    tax: Mapped[Money] = mapped_column(default=0)

    def __str__(self) -> str:
        return self.description
