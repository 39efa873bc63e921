"""Which rows an address or a form means: some by id, or all that a list shows."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import abort, request
from sqlalchemy.orm import Session

from models.base import Record
from models.parse import Place
from models.screen import lowered, plural_of, title_of
from models.text import whole_number
from operations.running import Selection
from operations.running.plan import MOST_IDS
from queries.filters import Unknown
from queries.gone import gone_named
from queries.listing import CAP, Asked, asked, conditions, count
from queries.search import TooLong
from queries.shown import named
from queries.viewer import Viewer
from queries.views import with_view

from .cells import record_path
from .list_page import ListMaker
from .redirects import own_path
from .shapes import Link

OWN = frozenset({"ids", "rowid", "all", "back", "run", "operation", "ask"})
TOLD = 5  # rows that are named one by one


@dataclass(frozen=True)
class Meant:
    """The rows of a request. `query` is the list's own when all that it shows are meant."""

    model: type[Record]
    ids: tuple[int, ...]
    ask: Asked | None
    query: str
    back: str

    @property
    def is_one(self) -> bool:
        return self.ask is None and len(self.ids) == 1

    @property
    def is_empty(self) -> bool:
        return self.ask is None and not self.ids

    def hidden(self) -> list[tuple[str, str]]:
        """What the form of the questions carries along."""
        own = [("all", "1"), ("query", self.query)] if self.ask else [("ids", ",".join(map(str, self.ids)))]
        return [*own, ("back", self.back)]

    def address(self) -> str:
        """The part of an address that means these rows; "" when they are too many to be named there."""
        own = [("all", "1"), *parse_qsl(self.query)] if self.ask else [("ids", ",".join(map(str, self.ids)))]
        text = urlencode([*own, ("back", self.back)], safe=",:!")
        return text if len(text) < 1500 else ""


def meant(model: type[Record], viewer: Viewer, place: Place) -> Meant:
    """Read it from the request; what cannot be read is said, with 400."""
    back = own_path(request.values.get("back"), f"/admin/{model.__tablename__}/")
    if request.values.get("all"):
        query = _query()
        return Meant(model, (), _asked(model, query, viewer, place), query, back)
    return Meant(model, tuple(sorted(set(ids_named(model)))), None, "", back)


def _query() -> str:
    if "query" in request.form:
        return request.form["query"]
    return urlencode([(n, v) for n, v in request.args.items(multi=True) if n not in OWN])


def _asked(model: type[Record], query: str, viewer: Viewer, place: Place) -> Asked:
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        given.setdefault(name, []).append(value)
    if "\x00" in query or "%00" in query:
        abort(400, "The address holds a character that no search can hold.")
    try:
        found = asked(model, with_view(model, given), viewer, place)
    except Unknown as unknown:
        abort(400, str(unknown))
    if found.problems:
        abort(400, " ".join(found.problems.values()))
    return found


def ids_named(model: type[Record]) -> list[int]:
    """The ids that a request names, in its order; what is none, or too many, is said with 400."""
    said = [*request.values.getlist("ids"), *request.values.getlist("rowid")]
    words = [w.strip() for text in said for w in text.split(",") if w.strip()]
    if len(words) > MOST_IDS:
        many = f"At most {MOST_IDS:,} records can be named one by one; these are {len(words):,}."
        abort(400, f"{many} Choose all that match a filter instead.")
    ids = [whole_number(word) for word in words]
    if 0 in ids:
        abort(400, f"“{words[ids.index(0)][:40]}” is not the number of a {lowered(title_of(model))}.")
    return ids


class Words:
    """The rows that are meant, for people."""

    def __init__(
        self, session: Session, rows: Meant, viewer: Viewer, place: Place, gone: bool = False
    ) -> None:
        self.session, self.rows, self.viewer, self.place = session, rows, viewer, place
        self.model = rows.model
        first = set(rows.ids[:TOLD])
        self.found = {} if rows.ask else named(session, self.model, first, viewer)
        # Of deleted rows that somebody wants to have back.
        self.lost = gone_named(session, self.model, first - set(self.found), viewer) if gone else {}

    def number(self) -> str:
        if self.rows.ask is None:
            return f"{len(self.rows.ids):,}"
        try:
            parts = conditions(self.session, self.rows.ask, self.viewer, self.place)
        except TooLong as problem:
            abort(400, str(problem))
        many = count(self.session, self.rows.ask, parts)
        return f"{CAP:,}+" if many > CAP else f"{many:,}"

    def counted(self, number: str) -> str:
        return f"{number} {lowered((title_of if number == '1' else plural_of)(self.model))}"

    def name(self) -> str:
        """Of the only row."""
        row_id = self.rows.ids[0]
        found = self.found.get(row_id) or self.lost.get(row_id)
        return str(found) if found is not None else f"{title_of(self.model)} {row_id}"

    def links(self) -> list[Link]:
        there = [Link(str(row), record_path(self.model, i)) for i, row in sorted(self.found.items())]
        return [*there, *(Link(str(row), "") for _, row in sorted(self.lost.items()))]

    def more(self) -> str:
        known = len(self.found) + len(self.lost)
        rest = len(self.rows.ids) - known
        return f"and {rest:,} more" if known and rest > 0 else ""

    def selection(self) -> Selection:
        return Selection(self.rows.ids, self.rows.ask, self.place, self.sentence())

    def sentence(self) -> str:
        """Kept with the run."""
        if self.rows.ask is None:
            names = ", ".join(link.label for link in self.links())
            return f"{names} {self.more()}".strip() or self.counted(self.number())
        return self.listed() or f"All {lowered(plural_of(self.model))}."

    def listed(self) -> str:
        """What narrows the list whose rows are all meant; "" for nothing."""
        if self.rows.ask is None:
            return ""
        return ListMaker(self.session, self.rows.ask, self.viewer, self.place, None, "", {}).sentence()
