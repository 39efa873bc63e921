"""How much a worker does at a time: the rows of a chunk stay locked until all of it is done.

Somebody who saves one of them waits, and gives up after two seconds. On SQLite everybody waits, and
looks only now and then whether the worker has let go; who always takes hold again at once is never
caught doing so.
"""

import time

from .plan import AT_ONCE

AIM = 0.15  # seconds that a chunk should take
LEAST = 10  # rows
SHARE = 0.25  # of the time of a chunk, for others


class Pace:
    def __init__(self, dialect: str) -> None:
        self.shares = dialect == "sqlite"
        self.size = AT_ONCE // 4
        self.began = time.monotonic()

    def rest(self) -> None:
        """After a chunk: make way, and let the next one be as long as it should."""
        taken = max(time.monotonic() - self.began, 0.001)
        self.size = max(LEAST, min(AT_ONCE, round(self.size * min(AIM / taken, 2))))
        if self.shares:
            time.sleep(max(taken * SHARE, 0.005))
        self.began = time.monotonic()
