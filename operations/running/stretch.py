"""A stretch of a ledger: the lines that are done in one go by statements, and what surrounds them.

The ledger itself says which rows are meant, so no ids travel between here and the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, now
from models.history import begin, touch, version_table
from models.work import RowState, Run, RunKind

from . import ledger
from .set_packed import SQL, Packed, packed_on

# Ordinary savers wait for the rows of a stretch: 2,000 take a tenth of a second on PostgreSQL, and
# on SQLite, which has one writer, everybody waits.
LINES = {"postgresql": 2_000, "sqlite": 500}
Cases = list[tuple[SQL, RowState, Any]]  # when it applies, what becomes of the line, and why
line = ledger.rows
was = ledger.rows.alias("was")  # the lines of the run that an undo takes back


@dataclass
class Stretch:
    """Lines `first` to `last` of a run that are still to be done. `at` is its transaction in history."""

    session: Session
    run: Run
    first: int
    last: int
    at: int = 0

    def __post_init__(self) -> None:
        self.model: type[Record] = ledger.model_of(self.run)
        self.table: sa.Table = self.model.__table__
        self.connection = self.session.connection()
        self.packed: Packed = packed_on(self.connection.dialect.name)
        self.now = now()

    @property
    def mine(self) -> SQL:
        return self.within(line, self.run.id)

    @property
    def open(self) -> SQL:
        """Nothing has happened to these lines yet."""
        return self.mine & (line.c.state == RowState.PLANNED)

    @property
    def written(self) -> SQL:
        """The lines that this stretch has changed."""
        return self.mine & (line.c.transaction_id == self.at)

    def within(self, lines: sa.FromClause, run_id: int) -> SQL:
        return (lines.c.run_id == run_id) & lines.c.row_id.between(self.first, self.last)

    @property
    def before(self) -> SQL:
        """What joins a line of an undo to the line that it takes back.

        Without bounds, so that PostgreSQL, which knows little of a new run, looks each one up.
        """
        return (was.c.run_id == self.run.undo_of_id) & (was.c.row_id == line.c.row_id)

    def rows(self, table: sa.Table | None = None) -> SQL:
        """The row, or its versions, that a line is about. The bounds once more help the planner."""
        table = self.table if table is None else table
        return (table.c.id == line.c.row_id) & table.c.id.between(self.first, self.last)

    def execute(self, statement: Any) -> sa.CursorResult[Any]:
        return self.connection.execute(statement)

    def limit(self, seconds: float | None) -> None:
        """No statement of PostgreSQL takes longer from here on; None: as long as it likes again."""
        if self.connection.dialect.name == "postgresql":
            said = "DEFAULT" if seconds is None else str(round(1000 * seconds))
            self.execute(sa.text(f"SET LOCAL statement_timeout TO {said}"))

    def lock(self, table: sa.Table, ids: sa.Select, ties: bool = False) -> None:
        """In the order of ids. With ties: nobody else may add one to these rows meanwhile."""
        if self.connection.dialect.name == "postgresql":  # on SQLite one writes at a time
            held = sa.select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.id)
            held = held.with_for_update(key_share=not ties)
            self.execute(sa.select(sa.func.count()).select_from(held.subquery()))

    def lock_rows(self, ties: bool = False, below: Iterable[Any] = ()) -> None:
        """After this the transaction may be drawn: their ids are in order along each row.

        `below` are keys of other tables whose rows go with these.
        """
        mine = sa.select(line.c.row_id).where(self.open)
        self.lock(self.table, mine, ties)
        for key in below:
            self.lock(key.class_.__table__, sa.select(key.class_.id).where(key.in_(mine)))
        self.at = begin(self.session)

    def enter(self, values: dict[str, Any], *sources: SQL) -> dict[RowState, int]:
        """Write what became of the open lines that meet the conditions; how many of each kind."""
        return self.enter_into(self.open, values, *sources)

    def enter_into(self, lines: SQL, values: dict[str, Any], *sources: SQL) -> dict[RowState, int]:
        said = sa.update(line).where(lines, *sources).values(values).returning(line.c.state)
        found: dict[RowState, int] = {}
        for (state,) in self.execute(said):
            found[state] = found.get(state, 0) + 1
        return found

    def close_versions(self, model: type[Record], ids: sa.Select) -> None:
        """Asked by the last version of each row: of all of them, most in the pages of years ago, only
        that one is open."""
        kept, older, row = version_table(model), version_table(model).alias("older"), ids.subquery("rows")
        before = (older.c.id == row.c[0]) & (older.c.transaction_id < self.at)
        last = sa.select(sa.func.max(older.c.transaction_id)).where(before).scalar_subquery()
        here = sa.tuple_(kept.c.id, kept.c.transaction_id).in_(sa.select(row.c[0], last))
        over = sa.update(kept).where(here, kept.c.end_transaction_id.is_(None))
        self.execute(over.values(end_transaction_id=self.at))

    def copy_versions(self, model: type[Record], kind: int, *which: SQL) -> int:
        """History says what is stored: live rows are copied, not written a second time."""
        kept, table = version_table(model), model.__table__
        names = [c.name for c in table.columns if c.name in kept.c]
        marks = (sa.literal(self.at, sa.BigInteger), sa.literal(kind, sa.SmallInteger))
        found = sa.select(*(table.c[n] for n in names), *marks).where(*which)
        made = sa.insert(kept).from_select([*names, "transaction_id", "operation_type"], found)
        count = self.execute(made.execution_options(preserve_rowcount=True)).rowcount
        if count:
            touch(self.session, model)
        return count


def whole(session: Session, run: Run) -> Stretch:
    """All lines of a run, to count what would become of them."""
    return Stretch(session, run, 0, 2**62)


def next_stretch(session: Session, run: Run, part: float = 1.0) -> Stretch | None:
    """The next lines to be done; None when there are none. An undo goes from the last to the first.

    `part` is the share of a whole stretch that there is time for.
    """
    size = max(1, round(LINES[session.connection().dialect.name] * part))
    backwards = run.kind is RunKind.UNDO
    order = line.c.row_id.desc() if backwards else line.c.row_id
    open_ = sa.select(line.c.row_id).where(line.c.run_id == run.id, line.c.state == RowState.PLANNED)
    few = open_.order_by(order).limit(size).subquery()
    first, last = session.execute(sa.select(sa.func.min(few.c.row_id), sa.func.max(few.c.row_id))).one()
    return None if first is None else Stretch(session, run, first, last)


def first_of(cases: Cases) -> dict[str, SQL]:
    """State and reason of a line from the first case that applies; the last one always does."""
    return {
        "state": _chosen([(holds, sa.literal(state.value, sa.String)) for holds, state, _ in cases]),
        "reason": _chosen([(holds, _worded(reason)) for holds, _, reason in cases]),
    }


def _chosen(cases: Sequence[tuple[SQL, SQL]]) -> SQL:
    *some, (_, rest) = cases
    return sa.case(*some, else_=rest) if some else rest


def _worded(reason: Any) -> SQL:
    return sa.literal(reason, sa.Text) if isinstance(reason, str) else reason


def any_of(conditions: Iterable[SQL]) -> SQL:
    return sa.or_(sa.false(), *conditions)
