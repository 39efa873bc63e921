"""Pairs of customers that look alike and are not the same."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, check, parent
from ..fields import Line


class NotDuplicate(Record):
    """Somebody has looked: these two customers are not one. The smaller id comes first."""

    __table_args__ = (
        sa.UniqueConstraint("customer_id", "other_id"),
        check("in_order", "customer_id < other_id", "The two must differ.", "other_id"),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    other_id: Mapped[int] = parent("customer", "CASCADE")
    why: Mapped[Line] = mapped_column(default="")

    def __str__(self) -> str:
        return f"{self.customer_id} and {self.other_id}"
