"""Type-ahead: the few rows of a table whose text has what was typed."""

from urllib.parse import parse_qs

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table
from models.parse import Place

from .listing import Asked, asked, page
from .search import TooLong
from .viewer import Viewer
from .visibility import rows

MOST, TYPED = 50, 20  # rows offered before anything is typed, and after
Owner = tuple[str, int]  # only the rows of one record: its key, and its id


def lookup(
    session: Session,
    model: type[Table],
    text: str,
    viewer: Viewer,
    place: Place,
    most: int = 0,
    owner: Owner | None = None,
    among: str = "",
) -> list[Table]:
    """The first rows that this person may see, in the order of the list; few once something is typed.

    `among` is the address part of the list that shows those which are meant; only where there is a search.
    """
    most = most or (TYPED if text.strip() else MOST)
    if model.screen.search:
        try:
            always = asked(model, parse_qs(among), viewer, place).filters
            ask = Asked(model, search=text.strip(), size=most, owner=owner, narrowed=always)
            found = page(session, ask, viewer, place)
        except TooLong:
            return []
        ids = found.ids
        by_id = {row.id: row for row in session.scalars(sa.select(model).where(model.id.in_(ids)))}
        return [by_id[i] for i in ids if i in by_id]
    theirs = [model.__table__.c[owner[0]] == owner[1]] if owner else []
    every = session.scalars(rows(model, viewer).where(*theirs).order_by(model.id).limit(MOST * 4))
    return [row for row in every if text.casefold() in str(row).casefold()][:most]
