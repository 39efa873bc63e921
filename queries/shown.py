"""What is shown of some rows: their own columns, and what keys, links and children stand for.

One statement for the rows and one more per key, link or child column, however many rows there are.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, Table, keys_between, table_named, tables, target_of

from .links import links_of, tied
from .viewer import Viewer
from .visibility import rows as rows_of

ABOUT = ("of", "state_of")  # words in `info` that name the column with the table that a value is about


@dataclass(frozen=True)
class Shown:
    """The values of some rows: own columns, and what keys, links and child columns stand for."""

    rows: list[Any]
    labels: dict[str, dict[int, Table]]
    links: dict[str, dict[int, list[Table]]]
    children: dict[str, dict[int, Any]]
    objects: Mapping[tuple[str, int], Table]  # what keys to any table stand for, by table and id


def values(
    session: Session, model: type[Table], ids: Sequence[int], names: Sequence[str], viewer: Viewer
) -> Shown:
    """What is shown of these rows, in the order of `ids`."""
    table = model.__table__
    asked = [table.c[n] for n in names if n in table.c]
    about = [c.info[w] for c in asked for w in ABOUT if w in c.info]
    wanted = ("id", *names, *about, *(n.partition(".")[0] for n in names))
    own = [n for n in dict.fromkeys(wanted) if n in table.c]
    found = session.execute(sa.select(*(table.c[n] for n in own)).where(table.c.id.in_(ids))).all()
    by_id = {row.id: row for row in found}
    rows = [by_id[i] for i in ids if i in by_id]
    ties = links_of(model)
    return Shown(
        rows,
        {n: _labels(session, table.c[n], rows, viewer) for n in own if n in names and _is_key(table.c[n])},
        {n: tied(session, ties[n], ids) for n in names if n in ties},
        {n: _elsewhere(session, model, rows, n, viewer) for n in names if "." in n},
        _objects(session, [c for c in asked if "of" in c.info], rows, viewer),
    )


def _objects(
    session: Session, keys: Sequence[sa.Column], rows: Sequence[Any], viewer: Viewer
) -> dict[tuple[str, int], Table]:
    """One statement for each table that is mentioned."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for key in keys:
        for row in rows:
            wanted[getattr(row, key.info["of"])].add(getattr(row, key.name))
    found = {}
    for name, ids in wanted.items():
        model = known(name)
        if model is not None and viewer.may_read(model):
            there = named(session, model, ids - {None}, viewer)
            found |= {(name, row_id): row for row_id, row in there.items()}
    return found


def known(name: str) -> type[Table] | None:
    """The table of this name, if there is one still."""
    return next((model for model in tables() if model.__tablename__ == name), None)


def _is_key(column: sa.Column) -> bool:
    return bool(column.foreign_keys) and column.name != "id"


def _elsewhere(
    session: Session, model: type[Table], rows: Sequence[Any], name: str, viewer: Viewer
) -> dict[int, Any]:
    """The value of a column of another table for each row; see models/reach.py."""
    first, rest = name.split(".", 1)
    key = model.__table__.c.get(first)
    if key is None:
        return _first_child(session, model, [row.id for row in rows], name)
    target, ids = target_of(key), {getattr(row, first) for row in rows} - {None}
    there = rows_of(target, viewer).where(target.id.in_(ids)).with_only_columns(target.id)
    if "." in rest:
        found = _first_child(session, target, there, rest)
    else:
        column = target.__table__.c[rest]
        found = dict(session.execute(sa.select(target.id, column).where(target.id.in_(there))).all())
    return {row.id: found.get(getattr(row, first)) for row in rows}


def _labels(session: Session, column: sa.Column, rows: Sequence[Any], viewer: Viewer) -> dict[int, Table]:
    ids = {getattr(row, column.name) for row in rows} - {None}
    return named(session, target_of(column), ids, viewer)


def named(session: Session, model: type[Table], ids: set[int], viewer: Viewer) -> dict[int, Table]:
    """Rows that this person may see, by id, for their names; no statement for no ids."""
    if not ids:
        return {}
    return {row.id: row for row in session.scalars(rows_of(model, viewer).where(model.id.in_(ids)))}


def told_apart(rows: Collection[Table]) -> dict[int, str]:
    """The names of rows of one table, with a code or id where two have the same."""
    found = {row.id: str(row) for row in rows}
    often = Counter(found.values())
    return {
        row.id: f"{found[row.id]}, {getattr(row, 'code', None) or row.id}"
        if often[found[row.id]] > 1
        else found[row.id]
        for row in rows
    }


def _first_child(
    session: Session, model: type[Table], ids: Sequence[int] | sa.Select, name: str
) -> dict[int, Any]:
    """The value of a child column in the first child of each row."""
    if not issubclass(table_named(name.partition(".")[0]), Record):
        return _newest(session, model, ids, name)
    child, column = name.split(".")
    child_model = table_named(child)
    key = keys_between(child_model, model.__tablename__)[0]
    wanted = child_model if column == "id" else child_model.__table__.c[column]  # the row, for its name
    statement = sa.select(key, wanted).where(key.in_(ids))
    found: dict[int, Any] = {}
    for owner, value in session.execute(statement.order_by(child_model.id)):
        found.setdefault(owner, value)
    return found


def _newest(
    session: Session, model: type[Table], ids: Sequence[int] | sa.Select, name: str
) -> dict[int, Any]:
    """Of what is written down once there may be thousands: one look into the index for each row."""
    child, column = name.split(".")
    there = table_named(child)
    own, key = model.__table__.c.id, keys_between(there, model.__tablename__)[0]
    latest = there.__table__.c[there.screen.order.lstrip("-")].desc()
    newest = sa.select(there.__table__.c[column]).where(key == own).order_by(latest, there.id.desc())
    found = newest.limit(1).correlate(model.__table__).scalar_subquery()
    return dict(session.execute(sa.select(own, found).where(own.in_(ids))).all())
