"""Records that may be the same, in groups, with the reason."""

from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from models.base import Record
from models.fields import field_of
from models.screen import lowered, plural_of
from operations.merge_declared import merging_of
from operations.operation import operation_named
from operations.sealing import Unreadable, seal, unseal
from queries.likeness import Group, Likeness, Likenesses, groups
from queries.viewer import Viewer

from .cells import MASK, Look, show
from .help import help_path
from .merge_page import merge_path
from .merge_shapes import DuplicatesPage, LikeGroup, LikeRow
from .printing import plain_columns, rows
from .shapes import Empty, Link

SIZE = 20


@dataclass
class DuplicatesMaker:
    session: Session
    said: Likenesses
    viewer: Viewer
    look: Look
    by: str
    after: str

    def __post_init__(self) -> None:
        self.model: type[Record] = self.said.model
        self.way = next((way for way in self.said.ways if way.name == self.by), self.said.ways[0])
        self.list = f"/admin/{self.model.__tablename__}/"
        self.base = f"{self.list}duplicates/"
        self.after = _opened(self.after)
        self.names = [n for n in self.model.screen.list if "." not in n]

    def page(self) -> DuplicatesPage:
        found, after = groups(self.session, self.said, self.way, self.viewer, self.after, SIZE)
        what = lowered(plural_of(self.model))
        return DuplicatesPage(
            title="Duplicates",
            lede=f"{plural_of(self.model)} that may be the same. Merge them, or say that they are not.",
            crumbs=[Link(plural_of(self.model), self.list)],
            ways=[Link(self.titled(way), self.at(way), on=way is self.way) for way in self.said.ways],
            sure=self.way.sure,
            columns=plain_columns(self.model, self.names),
            groups=[self.group(one) for one in found],
            next=self.at(self.way, after) if after else "",
            looked=bool(after) and not found,
            first=self.at(self.way) if self.after else "",
            apart=self.base if self.may(self.said.verb) else "",
            back=self.at(self.way, self.after),
            empty=None if found else self.empty(what, bool(after)),
            as_list=f"{self.list}?duplicates=yes" if self.way.sure else "",
            help=help_path(self.model.screen.help and "staff.md#merging-and-duplicates"),
        )

    def titled(self, way: Likeness) -> str:
        return way.title if way.sure else f"Maybe: {way.title[0].lower()}{way.title[1:]}"

    def at(self, way: Likeness, after: str = "") -> str:
        # The value itself may be personal, and of a record that this person may not see.
        query = {"by": way.name, **({"after": seal(after)} if after else {})}
        return f"{self.base}?{urlencode(query)}"

    def may(self, name: str) -> bool:
        return operation_named(self.model, name).allowed(self.viewer, self.model)

    def group(self, one: Group) -> LikeGroup:
        printed = rows(self.session, self.model, one.ids, self.names, self.viewer, self.look)
        ids = ",".join(str(i) for i in one.ids)
        rest = one.total - len(printed)
        return LikeGroup(
            title=self.value(one),
            count=f"{one.total:,} {lowered(plural_of(self.model))}",
            rows=[LikeRow(row.id, row.href, row.cells) for row in printed],
            more=f"and {rest:,} more" if rest > 0 else "",
            merge=self.merge(one),
            ids=ids,
        )

    def merge(self, one: Group) -> str:
        merging = merging_of(self.model)
        if merging is None or not self.may(merging.operation):
            return ""
        ids = ",".join(str(i) for i in one.ids[: merging.most])
        query = {"ids": ids, "back": self.at(self.way, self.after)}
        return f"{merge_path(self.model)}?{urlencode(query, safe=',/')}"

    def value(self, one: Group) -> Markup:
        """What is alike, as people know it: the first record's own spelling."""
        column = self.way.reads if self.way.reads is not None else self.way.column
        if field_of(column).personal and not self.viewer.sees_personal(self.model):
            return MASK
        first = self.session.get(self.model, one.ids[0])
        shown = show(column, getattr(first, column.key), self.look)
        return Markup("{}, {}").format(shown, escape(one.finer)) if one.finer else shown

    def empty(self, what: str, further: bool) -> Empty:
        if further:
            return Empty("None so far", "Look further to go on where this stopped.", "copy-check")
        return Empty("No duplicates", f"No two {what} are alike in this way.", "copy-check")


def _opened(after: str) -> str:
    try:
        return unseal(after) if after else ""
    except Unreadable:
        return ""  # made up, or made before the key was changed: from the start
