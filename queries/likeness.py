"""Records that may be one and the same: declared per table, found through an index, told in groups.

A likeness is a column in which two records should not be alike. Records that somebody has told
apart do not count, and neither does an empty value.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.util import ClauseAdapter

from models.base import Record, Table

from .declare import Look
from .suspects import suspects
from .viewer import Viewer
from .visibility import visible

FEW = 2_000  # values that a statement may list
CANDIDATES = 500  # values that are looked at in one go
LOOKS = 20  # goes before a page is shown as far as it got
SHOWN = 8  # records of one group that are shown; there may be thousands


@dataclass(frozen=True)
class Likeness:
    """`column` has an index. With `finer`, a column of a child, that has to be alike as well."""

    name: str
    title: str
    column: sa.Column
    sure: bool = True  # the list's filter and the queue count only these
    rare: bool = True  # few share their value; a job walks through the index for them
    finer: tuple[sa.Column, sa.Column] | None = None  # (the column, its key to the record)
    reads: sa.Column | None = None  # the column that people know it as


@dataclass(frozen=True)
class Likenesses:
    """How to tell doubles of a table."""

    model: type[Record]
    ways: Sequence[Likeness]
    alive: Callable[[Any], sa.ColumnElement[bool]]  # of the columns of a table: which rows count at all
    apart: tuple[sa.Column, sa.Column]  # the pairs that somebody told apart, smaller id first
    verb: str  # the operation that tells records apart


@dataclass(frozen=True)
class Group:
    """Records that are alike. `total` may be more than are shown."""

    value: str
    finer: str
    ids: tuple[int, ...]
    total: int


_declared: dict[type[Table], Likenesses] = {}


def declare(made: Likenesses) -> Likenesses:
    _declared[made.model] = made
    return made


def likenesses_of(model: type[Table]) -> Likenesses | None:
    return _declared.get(model)


def to_walk() -> list[sa.Column]:
    """The columns whose index has to be walked through now and then."""
    return [way.column for said in _declared.values() for way in said.ways if way.rare]


def has_double(said: Likenesses, viewer: Viewer, look: Look | None = None) -> sa.ColumnElement[bool]:
    """Whether another record that the viewer sees is surely the same."""
    table = said.model.__table__
    sure = [way for way in said.ways if way.sure]
    return said.alive(table.c) & sa.or_(*(_doubled(said, way, viewer, look) for way in sure))


def _doubled(said: Likenesses, way: Likeness, viewer: Viewer, look: Look | None) -> sa.ColumnElement[bool]:
    """Values that may occur twice come first, and only their rows are looked at.

    A planner takes every value for one that may occur twice, and would read the whole table.
    """
    table, twin = said.model.__table__, said.model.__table__.alias("twin")
    repeated: Any = _repeated(said, way, look)
    if look and len(values := look(repeated.limit(FEW + 1))) <= FEW:
        repeated = values
    seen = [ClauseAdapter(twin).traverse(c) for c in visible(said.model, viewer)]
    other = sa.exists().where(
        twin.c[way.column.key] == way.column,
        twin.c.id != table.c.id,
        said.alive(twin.c),
        ~_told_apart(said, table, twin),
        *seen,
    )
    return way.column.in_(repeated) & other.correlate(table)


def _repeated(
    said: Likenesses, way: Likeness, look: Look | None, after: str = "", most: int | None = None
) -> sa.Select:
    """Values that may occur twice, from one on; those that do, where only the index itself tells."""
    known = suspects(said.model, way.column, look, after, most) if way.rare and look else None
    if known is not None:
        return known
    walked = sa.select(way.column).where(way.column > after).group_by(way.column)
    walked = walked.having(sa.func.count() > 1)
    return walked if most is None else walked.order_by(way.column).limit(most)


def _is_filled(column: sa.Column) -> sa.ColumnElement[bool]:
    return column.is_not(None) & (column != "")


def _told_apart(said: Likenesses, table: sa.Table, twin: Any) -> sa.ColumnElement[bool]:
    (small, large), one, other = said.apart, table.c.id, twin.c.id
    pair = ((small == one) & (large == other)) | ((small == other) & (large == one))
    return sa.exists().where(pair).correlate(table, twin)


def groups(
    session: Session, said: Likenesses, way: Likeness, viewer: Viewer, after: str, size: int
) -> tuple[list[Group], str]:
    """Groups in the order of their value, and where to go on; "" when these were the last.

    There may be long stretches without any, of values whose records are gone: then fewer come.
    """
    found: list[Group] = []

    def look(statement: sa.Select) -> Sequence[Any]:
        return session.scalars(statement).all()

    for _ in range(LOOKS):
        values = look(_repeated(said, way, look, after, CANDIDATES))
        for group in _among(session, said, way, viewer, values):
            if len(found) >= size and group.value != found[-1].value:
                return found, found[-1].value
            found.append(group)
        if len(values) < CANDIDATES:
            return found, ""
        after = values[-1]
    return found, after


def _among(
    session: Session, said: Likenesses, way: Likeness, viewer: Viewer, values: Sequence[str]
) -> Iterator[Group]:
    if not values:
        return
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    totals: dict[tuple[str, str], int] = {}
    for value, finer, row_id, total in session.execute(_members(said, way, viewer, values)):
        members[value, finer].append(row_id)
        totals[value, finer] = total
    apart = _pairs(session, said, {i for ids in members.values() for i in ids})
    for (value, finer), ids in members.items():
        alike = tuple(i for i in ids if any((min(i, o), max(i, o)) not in apart for o in ids if o != i))
        if len(alike) > 1:
            yield Group(value, finer, alike[:SHOWN], totals[value, finer])


def _members(said: Likenesses, way: Likeness, viewer: Viewer, values: Sequence[str]) -> sa.Select:
    """The first few of each group, with how many there are, in the order of groups."""
    table = said.model.__table__
    finer, key = way.finer or (sa.literal(""), None)
    alike = (way.column, finer)
    asked = sa.select(way.column.label("value"), finer.label("finer"), table.c.id.label("id")).distinct()
    if key is not None:
        asked = asked.join_from(table, key.table, key == table.c.id).where(_is_filled(finer))
    asked = asked.where(way.column.in_(values), said.alive(table.c), *visible(said.model, viewer))
    rows = asked.subquery()
    alike = (rows.c.value, rows.c.finer)
    number = sa.func.row_number().over(partition_by=alike, order_by=rows.c.id).label("number")
    total = sa.func.count().over(partition_by=alike).label("total")
    told = sa.select(rows.c.value, rows.c.finer, rows.c.id, total, number).subquery()
    few = sa.select(told.c.value, told.c.finer, told.c.id, told.c.total).where(
        told.c.number <= SHOWN * 2, told.c.total > 1
    )
    return few.order_by(told.c.value, told.c.finer, told.c.id)


def _pairs(session: Session, said: Likenesses, ids: Iterable[int]) -> set[tuple[int, int]]:
    among = list(ids)
    if not among:
        return set()
    small, large = said.apart
    asked = sa.select(small, large).where(small.in_(among), large.in_(among))
    return {(one, other) for one, other in session.execute(asked)}


def reasons(session: Session, said: Likenesses, ids: Sequence[int]) -> list[tuple[Likeness, int]]:
    """In which ways some of these records are alike, and how many of them are."""
    found = []
    for way in said.ways:
        alike = (way.column, way.finer[0]) if way.finer else (way.column,)
        asked = sa.select(sa.func.count(sa.distinct(said.model.__table__.c.id)).label("many"))
        if way.finer:
            asked = asked.join_from(said.model.__table__, way.finer[1].table, way.finer[1] == said.model.id)
        asked = asked.where(said.model.id.in_(ids), *(_is_filled(c) for c in alike)).group_by(*alike)
        many = session.scalar(sa.select(sa.func.max(asked.subquery().c.many)))
        if many and many > 1:
            found.append((way, many))
    return found
