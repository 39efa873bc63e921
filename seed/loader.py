"""Puts many rows where they belong, past the session and with all that the session would do."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.orm import Session

from models.base import Record, Table
from models.history import TransactionTable, begin, version_table
from models.search import search_table
from queries.history import INSERTED

from .rows import columns_of, copy_text


class Loader:
    """Within one transaction of the session."""

    def __init__(self, session: Session) -> None:
        self.session, self.connection = session, session.connection()
        self.driver = self.connection.connection.driver_connection

    def spare_checks(self) -> None:
        """Every key was read from this database just now. Only a superuser may leave the checks out."""
        if self.connection.dialect.name == "postgresql":
            if self.connection.scalar(sa.select(sa.func.current_setting("is_superuser"))) == "on":
                self.connection.execute(sa.text("SET LOCAL session_replication_role = replica"))

    def insert(self, model: type[Table], packed: Any, with_id: bool) -> None:
        self._hand_over(model.__table__, columns_of(model, with_id), packed)

    def insert_texts(self, model: type[Record], first: int, texts: Sequence[str]) -> None:
        """The rows have been given their ids in the order in which they came."""
        into = search_table(model)
        ids = self.session.scalars(sa.select(model.id).where(model.id >= first).order_by(model.id))
        lines = list(zip(ids, texts, strict=True))
        if lines:
            self._hand_over(into, list(into.c), copy_text(lines) if self._copies else lines)

    @property
    def _copies(self) -> bool:
        return isinstance(self.driver, psycopg.Connection)

    def _hand_over(self, table: sa.Table, columns: Sequence[sa.Column], packed: Any) -> None:
        if self._copies:
            with self.driver.cursor() as cursor, cursor.copy(_copy(table, columns)) as into:
                into.write(packed)
        else:
            names = [column.name for column in columns]
            insert = sa.insert(table).compile(dialect=self.connection.dialect, column_keys=names)
            self.driver.executemany(str(insert), packed)

    def write_versions(self, begins: Mapping[type[Record], int]) -> None:
        """What is stored is what history says: copied, not written a second time."""
        transaction = begin(self.session)
        for model, first in begins.items():
            table, history = model.__table__, version_table(model)
            names = [column.name for column in table.columns if column.name in history.c]
            marks = (sa.literal(transaction), sa.literal(INSERTED))
            new = sa.select(*(table.c[name] for name in names), *marks).where(table.c.id >= first)
            into = sa.insert(history).from_select([*names, "transaction_id", "operation_type"], new)
            self.connection.execute(into)
            self.session.add(TransactionTable(transaction_id=transaction, table_name=model.__tablename__))
        self.session.flush()


def _copy(table: sa.Table, columns: Sequence[sa.Column]) -> sql.Composed:
    """In CSV nothing at all is NULL, but for columns that cannot be."""
    filled = [c.name for c in columns if not c.nullable]
    return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({}))").format(
        sql.Identifier(table.name), _listed([c.name for c in columns]), _listed(filled)
    )


def _listed(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
