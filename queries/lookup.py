"""Type-ahead: the few rows of a table whose text has what was typed."""

from dataclasses import replace
from urllib.parse import parse_qs

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table, sorting
from models.fields import field_of
from models.parse import Place
from models.text import clean, fold

from .listing import CAP, Asked, Cursor, asked, collected, conditions, walked
from .search import TooLong, matching
from .viewer import Viewer
from .visibility import rows

MOST, TYPED = 50, 20  # rows offered before anything is typed, and after
SOME = 200  # matches that the others are chosen from; nobody reads on, but types more
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
    """A few rows that this person may see: at first those at the head of the list, once something is typed
    those whose name begins so, and then others that have it.

    `among` is the address part of the list that shows those which are meant; only where there is a search.
    """
    text = clean(text)
    most = most or (TYPED if text else MOST)
    if model.screen.search:
        always = asked(model, parse_qs(among), viewer, place).filters
        ask = Asked(model, search=text, size=most, owner=owner, narrowed=always)
        try:
            ids = _found(session, ask, viewer, place)
        except TooLong:
            return []
        by_id = {row.id: row for row in session.scalars(sa.select(model).where(model.id.in_(ids)))}
        return [by_id[i] for i in ids if i in by_id][:most]
    theirs = [model.__table__.c[owner[0]] == owner[1]] if owner else []
    every = session.scalars(rows(model, viewer).where(*theirs).order_by(model.id).limit(MOST * 4))
    return [row for row in every if text.casefold() in str(row).casefold()][:most]


def _found(session: Session, ask: Asked, viewer: Viewer, place: Place) -> list[int]:
    """Nothing is counted, and no more is sorted than is offered: neither grows with the table."""
    every = replace(ask, search="")
    parts = conditions(session, every, viewer, place)
    if not ask.search:
        return [row.id for row in walked(session, every, parts, None)]
    has = matching(ask.model, ask.search, viewer, session.get_bind().dialect.name)
    first = _named(session, ask, parts, viewer)
    if len(first) < ask.size:
        met = session.execute(collected(ask, [*parts, has], SOME).limit(ask.size)).all()
        first += [row.id for row in met if row.id not in first]
    return first


def _named(session: Session, ask: Asked, parts: list, viewer: Viewer) -> list[int]:
    """Where rows are sorted by a folded name, those of the list from what was typed on."""
    name, down = ask.order
    column, begins = sorting(ask.model, name), fold(ask.search)
    hidden = field_of(column).personal and not viewer.sees_personal(ask.model)
    if down or hidden or not column.info.get("sorts"):
        return []
    here = Cursor(name, begins, 0, CAP, 0)
    met = walked(session, replace(ask, search=""), parts, here)
    return [row.id for row in met if row[1].startswith(begins)]
