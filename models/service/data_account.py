"""Log-ins to the data network."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, check, parent
from ..choice import Choice, StateChoice
from ..fields import Line, Name, NetAddress, Number, Secret
from ..screen import Screen


class DataAccountState(StateChoice):
    ACTIVE = "active", "Active", "green"
    SUSPENDED = "suspended", "Suspended", "red"
    CANCELLED = "cancelled", "Cancelled", "hollow"


class SuspendedBy(Choice):
    MANUAL = "manual", "By hand"
    ACCOUNT = "account", "With the customer"


class DataAccount(Record):
    """A log-in with which a customer's equipment opens its connection."""

    __table_args__ = (
        check(
            "suspended_by_someone",
            "(state = 'suspended') = (suspended_by IS NOT NULL)",
            "A suspended account needs to say by what.",
            "state",
        ),
        check("cap_not_negative", "cap_mb IS NULL OR cap_mb >= 0", "Use 0 or more.", "cap_mb"),
        sa.Index(None, "customer_id", "state"),
    )

    customer_id: Mapped[int] = parent("customer", "RESTRICT", index=False)
    subscription_id: Mapped[int | None] = parent("subscription", "SET NULL", info={"same": "customer_id"})
    username: Mapped[Line] = mapped_column(unique=True, comment="As the equipment sends it; nobody else's.")
    secret: Mapped[Secret | None] = mapped_column(sa.Text, comment="Its password, encrypted.")
    static_ip: Mapped[NetAddress | None] = mapped_column(
        index=True, comment="Empty: a new one for each session."
    )
    profile: Mapped[Name | None] = mapped_column(comment="What the network knows it as, such as a speed.")
    state: Mapped[DataAccountState] = mapped_column(default=DataAccountState.ACTIVE)
    suspended_by: Mapped[SuspendedBy | None]
    cap_mb: Mapped[Number | None] = mapped_column(comment="MB a month; empty: no limit.")

    screen = Screen(
        menu="Data accounts",
        group="Services",
        icon="router",
        list=("username", "customer_id", "state", "suspended_by", "subscription_id", "profile"),
        more=("static_ip", "cap_mb", "updated_at"),
        search=("username",),
        filters=("state", "suspended_by"),
        inventory=("username", "static_ip"),
        order="username",
        tab_of="customer",
        tab="Services/Data accounts",
        tab_order=26,
        labels={"static_ip": "Fixed address", "cap_mb": "Limit, MB", "subscription_id": "Package"},
        form={"Data account": ("username", "subscription_id", "static_ip", "profile", "cap_mb")},
        header=("state", "suspended_by"),
        help="staff.md#data-accounts",
    )

    def __str__(self) -> str:
        return self.username
