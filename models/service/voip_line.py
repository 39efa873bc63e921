"""Telephone lines."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, only_one, parent
from ..choice import Choice, StateChoice
from ..fields import Phone, YesNo
from ..screen import Screen


class VoipLineState(StateChoice):
    ACTIVE = "active", "Active", "green"
    SUSPENDED = "suspended", "Suspended", "red"
    CANCELLED = "cancelled", "Cancelled", "hollow"


class CallImport(Choice):
    MANUAL = "manual", "By hand"
    AUTOMATIC = "automatic", "From the import folder"


class VoipLine(Record):
    """A telephone number of a customer, with the rates of its calls."""

    __table_args__ = (
        only_one(
            "uq_voip_line_live",
            "number_e164",
            where="state <> 'cancelled'",
            says="This number is in use.",
            field="number_e164",
        ),
        sa.Index(None, "customer_id", "state"),
        sa.Index(None, "number_e164"),
    )

    customer_id: Mapped[int] = parent("customer", "RESTRICT", index=False)
    subscription_id: Mapped[int | None] = parent("subscription", "SET NULL", info={"same": "customer_id"})
    number_e164: Mapped[Phone] = mapped_column(comment="Any common notation is understood.")
    state: Mapped[VoipLineState] = mapped_column(default=VoipLineState.ACTIVE)
    rate_plan_id: Mapped[int | None] = parent("rate_plan", "RESTRICT", comment="What its calls cost.")
    bill_line: Mapped[YesNo] = mapped_column(default=True, comment="The line itself is on the invoice.")
    call_import: Mapped[CallImport] = mapped_column(
        default=CallImport.AUTOMATIC, comment="How its calls come in."
    )

    screen = Screen(
        menu="VoIP lines",
        group="Services",
        icon="phone",
        list=("number_e164", "customer_id", "state", "rate_plan_id", "bill_line", "call_import"),
        more=("subscription_id", "updated_at"),
        search=("number_e164",),
        inventory=("number_e164",),
        filters=("state", "rate_plan_id", "bill_line", "call_import"),
        order="number_e164",
        tab_of="customer",
        tab="Services/VoIP lines",
        tab_order=27,
        labels={
            "": "VoIP line",
            "number_e164": "Number",
            "bill_line": "Billed",
            "call_import": "Calls come in",
        },
        form={
            "Line": ("number_e164", "subscription_id"),
            "Billing": ("rate_plan_id", "bill_line", "call_import"),
        },
        header=("state",),
        help="staff.md#voip-lines",
    )

    def __str__(self) -> str:
        """Without the number, which not everybody may see."""
        return f"Line {self.id}" if self.id else "New line"
