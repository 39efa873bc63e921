"""Ids without gaps: the same world has the same ids, however often its making was interrupted."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, records
from models.history import version_table


def close_gaps(session: Session) -> None:
    """Let ids go on after the last one in use, deleted rows included.

    PostgreSQL does not take back the ids of a transaction that was lost; SQLite does. Only for
    who holds the mark of a seed: ids that others have drawn and not committed would come twice.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(*(_follow(model) for model in records())))


def _follow(model: type[Record]) -> sa.ColumnElement[int]:
    sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
    return sa.func.setval(sequence, _next(model), sa.false())


def _next(model: type[Record]) -> sa.ColumnElement[int]:
    history = version_table(model)
    return sa.select(sa.func.coalesce(sa.func.max(history.c.id), 0)).scalar_subquery() + 1


def next_ids(session: Session, models: Sequence[type[Record]]) -> list[int]:
    """The id that the next row of each table gets."""
    return list(session.execute(sa.select(*(_next(model) for model in models))).one())
