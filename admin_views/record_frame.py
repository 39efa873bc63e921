"""The page around an open tab: crumbs, header, tabs and their counts."""

from typing import Any

import sqlalchemy as sa

from models.base import keys_between
from models.screen import plural_of
from queries.tabs import HISTORY, Tab, slug, tabs_of
from queries.viewer import SYSTEM
from queries.visibility import above, find, visible_below

from . import record_shapes, shapes
from .cells import record_path
from .help import help_path
from .record_header import RecordHeader
from .record_values import COUNTED


def way_to(tab: Tab) -> tuple[str, ...]:
    """The parts of a tab's address below its record's."""
    return (HISTORY,) if tab.name == HISTORY else tuple(filter(None, (slug(tab.under), tab.name)))


class RecordFrame(RecordHeader):
    def tab_at(self, tab: Tab) -> str:
        return self.at(*way_to(tab)) + self.trail

    def frame(self, tab: Tab, **body: Any) -> record_shapes.RecordPage:
        """The page around an open tab."""
        before, after = self.beside(*way_to(tab))
        return record_shapes.RecordPage(
            before=before,
            after=after,
            title=str(self.record),
            crumbs=self.crumbs(),
            header=self.header(),
            banners=self.banners(),
            tabs=self.tab_links(tab),
            subtabs=self.subtab_links(tab),
            tab=tab.title,
            note=self.missing(),
            moving=self.moving(),
            help=help_path((tab.child or self.model).screen.help or self.model.screen.help),
            **body,
        )

    def moving(self) -> bool:
        """Whether it changes by itself at present: `info={"moving": states}`."""
        return any(
            getattr(self.record, column.name) in column.info.get("moving", ())
            for column in self.model.__table__.columns
        )

    def missing(self) -> str:
        """Why a colleague may see more here than this person does."""
        whole = tabs_of(self.model, self.record, SYSTEM)
        if len(self.tabs) == len(whole) and self.viewer.sees_personal(self.model):
            return ""
        return (
            "Parts of this record need a permission that you do not have. "
            "Ask an administrator if something is missing."
        )

    def crumbs(self) -> list[shapes.Link]:
        owner = above(self.model)
        if owner is None:
            return [shapes.Link(plural_of(self.model), f"/admin/{self.model.__tablename__}/")]
        key = keys_between(self.model, owner.__tablename__)[0]
        parent = find(self.session, owner, getattr(self.record, key.name), self.viewer)
        first = shapes.Link(plural_of(owner), f"/admin/{owner.__tablename__}/")
        if parent is None:
            return [first]
        return [first, shapes.Link(str(parent), record_path(owner, parent.id))]

    def tab_links(self, open_tab: Tab) -> list[shapes.Link]:
        counts = self.counts()
        found: dict[str, shapes.Link] = {}
        for tab in self.tabs:
            title = tab.under or tab.title
            on = (tab.under or tab.name) == (open_tab.under or open_tab.name)
            if title not in found:
                count = counts.get(tab.name, "") if not tab.under else ""
                found[title] = shapes.Link(title, self.tab_at(tab), on=on, count=count)
        return list(found.values())

    def subtab_links(self, open_tab: Tab) -> list[shapes.Link]:
        beside = [t for t in self.tabs if open_tab.under and t.under == open_tab.under]
        if len(beside) < 2:
            return []
        return [
            shapes.Link(t.title, self.tab_at(t), on=t.name == open_tab.name, group=t.group) for t in beside
        ]

    def counts(self) -> dict[str, str]:
        """How many rows the tabs have, in one statement; above 99 it only says so."""
        counted = [t for t in self.tabs if t.child is not None and not t.under]
        if not counted:
            return {}
        asked = []
        for tab in counted:
            key = keys_between(tab.child, self.model.__tablename__)[0]
            seen = visible_below(tab.child, self.viewer)
            few = sa.select(tab.child.id).where(key == self.record.id, *seen).limit(COUNTED + 1).subquery()
            asked.append(sa.select(sa.func.count()).select_from(few).scalar_subquery())
        numbers = self.session.execute(sa.select(*asked)).one()
        return {
            tab.name: (f"{COUNTED}+" if n > COUNTED else str(n)) if n else ""
            for tab, n in zip(counted, numbers, strict=True)
        }
