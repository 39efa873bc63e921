"""Numbers given out in order, such as customer codes."""

import sqlalchemy as sa
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
    up = (
        sa.update(table).where(table.c.name == name).values(last=table.c.last + count).returning(table.c.last)
    )
    connection = session.connection()
    last = connection.execute(up).scalar()
    if last is None:
        last = FIRST - 1 + count
        connection.execute(sa.insert(table).values(name=name, last=last))
    return last - count + 1


def next_code(session: Session, column: sa.Column, prefix: str) -> str:
    return f"{prefix}{take(session, f'{column.table.name}.{column.name}')}"
