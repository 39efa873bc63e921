"""Processes that make rows ahead of the one that loads them."""

import gc
import os
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process

from .rows import Order, rows_of

PROCESSES = min(os.cpu_count() or 1, 8)
AHEAD = 2  # chunks that wait per process; more would only take memory
FEW = 3  # chunks that are made before a process has started

Made = Iterator[tuple[Order, dict]]


@contextmanager
def made(orders: Iterator[Order]) -> Iterator[Made]:
    """Each order with its rows, in order."""
    few = list(islice(orders, FEW + 1))
    if len(few) <= FEW or PROCESSES == 1:
        yield ((order, rows_of(order)) for order in _chained(few, orders))
        return
    # Not forked: a copy of this process would share its connections to the database.
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_prepare) as pool:
        yield _ahead(pool, _chained(few, orders))


def _chained(few: list[Order], orders: Iterator[Order]) -> Iterator[Order]:
    yield from few
    yield from orders


def _ahead(pool: ProcessPoolExecutor, orders: Iterator[Order]) -> Made:
    waiting: deque[tuple[Order, Future]] = deque()
    for order in orders:
        waiting.append((order, pool.submit(rows_of, order)))
        if len(waiting) > PROCESSES * AHEAD:
            first, rows = waiting.popleft()
            yield first, rows.result()
    for order, rows in waiting:
        yield order, rows.result()


def _prepare() -> None:
    gc.disable()  # rows have no cycles, and looking for some takes a third of the time

    # A maker whose loader was killed would wait for work for ever.
    def watch() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
