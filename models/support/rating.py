"""What customers think of what was done for them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Entry, check, now, only_one, parent
from ..choice import Choice
from ..fields import Moment, Number, Secret, Text
from ..screen import Screen


class RatingTrigger(Choice):
    TICKET = "ticket", "A ticket"
    ORDER = "order", "An order"
    PROFILE = "profile", "In general"


class Rating(Entry):
    """A customer was asked, or came to say, how satisfied they are: 1 to 5."""

    __table_args__ = (
        check("score_range", "score IS NULL OR score BETWEEN 1 AND 5", "Choose 1 to 5.", "score"),
        check(
            "answered_has_score",
            "(score IS NULL) = (answered_at IS NULL)",
            "An answer needs its moment.",
        ),
        only_one("uq_rating_ticket", "ticket_id", where="ticket_id IS NOT NULL", says="Asked already."),
        only_one(
            "uq_rating_order", "sales_order_id", where="sales_order_id IS NOT NULL", says="Asked already."
        ),
        sa.Index(None, "customer_id", "answered_at"),
        sa.Index(None, "answered_at", "id"),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    trigger: Mapped[RatingTrigger]
    ticket_id: Mapped[int | None] = parent("ticket", "SET NULL", index=False)
    sales_order_id: Mapped[int | None] = parent("sales_order", "SET NULL", index=False)
    portal_user_id: Mapped[int | None] = parent("portal_user", "SET NULL")
    token_sha256: Mapped[Secret | None] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[Moment | None]
    score: Mapped[Number | None] = mapped_column(comment="1 is bad, 5 is very good; empty: not answered.")
    remark: Mapped[Text] = mapped_column(default="")
    asked_at: Mapped[Moment] = mapped_column(default=now)
    answered_at: Mapped[Moment | None]

    screen = Screen(
        menu="Ratings",
        group="Support",
        icon="star",
        list=("asked_at", "customer_id", "trigger", "score", "remark", "answered_at"),
        more=("ticket_id", "sales_order_id"),
        filters=("score", "trigger", "answered_at"),
        order="-id",
        tab_of="customer",
        tab="Tickets/Ratings",
        tab_order=57,
        labels={"asked_at": "Asked", "answered_at": "Answered", "trigger": "About"},
        writes=frozenset(),
        help="staff.md#ratings",
    )

    def __str__(self) -> str:
        return f"{self.score} of 5" if self.score else "Not answered"
