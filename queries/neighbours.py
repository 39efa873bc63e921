"""The records before and after one, in the list that it was opened from."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.parse import Place

from .listing import CAP, Asked, Cursor, conditions, in_history, plain, run_along, source_of, stretches
from .viewer import Viewer


def neighbours(
    session: Session, ask: Asked, row_id: int, viewer: Viewer, place: Place, total: int
) -> tuple[int | None, int | None]:
    """Ids. `total` is how many the list said it has: few matches are sorted, many are met in order."""
    here = _cursor(session, ask, row_id)
    if here is None:
        return None, None
    down = ask.order[1]
    parts = conditions(session, ask, viewer, place)
    source, id_, value = source_of(ask, parts, ask.column, min(total, CAP + 1))

    def first(down: bool) -> sa.ColumnElement[int]:
        """The nearest that way. Databases take the stretches one by one, and stop at the first answer."""
        ids = source.with_only_columns(id_).order_by(*run_along(value, id_, down)).limit(1)
        found = stretches(ask.column, value, id_, here, down)
        return sa.func.coalesce(*(ids.where(one).scalar_subquery() for one in found), sa.null())

    return tuple(session.execute(sa.select(first(not down), first(down))).one())


def _cursor(session: Session, ask: Asked, row_id: int) -> Cursor | None:
    """Where the list stands at this record; None where it is gone."""
    column, table = ask.column, ask.model.__table__
    own = sa.select(column).where(table.c.id == row_id, *in_history(ask, column))
    found = session.execute(own).one_or_none()
    return None if found is None else Cursor(ask.order[0], plain(found[0]), row_id, 0, 0)
