"""What one has opened oneself: from the access trail."""

import datetime as dt
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import AccessLog
from models.base import Table

from .viewer import Viewer
from .visibility import rows

MOST = 20  # records
LOOKED_AT = 500  # lines of the trail, the newest: a record opened often has many


def seen_last(session: Session, model: type[Table], viewer: Viewer) -> dict[int, dt.datetime]:
    """The records of a table that this person opened, the last one first, with when.

    Those that are gone, or theirs to see no more, are left out.
    """
    if viewer.staff_id is None:
        return {}
    mine = (
        sa.select(AccessLog.object_id, AccessLog.object_type, AccessLog.action, AccessLog.at)
        .where(AccessLog.staff_user_id == viewer.staff_id)
        .order_by(AccessLog.at.desc(), AccessLog.id.desc())
        .limit(LOOKED_AT)
    )
    found: dict[int, dt.datetime] = {}
    for row in session.execute(mine):
        if (row.object_type, row.action) == (model.__tablename__, "view"):
            found.setdefault(row.object_id, row.at)
    there = set(session.scalars(rows(model, viewer).where(model.id.in_(found)).with_only_columns(model.id)))
    kept = ((row_id, at) for row_id, at in found.items() if row_id in there)
    return dict(islice(kept, MOST))
