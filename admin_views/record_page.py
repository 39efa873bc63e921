"""The page of one record: what the open tab shows."""

from collections.abc import Sequence

from models.text import whole_number
from queries.declare import Board, Thread
from queries.history import Step, of_record
from queries.tabs import HISTORY, INFORMATION, OVERVIEW, Tab

from . import history_shapes, record_shapes, shapes
from .record_listing import RecordListing
from .record_overview import RecordOverview
from .record_thread import RecordThread
from .timeline import Teller


class RecordMaker(RecordOverview, RecordListing, RecordThread):
    def show(self, tab: Tab) -> record_shapes.RecordPage:
        if tab.name == OVERVIEW and tab.child is None:
            return self.overview(tab)
        if tab.name == INFORMATION and tab.child is None:
            return self.information(tab)
        if tab.name == HISTORY:
            return self.history(tab)
        asked = tab.rows(self.record)
        if isinstance(asked, Board):
            return self.board(tab)
        return self.thread_tab(tab, asked) if isinstance(asked, Thread) else self.listing_tab(tab)

    def history(self, tab: Tab) -> record_shapes.RecordPage:
        before = whole_number(self.given.get("before", ""))
        steps, older = of_record(self.session, self.model, self.record.id, self.viewer, before)
        return self.frame(tab, body="history", history=self._timeline(steps, older, before))

    def _timeline(self, steps: Sequence[Step], older: int, before: int) -> history_shapes.Timeline:
        here = self.at("history")
        home = (self.model, self.record.id)
        teller = Teller(self.session, self.viewer, self.look, home=home, back=here)
        return history_shapes.Timeline(
            days=teller.days(steps),
            restore_to="/admin/history/restore/",
            older=f"{here}?before={older}" if older else "",
            newer=here if before else "",
            empty=shapes.Empty(
                "No changes recorded", "What people change in this record appears here.", "history"
            ),
        )
