"""The same customers twice in one database, so that two ways of doing the same can be compared.

Everything that a step writes is read back in terms that both halves share: places instead of ids,
steps instead of transactions, and no moments.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import Activity
from models.act import Act, acting
from models.base import Record
from models.customer import Customer, CustomerState, CustomerTag, Flag, Reseller, Tag
from models.history import Transaction, version_table
from models.work import Path, Run, RunRow
from operations import running
from operations.operation import operation_named
from operations.running import Selection
from queries.viewer import SYSTEM
from seed.factory import make

MOMENTS = {"created_at", "updated_at", "at", "balance_at"}
OWN = {"code", "name_norm", "display_name", "last_name", "email", "email_norm"}
SIZE = 6  # customers in a half


@dataclass
class Half:
    """Customers that one path is tried on."""

    session: Session
    path: Path
    rows: list[int]
    runs: list[int] = field(default_factory=list)

    def run(self, name: str, places: Sequence[int], between: Any = None, **answers: Any) -> Run:
        """Plan, let `between` happen, and carry out."""
        operation = operation_named(Customer, name)
        chosen = Selection(ids=[self.rows[place] for place in places])
        run = running.plan(self.session, operation, Customer, SYSTEM, chosen, answers, reason="a step")
        return self._through(run, between)

    def undo(self, run_id: int, between: Any = None) -> Run:
        run = self.session.get(Run, run_id)
        return self._through(running.plan_undo(self.session, run, SYSTEM, "Taken back"), between)

    def undo_some(self, number: int, between: Any = None) -> Run | None:
        """One of the runs so far."""
        return self.undo(self.runs[number % len(self.runs)], between) if self.runs else None

    def _through(self, run: Run, between: Any) -> Run:
        run.path, run_id = self.path, run.id
        self.runs.append(run_id)
        self.session.commit()
        if between:
            between(self)
            self.session.commit()
        running.confirm(self.session, run_id, SYSTEM, wait=False)
        running.work(self.session, run_id)
        return self.session.get(Run, run_id)

    def written(self) -> dict[str, list[Any]]:
        self.session.rollback()
        self.session.expire_all()
        place = {row_id: n for n, row_id in enumerate(self.rows)}
        ties = self._ties()
        steps = self._steps()
        return {
            "rows": [self._plain(r, place, steps) for r in self._of(Customer.__table__, "id")],
            "versions": [self._plain(r, place, steps) for r in self._of(version_table(Customer), "id")],
            "ties": [
                self._plain(r, place, steps, ties) for r in self._of(CustomerTag.__table__, "customer_id")
            ],
            "tie versions": [
                self._plain(r, place, steps, ties)
                for r in self._of(version_table(CustomerTag), "customer_id")
            ],
            "activity": [self._plain(r, place, steps) for r in self._of(Activity.__table__, "customer_id")],
            "ledger": self._ledger(place, steps, ties),
            "counters": self._counters(),
        }

    def _of(self, table: sa.Table, key: str) -> list[Any]:
        order = [table.c[n] for n in (key, "transaction_id", "id") if n in table.c]
        asked = sa.select(table).where(table.c[key].in_(self.rows)).order_by(*order)
        return [dict(row) for row in self.session.execute(asked).mappings()]

    def _ties(self) -> dict[int, int]:
        """Places of ties, in the order in which they were made."""
        kept = version_table(CustomerTag)
        ids = self.session.scalars(sa.select(kept.c.id).where(kept.c.customer_id.in_(self.rows)).distinct())
        return {row_id: n for n, row_id in enumerate(sorted(ids))}

    def _steps(self) -> dict[int, Any]:
        """What a transaction was: a run by its number, or the reason that an edit gave."""
        asked = self.session.execute(sa.select(Transaction.id, Transaction.run_id, Transaction.reason))
        return {i: self.runs.index(run) if run in self.runs else reason for i, run, reason in asked}

    def _plain(self, row: dict, place: dict, steps: dict, ties: dict | None = None) -> dict[str, Any]:
        said = {n: v for n, v in row.items() if n not in MOMENTS | OWN}
        for name in ("customer_id", "object_id") if ties is not None or "object_id" in row else ():
            said[name] = place.get(said.get(name))
        if "object_id" in row:
            said.pop("id")
        else:
            said["id"] = (ties if ties is not None else place)[said["id"]]
        for name in ("transaction_id", "end_transaction_id"):
            if said.get(name) is not None:
                said[name] = steps[said[name]]
        return said

    def _ledger(self, place: dict, steps: dict, ties: dict) -> list[Any]:
        asked = sa.select(RunRow).where(RunRow.run_id.in_(self.runs)).order_by(RunRow.run_id, RunRow.row_id)
        return [
            (
                self.runs.index(line.run_id),
                place[line.row_id],
                line.state.value,
                line.reason.replace(f"customer {line.row_id} is", "customer N is"),
                line.transaction_id and steps[line.transaction_id],
                json.dumps([line.before, line.after]),
                json.dumps(self._also(line.also, place, ties)),
            )
            for line in self.session.scalars(asked)
        ]

    @staticmethod
    def _also(also: Any, place: dict, ties: dict) -> Any:
        def shared(values: dict) -> dict:
            return {n: place[v] if n == "customer_id" else v for n, v in values.items()}

        return also and [
            [table, ties[row_id], kind, shared(before), shared(after)]
            for table, row_id, kind, before, after in also
        ]

    def _counters(self) -> list[Any]:
        names = ("state", "matched", "changed", "same", "refused", "failed", "skipped")
        return [tuple(getattr(self.session.get(Run, i), n) for n in names) for i in self.runs]


def halves(session: Session, made: Sequence[Sequence[Record]]) -> tuple[Half, Half]:
    session.commit()
    by_rows, by_statements = ([row.id for row in rows] for rows in made)
    return Half(session, Path.ROWS, by_rows), Half(session, Path.SET, by_statements)


def tags_of(session: Session) -> list[int]:
    return list(session.scalars(sa.select(Tag.id).order_by(Tag.id)))


def world(session):
    """Two halves of alike customers, some locked, in different states, with tags and flags."""
    acting(session, Act(source="seed", reason="made"))
    tags = [make(session, Tag).id for _ in range(3)]
    resellers = [make(session, Reseller).id, make(session, Reseller, is_active=False).id]
    made = []
    for _ in range(2):
        rows = [make(session, Customer, terms_days=7) for _ in range(SIZE)]
        rows[1].flag, rows[2].is_locked = Flag.BLUE, True
        rows[3].workflow_state = CustomerState.SUSPENDED
        rows[4].reseller_id, rows[4].credit_limit = resellers[1], Decimal("-0.50")
        for tag in tags[:2]:
            session.add(CustomerTag(customer_id=rows[0].id, tag_id=tag))
        session.flush()
        made.append(rows)
    by_rows, by_statements = halves(session, made)
    for half in (by_rows, by_statements):
        half.tags, half.resellers = tags, resellers
    return by_rows, by_statements


@pytest.fixture
def pair(session):
    return world(session)


def same(pair):
    by_rows, by_statements = (half.written() for half in pair)
    for what, rows in by_rows.items():
        assert by_statements[what] == rows, what
    pair[0].session.rollback()
