"""Taking back what followed below many rows, where nobody has touched any of it since.

Lines of which that cannot be said are left to the row path, which takes back what it can.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from models.base import Record, keys_between, tables
from models.pack import pack, unpack

from ..rules import Many
from .recorder import CHANGED, MADE, Change, kept
from .set_below import Below
from .stretch import Stretch, line, was

Rows = Mapping[int, Mapping[str, Any]]


@dataclass
class BackBelow:
    """`clean` are the lines of an undo all of whose changes still stand as the run has left them."""

    stretch: Stretch
    following: Sequence[Many]
    clean: dict[int, list[Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = {key.class_.__tablename__: key for many in self.following for key in many.keys}
        lines = self._lines()
        own = self._rows(self.stretch.model, lines)
        self.held = {name: self._rows(key.class_, self._ids(lines, name)) for name, key in self.keys.items()}
        used = {name: self._used(key.class_, self.held[name]) for name, key in self.keys.items()}
        for row_id, (mine, changes) in lines.items():
            if row_id in own and _stands(self.stretch.model, mine, own[row_id]):
                if all(self._is_clean(change, used) for change in changes):
                    self.clean[row_id] = changes

    def _lines(self) -> dict[int, tuple[Change, list[Change]]]:
        """The open lines with which other rows were changed: the change of the row itself, and those."""
        asked = sa.select(line.c.row_id, was.c.before, was.c.after, was.c.also)
        more = was.c.also.is_not(sa.null()) & was.c.after.is_not(sa.null())
        found = self.stretch.execute(
            asked.select_from(line.join(was, self.stretch.before)).where(self.stretch.open, more)
        )
        name = self.stretch.table.name
        return {
            row_id: (Change(name, row_id, CHANGED, before, after), [Change(*one) for one in also])
            for row_id, before, after, also in found
        }

    def _ids(self, lines: Mapping[int, tuple[Change, list[Change]]], name: str) -> list[int]:
        return sorted({c.id for _, changes in lines.values() for c in changes if c.table == name})

    def _rows(self, model: type[Record], ids: Iterable[int]) -> Rows:
        table = model.__table__
        asked = sa.select(table).where(table.c.id.in_(self.stretch.packed.ids(ids)))
        return {row["id"]: row for row in self.stretch.execute(asked).mappings()}

    def _used(self, model: type[Record], rows: Rows) -> set[int]:
        """Those that something points at: they cannot be unmade."""
        keys = [key for child in tables() for key in keys_between(child, model.__tablename__)]
        mine = self.stretch.packed.ids(rows)
        asked = (sa.select(key).where(key.in_(mine)).distinct() for key in keys)
        return {row_id for each in asked for row_id in self.stretch.execute(each).scalars()}

    def _is_clean(self, change: Change, used: Mapping[str, set[int]]) -> bool:
        row = self.held.get(change.table, {}).get(change.id)
        if row is None or change.kind not in (CHANGED, MADE):
            return False
        model = self.keys[change.table].class_
        if change.kind == CHANGED:
            return _stands(model, change, row)
        as_made = (c for c in kept(model) if not c.info.get("unversioned"))
        same = all(pack(c, row[c.name]) == change.after.get(c.name) for c in as_made)
        return same and change.id not in used[change.table]

    def carry_out(self) -> None:
        """For the lines that were written: their own rows are back."""
        done = sa.select(line.c.row_id).where(self.stretch.written)
        below = Below(self.stretch)
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row_id in self.stretch.execute(done).scalars():
            for change in self.clean.get(row_id, ()):
                before = json.dumps(change.before) if change.kind == CHANGED else ""
                groups[change.table, before].append(change.id)
        for (name, before), ids in groups.items():
            key, rows = self.keys[name], [self.held[name][i] for i in sorted(ids)]
            if before:
                columns = key.class_.__table__.c
                values = {n: unpack(columns[n], v) for n, v in json.loads(before).items()}
                below.write(key, rows, values)
            else:
                below.unmake(key, rows)
        below.enter()


def _stands(model: type[Record], change: Change, row: Mapping[str, Any]) -> bool:
    columns = model.__table__.c
    return all(
        pack(columns[n], row[n]) == after != change.before[n] and not columns[n].info.get("total")
        for n, after in change.after.items()
    )
