"""The way of a customer who does not pay, from the first warning to the end of it."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, check, only_one, parent
from ..choice import Choice, StateChoice
from ..fields import Day, Moment, Money
from ..screen import Screen


class SuspensionReason(Choice):
    OVERDUE = "overdue", "Overdue invoices"
    MANUAL = "manual", "By hand"


class SuspensionState(StateChoice):
    PROPOSED = "proposed", "Proposed", "amber"
    APPROVED = "approved", "Approved", "blue"
    WARNED_1 = "warned_1", "Warned once", "amber"
    WARNED_2 = "warned_2", "Warned twice", "amber"
    SUSPENDED = "suspended", "Suspended", "red"
    PAUSED = "paused", "Paused", "blue"
    ENDED = "ended", "Ended", "hollow"


class EndReason(Choice):
    PAID = "paid"
    MANUAL = "manual", "By hand"
    CANCELLED = "cancelled"


class Suspension(Record):
    """A customer kept out of the services, or on the way to it, and how it ended."""

    __table_args__ = (
        check("ended_has_moment", "(state = 'ended') = (ended_at IS NOT NULL)", "An end needs its moment."),
        only_one(
            "uq_suspension_open",
            "customer_id",
            where="state <> 'ended'",
            says="This customer has an open suspension.",
        ),
        sa.Index(None, "state", "oldest_due_date"),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE")
    reason: Mapped[SuspensionReason]
    state: Mapped[SuspensionState] = mapped_column(default=SuspensionState.PROPOSED)
    oldest_due_date: Mapped[Day | None]
    overdue_amount: Mapped[Money | None] = mapped_column(comment="Customer's currency, when proposed.")
    approved_by_id: Mapped[int | None] = mapped_column(
        sa.BigInteger, sa.ForeignKey("staff_user.id", ondelete="SET NULL"), index=True
    )
    approved_at: Mapped[Moment | None]
    warned_1_at: Mapped[Moment | None]
    warned_2_at: Mapped[Moment | None]
    suspended_at: Mapped[Moment | None]
    paused_until: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[EndReason | None]

    screen = Screen(
        menu="Suspensions",
        group="Services",
        icon="player-pause",
        list=("customer_id", "state", "reason", "suspended_at", "paused_until", "ended_at", "end_reason"),
        more=("overdue_amount", "oldest_due_date", "warned_1_at", "warned_2_at", "approved_at"),
        filters=("state", "reason"),
        order="-id",
        tab_of="customer",
        tab="Services/Suspensions",
        tab_order=31,
        header=("state", "reason"),
        writes=frozenset(),
        help="staff.md#suspensions",
    )

    def __str__(self) -> str:
        return f"Suspension {self.id}" if self.id else "Suspension"
