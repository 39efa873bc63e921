"""Walking through an index for values that occur more than once (queries/suspects.py)."""

from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.walk import Repeated, Walk
from queries.suspects import name_of

STRETCH = 20_000  # entries of the index that are read at once


def walk(session: Session, column: sa.Column, go_on: Callable[[], None]) -> int:
    """How many rows share their value, which are kept in place of those of the last walk.

    `go_on` is called between stretches, so that no transaction is long.
    """
    began, key, ids = now(), column.table.c.id, []
    for values in _repeated(session, column):
        ids += session.scalars(sa.select(key).where(column.in_(values))).all()
        go_on()
    name = name_of(column)
    session.execute(sa.delete(Walk).where(Walk.name == name))
    made = Walk(name=name, began_at=began)
    session.add(made)
    session.flush()
    for start in range(0, len(ids), STRETCH):
        rows = [{"walk_id": made.id, "row_id": row_id} for row_id in ids[start : start + STRETCH]]
        session.execute(sa.insert(Repeated), rows)
    return len(ids)


def _repeated(session: Session, column: sa.Column) -> Iterator[Sequence[str]]:
    """Values that occur twice, stretch by stretch."""
    after = ""
    while values := session.scalars(_stretch(column, after)).all():
        yield values
        after = values[-1]


def _stretch(column: sa.Column, after: str) -> sa.Select:
    """In order; the last value of the stretch is among them, as the next one may be the same."""
    part = sa.select(column.label("value")).where(column > after).order_by(column).limit(STRETCH).cte()
    value, last = part.c.value, sa.select(sa.func.max(part.c.value)).scalar_subquery()
    return sa.select(value).group_by(value).having((sa.func.count() > 1) | (value == last)).order_by(value)
