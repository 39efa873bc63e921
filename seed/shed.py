"""Indexes are taken off for a large load and built once at its end, which is several times faster.

A mark is set in the same transaction, so that after a kill the next run puts them back.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, DropIndex

from migrations.search import create_statements, drop_statements
from models.base import Record, Table
from models.history import version_table
from models.search import search_table, searchable

from .progress import Mark, shown

Models = tuple[type[Table], ...]


def shed(session: Session, mark: Mark, models: Models) -> None:
    """Take off what is not unique, and the search indexes."""
    if mark.read(session):
        return
    mark.begin(session)
    session.flush()
    mark.move(session, 1)
    connection = session.connection()
    for index in indexes(models):
        connection.execute(DropIndex(index, if_exists=True))
    for model in models:
        if model in searchable():
            for statement in drop_statements(search_table(model).name, connection.dialect.name):
                connection.execute(sa.DDL(statement))
    session.commit()


def restore(session: Session, mark: Mark, models: Models) -> None:
    """Put back what is missing, each in a transaction of its own; one statement when nothing is."""
    if not mark.read(session):
        session.rollback()
        return
    work = [*_indexes(models), *_searches(session, models)]
    with shown("Indexes", len(work)) as reached:
        for number, statements in enumerate(work, 1):
            _build(session, statements)
            reached(number)
    mark.move(session, 0)
    session.commit()


def _build(session: Session, statements: list[sa.Executable]) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL maintenance_work_mem = '512MB'"))
    for statement in statements:
        connection.execute(statement)
    session.commit()


def _indexes(models: Models) -> Iterator[list[sa.Executable]]:
    for index in indexes(models):
        yield [CreateIndex(index, if_not_exists=True)]


def _searches(session: Session, models: Models) -> Iterator[list[sa.Executable]]:
    """The statements that make the search of a table and fill it, for each that has none."""
    inspector, dialect = sa.inspect(session.connection()), session.get_bind().dialect.name
    for table in (search_table(model).name for model in models if model in searchable()):
        there = {index["name"] for index in inspector.get_indexes(table)} | set(inspector.get_table_names())
        if not there & {f"ix_{table}_search_text", f"{table}_fts"}:
            yield [sa.DDL(statement) for statement in create_statements(table, dialect)]


def indexes(models: Models) -> list[sa.Index]:
    kept = [version_table(model) for model in models if issubclass(model, Record)]
    found = [i for table in (*(model.__table__ for model in models), *kept) for i in table.indexes]
    return sorted((i for i in found if not i.unique), key=lambda i: (i.table.name, i.name))
