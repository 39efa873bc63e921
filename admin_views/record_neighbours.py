"""Previous and next: a record that was opened from a list leads on along that list."""

from functools import cached_property
from urllib.parse import parse_qs, urlencode

from models.text import whole_number
from queries.filters import Unknown
from queries.listing import Asked, asked
from queries.neighbours import neighbours
from queries.search import TooLong

from .cells import record_path
from .record_values import RecordValues

LIST, TOTAL = "list", "of"  # in the address: the state of the list, and how many it has
LONGEST = 4_000


class RecordNeighbours(RecordValues):
    @cached_property
    def trail(self) -> str:
        """What an address of this record carries on of the list: "?list=...&of=..." or nothing."""
        if LIST not in self.given:
            return ""
        return f"?{urlencode({name: self.given.get(name, '') for name in (LIST, TOTAL)})}"

    def beside(self, *tab: str) -> tuple[str, str]:
        """The same tab of the record before and of the one after; empty where there is none."""
        ask = self._asked()
        if ask is None:
            return "", ""
        total = whole_number(self.given.get(TOTAL, ""))
        found = neighbours(self.session, ask, self.record.id, self.viewer, self.place, total)
        before, after = (record_path(self.model, i, *tab) + self.trail if i else "" for i in found)
        return before, after

    def _asked(self) -> Asked | None:
        """None for what is no list of this table, or asks for what it does not have."""
        state = self.given.get(LIST)
        if state is None or len(state) > LONGEST or "\x00" in state:
            return None
        try:
            ask = asked(self.model, parse_qs(state), self.viewer, self.place)
        except (Unknown, TooLong, ValueError):
            return None
        return None if ask.problems else ask
