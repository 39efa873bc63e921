"""The records before and after one, in the list that it was opened from."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import sorting
from models.parse import Place

from .listing import CAP, Asked, Cursor, in_history, page, plain
from .viewer import Viewer


def neighbours(
    session: Session, ask: Asked, row_id: int, viewer: Viewer, place: Place, total: int
) -> tuple[int | None, int | None]:
    """Ids. `total` is how many the list said it has: few matches are sorted, many are met in order."""
    name, down = ask.order
    column = sorting(ask.model, name)
    table = ask.model.__table__
    own = sa.select(column).where(table.c.id == row_id, *in_history(ask, column))
    found = session.execute(own).one_or_none()
    if found is None:
        return None, None
    here = Cursor(f"{'-' if down else ''}{name}", plain(found[0]), row_id, min(total, CAP + 1), 0).text()
    ask = replace(ask, size=1, after="", before="")
    before, after = replace(ask, before=here), replace(ask, after=here)
    return tuple(next(iter(page(session, side, viewer, place).ids), None) for side in (before, after))
