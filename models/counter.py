"""Numbers given out in order, such as customer codes."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from .base import Entry

FIRST = 100_001


class Counter(Entry):
    """The last number given out under a name. The row lock makes number and row commit together."""

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    last: Mapped[int] = mapped_column(sa.BigInteger)


def take(session: Session, name: str, count: int = 1) -> int:
    """Reserve `count` numbers in a row and return the first."""
    table = Counter.__table__
    connection = session.connection()
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    first = insert(table).values(name=name, last=FIRST - 1 + count)
    # One statement, so that two who ask for the first number of all do not both make the row.
    more = first.on_conflict_do_update(index_elements=[table.c.name], set_={"last": table.c.last + count})
    return connection.execute(more.returning(table.c.last)).scalar_one() - count + 1


def next_code(session: Session, column: sa.Column, prefix: str) -> str:
    return f"{prefix}{take(session, f'{column.table.name}.{column.name}')}"
