"""What products cost, when, for whom, and which taxes come on top."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, check, only_one, parent
from ..fields import Code, Country, Currency, Day, Money, Name, TaxPercent
from ..screen import Screen


class Price(Record):
    """What a product costs from a day on, for everybody or for a price level."""

    __table_args__ = (
        check("amounts_not_negative", "amount >= 0 AND setup_amount >= 0", "Use 0 or more.", "amount"),
        check(
            "valid_in_order",
            "valid_to IS NULL OR valid_to > valid_from",
            "The last day has to follow the first.",
            "valid_to",
        ),
        only_one(
            "uq_price_level",
            "product_id",
            "price_level_id",
            "currency",
            "valid_from",
            where="price_level_id IS NOT NULL",
            says="This level has a price from that day on.",
            field="valid_from",
        ),
        only_one(
            "uq_price_list",
            "product_id",
            "currency",
            "valid_from",
            where="price_level_id IS NULL",
            says="There is a list price from that day on.",
            field="valid_from",
        ),
    )

    product_id: Mapped[int] = parent("product", "CASCADE")
    price_level_id: Mapped[int | None] = parent("price_level", "CASCADE", comment="Empty: the list price.")
    currency: Mapped[Currency] = mapped_column(default="USD")
    amount: Mapped[Money] = mapped_column(comment="Per period, without tax.")
    setup_amount: Mapped[Money] = mapped_column(default=0, comment="Once, when it begins.")
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None] = mapped_column(comment="First day on which it is over; empty: open.")

    screen = Screen(
        menu="Prices",
        group="Catalog",
        icon="receipt-2",
        list=("product_id", "price_level_id", "amount", "setup_amount", "currency", "valid_from", "valid_to"),
        filters=("product_id", "price_level_id", "currency"),
        order="id",
        tab_of="product",
        tab="Prices/All prices",
        tab_order=17,
        labels={"price_level_id": "Level", "setup_amount": "Set-up", "valid_to": "Until"},
        form={
            "Price": ("price_level_id", "currency", "amount", "setup_amount"),
            "When": ("valid_from", "valid_to"),
        },
        help="staff.md#products-and-prices",
    )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class TaxRate(Record):
    """A tax of a country, or of an area in it, from a day on."""

    __table_args__ = (
        sa.UniqueConstraint("code", "country", "tax_area", "valid_from"),
        check("percent_not_negative", "percent >= 0", "Use 0 to 100.", "percent"),
        check(
            "valid_in_order",
            "valid_to IS NULL OR valid_to > valid_from",
            "The last day has to follow the first.",
            "valid_to",
        ),
    )

    code: Mapped[Code] = mapped_column(index=True, comment="What products refer to, such as VAT.")
    name: Mapped[Name] = mapped_column(comment="As it stands on invoices.")
    percent: Mapped[TaxPercent]
    country: Mapped[Country]
    tax_area: Mapped[Name] = mapped_column(
        default="", comment="State or province of the Bill To; empty: the whole country."
    )
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None] = mapped_column(comment="First day on which it is over; empty: open.")

    screen = Screen(
        menu="Tax rates",
        group="Catalog",
        icon="receipt-tax",
        list=("code", "name", "percent", "country", "tax_area", "valid_from", "valid_to"),
        search=("code", "name", "tax_area"),
        filters=("country",),
        order="code",
        labels={"tax_area": "Area", "valid_to": "Until"},
        form={"Tax": ("code", "name", "percent", "country", "tax_area"), "When": ("valid_from", "valid_to")},
        help="staff.md#taxes",
    )

    def __str__(self) -> str:
        return self.name
