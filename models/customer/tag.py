"""Words that staff put on customers to find them again."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Link, Record, derived, parent
from ..fields import Line, Name
from ..screen import Screen
from ..text import fold


class Tag(Record):
    """A word that groups customers; a customer can have many."""

    name: Mapped[Name] = mapped_column(comment="Short; case and accents do not make a difference.")
    name_norm: Mapped[str] = derived("name", by=fold, type_=sa.String(120), sorts="name", unique=True)
    description: Mapped[Line] = mapped_column(default="", comment="When to use it.")

    screen = Screen(
        menu="Tags",
        group="Setup",
        icon="tag",
        list=("name", "description", "updated_at"),
        search=("name", "description"),
        order="name",
        help="staff.md#tags",
    )

    def __str__(self) -> str:
        return self.name


class CustomerTag(Link):
    """Which tags a customer has."""

    __table_args__ = (
        sa.UniqueConstraint("customer_id", "tag_id"),
        sa.Index(None, "tag_id", "customer_id"),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    tag_id: Mapped[int] = parent("tag", "CASCADE", index=False)
