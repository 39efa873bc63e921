"""Walking through an index for values that occur more than once (queries/suspects.py)."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.walk import Repeated, Walk
from queries.suspects import name_of

STRETCH = 20_000  # entries of the index that are read at once


def walk(session: Session, column: sa.Column, go_on: Callable[[], None]) -> int:
    """How many values are repeated. `go_on` is called between stretches, so that no transaction is long.

    What is kept may be read all the while: until the end, everything written since the walk before counts.
    """
    began, walk_id = now(), _walk_of(session, name_of(column))
    after, count = "", 0
    while values := session.scalars(_stretch(column, after)).all():
        _keep(session, walk_id, after, values)
        after, count = values[-1], count + len(values)
        go_on()
    beyond = sa.delete(Repeated).where(Repeated.walk_id == walk_id, Repeated.value > after)
    session.execute(beyond, execution_options={"synchronize_session": False})
    session.execute(sa.update(Walk).where(Walk.id == walk_id).values(began_at=began))
    return count


def _walk_of(session: Session, name: str) -> int:
    found = session.scalar(sa.select(Walk.id).where(Walk.name == name))
    return found or session.scalar(sa.insert(Walk).values(name=name).returning(Walk.id))


def _stretch(column: sa.Column, after: str) -> sa.Select:
    """Values that occur twice, in order; the last of the stretch too, as the next one may be the same."""
    part = sa.select(column.label("value")).where(column > after).order_by(column).limit(STRETCH).cte()
    value, last = part.c.value, sa.select(sa.func.max(part.c.value)).scalar_subquery()
    return sa.select(value).group_by(value).having((sa.func.count() > 1) | (value == last)).order_by(value)


def _keep(session: Session, walk_id: int, after: str, values: list[str]) -> None:
    """Those that are known stay as they are: few change from one walk to the next."""
    here = (Repeated.walk_id == walk_id) & (Repeated.value > after) & (Repeated.value <= values[-1])
    known = dict(session.execute(sa.select(Repeated.value, Repeated.id).where(here)).all())
    gone, fresh = known.keys() - set(values), [value for value in values if value not in known]
    if gone:
        old = sa.delete(Repeated).where(Repeated.id.in_([known[value] for value in gone]))
        session.execute(old, execution_options={"synchronize_session": False})
    if fresh:
        session.execute(sa.insert(Repeated), [{"walk_id": walk_id, "value": value} for value in fresh])
