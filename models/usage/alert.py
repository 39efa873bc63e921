"""Limits that SIM cards have reached."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Entry, now, parent
from ..choice import Choice
from ..fields import Moment, Number
from ..screen import Screen


class AlertKind(Choice):
    WARNING = "warning", "Warning", "amber"
    CUT_OFF = "cut_off", "Cut-off", "red"


class UsageAlert(Entry):
    """A SIM card reached a limit in a month. Once for each limit."""

    __table_args__ = (
        sa.UniqueConstraint("sim_id", "kind", "period", "threshold_mb"),
        sa.Index(None, "customer_id", "raised_at"),
    )

    sim_id: Mapped[int] = parent("sim", "CASCADE", index=False)
    customer_id: Mapped[int | None] = parent("customer", "SET NULL", index=False)
    kind: Mapped[AlertKind]
    period: Mapped[str] = mapped_column(sa.String(7), comment="Year and month, such as 2026-11.")
    threshold_mb: Mapped[Number] = mapped_column(comment="1 MB is 1,048,576 bytes.")
    used_mb: Mapped[Number]
    raised_at: Mapped[Moment] = mapped_column(default=now)

    screen = Screen(
        menu="Usage alerts",
        group="Usage",
        icon="bell",
        list=("raised_at", "sim_id", "customer_id", "kind", "period", "threshold_mb", "used_mb"),
        filters=("kind",),
        order="-id",
        tab_of="customer",
        tab="Alerts/Usage alerts",
        tab_order=70,
        labels={
            "raised_at": "When",
            "sim_id": "SIM card",
            "threshold_mb": "Limit, MB",
            "used_mb": "Used, MB",
        },
        writes=frozenset(),
        help="staff.md#sim-cards",
    )

    def __str__(self) -> str:
        return f"{self.kind.label} {self.period}"
