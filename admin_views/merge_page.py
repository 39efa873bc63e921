"""The merge screen: records side by side, whose value is kept, what moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from models.base import Record, target_of
from models.fields import field_of
from models.screen import label_of, lowered, plural_of, title_of
from operations.merge_declared import FROM, SURVIVOR, Merging
from operations.merge_relations import outlooks
from operations.operation import operation_named
from queries.likeness import likenesses_of, reasons
from queries.shown import named, told_apart
from queries.viewer import Viewer

from .cells import MASK, Look, badge, moment, record_path, show
from .help import help_path
from .merge_shapes import Candidate, Equal, Field, MergePage, Pick, Picker, Relation, Total
from .shapes import Link
from .verbs import operate_path

EMPTY = Markup('<span class="muted">empty</span>')


@dataclass
class MergeMaker:
    """One merge, from the records that were picked, in the order in which they were."""

    session: Session
    merging: Merging
    rows: Sequence[Record]
    kept: Record | None
    viewer: Viewer
    look: Look
    back: str
    missing: Sequence[str] = ()  # why some that were picked are not here
    chosen: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    key: str = ""
    errors: list[str] = field(default_factory=list)
    reason_error: str = ""

    def __post_init__(self) -> None:
        self.model = self.merging.model
        self.sees = self.viewer.sees_personal(self.model)
        self.others = sorted((r for r in self.rows if r is not self.kept), key=lambda r: r.id)
        self.base = merge_path(self.model)

    @property
    def what(self) -> str:
        return lowered(plural_of(self.model))

    def page(self) -> MergePage:
        several = len(self.rows) > 1
        return MergePage(
            title=f"Merge {len(self.rows)} {self.what}" if several else f"Merge {self.what}",
            lede=self.lede() if several else "Find the record that is the same.",
            crumbs=self.crumbs(),
            action=self.base,
            cancel=self.back,
            back=self.back,
            kept=self.candidate(self.kept) if self.kept else None,
            candidates=[self.candidate(row) for row in self.rows],
            picker=self.picker(),
            hidden=[("ids", self.ids()), ("back", self.back), ("key", self.key or token_urlsafe(24))],
            reason=self.reason,
            reason_error=self.reason_error,
            errors=self.errors,
            hindrances=self.hindrances,
            help=help_path(self.model.screen.help and "staff.md#merging-and-duplicates"),
            **(self.comparison() if several and not self.hindrances else {}),
        )

    def comparison(self) -> dict[str, Any]:
        differing, equal = self.fields()
        relations = self.relations()
        moving = sum(one.counts[i] for one in relations for i in one.counts if i != self.kept.id)
        name = getattr(self.kept, "code", None) or str(self.kept)
        return {
            "fields": differing,
            "equal": equal,
            "relations": [self.relation(one) for one in relations],
            "linked": f"{moving:,} linked record{'s' if moving != 1 else ''}",
            "totals": [self.total(name) for name in self.merging.totals],
            "concerns": self.merging.concerns(self.kept, self.others),
            "apart": self.apart(),
            "submit": f"Merge {len(self.rows)} into {name}",
            "direct": len(self.rows) == 2,
        }

    def crumbs(self) -> list[Link]:
        table = f"/admin/{self.model.__tablename__}/"
        found = [Link(plural_of(self.model), table)]
        if likenesses_of(self.model):
            found.append(Link("Duplicates", f"{table}duplicates/"))
        return found

    def lede(self) -> str:
        said = likenesses_of(self.model)
        ids = [row.id for row in self.rows]
        alike = [way.title for way, _ in reasons(self.session, said, ids)] if said else []
        if not alike:
            return self.merging.verb.says
        return "; ".join([alike[0], *(title[0].lower() + title[1:] for title in alike[1:])]) + "."

    def ids(self) -> str:
        return ",".join(str(row.id) for row in self.rows)

    def at(self, rows: Sequence[Record], kept: Record | None = None) -> str:
        """The screen of these, which keeps the first unless it says another one."""
        kept = kept or self.kept
        query = {"ids": ",".join(str(r.id) for r in rows), "back": self.back}
        if kept in rows and kept is not rows[0]:
            query[SURVIVOR] = str(kept.id)
        return f"{self.base}?{urlencode(query, safe=',/')}"

    def candidate(self, row: Record) -> Candidate:
        rest = [r for r in self.rows if r is not row]
        return Candidate(
            id=row.id,
            name=str(row),
            code=getattr(row, "code", "") or "",
            href=record_path(self.model, row.id),
            marks=self.marks(row),
            since=Markup("since {}, changed {}").format(
                moment(row.created_at, self.look), moment(row.updated_at, self.look)
            ),
            kept=row is self.kept,
            without=self.at(rest) if len(rest) > 1 else "",
            instead=self.at(self.rows, row) if self.hindrances and rest and row is not self.kept else "",
        )

    def marks(self, row: Record) -> list[Markup]:
        states = (c for c in self.model.__table__.columns if field_of(c).kind == "state")
        return [badge(value) for c in states if (value := getattr(row, c.key)) is not None]

    def picker(self) -> Picker | None:
        if len(self.rows) >= self.merging.most:
            return None
        lookup = f"{operate_path(self.model, self.merging.operation)}lookup/{SURVIVOR}/"
        label = "Add a record" if len(self.rows) > 1 else "Merge with"
        hidden = [("ids", str(row.id)) for row in self.rows]
        kept = [(SURVIVOR, str(self.kept.id))] if self.kept else []
        return Picker(self.base, lookup, label, [*hidden, *kept, ("back", self.back)])

    @cached_property
    def hindrances(self) -> list[str]:
        """Why these cannot be merged, pair by pair."""
        found = list(self.missing)
        if self.kept is not None and self.others:
            found += self.merging.hindrances(self.session, self.kept, self.others)
        return found

    def apart(self) -> str:
        said = likenesses_of(self.model)
        if said is None or not operation_named(self.model, said.verb).allowed(self.viewer, self.model):
            return ""
        return f"/admin/{self.model.__tablename__}/duplicates/"

    def fields(self) -> tuple[list[Field], list[Equal]]:
        """What differs, to choose from, and what is the same in all of them."""
        names = self.merging.choosable(self.viewer)
        labels = {n: self.labels(n) for n in names if self.model.__table__.c[n].foreign_keys}
        differing, equal = [], []
        for name in names:
            values = [getattr(row, name) for row in self.rows]
            printed = [self.printed(row, name, labels.get(name, {})) for row in self.rows]
            if all(value == values[0] or _is_blank(value) and _is_blank(values[0]) for value in values):
                if not _is_blank(values[0]):
                    equal.append(Equal(label_of(self.model, name), printed[0]))
            else:
                differing.append(self.field(name, printed))
        return differing, equal

    def field(self, name: str, printed: Sequence[Markup]) -> Field:
        whose = self.whose(name)
        picks = [
            Pick(row.id, html, row.id == whose, _is_blank(getattr(row, name)))
            for row, html in zip(self.rows, printed, strict=True)
        ]
        result = next((p.html for p in picks if p.chosen), EMPTY)
        return Field(f"{name}{FROM}", label_of(self.model, name), picks, result)

    def whose(self, name: str) -> int:
        """Whose value is kept: the one chosen, or the survivor's, or of those that have any the first."""
        return self.chosen.get(name) or self.usual(name)

    def usual(self, name: str) -> int:
        order = [self.kept, *self.others]
        return next((row for row in order if not _is_blank(getattr(row, name))), self.kept).id

    def decided(self) -> dict[str, int]:
        """The choices that make a difference."""
        return {n: row_id for n, row_id in self.chosen.items() if row_id != self.usual(n)}

    def labels(self, name: str) -> Mapping[int, str]:
        ids = {getattr(row, name) for row in self.rows} - {None}
        found = named(self.session, target_of(self.model.__table__.c[name]), ids, self.viewer)
        return told_apart(found.values())

    def printed(self, row: Record, name: str, labels: Mapping[int, str]) -> Markup:
        column, value = self.model.__table__.c[name], getattr(row, name)
        if _is_blank(value):
            return EMPTY
        if field_of(column).personal and not self.sees:
            return MASK
        if column.foreign_keys:
            return escape(labels.get(value, f"{title_of(target_of(column))} {value}"))
        return show(column, value, Look(self.look.timezone, getattr(row, "currency", "") or ""))

    def relations(self) -> list[Any]:
        ids = [self.kept.id, *(row.id for row in self.others)]
        return outlooks(self.session, self.model, ids, self.viewer)

    def relation(self, one: Any) -> Relation:
        def shown(row: Record) -> str:
            number = one.counts.get(row.id, 0)
            return f"{number:,}" if row is self.kept else f"+{number:,}" if number else "–"

        return Relation(one.label, [shown(row) for row in self.rows], f"{one.after:,}", one.note)

    def total(self, name: str) -> Total:
        column = self.model.__table__.c[name]
        look = Look(self.look.timezone, getattr(self.kept, "currency", "") or "")
        values = [getattr(row, name) for row in (self.kept, *self.others)]
        return Total(
            label_of(self.model, name),
            [show(column, value, look) for value in values],
            show(column, sum(values), look),
        )


def merge_path(model: type[Record]) -> str:
    return f"/admin/{model.__tablename__}/merge/"


def _is_blank(value: Any) -> bool:
    return value in (None, "", {})
