"""Many rows into the tables of usage with few statements. They are no records: they have no history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.service import Sim
from models.usage import UsageDay, UsageRecord

INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
AT_ONCE = 1000  # keys of one statement
SENT = 200  # rows that go to the server together
PER_ROW = (
    "source_key",
    "kind",
    "customer_id",
    "voip_line_id",
    "sim_id",
    "data_account_id",
    "account_code_id",
    "started_at",
    "src",
    "dst",
    "is_incoming",
    "quantity",
    "billed_quantity",
    "rate_id",
    "rated_amount",
    "state",
    "error",
)
COMMON = ("source", "usage_file_id", "imported_at")
NULL = "\\N"
FROM_FILES = ("source_key", "src", "dst")
SPECIAL = frozenset("\\\t\n\r")
ESCAPED = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def take_turns(session: Session, source: str) -> None:
    """Wait until nobody else adds usage of this source. On SQLite one writes at a time anyway."""
    if is_postgresql(session):
        # A piece of another file may take longer than people are made to wait for a lock.
        session.execute(sa.select(sa.func.set_config("lock_timeout", "60s", True)))
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(0x75736167, crc32(source.encode()) >> 1)))


def load(session: Session, rows: Iterable[Mapping[str, Any]], common: Mapping[str, Any]) -> None:
    """Rows may be made while they are sent, by whoever asks nothing of the database meanwhile."""
    if is_postgresql(session):
        _copy(session, rows, common)
        return
    values = [{n: row.get(n) for n in PER_ROW} | dict(common) for row in rows]
    if values:
        session.execute(sa.insert(UsageRecord), values)


def _copy(session: Session, rows: Iterable[Mapping[str, Any]], common: Mapping[str, Any]) -> None:
    """As text, the quickest way in; a few at a time, so that the server writes while we make the next."""
    tail = "\t".join(_text(common[name]) for name in COMMON)
    names = ", ".join((*PER_ROW, *COMMON))
    cursor = session.connection().connection.cursor()
    left = iter(rows)
    with cursor.copy(f"COPY {UsageRecord.__tablename__} ({names}) FROM STDIN") as copy:
        while lines := [_line(row) for row in islice(left, SENT)]:
            copy.write(f"\t{tail}\n".join([*lines, ""]))


def _line(row: Mapping[str, Any]) -> str:
    values = map(_escaped(row).get, PER_ROW)
    return "\t".join([NULL if v is None else v if v.__class__ is str else _text(v) for v in values])


def _text(value: Any) -> str:
    return NULL if value is None else str(value)


def _escaped(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What came from a file must not end a column or a line."""
    unsafe = [n for n in FROM_FILES if not SPECIAL.isdisjoint(row[n])]
    return {**row, **{n: row[n].translate(ESCAPED) for n in unsafe}} if unsafe else row


def add_up(session: Session, days: Mapping[tuple, Sequence[Any]]) -> None:
    """Add to the sums of days; in one order, or two files would wait for each other."""
    if not days:
        return
    names = ("customer_id", "kind", "device_type", "device_id", "day")
    sums = ("records", "quantity", "amount")
    rows = [
        dict(zip((*names, *sums), (*key, *added), strict=True))
        for key, added in sorted(days.items(), key=lambda one: one[0])
    ]
    table = UsageDay.__table__
    insert = INSERTS[session.get_bind().dialect.name](table)
    more = {name: table.c[name] + insert.excluded[name] for name in sums}
    if not is_postgresql(session):
        session.connection().execute(insert.on_conflict_do_update(index_elements=names, set_=more), rows)
        return
    # One statement over arrays: one for each row would take longer than the records themselves.
    lists = {name: sa.literal([row[name] for row in rows], sa.ARRAY(table.c[name].type)) for name in rows[0]}
    found = sa.select(*(sa.func.unnest(listed) for listed in lists.values()))
    insert = insert.from_select(list(lists), found)
    session.connection().execute(insert.on_conflict_do_update(index_elements=names, set_=more))


def known(session: Session, source: str, keys: Sequence[str]) -> set[str]:
    """Which of these keys of a source are there."""
    asked = sa.select(UsageRecord.source_key).where(UsageRecord.source == source)
    parts = among(session, UsageRecord.source_key, keys)
    return {key for part in parts for key in session.scalars(asked.where(part))}


def among(
    session: Session, column: Any, values: Sequence[Any], kind: type[sa.types.TypeEngine] = sa.String
) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions that together find the rows with these values: PostgreSQL takes a list as one value."""
    if is_postgresql(session):
        if values:
            yield column == sa.any_(sa.literal(list(values), sa.ARRAY(kind)))
        return
    for start in range(0, len(values), AT_ONCE):
        yield column.in_(values[start : start + AT_ONCE])


def count_on(session: Session, cards: Mapping[tuple[int, str], int]) -> None:
    """Bytes of SIM cards by month. A new month begins at nothing; one that is over changes no card."""
    table = Sim.__table__
    this = table.c.used_month == sa.bindparam("month")
    before = sa.case((this, table.c.used_bytes), else_=0)
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("card"), table.c.used_month <= sa.bindparam("month"))
        .values(
            used_bytes=before + sa.bindparam("bytes", type_=sa.BigInteger),
            used_month=sa.bindparam("month"),
            updated_at=table.c.updated_at,  # nobody has edited the card
        )
    )
    rows = [{"card": card, "month": month, "bytes": count} for (card, month), count in sorted(cards.items())]
    session.connection().execute(statement, rows)
    for row in list(session.identity_map.values()):
        if isinstance(row, Sim):
            session.expire(row, ["used_bytes", "used_month"])


def count_anew(session: Session, month: str, most: int) -> int:
    """Let cards that have used nothing this month say so; how many, at most `most`.

    Those that are in use at this moment are left out: whoever counts them begins their month.
    """
    table = Sim.__table__
    before = (table.c.used_month < month) & (table.c.used_bytes > 0)
    over = sa.select(table.c.id).where(before).order_by(table.c.id).limit(most)
    cards = session.scalars(over.with_for_update(skip_locked=True)).all()
    begun = {"used_bytes": 0, "used_month": month, "updated_at": table.c.updated_at}
    for part in among(session, table.c.id, cards, sa.BigInteger):
        session.connection().execute(sa.update(table).where(part).values(begun))
    return len(cards)
