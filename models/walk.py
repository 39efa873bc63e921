"""What a walk through a whole index found, kept so that no page has to walk."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import BigId, Entry, parent
from .fields import Moment


class Walk(Entry):
    """When an index was walked through last, for values that occur more than once."""

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    began_at: Mapped[Moment]


class Repeated(Entry):
    """A row whose value another one had as well when the walk came by. Both may have changed since."""

    __table_args__ = (sa.UniqueConstraint("walk_id", "row_id"),)

    walk_id: Mapped[int] = parent("walk", "CASCADE", index=False)
    row_id: Mapped[int] = mapped_column(BigId)
