"""The row rule: which rows a person may see at all, as SQL, in one place.

Lists, counts, look-ups, records, exports and history all start from `rows`. A table without a
rule of its own follows the record that it belongs to.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping

from models.base import Link, Table, keys_between, table_named, target_of

from .links import ends
from .viewer import Viewer

Rule = Callable[[Viewer], list[sa.ColumnElement[bool]]]
_rules: dict[str, Rule] = {}


def visibility(model: type[Table]) -> Callable[[Rule], Rule]:
    """Declare the row rule of a table; the function returns conditions, all of which must hold."""

    def declare(rule: Rule) -> Rule:
        _rules[model.__tablename__] = rule
        return rule

    return declare


def above(model: type[Table]) -> type[Table] | None:
    """The table that this one is a tab or a part of, or that owns this tie."""
    if issubclass(model, Link):
        return target_of(ends(model)[0])
    name = model.screen.part_of or model.screen.tab_of
    return table_named(name) if name else None


def visible(model: type[Table], viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    """Conditions under which a person may see rows of this table."""
    own = visible_below(model, viewer)
    owner = above(model) if model.__tablename__ not in _rules else None
    conditions = visible(owner, viewer) if owner else []
    if not conditions:
        return own
    return [_follows(model, owner, conditions, viewer), *own]


def visible_below(model: type[Table], viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    """The same for rows of a record that they see: without asking after that one."""
    rule = _rules.get(model.__tablename__)
    return [*(rule(viewer) if rule else ()), *kept_back(model, model.__table__, viewer)]


def _follows(
    model: type[Table], owner: type[Table], conditions: list[sa.ColumnElement[bool]], viewer: Viewer
) -> sa.ColumnElement[bool]:
    """Whether the record that a row belongs to is seen.

    Who is not limited to some does not see a few. Those have a short index, so a glance at it for each row
    costs less than the record itself. Row by row (that is what the offset says to PostgreSQL): joined with
    records of which it knows none yet, it would compare each row with all there are by now.
    """
    key = keys_between(model, owner.__tablename__)[0]
    own, among = owner.id == key, model.__table__
    opposites = [] if viewer.resellers else [_opposite(condition) for condition in conditions]
    if opposites and all(opposite is not None for opposite in opposites):
        hidden = sa.select(owner.id).where(own, sa.or_(*opposites)).correlate(among)
        return ~sa.exists(hidden.offset(0))
    theirs = _exists(owner, own, *conditions, among=among)
    # What is with nobody, such as a SIM card in stock, is everybody's who is not limited to some.
    return theirs if viewer.resellers or not key.nullable else sa.or_(key.is_(None), theirs)


def _opposite(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool] | None:
    """What is true wherever a condition is not; None for one that may be neither."""
    if isinstance(condition, sa.BinaryExpression) and isinstance(condition.left, sa.Column):
        return None if condition.left.nullable else ~condition
    if isinstance(condition, sa.UnaryExpression) and condition.operator is operators.inv:
        inner = condition.element  # NOT NOT EXISTS would be asked row by row
        return inner.element if isinstance(inner, Grouping) and isinstance(inner.element, sa.Exists) else None
    return None


def kept_back(model: type[Table], table: sa.FromClause, viewer: Viewer) -> list[sa.ColumnElement[bool]]:
    """Without the rows that take a permission of their own; `table` has them, or their versions."""
    return [
        table.c[name] != value
        for name, value in model.screen.restricted.items()
        if not viewer.may(f"{model.__tablename__}.read_{value}")
    ]


def sees_all(model: type[Table], viewer: Viewer) -> bool:
    """Whether no row of the table is hidden from this person, whatever becomes of it."""
    return not viewer.resellers and not kept_back(model, model.__table__, viewer)


def closed(model: type[Table], name: str, viewer: Viewer, row: Table | None = None) -> list[Any]:
    """The values of a column that are not to be chosen: of a new row those whose rows this person may not
    read; of a row that is there all that take a permission, because others have read it as it is."""
    value = model.screen.restricted.get(name)
    if value is None or getattr(row, name, None) == value:
        return []
    able = row is None and viewer.may(f"{model.__tablename__}.read_{value}")
    return [] if able else [value]


def _exists(
    model: type[Table], *conditions: sa.ColumnElement[bool], among: sa.Table
) -> sa.ColumnElement[bool]:
    """Asked row by row of `among`: SQLite would make a list of every record that may be seen first."""
    return sa.exists(sa.select(model.id).where(*conditions).correlate(among))


def is_kept_back(model: type[Table], values: Mapping[str, Any], viewer: Viewer) -> bool:
    """The same of the values of a row that is gone."""
    return any(
        values.get(name) == value and not viewer.may(f"{model.__tablename__}.read_{value}")
        for name, value in model.screen.restricted.items()
    )


def rows(model: type[Table], viewer: Viewer) -> sa.Select:
    """The statement from which everything that a person asks of a table starts."""
    return sa.select(model).where(*visible(model, viewer))


def were_visible(model: type[Table], past: sa.Table, viewer: Viewer) -> sa.ColumnElement[bool]:
    """The same for the versions of a row: those of rows, or of owners, that the person sees now."""
    closed = kept_back(model, past, viewer)
    conditions = visible(model, viewer)
    if not conditions or not viewer.resellers:
        return sa.and_(sa.true(), *closed)
    owner = above(model)
    if owner is None:
        return sa.and_(_exists(model, model.id == past.c.id, *conditions, among=past), *closed)
    key = keys_between(model, owner.__tablename__)[0]
    theirs = _exists(owner, owner.id == past.c[key.name], *visible(owner, viewer), among=past)
    return sa.and_(theirs, *closed)


def find(
    session: Session, model: type[Table], row_id: int, viewer: Viewer, lock: bool = False
) -> Table | None:
    """One row, if it exists and may be seen; locked until the end of the transaction if asked."""
    asked = rows(model, viewer).where(model.id == row_id)
    return session.scalar(asked.with_for_update(of=model) if lock else asked)
