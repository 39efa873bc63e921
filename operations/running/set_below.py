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
        found = self._rows(table, table.c[key.key].in_(sorted(owners)), which)
        self.write(key, found, values)
        return {row[key.key] for row in found}

    def write(
        self, key: InstrumentedAttribute[Any], found: Sequence[Mapping[str, Any]], values: Mapping[str, Any]
    ) -> None:
        """These values into these rows."""
        model, table = key.class_, key.class_.__table__
        ids = [row["id"] for row in found]
        if not ids:
            return
        upkeep = {"version": table.c.version + 1, "updated_at": self.stretch.now}
        self.stretch.execute(sa.update(table).where(table.c.id.in_(ids)).values({**values, **upkeep}))
        self.stretch.close_versions(model, sa.select(table.c.id).where(table.c.id.in_(ids)))
        self.stretch.copy_versions(model, UPDATED, table.c.id.in_(ids))
        for row in found:
            self._tell_change(model, row, row[key.key], values)
        self._note_moves(model, found, values)

    def unmake(self, key: InstrumentedAttribute[Any], found: Sequence[Mapping[str, Any]]) -> None:
        """Delete rows that nothing points at."""
        model, table = key.class_, key.class_.__table__
        ids = [row["id"] for row in found]
        self.stretch.copy_versions(model, DELETED, table.c.id.in_(ids))
        self.stretch.close_versions(model, sa.select(table.c.id).where(table.c.id.in_(ids)))
        self.stretch.execute(sa.delete(table).where(table.c.id.in_(ids)))
        for row in found:
            before = {c.name: pack(c, row[c.name]) for c in kept(model)}
            self._tell(row[key.key], Change(table.name, row["id"], recorder.DELETED, before))

    def make(self, key: InstrumentedAttribute[Any], owners: Iterable[int], values: Mapping[str, Any]) -> None:
        """A new row for each owner."""
        model = key.class_
        table, name = model.__table__, model.__table__.c[key.key].name
        moments = {"created_at": self.stretch.now, "updated_at": self.stretch.now}
        rows = [{name: owner, **values, **moments} for owner in sorted(owners)]
        if not rows:
            return
        made = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
        ids = list(self.stretch.connection.execute(made, rows).scalars())
        self.stretch.copy_versions(model, INSERTED, table.c.id.in_(ids))
        for row in self._rows(table, table.c.id.in_(ids)):
            packed = {c.name: pack(c, row[c.name]) for c in kept(model)}
            after = {n: v for n, v in packed.items() if v is not None}
            self._tell(row[name], Change(table.name, row["id"], MADE, {}, after))

    def enter(self) -> None:
        """Into the ledger, beside what was done to the owners themselves."""
        if self.told:
            own = (line.c.run_id == self.stretch.run.id) & (line.c.row_id == sa.bindparam("owner"))
            said = sa.update(line).where(own).values(also=sa.bindparam("told"))
            each = [{"owner": owner, "told": told} for owner, told in sorted(self.told.items())]
            self.stretch.connection.execute(said, each)

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
        act = act_of(self.stretch.session)
        table = model.__table__
        moves = [
            {
                "customer_id": row.get("customer_id"),
                "staff_id": act.staff_id,
                "impersonation_id": act.impersonation_id,
                "kind": "state",
                "object_type": table.name,
                "object_id": row["id"],
                "old_state": row[name].value,
                "new_state": values[name].value,
                "summary": f"{row[name].label} → {values[name].label}",
                "at": self.stretch.now,
            }
            for name in values
            if issubclass(choices_of(table.c[name]) or int, StateChoice)
            for row in found
            if row[name] is not None and row[name] != values[name]
        ]
        if moves:
            self.stretch.connection.execute(sa.insert(Activity.__table__), moves)
