"""SIM cards, alone and in groups."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, check, parent
from ..choice import StateChoice
from ..fields import Bytes, Code, Moment, Name, Number, Phone
from ..screen import Screen


class SimState(StateChoice):
    INACTIVE = "inactive", "Inactive", "gray"
    ACTIVE = "active", "Active", "green"
    SUSPENDED = "suspended", "Suspended", "red"
    CUT_OFF = "cut_off", "Cut off", "amber"
    TERMINATED = "terminated", "Terminated", "hollow"


class SimGroup(Record):
    """SIM cards that are handed out together."""

    name: Mapped[Name] = mapped_column(unique=True)

    screen = Screen(
        menu="SIM groups",
        group="Services",
        icon="stack-2",
        list=("name", "updated_at"),
        search=("name",),
        order="name",
        labels={"": "SIM group"},
        landing="sim-cards",
        help="staff.md#sim-cards",
    )

    def __str__(self) -> str:
        return self.name


class Sim(Record):
    """A SIM card, the customer it is with, and how much it may use."""

    large = True
    __table_args__ = (
        check("iccid_length", "length(iccid) BETWEEN 18 AND 20", "An ICCID has 18 to 20 digits.", "iccid"),
        check("warning_positive", "warning_mb IS NULL OR warning_mb > 0", "Use 1 or more.", "warning_mb"),
        check("cutoff_positive", "cutoff_mb IS NULL OR cutoff_mb > 0", "Use 1 or more.", "cutoff_mb"),
        check(
            "warning_below_cutoff",
            "warning_mb IS NULL OR cutoff_mb IS NULL OR warning_mb < cutoff_mb",
            "Warn below the cut-off.",
            "warning_mb",
        ),
    )

    iccid: Mapped[Code] = mapped_column(unique=True, comment="18 to 20 digits, as printed on the card.")
    imsi: Mapped[Code | None] = mapped_column(unique=True, comment="15 digits.")
    msisdn_e164: Mapped[Phone | None] = mapped_column(index=True, comment="Its telephone number.")
    alias: Mapped[Name] = mapped_column(default="", comment="What staff call it, such as Gate camera.")
    customer_id: Mapped[int | None] = parent("customer", "SET NULL")
    assigned_at: Mapped[Moment | None] = mapped_column(info={"needs": "customer_id", "without": None})
    sim_group_id: Mapped[int | None] = parent("sim_group", "SET NULL")
    subscription_id: Mapped[int | None] = parent(
        "subscription", "SET NULL", info={"same": "customer_id", "needs": "customer_id", "without": None}
    )
    state: Mapped[SimState] = mapped_column(default=SimState.INACTIVE)
    warning_mb: Mapped[Number | None] = mapped_column(comment="MB in a month that cause a warning.")
    cutoff_mb: Mapped[Number | None] = mapped_column(comment="MB in a month at which it is cut off.")
    used_bytes: Mapped[Bytes] = mapped_column(
        default=0, server_default="0", comment="In the month of use.", info={"unversioned": True}
    )
    used_month: Mapped[str] = mapped_column(
        sa.String(7), default="", server_default="", info={"system": True}
    )  # such as 2026-11

    screen = Screen(
        menu="SIM cards",
        group="Services",
        icon="device-sim",
        list=(
            "iccid",
            "alias",
            "customer_id",
            "sim_group_id",
            "state",
            "used_bytes",
            "warning_mb",
            "cutoff_mb",
        ),
        more=(
            "msisdn_e164",
            "imsi",
            "subscription_id",
            "assigned_at",
            "customer_id.email",
            "customer_id.phone_e164",
            "customer_id.address.line1",
            "customer_id.address.postal_code",
            "customer_id.address.city",
            "customer_id.contact.name",
            "customer_id.contact.email",
            "customer_id.contact.phone_e164",
            "updated_at",
        ),
        search=("iccid", "imsi", "msisdn_e164", "alias"),
        filters=("customer_id", "sim_group_id", "state"),
        inventory=("iccid", "imsi", "msisdn_e164"),
        order="iccid",
        tab_of="customer",
        tab="Services/SIM cards",
        tab_order=28,
        labels={
            "": "SIM card",
            "iccid": "ICCID",
            "imsi": "IMSI",
            "msisdn_e164": "Number",
            "sim_group_id": "Group",
            "used_bytes": "Used this month",
            "warning_mb": "Warning, MB",
            "cutoff_mb": "Cut-off, MB",
            "customer_id.email": "Customer's e-mail",
            "customer_id.phone_e164": "Customer's phone",
            "customer_id.address.line1": "Customer's street",
            "customer_id.address.postal_code": "Customer's postal code",
            "customer_id.address.city": "Customer's city",
            "customer_id.contact.name": "Contact",
            "customer_id.contact.email": "Contact's e-mail",
            "customer_id.contact.phone_e164": "Contact's phone",
        },
        form={
            "SIM card": ("iccid", "imsi", "msisdn_e164", "alias", "sim_group_id"),
            "Limits": ("warning_mb", "cutoff_mb"),
            "Owner": ("customer_id", "subscription_id"),
        },
        header=("state", "sim_group_id"),
        views={"Not assigned": "customer=none", "Cut off": "state=cut_off"},
        help="staff.md#sim-cards",
    )

    def __str__(self) -> str:
        return self.alias or self.iccid
