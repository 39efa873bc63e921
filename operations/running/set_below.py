"""What follows below many rows that statements have changed: rows of other tables that go with them.

A follow-up that says `many` does here, for all rows of a stretch, what it does for one on the row
path, and the same is written: rows, versions, activity and ledger.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from models.access import Activity
from models.act import act_of
from models.base import Record
from models.choice import StateChoice
from models.fields import choices_of
from models.pack import pack
from queries.history import DELETED, INSERTED, UPDATED

from . import recorder
from .recorder import CHANGED, MADE, Change, kept
from .set_packed import SQL
from .stretch import Stretch, line


@dataclass
class Below:
    """The rows that a stretch has changed, as owners, and what was done beside each of them."""

    stretch: Stretch
    told: dict[int, list[list[Any]]] = field(default_factory=lambda: defaultdict(list))

    def owners(self, column: sa.Column, among: SQL) -> dict[int, Any]:
        """The changed rows of which a condition holds, with what this column held before."""
        before = self.stretch.packed.take(line.c.before, column.name)
        changed = line.join(self.stretch.table, self.stretch.rows())
        asked = sa.select(line.c.row_id, before).select_from(changed)
        return dict(iter(self.stretch.execute(asked.where(self.stretch.written, among))))

    def change(
        self, key: InstrumentedAttribute[Any], owners: Iterable[int], which: SQL, values: Mapping[str, Any]
    ) -> set[int]:
        """Write these values into the rows that belong to the owners; whose they were."""
        table = key.class_.__table__
        found = self._rows(table, table.c[key.key].in_(self._ids(owners)), which)
        self.write(key, found, values)
        return {row[key.key] for row in found}

    def write(
        self, key: InstrumentedAttribute[Any], found: Sequence[Mapping[str, Any]], values: Mapping[str, Any]
    ) -> None:
        """These values into these rows."""
        if not found:
            return
        model, table = key.class_, key.class_.__table__
        ids = self._ids(row["id"] for row in found)
        upkeep = {"version": table.c.version + 1, "updated_at": self.stretch.now}
        self.stretch.execute(sa.update(table).where(table.c.id.in_(ids)).values({**values, **upkeep}))
        self.stretch.close_versions(model, ids)
        self.stretch.copy_versions(model, UPDATED, table.c.id.in_(ids))
        for row in found:
            self._tell_change(model, row, row[key.key], values)
        self._note_moves(model, found, values)

    def unmake(self, key: InstrumentedAttribute[Any], found: Sequence[Mapping[str, Any]]) -> None:
        """Delete rows that nothing points at."""
        model, table = key.class_, key.class_.__table__
        ids = self._ids(row["id"] for row in found)
        self.stretch.copy_versions(model, DELETED, table.c.id.in_(ids))
        self.stretch.close_versions(model, ids)
        self.stretch.execute(sa.delete(table).where(table.c.id.in_(ids)))
        for row in found:
            before = {c.name: pack(c, row[c.name]) for c in kept(model)}
            self._tell(row[key.key], Change(table.name, row["id"], recorder.DELETED, before))

    def make(self, key: InstrumentedAttribute[Any], owners: Iterable[int], values: Mapping[str, Any]) -> None:
        """A new row for each owner."""
        model, table = key.class_, key.class_.__table__
        said = {**values, "created_at": self.stretch.now, "updated_at": self.stretch.now}
        known = {name: sa.literal(value, table.c[name].type) for name, value in said.items()}
        mine = self._ids(owners).subquery()
        rows = sa.select(mine.c.id, *known.values()).order_by(mine.c.id)
        made = sa.insert(table).from_select([key.key, *known], rows).returning(table.c.id)
        ids = self._ids(self.stretch.execute(made).scalars())
        self.stretch.copy_versions(model, INSERTED, table.c.id.in_(ids))
        for row in self._rows(table, table.c.id.in_(ids)):
            packed = {c.name: pack(c, row[c.name]) for c in kept(model)}
            after = {n: v for n, v in packed.items() if v is not None}
            self._tell(row[key.key], Change(table.name, row["id"], MADE, {}, after))

    def enter(self) -> None:
        """Into the ledger, beside what was done to the owners themselves."""
        if self.told:
            part = self.stretch.packed.listed(sorted(self.told.items()))
            own = (line.c.run_id == self.stretch.run.id) & (
                line.c.row_id == sa.cast(part.at(0), sa.BigInteger)
            )
            self.stretch.execute(sa.update(line).where(own).values(also=self.stretch.packed.json(part.at(1))))

    def _ids(self, ids: Iterable[int]) -> sa.Select[tuple[int]]:
        return self.stretch.packed.ids(ids)

    def _rows(self, table: sa.Table, *which: SQL) -> Sequence[Mapping[str, Any]]:
        asked = sa.select(table).where(*which).order_by(table.c.id)
        return self.stretch.execute(asked).mappings().all()

    def _tell(self, owner: int, change: Change) -> None:
        self.told[owner].append(change.line())

    def _tell_change(
        self, model: type[Record], row: Mapping[str, Any], owner: int, values: Mapping[str, Any]
    ) -> None:
        columns = [c for c in kept(model) if c.name in values and row[c.name] != values[c.name]]
        before = {c.name: pack(c, row[c.name]) for c in columns}
        after = {c.name: pack(c, values[c.name]) for c in columns}
        self._tell(owner, Change(model.__tablename__, row["id"], CHANGED, before, after))

    def _note_moves(
        self, model: type[Record], found: Sequence[Mapping[str, Any]], values: Mapping[str, Any]
    ) -> None:
        """The lines that changes of state leave in the activity trail (models/upkeep.py)."""
        table = model.__table__
        for name in values:
            if issubclass(choices_of(table.c[name]) or int, StateChoice):
                moves = defaultdict(list)
                for row in found:
                    moves[row[name]].append(row["id"])
                for before, ids in moves.items():
                    if before is not None and before != values[name]:
                        self._note(table, ids, before, values[name])

    def _note(self, table: sa.Table, ids: Iterable[int], before: StateChoice, after: StateChoice) -> None:
        act = act_of(self.stretch.session)
        said = {
            "staff_id": act.staff_id,
            "impersonation_id": act.impersonation_id,
            "kind": "state",
            "object_type": table.name,
            "old_state": before.value,
            "new_state": after.value,
            "reason": act.reason,
            "summary": f"{before.label} → {after.label}",
            "at": self.stretch.now,
        }
        trail = Activity.__table__
        known = {name: sa.literal(value, trail.c[name].type) for name, value in said.items()}
        moved = sa.select(owner_of(table), table.c.id, *known.values()).where(table.c.id.in_(self._ids(ids)))
        into = sa.insert(trail).from_select(["customer_id", "object_id", *known], moved.order_by(table.c.id))
        self.stretch.execute(into)


def owner_of(table: sa.Table) -> SQL:
    """The customer in whose trail a row of this table stands."""
    if table.name == "customer":
        return table.c.id
    return table.c.customer_id if "customer_id" in table.c else sa.null()
