"""What walks through whole indexes found, kept so that no page has to walk."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Entry, parent
from .fields import Moment


class Walk(Entry):
    """An index that is walked through now and then, for values that occur more than once."""

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    began_at: Mapped[Moment | None] = mapped_column(comment="The last one that came to its end.")


class Repeated(Entry):
    """A value that occurred more than once when the walk came by. It may not any more."""

    __table_args__ = (sa.UniqueConstraint("walk_id", "value"),)

    walk_id: Mapped[int] = parent("walk", "CASCADE", index=False)
    value: Mapped[str] = mapped_column(sa.String(300))
