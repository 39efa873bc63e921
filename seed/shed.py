"""Indexes are taken off for a large load and built once at its end, which is several times faster.

A mark is set in the same transaction, so that after a kill the next run puts them back.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, DropIndex

from migrations.search import create_statements, drop_statements
from models.base import Record
from models.history import version_table
from models.search import searchable

from .progress import Mark, shown

SHED = Mark("indexes_off")


def shed(session: Session, models: tuple[type[Record], ...]) -> None:
    """Take off what is not unique, and the search indexes."""
    SHED.begin(session)
    session.flush()
    SHED.move(session, 1)
    connection = session.connection()
    for index in indexes(models):
        connection.execute(DropIndex(index, if_exists=True))
    for statement in search(models, connection.dialect.name, drop_statements):
        connection.execute(sa.DDL(statement))
    session.commit()


def restore(session: Session, models: tuple[type[Record], ...]) -> None:
    """Put back what is missing; one statement when nothing is."""
    if not SHED.read(session):
        session.rollback()
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL maintenance_work_mem = '512MB'"))
    statements = [
        *(CreateIndex(index) for index in indexes(models)),
        *_searches(models, connection.dialect.name),
    ]
    with shown("Indexes", len(statements)) as reached:
        for number, statement in enumerate(statements, 1):
            connection.execute(statement)
            reached(number)
    SHED.move(session, 0)
    session.commit()


def indexes(models: tuple[type[Record], ...]) -> list[sa.Index]:
    found = [i for m in models for table in (m.__table__, version_table(m)) for i in table.indexes]
    return sorted((i for i in found if not i.unique), key=lambda i: (i.table.name, i.name))


def search(models: tuple[type[Record], ...], dialect: str, statements) -> Iterator[str]:
    for model in models:
        if model in searchable():
            yield from statements(model.__tablename__, dialect)


def _searches(models: tuple[type[Record], ...], dialect: str) -> Iterator[sa.DDL]:
    for statement in search(models, dialect, create_statements):
        yield sa.DDL(statement)
    if dialect == "sqlite":
        for model in models:
            if model in searchable():
                fts = f"{model.__tablename__}_fts"
                yield sa.DDL(f"INSERT INTO {fts}({fts}) VALUES ('rebuild')")
