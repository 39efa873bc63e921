"""Whom customers come through, and at which prices they buy."""

from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record
from ..fields import Code, Name, Percent, YesNo
from ..screen import Screen


class Reseller(Record):
    """A partner who brings customers and earns a commission on what they pay."""

    code: Mapped[Code] = mapped_column(unique=True, comment="Short name on reports, such as CAPE.")
    name: Mapped[Name] = mapped_column(index=True)
    commission_percent: Mapped[Percent] = mapped_column(
        default=0, comment="Share of each posted line, net of tax; 0 to 100."
    )
    is_active: Mapped[YesNo] = mapped_column(default=True, comment="Off: no new customers.")

    screen = Screen(
        menu="Resellers",
        group="Setup",
        icon="building-store",
        list=("name", "code", "commission_percent", "is_active", "updated_at"),
        search=("name", "code"),
        filters=("is_active",),
        order="name",
        labels={"is_active": "Active", "commission_percent": "Commission"},
        header=("is_active",),
        help="staff.md#resellers",
    )

    def __str__(self) -> str:
        return self.name


class PriceLevel(Record):
    """A set of prices below the list, given to a customer or to a whole organization."""

    name: Mapped[Name] = mapped_column(unique=True)
    discount_percent: Mapped[Percent] = mapped_column(
        default=0, comment="Off the list price where the level has no price of its own; 0 to 100."
    )

    screen = Screen(
        menu="Price levels",
        group="Setup",
        icon="tags",
        list=("name", "discount_percent", "updated_at"),
        search=("name",),
        order="name",
        labels={"discount_percent": "Discount"},
        help="staff.md#price-levels",
    )

    def __str__(self) -> str:
        return self.name
