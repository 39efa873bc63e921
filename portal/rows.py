"""Rows of the customer: in lists, newest first and page by page, and one by its id."""

from typing import Any

import sqlalchemy as sa
from flask import abort, request

from models.base import Table, db
from models.text import whole_number

SIZE = 25


def newest(model: type[Table], *conditions: sa.ColumnElement[bool]) -> tuple[list[Any], int]:
    """The rows of the page that the address asks for, and where the next one goes on; 0: nowhere.

    A page goes on where the one before it ended.
    """
    asked = sa.select(model).where(*conditions)
    if before := whole_number(request.args.get("before", "")):
        asked = asked.where(model.id < before)
    rows = list(db.session.scalars(asked.order_by(model.id.desc()).limit(SIZE + 1)))
    return rows[:SIZE], rows[SIZE - 1].id if len(rows) > SIZE else 0


def row_or_404(
    model: type[Table], row_id: int, *conditions: sa.ColumnElement[bool], lock: bool = False
) -> Any:
    """Of another customer there is none."""
    asked = sa.select(model).where(model.id == row_id, *conditions)
    found = db.session.scalar(asked.with_for_update(of=model) if lock else asked)
    if found is None:
        abort(404)
    return found
