"""Changes of package that wait for their day."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, among, check, now, only_one, parent, stamped
from ..choice import StateChoice
from ..fields import Day, Line, Moment, Name, YesNo
from ..screen import Screen


class PackageChangeState(StateChoice):
    SCHEDULED = "scheduled", "Scheduled", "amber"
    APPLIED = "applied", "Applied", "green"
    CANCELLED = "cancelled", "Cancelled", "hollow"
    FAILED = "failed", "Failed", "red"


class PackageChange(Record):
    """A subscription that changes its product on a day: who asked, when, and how it ended."""

    __table_args__ = (
        check(
            "to_another_product",
            "from_product_id <> to_product_id",
            "It has this package already.",
            "to_product_id",
        ),
        only_one(
            "uq_package_change_open",
            "subscription_id",
            where="state = 'scheduled'",
            says="A change of this package is scheduled already. Cancel that one first.",
            field="subscription_id",
        ),
        sa.Index(
            "ix_package_change_due",
            "effective_date",
            **among("state = 'scheduled'"),
        ),
    )

    customer_id: Mapped[int] = parent("customer", "RESTRICT")
    subscription_id: Mapped[int] = parent("subscription", "CASCADE", info={"same": "customer_id"})
    from_product_id: Mapped[int] = parent("product", "RESTRICT")
    to_product_id: Mapped[int] = parent("product", "RESTRICT")
    effective_date: Mapped[Day] = mapped_column(comment="First day of the new package.")
    state: Mapped[PackageChangeState] = mapped_column(default=PackageChangeState.SCHEDULED)
    prorate: Mapped[YesNo] = mapped_column(default=True, comment="Charge both packages by the day.")
    submitted_by_id: Mapped[int | None] = stamped(
        "staff_id", sa.BigInteger, sa.ForeignKey("staff_user.id", ondelete="SET NULL"), index=True
    )
    submitted_by_name: Mapped[Name] = stamped("staff_name", default="")
    submitted_at: Mapped[Moment] = mapped_column(default=now)
    applied_at: Mapped[Moment | None]
    error: Mapped[Line] = mapped_column(default="", comment="Why it could not be done.")

    screen = Screen(
        menu="Package changes",
        group="Services",
        icon="arrows-exchange",
        list=(
            "subscription_id",
            "customer_id",
            "from_product_id",
            "to_product_id",
            "effective_date",
            "state",
            "submitted_by_name",
            "submitted_at",
            "error",
        ),
        more=("prorate", "applied_at"),
        filters=("state",),
        order="-id",
        tab_of="customer",
        tab="Services/Package changes",
        tab_order=29,
        labels={
            "from_product_id": "From",
            "to_product_id": "To",
            "effective_date": "On",
            "submitted_by_name": "Submitted by",
            "submitted_at": "Submitted",
            "error": "Why it failed",
        },
        form={"Package change": ("subscription_id", "to_product_id", "effective_date", "prorate")},
        header=("state",),
        views={"Scheduled": "state=scheduled", "Failed": "state=failed"},
        help="staff.md#package-changes",
    )

    def __str__(self) -> str:
        return f"Change on {self.effective_date.day} {self.effective_date:%b %Y}"
