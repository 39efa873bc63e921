"""Lists of the portal: newest first, page by page. A page goes on where the one before it ended."""

from typing import Any

import sqlalchemy as sa
from flask import request

from models.base import Table, db

SIZE = 25


def newest(model: type[Table], *conditions: sa.ColumnElement[bool]) -> tuple[list[Any], int]:
    """The rows of the page that the address asks for, and where the next one goes on; 0: nowhere."""
    before = request.args.get("before", "")
    asked = sa.select(model).where(*conditions)
    if before.isdecimal() and before.isascii() and len(before) < 19:
        asked = asked.where(model.id < int(before))
    rows = list(db.session.scalars(asked.order_by(model.id.desc()).limit(SIZE + 1)))
    return rows[:SIZE], rows[SIZE - 1].id if len(rows) > SIZE else 0
