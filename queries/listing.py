"""A page of a list, at a cost that does not grow with the table.

Narrow rows first: a statement finds the ids of one page, a second fetches what is shown of them,
and one more per key, link or child column brings their words. Counting stops at 10,000. Pages
are found by the last row of the one before, never by counting rows off.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table, columns, sorting
from models.fields import choices_of, field_of
from models.parse import Place, Unreadable, read
from models.reach import way

from .filters import Filter, Said, Unknown, filters_of, open_filters
from .links import far_end, links_of
from .search import fields, matching, within
from .viewer import Viewer
from .visibility import visible

CAP = 10_000
PAGE = 50
SIZES = (25, 50, 100)
# Up to this many matches are cheaper to collect and sort than to look for along the sort index,
# which for a rare value would be walked to its end.
COLLECT = 5_000
LONGEST_CURSOR = 2_000  # a sort value of 300 letters, of four bytes each, takes 1,600 in base64


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list. `problems` are per filter, in words for the reader."""

    model: type[Table]
    search: str = ""
    within: str = ""
    filters: Mapping[str, Said] = field(default_factory=dict)
    sort: str = ""
    after: str = ""
    before: str = ""
    size: int = PAGE
    problems: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()  # chosen by the reader; none: those of the screen
    owner: tuple[str, int] | None = None  # only the children of one record: (key column, id)
    narrowed: Mapping[str, Said] = field(default_factory=dict)  # filters that the reader cannot take off

    @property
    def order(self) -> tuple[str, bool]:
        """Column name and whether it descends. What cannot be sorted falls back to the default."""
        first = (self.owner and self.model.screen.order_below) or self.model.screen.order
        wanted = self.sort if self._sorting(self.sort) is not None else first
        return wanted.lstrip("-"), wanted.startswith("-")

    @property
    def column(self) -> sa.Column:
        """What the rows are sorted by."""
        return self._sorting(self.order[0])

    def _sorting(self, name: str) -> sa.Column | None:
        return sorting(self.model, name.lstrip("-"), self.owner[0] if self.owner else "")


def asked(model: type[Table], given: Mapping[str, Sequence[str]], viewer: Viewer, place: Place) -> Asked:
    """Read an address. Raises Unknown for a filter that this reader's list does not have."""
    known = open_filters(model, viewer)
    filters, problems = {}, {}
    for name, values in given.items():
        if name in OWN:
            continue
        name, values = _ranges(name, values, known, given)
        if name is None:
            continue
        if name not in known:
            raise Unknown(f"There is no filter “{name[:40]}” on this list.")
        try:
            said = Said.of(values)
            if said.yes or said.no:
                filters[name] = said
                known[name].condition(said, place)
        except Unreadable as problem:
            problems[name] = str(problem)
    size = _first(given, "size")
    found = Asked(
        model,
        search=_first(given, "search").strip() if model.screen.search else "",
        within=_first(given, "in") if _first(given, "in") in fields(model) else "",
        filters=filters,
        sort=_first(given, "sort"),
        after=_first(given, "after"),
        before=_first(given, "before"),
        size=int(size) if size in {str(s) for s in SIZES} else PAGE,
        columns=_chosen(model, given.get("columns", ()), viewer),
        problems=problems,
    )
    return _hide_sort(found, viewer)


def _chosen(model: type[Table], said: Sequence[str], viewer: Viewer) -> tuple[str, ...]:
    """The columns that an address asks for, in the order of the screen."""
    wanted = {name for text in said for name in text.split(",")}
    return tuple(n for n in every_column(model, viewer) if n in wanted)


OWN = frozenset({"search", "in", "sort", "after", "before", "size", "view", "columns", "as_of"})


