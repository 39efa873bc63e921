"""Processes that make rows ahead of the one that loads them."""

import gc
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from typing import Any, Protocol

from .rows import Order, rows_of

PROCESSES = min(os.cpu_count() or 1, 8)
AHEAD = 2  # chunks that wait per process; more would only take memory
FEW = 3  # chunks that are made before a process has started

Made = Iterator[tuple[Order, dict]]


class Worker(Protocol):
    """Makes something of each piece, and may remember where it stopped."""

    def make(self, piece: Any) -> Any: ...


@contextmanager
def made(orders: Iterator[Order]) -> Iterator[Made]:
    """Each order with its rows, in order."""
    few = list(islice(orders, FEW + 1))
    if len(few) <= FEW or PROCESSES == 1:
        yield ((order, rows_of(order)) for order in chain(few, orders))
        return
    # Not forked: a copy of this process would share its connections to the database.
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_prepare) as pool:
        yield _ahead(pool, rows_of, chain(few, orders), PROCESSES * AHEAD)


def in_turn(worker: Worker, pieces: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    """Each piece with what a worker makes of it, where every one goes on from the one before."""
    few = list(islice(pieces, FEW + 1))
    if len(few) <= FEW or PROCESSES == 1:
        yield from ((piece, worker.make(piece)) for piece in chain(few, pieces))
        return
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_employ, initargs=(worker,)) as pool:
        yield from _ahead(pool, _work, chain(few, pieces), AHEAD)


def _ahead(
    pool: ProcessPoolExecutor, make: Callable[[Any], Any], pieces: Iterable[Any], most: int
) -> Iterator[tuple[Any, Any]]:
    waiting: deque[tuple[Any, Future]] = deque()
    for piece in pieces:
        waiting.append((piece, pool.submit(make, piece)))
        if len(waiting) > most:
            first, rows = waiting.popleft()
            yield first, rows.result()
    for piece, rows in waiting:
        yield piece, rows.result()


_employed: list[Worker] = []  # the worker of this process


def _employ(worker: Worker) -> None:
    _prepare()
    _employed.append(worker)


def _work(piece: Any) -> Any:
    return _employed[0].make(piece)


def _prepare() -> None:
    gc.disable()  # rows have no cycles, and looking for some takes a third of the time

    # A maker whose loader was killed would wait for work for ever.
    def watch() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
