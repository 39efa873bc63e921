"""`python -m benchmarks.bulk`: many rows at once with full history, and two people who save beside it."""

import argparse
import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import Act, acting
from models.base import db
from models.customer import AccountClass, Customer, Tag
from models.work import Path, Run
from operations import running
from operations.everywhere import Said
from operations.operation import operation_named
from operations.running import Selection
from operations.running.plan import MOST_IDS
from queries.listing import Asked
from queries.viewer import SYSTEM

from .savers import Waits, saving
from .world import addresses, customers, world

COUNTS = (1_000, 10_000, 100_000, 1_000_000)
COLUMNS = ("rows", "plan s", "preview s", "run rows/s", "undo rows/s", "saves during run", "during undo")


@dataclass
class Case:
    name: str
    verb: str
    answers: dict[str, Any] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name has this in it")
    parser.add_argument("--rows", type=int, default=0, help="only so many rows at once")
    parser.add_argument("--alone", action="store_true", help="without people who save beside it")
    asked = parser.parse_args()
    count = customers()
    for address in addresses(count):
        with world(address, count) as (_, engine):
            print(f"\n{engine.dialect.name}, {count:,} customers; saves: p50 / p95 / max ms (number)\n")
            print(f"{'':<20}" + "".join(f"{name:>{_width(name)}}" for name in COLUMNS))
            for rows in (n for n in COUNTS if n <= count and asked.rows in (0, n)):
                for case in cases(db.session()):
                    if asked.only in case.name:
                        people = 0 if asked.alone else 2
                        line(case, measured(db.session(), case, rows, address, count, people))


def cases(session: Session) -> list[Case]:
    tag = session.scalar(sa.select(Tag.id).where(Tag.name == "Bulk"))
    if tag is None:
        session.add(made := Tag(name="Bulk"))
        session.commit()
        tag = made.id
    return [
        Case("unindexed column", "set_field", {"terms_days": 21}),
        Case("two columns", "set_field", {"terms_days": 22, "prepaid": Said.YES}),
        Case("indexed column", "set_field", {"account_class": AccountClass.BUSINESS}),
        Case("suspend", "suspend"),
        Case("tag", "tag", {"tags": {tag}}),
    ]


@dataclass
class Found:
    rows: int
    plan: float
    preview: float
    run: float
    undo: float
    beside: Waits
    beside_undo: Waits


def measured(session: Session, case: Case, rows: int, address: str, count: int, people: int) -> Found:
    acting(session, Act(source="command"))
    operation = operation_named(Customer, case.verb)
    run, plan = timed(lambda: planned(session, operation, case, rows))
    _, preview = timed(lambda: running.preview(session, run, SYSTEM))
    run_id = run.id
    with saving(address, count, people) as beside:
        changed, took = timed(lambda: carried(session, run_id))
    way_back = running.plan_undo(session, session.get_one(Run, run_id), SYSTEM)
    undo_id = way_back.id
    session.commit()
    with saving(address, count, people) as beside_undo:
        back, took_back = timed(lambda: carried(session, undo_id))
    return Found(changed, plan, preview, changed / took, back / took_back, beside, beside_undo)


def planned(session: Session, operation: Any, case: Case, rows: int) -> Run:
    if rows <= MOST_IDS:
        asked = sa.select(Customer.id).order_by(Customer.id).limit(rows)
        chosen = Selection(ids=session.scalars(asked).all())
    else:
        chosen = Selection(ask=Asked(Customer))
    run = running.plan(session, operation, Customer, SYSTEM, chosen, case.answers, reason="A benchmark")
    session.commit()
    assert run.path is Path.SET
    return run


def carried(session: Session, run_id: int) -> int:
    """As a worker does it. How many rows were changed."""
    running.confirm(session, run_id, SYSTEM, wait=False)
    running.work(session, run_id)
    changed = session.get_one(Run, run_id).changed
    session.rollback()
    return changed


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    gc.collect()
    started = perf_counter()
    done = work()
    return done, perf_counter() - started


def line(case: Case, found: Found) -> None:
    values = (
        f"{found.rows:,}",
        f"{found.plan:.2f}",
        f"{found.preview:.2f}",
        f"{found.run:,.0f}",
        f"{found.undo:,.0f}",
        str(found.beside),
        str(found.beside_undo),
    )
    cells = "".join(f"{v:>{_width(n)}}" for n, v in zip(COLUMNS, values, strict=True))
    print(f"{case.name:<20}{cells}", flush=True)


def _width(name: str) -> int:
    return 24 if "saves" in name or "during" in name else 12


if __name__ == "__main__":
    main()
