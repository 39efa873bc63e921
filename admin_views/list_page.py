"""The list of any table: chips, search, views, rows, pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from markupsafe import escape
from sqlalchemy.orm import Session

from models.base import Record, Table, sorting
from models.fields import field_of
from models.parse import Place
from models.screen import label_of, lowered, plural_of, said, title_of
from operations.uploads import uploads
from queries.filters import (
    filters_of,
)
from queries.listing import CAP, SIZES, Asked, Page, every_column, page, shown_columns
from queries.search import TooLong, fields
from queries.viewer import Viewer

from . import verbs
from .cells import Look
from .help import help_path
from .list_chips import ListChips
from .printing import css, heading, naming, plain_columns, rows
from .record_neighbours import LIST, TOTAL
from .run_shapes import Bulk
from .shapes import Column, Empty, Link, Listing, ListPage, Option


@dataclass
class ListMaker(ListChips):
    """Builds one list page from what an address asks for."""

    session: Session
    ask: Asked
    viewer: Viewer
    place: Place
    look: Look
    base: str  # address of the list
    given: Mapping[str, Sequence[str]]

    @property
    def model(self) -> type[Table]:
        return self.ask.model

    def pairs(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """The present state of the list as it stands in an address, readable and in one order."""
        found = []
        for name, asked in self.ask.filters.items():
            found += [(name, v) for v in asked.yes] + [(name, f"!{v}") for v in asked.no]
        for name, value in (
            ("search", self.ask.search),
            ("in", self.ask.within),
            ("sort", self.ask.sort),
            ("size", str(self.ask.size) if self.ask.size != Asked.size else ""),
            ("columns", ",".join(self.ask.columns)),
        ):
            if value:
                found.append((name, value))
        return [(n, v) for n, v in found if n not in set(without)]

    def at(self, *more: tuple[str, str], without: Iterable[str] = ()) -> str:
        names = {n for n, _ in more} | set(without)
        query = urlencode([*self.pairs(names), *((n, v) for n, v in more if v)], safe=":!.,-")
        return f"{self.base}?{query}" if query else self.base

    def here(self) -> str:
        """The address of this very page, as readable as we can write it."""
        turned = [(n, getattr(self.ask, n)) for n in ("after", "before") if getattr(self.ask, n)]
        return self.at(*turned)

    def make(self) -> ListPage:
        error = " ".join(self.ask.problems.values())
        found = Page([], 0, 0, "", "")
        if not error:
            try:
                found = page(self.session, self.ask, self.viewer, self.place)
            except TooLong as problem:
                error = str(problem)
        return ListPage(
            title=plural_of(self.model),
            lede=said(self.model),
            total=f"{CAP:,}+" if found.total > CAP else f"{found.total:,}",
            data_total=f"{CAP}+" if found.total > CAP else str(found.total),
            sentence=self.sentence(),
            listing=self.listing(found, bool(error)),
            chips=self.chips(),
            views=self.views(),
            search=self.ask.search,
            search_hint=self.search_hint(),
            search_in=self.search_in(),
            error=error,
            keep=[(n, v) for n, v in self.pairs() if n not in ("search", "in")],
            clear=self.base if self.ask.filters or self.ask.search else "",
            exports=self.exports(found),
            new=self.new(),
            sizes=[
                Link(str(n), self.at(("size", str(n) if n != Asked.size else "")), on=n == self.ask.size)
                for n in SIZES
            ],
            columns=self.choices(),
            help=help_path(self.model.screen.help),
            bulk=self.bulk(found),
        )

    def bulk(self, found: Page) -> Bulk | None:
        """What can be done with rows that are ticked."""
        groups = verbs.of_list(self.model, self.viewer) if found.total else []
        prints = verbs.to_print(self.model, self.viewer) if found.total else []
        if not groups and not prints:
            return None
        meant = self.pairs(["sort", "size", "columns"])
        return Bulk(
            action=verbs.operate_path(self.model),
            query=urlencode(meant, safe=":!.,-"),
            total=f"{CAP:,}+" if found.total > CAP else f"{found.total:,}",
            what=lowered(plural_of(self.model)),
            groups=groups,
            hidden=self.pairs(),
            back=self.here(),
            prints=prints,
        )

    def listing(self, found: Page, wrong: bool) -> Listing:
        names = shown_columns(self.ask, self.viewer)
        printed = rows(self.session, self.model, found.ids, names, self.viewer, self.look)
        end = found.start + len(found.ids)
        total = f"{CAP:,}+" if found.total > CAP else f"{found.total:,}"
        return Listing(
            columns=self.columns(names),
            rows=[replace(row, trail=self.trail(found.total)) for row in printed],
            empty=None if printed else self.empty(wrong),
            first=self.at() if found.previous else "",
            previous=self.at(("before", found.previous)) if found.previous else "",
            next=self.at(("after", found.next)) if found.next else "",
            span=f"{found.start + 1:,}–{end:,} of {total}" if printed else "",
        )

    def trail(self, total: int) -> str:
        """Tells a record's page of the list: it leads on to the next and the previous one."""
        state = urlencode(self.pairs(["size", "columns"]), safe=":!.,-")
        return f"?{urlencode({LIST: state, TOTAL: total})}"

    def glance(self) -> Listing:
        """A few rows for a widget: nothing to sort and no pages."""
        names = shown_columns(self.ask, self.viewer)
        found = page(self.session, self.ask, self.viewer, self.place)
        printed = rows(self.session, self.model, found.ids, names, self.viewer, self.look)
        return Listing(plain_columns(self.model, names), printed, None if printed else self.empty(False))

    def choices(self) -> list[Option]:
        """The columns that the list can show, ticked where it does."""
        shown = shown_columns(self.ask, self.viewer)
        return [
            Option(n, escape(heading(self.model, n)), n in shown)
            for n in every_column(self.model, self.viewer)
        ]

    def columns(self, names: Sequence[str]) -> list[Column]:
        main = naming(self.model, names)
        return [self.column(name, main) for name in names]

    def column(self, name: str, main: str) -> Column:
        sorted_by, down = self.ask.order
        on = name == sorted_by
        able = sorting(self.model, name) is not None and not self._hides(name)
        turned = f"-{name}" if on and not down else name
        column = self.model.__table__.c.get(name)
        return Column(
            key=name.replace(".", "-"),
            label=heading(self.model, name),
            css=css(self.model, name, main),
            sort=self.at(("sort", turned)) if able else "",
            direction=("descending" if down else "ascending") if on else "",
            icon="flag" if column is not None and field_of(column).kind == "flag" else "",
        )

    def _hides(self, name: str) -> bool:
        column = self.model.__table__.c.get(name)
        return column is not None and field_of(column).personal and not self.viewer.sees_personal(self.model)

    def sentence(self) -> str:
        """What the list shows, said once, for people and screen readers."""
        known = filters_of(self.model)
        parts = [f"{lowered(known[n].label)} {known[n].says(asked)}" for n, asked in self.ask.filters.items()]
        text = plural_of(self.model)
        if parts:
            text += f" whose {', and whose '.join(parts)}"
        if self.ask.search:
            where = f" in {lowered(label_of(self.model, self.ask.within))}" if self.ask.within else ""
            text += f"{',' if parts else ''} matching “{self.ask.search}”{where}"
        if not parts and not self.ask.search:
            return ""
        return f"{text}."

    def search_hint(self) -> str:
        if not self.model.screen.search:
            return ""
        own = [label_of(self.model, n) for n in self.model.screen.search if "." not in n]
        return ", ".join([own[0], *map(lowered, own[1:4])])

    def search_in(self) -> list[Option]:
        """The columns in which alone the words can be looked for; none while values are hidden."""
        if not self.viewer.sees_personal(self.model):
            return []
        return [Option(n, escape(label_of(self.model, n)), n == self.ask.within) for n in fields(self.model)]

    def empty(self, wrong: bool) -> Empty:
        what = lowered(plural_of(self.model))
        if wrong:
            return Empty(
                "Nothing was searched",
                "Mend the filter that is marked, or leave it out.",
                "filter-off",
                [Link("Clear all filters", self.base)],
            )
        if self.ask.filters or self.ask.search:
            return Empty(
                f"No {what} found",
                "Nothing matches everything that is asked for. " + self._hint(),
                "search-off",
                self._ways_out(),
            )
        new = self.new()
        says = "What you add appears here." if new else "They appear here as they come in."
        return Empty(f"No {what} yet", says, self.model.screen.icon or "table", new)

    def _hint(self) -> str:
        return "Leave something out, or check how it is spelt."

    def _ways_out(self) -> list[Link]:
        known = filters_of(self.model)
        ways = [Link(f"Leave out {lowered(known[n].label)}", self.at(without=[n])) for n in self.ask.filters]
        if self.ask.search and ways:
            ways.append(Link("Leave out the search", self.at(without=["search", "in"])))
        return [*ways[:3], Link("Clear all", self.base)]

    def views(self) -> list[Link]:
        declared = self.model.screen.views
        if not declared:
            return []
        here = urlencode(self.pairs(["sort", "size", "columns"]), safe=":!.,-")
        made = [Link(title, f"{self.base}?{query}", on=here == query) for title, query in declared.items()]
        return [Link(f"All {lowered(plural_of(self.model))}", self.base, on=not here), *made]

    def exports(self, found: Page) -> list[Link]:
        if not self.viewer.may(f"{self.model.__tablename__}.export") or not found.total:
            return []
        query = urlencode(self.pairs(["size", "columns"]), safe=":!.,-")
        return [
            Link(kind.upper(), f"{self.base}export/{kind}" + (f"?{query}" if query else ""), "file-export")
            for kind in ("csv", "xlsx", "json")
        ]

    def new(self) -> list[Link]:
        return creations(self.model, self.viewer, self.base)


def creations(model: type[Table], viewer: Viewer, base: str) -> list[Link]:
    """The buttons that start a new record; the first one is the filled one."""
    takes_in = uploads.get(model)
    able = takes_in is not None and viewer.may(f"{model.__tablename__}.upload")
    sent = [Link(takes_in.title, f"{base}upload/", "upload")] if able else []
    return [*_begun(model, viewer, base), *sent]


def _begun(model: type[Table], viewer: Viewer, base: str) -> list[Link]:
    screen = model.screen
    if not issubclass(model, Record) or "create" not in screen.writes:
        return []
    if not viewer.may(f"{model.__tablename__}.create"):
        return []
    if not screen.presets:
        return [Link(f"New {lowered(title_of(model))}", f"{base}new/", "plus")]
    return [
        Link(preset.label, f"{base}new/?" + urlencode({"preset": preset.name}), preset.icon)
        for preset in screen.presets
    ]
