"""How much a worker does at a time: the rows of a chunk stay locked until all of it is done.

Somebody who saves one of them waits, and gives up after two seconds. On SQLite everybody waits, and
looks only now and then whether the worker has let go; who always takes hold again at once is never
caught doing so.
"""

import time

from .plan import AT_ONCE

AIM = 0.15  # seconds that a chunk of rows done one by one should take
LEAST = 10  # rows
# Seconds that a stretch done by statements may take; most take less. On SQLite all savers wait for it.
LONGEST = {"postgresql": 0.4, "sqlite": 0.15}
FIRST = 0.25  # of a stretch: how long one takes here is not known yet, nor is what PostgreSQL knows
LEAST_PART = 0.05
SHARE = 0.25  # of the time of a chunk, for others


class Pace:
    """`size` is for rows done one by one, `part` for stretches (stretch.py): a share of a whole one."""

    def __init__(self, dialect: str) -> None:
        self.shares = dialect == "sqlite"
        self.longest = LONGEST[dialect]
        self.size = AT_ONCE // 4
        self.part = FIRST
        self.began = time.monotonic()

    def rest(self) -> None:
        """After a chunk: make way, and let the next one be as long as it should."""
        taken = max(time.monotonic() - self.began, 0.001)
        self.size = max(LEAST, min(AT_ONCE, round(self.size * min(AIM / taken, 2))))
        self.part = max(LEAST_PART, min(1.0, self.part * min(self.longest / taken, 2)))
        if self.shares:
            time.sleep(max(taken * SHARE, 0.005))
        self.began = time.monotonic()