def _first(given: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")


def _ranges(name: str, values: Sequence[str], known: Mapping[str, Filter], given: Mapping) -> tuple:
    """What forms without scripts send: NAME_from and NAME_to, and NAME_in beside NAME."""
    base, _, end = name.rpartition("_")
    if base in known and end in ("from", "to") and known[base].kind == "range":
        if end == "to" and _first(given, f"{base}_from"):
            return None, ()
        low, high = _first(given, f"{base}_from"), _first(given, f"{base}_to")
        return (base, [f"{low}..{high}"]) if low or high else (None, ())
    if base in known and end == "in":
        return None, ()
    country = _first(given, f"{name}_in")
    if country and name in known:
        return name, [v if ":" in v or not v.strip() else f"{country}:{v}" for v in values]
    return name, values


def _hide_sort(found: Asked, viewer: Viewer) -> Asked:
    """An order by values that the reader may not see would tell them."""
    name = found.sort.lstrip("-")
    column = found.model.__table__.c.get(name)
    hidden = column is not None and (field_of(column).secret or field_of(column).personal)
    if hidden and (field_of(column).secret or not viewer.sees_personal(found.model)):
        return replace(found, sort="")
    return found


def conditions(session: Session, ask: Asked, viewer: Viewer, place: Place) -> list[sa.ColumnElement[bool]]:
    """Everything that a row has to meet, the row rule first."""
    parts = list(visible(ask.model, viewer))
    if ask.owner:
        parts.append(ask.model.__table__.c[ask.owner[0]] == ask.owner[1])
    known = filters_of(ask.model)

    def look(statement: sa.Select) -> Sequence[int]:
        return session.scalars(statement).all()

    for name, said in (*ask.narrowed.items(), *ask.filters.items()):
        parts.append(known[name].asking(look).seen_by(viewer).condition(said, place))
    if ask.search:
        dialect = session.get_bind().dialect.name
        parts.append(matching(ask.model, ask.search, viewer, dialect))
        if ask.within and viewer.sees_personal(ask.model):
            parts.append(within(ask.model, ask.within, ask.search))
    return parts


def count(session: Session, ask: Asked, parts: list[sa.ColumnElement[bool]]) -> int:
    """How many rows match; CAP + 1 stands for more than CAP."""
    inner = sa.select(ask.model.__table__.c.id).where(*parts).limit(CAP + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(inner))


@dataclass(frozen=True)
class Cursor:
    """Where a page ends: the order it belongs to, the last value and id, and the total so far."""

    sort: str
    value: Any
    id: int
    total: int
    start: int  # rows before the page that follows

    def text(self) -> str:
        raw = json.dumps([self.sort, self.value, self.id, self.total, self.start], ensure_ascii=False)
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def of(cls, text: str) -> "Cursor | None":
        """None for anything that we did not write: the reader gets the first page."""
        try:
            text = text[:LONGEST_CURSOR]
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            sort, value, row_id, total, start = json.loads(raw)
        except (ValueError, TypeError, RecursionError):
            return None
        numbers = (row_id, total, start)
        if not isinstance(sort, str) or not all(type(n) is int and 0 <= n < 2**62 for n in numbers):
            return None
        return cls(sort, value, row_id, total, start)


def plain(value: Any) -> Any:
    return None if value is None else value if isinstance(value, (int, str)) else str(value)


def _typed(column: sa.Column, value: Any) -> Any:
    """A value from a cursor as the column's own type. Raises ValueError when it cannot be one."""
    if value is None:
        return None
    if not isinstance(column.type, sa.String) or choices_of(column):
        return read(column, str(value), Place())
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a value of this column")
    value.encode()  # raises for half of a surrogate pair, which no database takes
    return value


@dataclass(frozen=True)
class Page:
    ids: list[int]
    total: int
    start: int
    next: str
    previous: str


def page(session: Session, ask: Asked, viewer: Viewer, place: Place) -> Page:
    """The ids of one page, the total (capped) and the cursors to its neighbours."""
    parts = conditions(session, ask, viewer, place)
    name, down = ask.order
    cursor = _cursor(ask, f"{'-' if down else ''}{name}")
    back = bool(cursor) and not ask.after
    total, found = _begin(session, ask, parts) if not cursor else (cursor.total, [])
    if not found and total:
        found = walked(session, ask, parts, cursor, total, back)
    more = len(found) > ask.size
    found = found[: ask.size]
    if back:
        found.reverse()
    start = (max(cursor.start - len(found), 0) if back else cursor.start) if cursor else 0
    return _bounds(ask, found, total, start, more, back, bool(cursor))


def _begin(session: Session, ask: Asked, parts: list) -> tuple[int, list[Any]]:
    """The total, and the first page when matches are few enough to be collected and sorted for it."""
    if not _is_narrowed(ask, parts):
        return count(session, ask, parts), []
    found = session.execute(collected(ask, parts, CAP + 1).limit(ask.size + 1)).all()
    if not found or found[0].total > CAP:
        return (CAP + 1 if found else 0), []
    return found[0].total, found


def collected(ask: Asked, parts: list, most: int) -> sa.Select:
    """Up to so many matches, whichever are met first, in order and with their number."""
    column, down = ask.column, ask.order[1]
    parts = [*parts, *in_history(ask, column)]
    matches = sa.select(ask.model.__table__.c.id, column.label("sorted")).where(*parts).limit(most)
    met = matches.cte("collected").prefix_with("MATERIALIZED")
    total = sa.select(sa.func.count()).select_from(met).scalar_subquery()
    value = met.c.sorted.desc().nulls_first() if down else met.c.sorted.asc().nulls_last()
    row_id = met.c.id.desc() if down else met.c.id.asc()
    return sa.select(met.c.id, met.c.sorted, total.label("total")).order_by(value, row_id)


def _is_narrowed(ask: Asked, parts: list) -> bool:
    return bool(parts and (ask.search or ask.filters))


def _cursor(ask: Asked, order: str) -> Cursor | None:
    cursor = Cursor.of(ask.after or ask.before) if ask.after or ask.before else None
    if not cursor or cursor.sort != order:
        return None
    try:
        _typed(ask.column, cursor.value)
    except ValueError:
        return None
    return cursor


def _bounds(ask: Asked, found: list, total: int, start: int, more: bool, back: bool, moved: bool) -> Page:
    name, down = ask.order
    sort = f"{'-' if down else ''}{name}"

    def mark(row: Any, at: int) -> str:
        return Cursor(sort, plain(row[1]), row[0], total, at).text()

    ahead = (back or more) and bool(found)
    behind = (moved and not back) or (back and more)
    return Page(
        [row[0] for row in found],
        total,
        start,
        mark(found[-1], start + len(found)) if ahead else "",
        mark(found[0], start) if behind and found else "",
    )


def walked(
    session: Session, ask: Asked, parts: list, cursor: Cursor | None, total: int = CAP + 1, back: bool = False
) -> list[Any]:
    """Up to one row more than a page, in order, as (id, value sorted by)."""
    column = ask.column
    source, row_id, value = source_of(ask, parts, column, total)
    down = ask.order[1] != back
    wanted = ask.size + 1
    found: list[Any] = []
    for condition in stretches(column, value, row_id, cursor, down):
        statement = source.where(condition).order_by(*run_along(value, row_id, down))
        found += session.execute(statement.limit(wanted - len(found))).all()
        if len(found) >= wanted:
            break
    return found


def source_of(ask: Asked, parts: list, column: sa.Column, total: int) -> tuple:
    """Few matches are collected first and sorted; many are met along the sort index."""
    table = ask.model.__table__
    parts = [*parts, *in_history(ask, column)]
    if total > COLLECT or not _is_narrowed(ask, parts):
        # The id of the table that the sort index is on, or the index would not give the order.
        return sa.select(column.table.c.id, column).where(*parts), column.table.c.id, column
    few = sa.select(table.c.id, column.label("sorted")).where(*parts)
    collected = few.cte("collected").prefix_with("MATERIALIZED")
    return sa.select(collected.c.id, collected.c.sorted), collected.c.id, collected.c.sorted


def in_history(ask: Asked, column: sa.Column) -> list[sa.ColumnElement[bool]]:
    """How rows are joined to their open versions, when those are what they are sorted by."""
    kept, table = column.table, ask.model.__table__
    return [] if kept is table else [kept.c.id == table.c.id, kept.c.end_transaction_id.is_(None)]


def run_along(value: sa.ColumnElement, row_id: sa.ColumnElement, down: bool) -> list:
    both = [value, row_id] if value is not row_id else [row_id]
    return [c.desc() if down else c.asc() for c in both]


def stretches(column, value, row_id, cursor: Cursor | None, down: bool) -> list:
    """Conditions to read one after the other. Rows without a value are last upwards, first down."""
    if column.name == "id":
        if not cursor:
            return [sa.true()]
        return [row_id < cursor.id if down else row_id > cursor.id]
    has, lacks = value.is_not(None), value.is_(None)
    empty = column.nullable and column.name != "updated_at"
    in_order = ([lacks, has] if down else [has, lacks]) if empty else [sa.true()]
    if not cursor:
        return in_order
    if cursor.value is None:
        rest = lacks & (row_id < cursor.id if down else row_id > cursor.id)
        return [rest, has] if down else [rest]
    at = sa.tuple_(
        sa.literal(_typed(column, cursor.value), column.type), sa.literal(cursor.id, sa.BigInteger)
    )
    here = sa.tuple_(value, row_id)
    rest = here < at if down else here > at
    return [rest] if down or not empty else [rest, lacks]


def every_column(model: type[Table], viewer: Viewer) -> list[str]:
    """The columns that a reader's list can have.

    Personal ones are masked for some, secret ones never there; what belongs to another table is
    there for those who may read that.
    """
    hidden = {c.name for c in columns(model) if field_of(c).secret}
    every = (*model.screen.list, *model.screen.more)
    return [n for n in every if n not in hidden and may_show(model, n, viewer)]


def may_show(model: type[Table], name: str, viewer: Viewer) -> bool:
    """Whether a reader of a table may read the table that a column of its list comes from."""
    if "." in name:
        return all(viewer.may_read(table) for table in way(model, name))
    ties = links_of(model)
    return name not in ties or viewer.may_read(far_end(ties[name]))


def shown_columns(ask: Asked, viewer: Viewer) -> list[str]:
    own = ask.columns or ask.model.screen.list
    return [n for n in every_column(ask.model, viewer) if n in own]
