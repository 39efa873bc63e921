"""What is shown of some rows: their own columns, and what keys, links and children stand for.

One statement for the rows and one more per key, link or child column, however many rows there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table, keys_between, table_named, target_of

from .links import links_of, tied
from .viewer import Viewer
from .visibility import rows as rows_of


@dataclass(frozen=True)
class Shown:
    """The values of some rows: own columns, and what keys, links and child columns stand for."""

    rows: list[Any]
    labels: dict[str, dict[int, Table]]
    links: dict[str, dict[int, list[Table]]]
    children: dict[str, dict[int, Any]]


def values(
    session: Session, model: type[Table], ids: Sequence[int], names: Sequence[str], viewer: Viewer
) -> Shown:
    """What is shown of these rows, in the order of `ids`."""
    table = model.__table__
    own = [n for n in dict.fromkeys(("id", *names)) if n in table.c]
    found = session.execute(sa.select(*(table.c[n] for n in own)).where(table.c.id.in_(ids))).all()
    by_id = {row.id: row for row in found}
    rows = [by_id[i] for i in ids if i in by_id]
    ties = links_of(model)
    return Shown(
        rows,
        {n: _labels(session, table.c[n], rows, viewer) for n in own if n != "id" and table.c[n].foreign_keys},
        {n: tied(session, ties[n], ids) for n in names if n in ties},
        {n: _first_child(session, model, ids, n) for n in names if "." in n},
    )


def _labels(session: Session, column: sa.Column, rows: Sequence[Any], viewer: Viewer) -> dict[int, Table]:
    ids = {getattr(row, column.name) for row in rows} - {None}
    return named(session, target_of(column), ids, viewer)


def named(session: Session, model: type[Table], ids: set[int], viewer: Viewer) -> dict[int, Table]:
    """Rows that this person may see, by id, for their names; no statement for no ids."""
    if not ids:
        return {}
    return {row.id: row for row in session.scalars(rows_of(model, viewer).where(model.id.in_(ids)))}


def _first_child(session: Session, model: type[Table], ids: Sequence[int], name: str) -> dict[int, Any]:
    """The value of a child column in the first child of each row."""
    child, column = name.split(".")
    child_model = table_named(child)
    key = keys_between(child_model, model.__tablename__)[0]
    statement = sa.select(key, child_model.__table__.c[column]).where(key.in_(ids))
    found: dict[int, Any] = {}
    for owner, value in session.execute(statement.order_by(child_model.id)):
        found.setdefault(owner, value)
    return found
