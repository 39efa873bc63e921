"""One use as a file tells it, before it is known whose it was."""

import datetime as dt
from dataclasses import dataclass

from models.usage import UsageKind

# What one line may tell of: a call of a year, a million messages, 32 TB. Sums of a day hold many of them.
LARGEST = {UsageKind.VOICE: 366 * 86_400, UsageKind.SMS: 10**6, UsageKind.DATA: 2**45}
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
AHEAD = dt.timedelta(days=1)  # clocks that go wrong by more are not believed


class Broken(ValueError):
    """A line that cannot be taken, with the reason in words."""


@dataclass(slots=True)
class Connection:
    """A session of a data account, as an access server counts it."""

    nas_ip: str
    framed_ip: str | None
    calling_station: str
    updated_at: dt.datetime | None
    stopped_at: dt.datetime | None
    bytes_in: int
    bytes_out: int
    terminate_cause: str


@dataclass(slots=True)
class Used:
    """A call, a message or an amount of data. What names its device may be any of several."""

    key: str
    kind: UsageKind
    started_at: dt.datetime
    quantity: int
    src: str = ""
    dst: str = ""
    username: str = ""
    sim: str = ""  # ICCID, IMSI or number
    code: str = ""  # account code that was dialled, or that the switch put on the call
    line: int = 0  # in its file
    connection: Connection | None = None
