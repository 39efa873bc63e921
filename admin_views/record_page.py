"""The page of one record: header, banners, tabs, and what the open tab shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from models.base import Record, Table, keys_between, sorting, target_of
from models.fields import field_of
from models.parse import Place
from models.screen import label_of, plural_of, title_of
from operations.adders import Choose, Confirm, adders
from operations.errors import Refused
from queries import declare
from queries.declare import Declared, Facts
from queries.history import Step, of_record
from queries.links import far_end, links_of, tied
from queries.listing import CAP, Asked, page
from queries.tabs import HISTORY, INFORMATION, OVERVIEW, Tab, slug, tabs_of
from queries.viewer import SYSTEM, Viewer
from queries.visibility import above, find, visible

from . import printing, shapes
from .cells import MASK, NOTHING, Look, badge, flag, link, record_path, show, tags
from .forms import plain_columns
from .help import help_path
from .timeline import Teller

ASIDE = "aside"  # the group of widgets that stand beside the record
COUNTED = 99
SIDE_ROWS = 5  # rows of a listing inside a widget


@dataclass
class RecordMaker:
    session: Session
    record: Record
    viewer: Viewer
    place: Place
    look: Look
    given: Any  # the query of the address

    def __post_init__(self) -> None:
        self.model = type(self.record)
        self.tabs = tabs_of(self.model, self.record, self.viewer)
        currency = getattr(self.record, "currency", "") or ""
        self.look = Look(self.look.timezone, currency, True)

    def at(self, *rest: str) -> str:
        return record_path(self.model, self.record.id, *rest)

    def tab_at(self, tab: Tab) -> str:
        if tab.name == HISTORY:
            return self.at("history")
        return self.at(*filter(None, (_slug(tab.under), tab.name)))

    # frame -----------------------------------------------------------------------------------

    def frame(self, tab: Tab, **body: Any) -> shapes.RecordPage:
        """The page around an open tab."""
        return shapes.RecordPage(
            title=str(self.record),
            crumbs=self.crumbs(),
            header=self.header(),
            banners=self.banners(),
            tabs=self.tab_links(tab),
            subtabs=self.subtab_links(tab),
            tab=tab.title,
            note=self.missing(),
            help=help_path((tab.child or self.model).screen.help or self.model.screen.help),
            **body,
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
        return [shapes.Link(t.title, self.tab_at(t), on=t.name == open_tab.name) for t in beside]

    def counts(self) -> dict[str, str]:
        """How many rows the tabs have, in one statement; above 99 it only says so."""
        counted = [t for t in self.tabs if t.child is not None and not t.under]
        if not counted:
            return {}
        asked = []
        for tab in counted:
            key = keys_between(tab.child, self.model.__tablename__)[0]
            few = sa.select(tab.child.id).where(key == self.record.id).limit(COUNTED + 1).subquery()
            asked.append(sa.select(sa.func.count()).select_from(few).scalar_subquery())
        numbers = self.session.execute(sa.select(*asked)).one()
        return {
            tab.name: (f"{COUNTED}+" if n > COUNTED else str(n)) if n else ""
            for tab, n in zip(counted, numbers, strict=True)
        }

    # header ----------------------------------------------------------------------------------

    def header(self) -> shapes.Header:
        code = getattr(self.record, "code", "") if "code" in self.model.__table__.c else ""
        return shapes.Header(
            title=str(self.record),
            code=code or "",
            avatar=initials(str(self.record)),
            marks=self.marks(),
            facts=[self.fact(said) for said in declare.headers[self.model.__tablename__] if self.may(said)],
            actions=self.actions(),
            version=getattr(self.record, "version", 0),
        )

    def may(self, said: Declared) -> bool:
        return said.when(self.record) and (not said.permission or self.viewer.may(said.permission))

    def marks(self) -> list[Markup]:
        return [m for name in self.model.screen.header if (m := self.mark(name))]

    def mark(self, name: str) -> Markup | None:
        if name in links_of(self.model):
            rows = tied(self.session, links_of(self.model)[name], [self.record.id])
            names = [str(r) for r in rows.get(self.record.id, ())]
            return tags(names, len(names)) if names else None
        column, value = self.model.__table__.c[name], getattr(self.record, name)
        kind = field_of(column).kind
        if value is None or value is False:
            off = kind == "yes_no" and name in ("active", "is_active")
            return Markup('<span class="bdg t-hollow">Not active</span>') if off else None
        if kind == "yes_no":
            return Markup('<span class="bdg plain">{}</span>').format(label_of(self.model, name))
        if kind == "flag":
            return flag(value)
        if kind == "state":
            return badge(value)
        return (
            Markup('<span class="muted">{}</span>').format(value.label)
            if kind == "choice"
            else show(column, value, self.look)
        )

    def actions(self) -> list[shapes.Link]:
        table, screen = self.model.__tablename__, self.model.screen
        found = []
        if "update" in screen.writes and self.viewer.may(f"{table}.update"):
            found.append(shapes.Link("Edit", self.at("edit"), "pencil", key="e"))
        for said in declare.actions[table]:
            if self.may(said):
                found.append(shapes.Link(said.title, said.make(self.record), said.group or "arrow-right"))
        if "delete" in screen.writes and self.viewer.may(f"{table}.delete"):
            found.append(shapes.Link("Delete", self.at("delete"), "trash"))
        return found

    # facts -----------------------------------------------------------------------------------

    def facts_row(self, asked: Facts) -> Any | None:
        """The row that a fact speaks of, if this person may see it."""
        if asked.rows is None:
            return self.record
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may_read(model):
            return None
        return self.session.scalar(asked.rows.where(*visible(model, self.viewer)).limit(1))

    def fact(self, said: Declared) -> shapes.Fact:
        asked: Facts = said.make(self.record)
        row = self.facts_row(asked)
        if row is None:
            return shapes.Fact(said.title, self.add_link(asked) or NOTHING)
        first, *rest = asked.columns
        large = self.value(row, first, plain=True)
        if row is not self.record and type(row).screen.list:
            large = Markup('<a href="{}">{}</a>').format(self.open(row), large)
        small = Markup(" ").join(v for n in rest if (v := self.value(row, n)) is not NOTHING)
        return shapes.Fact(said.title, large, small, edit=self.edit_link(asked, row))

    def open(self, row: Record) -> str:
        return record_path(type(row), row.id)

    def edit_link(self, asked: Facts, row: Record) -> str:
        able = asked.edit and self.viewer.may(f"{row.__tablename__}.update")
        return f"{self.open(row)}edit/" if able else ""

    def add_link(self, asked: Facts) -> Markup | None:
        if asked.rows is None or not asked.add:
            return None
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may(f"{model.__tablename__}.create"):
            return None
        path = f"/admin/{model.__tablename__}/new/?{urlencode(asked.add)}"
        return Markup('<a href="{}">Add</a>').format(path)

    def value(self, row: Table, name: str, plain: bool = False) -> Markup:
        """A column of any row as this person may see it."""
        model = type(row)
        if name in links_of(model):
            found = tied(self.session, links_of(model)[name], [row.id]).get(row.id, [])
            return tags([str(t) for t in found], len(found)) if found else NOTHING
        column, value = model.__table__.c[name], getattr(row, name)
        if value not in (None, "") and field_of(column).personal and not self.viewer.sees_personal(model):
            return MASK
        if column.foreign_keys and value is not None:
            target = find(self.session, target_of(column), value, self.viewer)
            return NOTHING if target is None else link(target, self.look)
        look = Look(self.look.timezone, getattr(row, "currency", "") or self.look.currency, not plain)
        return show(column, value, look)

    # banners ---------------------------------------------------------------------------------

    def banners(self) -> list[shapes.Banner]:
        found = []
        for said in declare.banners[self.model.__tablename__]:
            if self.may(said):
                found += self._banner(said)
        return found

    def _banner(self, said: Declared) -> list[shapes.Banner]:
        asked: Facts = said.make(self.record)
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may_read(model):
            return []
        rows = self.session.scalars(asked.rows.where(*visible(model, self.viewer)).limit(SIDE_ROWS))
        text, *by = asked.columns
        return [
            shapes.Banner(
                lead=said.title,
                text=str(getattr(row, text)),
                by=", ".join(str(self.value(row, n).striptags()) for n in by if getattr(row, n)),
                links=[shapes.Link("Open", self.open(row))],
            )
            for row in rows
        ]

    # bodies ----------------------------------------------------------------------------------

    def show(self, tab: Tab) -> shapes.RecordPage:
        if tab.name == OVERVIEW and tab.child is None:
            return self.overview(tab)
        if tab.name == INFORMATION and tab.child is None:
            return self.information(tab)
        if tab.name == HISTORY:
            return self.history(tab)
        return self.listing_tab(tab)

    def overview(self, tab: Tab) -> shapes.RecordPage:
        made = [
            (said, self.widget(said)) for said in declare.widgets[self.model.__tablename__] if self.may(said)
        ]
        return self.frame(
            tab,
            body="widgets",
            widgets=[w for said, w in made if w and said.group != ASIDE],
            aside=[w for said, w in made if w and said.group == ASIDE],
        )

    def widget(self, said: Declared) -> shapes.Widget | None:
        asked = said.make(self.record)
        if isinstance(asked, Facts):
            return self._facts_widget(said, asked)
        model = asked.rows.column_descriptions[0]["entity"]
        if not self.viewer.may_read(model):
            return None
        statement = asked.rows.where(*visible(model, self.viewer))
        total = self.session.scalar(
            sa.select(sa.func.count()).select_from(statement.order_by(None).limit(COUNTED + 1).subquery())
        )
        rows = self.session.scalars(statement.limit(SIDE_ROWS)).all()
        first, *rest = asked.columns
        return shapes.Widget(
            title=said.title,
            group=said.group,
            href=self._widget_link(model, asked),
            count=f"{COUNTED}+" if total > COUNTED else str(total),
            size=said.size,
            lines=[(self._opening(row, first), self._beside(row, rest)) for row in rows],
            empty=asked.empty or f"No {plural_of(model).lower()} yet.",
        )

    def _widget_link(self, model: type[Table], asked: Any) -> str:
        tab = next((t for t in self.tabs if t.child is model), None)
        return self.tab_at(tab) if tab else ""

    def _opening(self, row: Table, name: str) -> Markup:
        said = self.value(row, name, plain=True)
        if not (isinstance(row, Record) and type(row).screen.list):
            return said
        return Markup('<a href="{}">{}</a>').format(self.open(row), said)

    def _beside(self, row: Table, names: Sequence[str]) -> Markup:
        return Markup(" ").join(v for n in names if (v := self.value(row, n, plain=True)) is not NOTHING)

    def _facts_widget(self, said: Declared, asked: Facts) -> shapes.Widget | None:
        row = self.facts_row(asked)
        if row is None:
            return None
        able = asked.edit and self.viewer.may(f"{row.__tablename__}.update")
        return shapes.Widget(
            title=said.title,
            group=said.group,
            href=f"{self.open(row)}edit/" if able else "",
            link="Edit",
            size=said.size,
            facts=[shapes.Fact(label_of(type(row), n), self.value(row, n)) for n in asked.columns],
        )

    def information(self, tab: Tab) -> shapes.RecordPage:
        """Every value of the record under the headings of its form."""
        sections = [
            shapes.Section(title, [self._information_fact(n) for n in names])
            for title, names in self._headings().items()
        ]
        return self.frame(tab, body="sections", sections=sections)

    def _headings(self) -> dict[str, list[str]]:
        declared = self.model.screen.form or {title_of(self.model): plain_columns(self.model)}
        stamps = [n for n in ("created_at", "updated_at") if n in self.model.__table__.c]
        shown = {n for names in declared.values() for n in names}
        extra = [n for n in self.model.screen.list if n in self.model.__table__.c and n not in shown]
        kept = [n for n in extra if n not in stamps and "derived" not in self.model.__table__.c[n].info]
        return {**{t: list(n) for t, n in declared.items()}, "Record": [*kept, *stamps]}

    def _information_fact(self, name: str) -> shapes.Fact:
        if name in links_of(self.model):
            title = f"{title_of(far_end(links_of(self.model)[name]))}s"
            return shapes.Fact(title, self.value(self.record, name))
        column = self.model.__table__.c[name]
        return shapes.Fact(
            label_of(self.model, name), self.value(self.record, name), hint=column.comment or ""
        )

    def history(self, tab: Tab) -> shapes.RecordPage:
        before = _number(self.given.get("before", ""))
        steps, older = of_record(self.session, self.model, self.record.id, self.viewer, before)
        return self.frame(tab, body="history", history=self._timeline(steps, older, before))

    def _timeline(self, steps: Sequence[Step], older: int, before: int) -> shapes.Timeline:
        teller = Teller(self.session, self.viewer, self.look, home=(self.model, self.record.id))
        here = self.at("history")
        return shapes.Timeline(
            days=teller.days(steps),
            restore_to="/admin/history/restore/",
            older=f"{here}?before={older}" if older else "",
            newer=here if before else "",
            empty=shapes.Empty(
                "No changes recorded", "What people change in this record appears here.", "history"
            ),
        )

    def listing_tab(self, tab: Tab) -> shapes.RecordPage:
        asked = tab.rows(self.record)
        listing = self._child_listing(tab) if tab.child is not None else self._declared_listing(tab, asked)
        model = tab.child or asked.rows.column_descriptions[0]["entity"]
        return self.frame(
            tab, body="listing", listing=listing, add=self._add(model, asked.add), adder=self._adder(tab)
        )

    def _adder(self, tab: Tab, **more: Any) -> shapes.Adder | None:
        if not tab.adder or not self.viewer.may(f"{self.model.__tablename__}.update"):
            return None
        words = adders[tab.adder].__doc__ or ""
        return shapes.Adder(
            action=f"{self.tab_at(tab)}add/",
            label="Code, name or e-mail",
            hint=words.split("\n")[0],
            button="Add",
            **more,
        )

    def asking_back(self, tab: Tab, who: str, answer: Exception) -> shapes.RecordPage:
        """The tab again, with what the adder wants to know."""
        more: dict[str, Any] = {"value": who}
        if isinstance(answer, Choose):
            more["choices"] = [shapes.Option(str(i), escape(words)) for i, words in answer.options]
        elif isinstance(answer, Confirm):
            more["confirm"] = answer.question
            chosen = shapes.Option(str(answer.row_id), escape(answer.name), checked=True)
            more["choices"] = [chosen]
        elif isinstance(answer, Refused):
            more["error"] = answer.text
        page = self.listing_tab(tab)
        return replace(page, adder=self._adder(tab, **more))

    def _add(self, model: type[Table], values: dict[str, Any]) -> shapes.Link | None:
        if not values or not issubclass(model, Record) or "create" not in model.screen.writes:
            return None
        if not self.viewer.may(f"{model.__tablename__}.create"):
            return None
        path = f"/admin/{model.__tablename__}/new/?{urlencode(values)}"
        return shapes.Link(f"New {title_of(model).lower()}", path, "plus")

    def _child_listing(self, tab: Tab) -> shapes.Listing:
        """Rows of a child table, with the paging and the sorting of a list."""
        child = tab.child
        key = keys_between(child, self.model.__tablename__)[0]
        sort = self.given.get("sort", "")
        ask = Asked(
            child,
            sort=sort if sorting(child, sort.lstrip("-")) is not None else "",
            after=self.given.get("after", ""),
            before=self.given.get("before", ""),
            owner=(key.name, self.record.id),
        )
        found = page(self.session, ask, self.viewer, self.place)
        names = list(child.screen.list)
        here, kept = self.tab_at(tab), {"sort": ask.sort} if ask.sort else {}
        printed = printing.rows(
            self.session, child, found.ids, names, self.viewer, Look(self.look.timezone, self.look.currency)
        )
        total = f"{CAP:,}+" if found.total > CAP else f"{found.total:,}"

        def turn(name: str, cursor: str) -> str:
            return f"{here}?{urlencode({**kept, name: cursor})}" if cursor else ""

        return shapes.Listing(
            columns=printing.plain_columns(child, names),
            rows=printed,
            empty=None if printed else self._nothing(child, tab.title),
            first=here if found.previous else "",
            previous=turn("before", found.previous),
            next=turn("after", found.next),
            span=f"{found.start + 1:,}–{found.start + len(found.ids):,} of {total}" if printed else "",
        )

    def _nothing(self, model: type[Table], title: str) -> shapes.Empty:
        add = self._add(model, {keys_between(model, self.model.__tablename__)[0].name: self.record.id})
        return shapes.Empty(
            f"No {title.lower()} yet",
            "What you add appears here." if add else "Nothing has been recorded so far.",
            model.screen.icon,
            [add] if add else [],
        )

    def _declared_listing(self, tab: Tab, asked: declare.Listing) -> shapes.Listing:
        model = asked.rows.column_descriptions[0]["entity"]
        start = min(_number(self.given.get("start", "")), CAP)
        statement = asked.rows.where(*visible(model, self.viewer)).with_only_columns(model.id)
        ids = self.session.scalars(statement.offset(start).limit(51)).all()
        names = list(asked.columns)
        look = Look(self.look.timezone, self.look.currency)
        printed = printing.rows(self.session, model, ids[:50], names, self.viewer, look)
        here = self.tab_at(tab)
        return shapes.Listing(
            columns=printing.plain_columns(model, names),
            rows=printed,
            empty=None
            if printed
            else shapes.Empty(f"No {tab.title.lower()} yet", asked.empty or "Nothing so far."),
            previous=f"{here}?start={max(start - 50, 0)}" if start else "",
            next=f"{here}?start={start + 50}" if len(ids) > 50 else "",
            span=f"{start + 1:,}–{start + len(printed):,}" if printed else "",
        )


def initials(name: str) -> str:
    letters = [w[0] for w in name.split() if w[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"


def _slug(title: str) -> str:
    return slug(title) if title else ""


def _number(text: str) -> int:
    """A number from an address; 0 for anything else."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else 0
