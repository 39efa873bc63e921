"""What the database holds now, read in a session of its own that ends at once.

On SQLite one connection writes at a time: a test that reads and leaves its own session open
would make the next request wait.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table

Row = TypeVar("Row", bound=Table)


def stored(session: Session, asked: sa.Select) -> Sequence[Any]:
    """The rows of a statement; of one column, its values."""
    with Session(session.get_bind()) as own:
        rows = own.execute(asked).all()
        own.expunge_all()
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


def row_of(session: Session, model: type[Row], row_id: int) -> Row:
    (row,) = stored(session, sa.select(model).where(model.id == row_id))
    return row


def only(session: Session, model: type[Row], *conditions: sa.ColumnElement[bool]) -> Row:
    """The one row that there is."""
    (row,) = stored(session, sa.select(model).where(*conditions))
    return row
