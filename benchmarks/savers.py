"""People who save customers one by one while something large is under way."""

import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from statistics import median
from time import perf_counter, sleep
from typing import Any

import sqlalchemy as sa

PEOPLE = 2
PAUSE = 0.02  # seconds between two saves of one person: far more than a person would


@dataclass
class Waits:
    """Milliseconds that saves took."""

    took: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        if not self.took:
            return "-"
        slow = sorted(self.took)[int(len(self.took) * 0.95)]
        return f"{median(self.took):.0f} / {slow:.0f} / {max(self.took):.0f} ({len(self.took)})"


@contextmanager
def saving(address: str, count: int, people: int = PEOPLE) -> Iterator[Waits]:
    """Savers in processes of their own, from when they are ready until the block ends."""
    start = multiprocessing.get_context("spawn")
    stop, told, found = start.Event(), start.Queue(), Waits()
    made = [start.Process(target=_save, args=(address, count, n, stop, told)) for n in range(people)]
    for process in made:
        process.start()
    try:
        for _ in made:
            told.get(timeout=60)  # ready
        yield found
    finally:
        stop.set()
        for _ in made:
            found.took += told.get(timeout=60)
        for process in made:
            process.join(60)


def _save(address: str, count: int, seed: int, stop: Event, told: Any) -> None:
    from models.base import db

    from .world import app_of

    pick = random.Random(seed)
    app = app_of(address, count)
    with app.app_context():
        last = db.session.scalar(sa.text("SELECT max(id) FROM customer"))
        db.session.remove()
        for number in range(3):
            _one(pick.randint(1, last), number)
        told.put("ready")
        took, number = [], 0
        while not stop.is_set():
            started = perf_counter()
            _one(pick.randint(1, last), number)
            took.append(1000 * (perf_counter() - started))
            number += 1
            sleep(PAUSE)
        told.put(took)


def _one(row_id: int, number: int) -> None:
    """As a form does it: again with what is there now when somebody was quicker."""
    from models.base import db
    from models.customer import Customer
    from operations.records import Draft, update
    from operations.retry import again
    from queries.viewer import SYSTEM

    def save() -> None:
        customer = db.session.get(Customer, row_id)
        if customer is not None and not customer.is_locked:
            update(db.session, customer, Draft({"tax_number": f"T {number}"}), SYSTEM)

    again(db.session, save)
    db.session.remove()
