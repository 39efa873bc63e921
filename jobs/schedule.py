"""How often a periodic job runs, said in words: "5 seconds", "hour", "day 03:15 UTC"."""

import datetime as dt
import re
from dataclasses import dataclass

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
WORDS = re.compile(
    r"(?:(?P<count>[1-9]\d{0,3}) )?(?P<unit>second|minute|hour|day)s?(?: (?P<clock>\d\d:\d\d) UTC)?"
)
FORMS = '"5 seconds", "10 minutes", "hour" or "day 03:15 UTC"'
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Schedule:
    """Moments `every` apart, counted from midnight UTC plus `offset`.

    In UTC alone: a day of 23 or 25 hours would skip what runs in its missing hour, or run it twice.
    """

    words: str
    every: dt.timedelta
    offset: dt.timedelta = dt.timedelta()

    def after(self, moment: dt.datetime) -> dt.datetime:
        """The first moment later than this one."""
        passed = (moment - EPOCH - self.offset) // self.every
        return EPOCH + self.offset + (passed + 1) * self.every


def schedule(words: str) -> Schedule:
    """ValueError when the words say no schedule."""
    found = WORDS.fullmatch(words)
    if found is None or (found["clock"] and (found["unit"] != "day" or found["count"])):
        raise ValueError(f"{words!r} is no schedule; write {FORMS}")
    every = dt.timedelta(seconds=int(found["count"] or 1) * SECONDS[found["unit"]])
    return Schedule(words, every, _clock(found["clock"]) if found["clock"] else dt.timedelta())


def _clock(text: str) -> dt.timedelta:
    at = dt.time.fromisoformat(text)
    return dt.timedelta(hours=at.hour, minutes=at.minute)
