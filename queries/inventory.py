"""Finding a thing, and whose it is, by what is written on it: a number, a card, a circuit, an address.

Each table says by which of its columns its rows are known (`Screen.inventory`). They are asked for the
whole value, so that an index alone answers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, Table, keys_between, tables
from models.fields import field_of
from models.parse import Place, Unreadable, phone
from models.text import clean

from .viewer import Viewer
from .visibility import above, rows

MOST = 20  # of one table; an address on the network may have had many holders


@dataclass
class Found:
    """A row, the column that it was found by, and the record that it belongs to in the end."""

    row: Table
    name: str
    owner: Record | None = None


def things(session: Session, text: str, viewer: Viewer, place: Place) -> list[Found]:
    """What is known by this text, as far as the person may see it; the newest of each kind first."""
    wanted = spellings(text, place)
    found: list[Found] = []
    for model in tables() if wanted else ():
        if model.screen.inventory and viewer.may_read(model):
            some = list(_of(session, model, wanted, viewer))
            _set_owners(session, some, viewer)
            found += some
    return found


def spellings(text: str, place: Place) -> list[str]:
    """How the same may be stored: as typed, in capitals or not, without blanks, as a telephone number."""
    tidy = " ".join(clean(text).split())[:200]
    close = re.sub(r"[\s.-]", "", tidy) if re.fullmatch(r"[\d\s.-]+", tidy) else tidy.replace(" ", "")
    each = [tidy, close, *(s.upper() for s in (tidy, close)), *(s.lower() for s in (tidy, close))]
    try:
        each.append(phone(tidy, place))
    except Unreadable:
        pass
    return [s for s in dict.fromkeys(each) if s]


def _of(session: Session, model: type[Table], wanted: Sequence[str], viewer: Viewer) -> Iterator[Found]:
    columns = [model.__table__.c[n] for n in model.screen.inventory]
    shown = [c for c in columns if viewer.sees_personal(model) or not field_of(c).personal]
    if not shown:  # a search must not tell what a page hides
        return
    asked = rows(model, viewer).where(sa.or_(*(c.in_(wanted) for c in shown)))
    for row in session.scalars(asked.order_by(model.id.desc()).limit(MOST)):
        yield Found(row, next(c.name for c in shown if getattr(row, c.key) in wanted))


def _set_owners(session: Session, found: Sequence[Found], viewer: Viewer) -> None:
    """Up through the tables that rows are tabs of; one statement for each step."""
    reached = [(each, each.row) for each in found]
    while reached and (owner := above(type(reached[0][1]))):
        key = keys_between(type(reached[0][1]), owner.__tablename__)[0].key
        ids = {getattr(row, key) for _, row in reached} - {None}
        by_id = {row.id: row for row in session.scalars(rows(owner, viewer).where(owner.id.in_(ids)))}
        reached = [(each, by_id[i]) for each, row in reached if (i := getattr(row, key)) in by_id]
        for each, row in reached:
            each.owner = row
