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
from models.search import search_table, searchable

from .progress import Mark, shown

SHED = Mark("indexes_off")


def shed(session: Session, models: tuple[type[Record], ...]) -> None:
    """Take off what is not unique, and the search indexes."""
    if SHED.read(session):
        return
    SHED.begin(session)
    session.flush()
    SHED.move(session, 1)
    connection = session.connection()
    for index in indexes(models):
        connection.execute(DropIndex(index, if_exists=True))
    for model in models:
        if model in searchable():
            for statement in drop_statements(search_table(model).name, connection.dialect.name):
                connection.execute(sa.DDL(statement))
    session.commit()


def restore(session: Session, models: tuple[type[Record], ...]) -> None:
    """Put back what is missing, each in a transaction of its own; one statement when nothing is."""
    if not SHED.read(session):
        session.rollback()
        return
    work = [*_indexes(models), *_searches(session, models)]
    with shown("Indexes", len(work)) as reached:
        for number, statements in enumerate(work, 1):
            _build(session, statements)
            reached(number)
    SHED.move(session, 0)
    session.commit()


def _build(session: Session, statements: list[sa.Executable]) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL maintenance_work_mem = '512MB'"))
    for statement in statements:
        connection.execute(statement)
    session.commit()


def _indexes(models: tuple[type[Record], ...]) -> Iterator[list[sa.Executable]]:
    for index in indexes(models):
        yield [CreateIndex(index, if_not_exists=True)]


def _searches(session: Session, models: tuple[type[Record], ...]) -> Iterator[list[sa.Executable]]:
    """The statements that make the search of a table and fill it, for each that has none."""
    inspector, dialect = sa.inspect(session.connection()), session.get_bind().dialect.name
    for table in (search_table(model).name for model in models if model in searchable()):
        there = {index["name"] for index in inspector.get_indexes(table)} | set(inspector.get_table_names())
        if not there & {f"ix_{table}_search_text", f"{table}_fts"}:
            yield [sa.DDL(statement) for statement in create_statements(table, dialect)]


def indexes(models: tuple[type[Record], ...]) -> list[sa.Index]:
    found = [i for m in models for table in (m.__table__, version_table(m)) for i in table.indexes]
    return sorted((i for i in found if not i.unique), key=lambda i: (i.table.name, i.name))
