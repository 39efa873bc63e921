"""History as people read it: who did what, day by day, from what to what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from models.base import Link as Tie
from models.base import Record, target_of
from models.fields import field_of
from models.screen import label_of, lowered, plural_of, title_of
from operations.restoring import restorable
from queries.history import DELETED, INSERTED, UPDATED, Change, Step
from queries.impersonation import subjects
from queries.links import ends, far_end
from queries.shown import named, told_apart
from queries.viewer import Viewer

from . import history_shapes, shapes
from .cells import MASK, Look, moment, record_path, show
from .forms import owner_key
from .undo_offer import Offers
from .verbs import restore_path

TONES = {
    "restore": "violet",
    "import": "teal",
    "job": "blue",
    "command": "blue",
    "seed": "teal",
    "portal": "violet",
    "mail": "violet",
}
DID = {INSERTED: "created", DELETED: "deleted"}


@dataclass
class Teller:
    """Turns steps into days of entries. `home` is the record whose page this is, if any, and `back`
    the address of the page."""

    session: Session
    viewer: Viewer
    look: Look
    home: tuple[type[Record], int] | None = None
    back: str = ""

    def days(self, steps: Sequence[Step]) -> list[history_shapes.Day]:
        self.names = self._names(steps)
        self.offers = Offers(self.session, self.viewer, steps, self.home)
        self.subjects = subjects(self.session, (step.transaction.impersonation_id for step in steps))
        grouped: dict[date, list[history_shapes.Entry]] = {}
        for step in steps:
            when = step.transaction.issued_at.astimezone(self.look.zone)
            grouped.setdefault(when.date(), []).extend(self._entries(step, when))
        return [self._day(day, entries) for day, entries in grouped.items()]

    def _day(self, day: date, entries: list[history_shapes.Entry]) -> history_shapes.Day:
        today = datetime.now(self.look.zone).date()
        pattern = "d MMMM" if day.year == today.year else "d MMMM yyyy"
        title = format_date(day, pattern, locale="en")
        count = len(entries)
        return history_shapes.Day(
            f"Today, {title}" if day == today else title,
            f"{count:,} change{'s' if count != 1 else ''}",
            entries,
        )

    def _names(self, steps: Sequence[Step]) -> dict[type[Record], dict[int, Any]]:
        """Every record that is mentioned, with one statement per table."""
        wanted: dict[type[Record], set[int]] = {}
        for change in (c for step in steps for c in step.changes):
            for name in _mentioned(change):
                column = change.model.__table__.c[name]
                ids = {change.before.get(name), change.after.get(name)} - {None}
                wanted.setdefault(target_of(column), set()).update(ids)
            if self.home is None and not issubclass(change.model, Tie):
                wanted.setdefault(change.model, set()).add(change.row_id)
        return {model: named(self.session, model, ids, self.viewer) for model, ids in wanted.items()}

    def _name(self, model: type[Record], row_id: int | None) -> str:
        found = self.names.get(model, {}).get(row_id)
        return str(found) if found is not None else f"{title_of(model)} {row_id}"

    def _entries(self, step: Step, when: datetime) -> Iterable[history_shapes.Entry]:
        """One entry per record that the step touched; on a record's own page, one in all."""
        if not step.changes:
            yield self._summed(step, when)
            return
        if self.home is not None:
            yield self._entry(step, when, step.changes, None)
            return
        groups: dict[tuple[type[Record], int], list[Change]] = {}
        for change in step.changes:
            groups.setdefault(self._subject(change), []).append(change)
        for (model, row_id), changes in groups.items():
            link = shapes.Link(self._name(model, row_id), record_path(model, row_id))
            yield self._entry(step, when, changes, link)

    def _summed(self, step: Step, when: datetime) -> history_shapes.Entry:
        """A step of very many rows, told by numbers."""
        verbs = {INSERTED: "created", UPDATED: "changed", DELETED: "deleted"}
        parts: dict[str, list[str]] = {}
        for (model, kind), rows in step.counts.items():
            if not issubclass(model, Tie):
                parts.setdefault(verbs[kind], []).append(f"{rows:,} {lowered(plural_of(model))}")
        did = "; ".join(f"{verb} {', '.join(found)}" for verb, found in parts.items())
        return replace(self._entry(step, when, (), None), did=did or "changed many records")

    def _subject(self, change: Change) -> tuple[type[Record], int]:
        """A tie is told at its owner, which it says something about."""
        if not issubclass(change.model, Tie):
            return change.model, change.row_id
        owner = ends(change.model)[0]
        return target_of(owner), change.after[owner.name]

    def _entry(
        self, step: Step, when: datetime, changes: Sequence[Change], subject: shapes.Link | None
    ) -> history_shapes.Entry:
        said = step.transaction
        rows = [row for change in changes for row in self._rows(change, said.id, len(changes) > 1)]
        return history_shapes.Entry(
            moment=moment(said.issued_at, self.look),
            clock=when.strftime("%H:%M"),
            who=said.staff_name or said.source.capitalize(),
            did=self._as_whom(said)
            + self._did(changes)
            + (" of" if subject and self._is_change(changes) else ""),
            subject=subject,
            reason=said.reason,
            source=said.source.capitalize() if said.source != "panel" else "",
            tone=TONES.get(said.source, "gray"),
            changes=rows,
            restore=self._revival(changes),
            run=self._run(said),
            undo=self.offers.of(said.run_id, changes),
        )

    def _run(self, said: Any) -> shapes.Link | None:
        """The run that it was part of, as a way to it for who may see that."""
        if said.run_id is None:
            return None
        sees = said.staff_id == self.viewer.staff_id or self.viewer.may("history.read_all")
        return shapes.Link(f"run {said.run_id}", f"/admin/run/{said.run_id}/" if sees else "")

    def _as_whom(self, said: Any) -> str:
        """Of a change that staff made while viewing as a customer: both people."""
        subject = self.subjects.get(said.impersonation_id)
        return f"as {subject} " if subject else ""

    def _is_change(self, changes: Sequence[Change]) -> bool:
        """Whether it reads "changed something of" rather than "created" or "deleted"."""
        return self._did(changes).startswith("changed")

    def _did(self, changes: Sequence[Change]) -> str:
        kinds = {c.kind for c in changes}
        plain = [c for c in changes if not issubclass(c.model, Tie)]
        if len({c.model for c in plain}) == 1 and len(kinds) == 1 and (kind := next(iter(kinds))) in DID:
            model = plain[0].model
            own = self.home and (model, plain[0].row_id) == self.home
            return f"{DID[kind]} {'the record' if own else lowered(title_of(model))}"
        if self.home and any((c.model, c.row_id) == self.home and c.kind == INSERTED for c in changes):
            return "created the record"
        fields = [label_of(c.model, n) for c in plain for n in c.fields if c.kind not in DID]
        fields += [title_of(far_end(c.model)) for c in changes if issubclass(c.model, Tie)]
        unique = list(dict.fromkeys(fields))
        if not unique:
            return "changed what belongs to it"
        shown = ", ".join(unique[:3])
        return f"changed {shown}" + (f" and {len(unique) - 3} more" if len(unique) > 3 else "")

    def _revival(self, changes: Sequence[Change]) -> str:
        """Deleted rows come back from here, the record before its children."""
        gone = next((c for c in changes if c.kind == DELETED and not issubclass(c.model, Tie)), None)
        return restore_path(gone.model, gone.row_id, self.viewer, self.back) if gone else ""

    def _may(self, model: type[Record], verb: str) -> bool:
        if issubclass(model, Tie):
            model = target_of(ends(model)[0])
            verb = "update"
        return self.viewer.may(f"{model.__tablename__}.{verb}")

    def _rows(self, change: Change, transaction_id: int, many: bool) -> Iterable[history_shapes.Change]:
        if issubclass(change.model, Tie):
            yield self._tie(change, transaction_id)
            return
        if change.kind == DELETED:
            return
        own = owner_key(change.model)
        for name in change.fields:
            column = change.model.__table__.c[name]
            if own is not None and name == own.name and change.kind == INSERTED:
                continue
            if change.kind == INSERTED and _is_default(column, change.after[name]):
                continue
            yield self._field(change, column, transaction_id, many)

    def _field(
        self, change: Change, column: sa.Column, transaction_id: int, many: bool
    ) -> history_shapes.Change:
        label = label_of(change.model, column.name)
        if self.home and (change.model, change.row_id) != self.home:
            label = f"{title_of(change.model)}: {label}"
        old, new = (self._value(change, column, values) for values in (change.before, change.after))
        able = change.kind not in DID and self._may(change.model, "update")
        able = able and column.name in restorable(change.model, self.viewer)
        return history_shapes.Change(
            field=label,
            old=old,
            new=new,
            restore=_ticket(change, transaction_id, column.name) if able else None,
        )

    def _value(self, change: Change, column: sa.Column, values: dict[str, Any]) -> Markup | None:
        value = values.get(column.name)
        if value is None or value == "":
            return None
        if self._hides(change.model, column):
            return MASK
        if field_of(column).kind == "key":
            return escape(self._key(change, column, value))
        if field_of(column).kind in ("attributes", "schema"):
            value = _differing(change, column.name, value)
        currency = change.after.get("currency") or ""
        return show(column, value, Look(self.look.timezone, currency, whole=False))

    def _key(self, change: Change, column: sa.Column, value: int) -> str:
        """The name behind a key. Of two that are called the same, as of customers who were one, the code."""
        known = self.names.get(target_of(column), {})
        both = {values.get(column.name) for values in (change.before, change.after)}
        called = told_apart([known[row_id] for row_id in both if row_id in known])
        return called.get(value) or self._name(target_of(column), value)

    def _hides(self, model: type[Record], column: sa.Column) -> bool:
        return field_of(column).personal and not self.viewer.sees_personal(model)

    def _tie(self, change: Change, transaction_id: int) -> history_shapes.Change:
        far = ends(change.model)[1]
        name = self._name(target_of(far), change.after[far.name])
        able = self._may(change.model, "update")
        return history_shapes.Change(
            field=f"{title_of(target_of(far))}s",
            old=None,
            new=None,
            added=[name] if change.kind == INSERTED else [],
            removed=[name] if change.kind == DELETED else [],
            restore=_ticket(change, transaction_id, "") if able else None,
        )


def _ticket(change: Change, transaction_id: int, column: str) -> dict[str, str]:
    """What a restore form sends: which change of which row."""
    return {
        "table": change.model.__tablename__,
        "row": str(change.row_id),
        "transaction": str(transaction_id),
        "column": column,
    }


def _differing(change: Change, name: str, value: dict[str, Any]) -> dict[str, Any]:
    """Of many named answers those that the change is about."""
    before, after = (values.get(name) or {} for values in (change.before, change.after))
    return {n: said for n, said in value.items() if before.get(n) != after.get(n)}


def _mentioned(change: Change) -> list[str]:
    """The keys whose targets are named in a change."""
    names = change.after if change.kind != DELETED or issubclass(change.model, Tie) else ()
    table = change.model.__table__
    return [n for n in names if n in table.c and table.c[n].foreign_keys]


def _is_default(column: sa.Column, value: Any) -> bool:
    """Whether a new row merely has what every new row has."""
    if value in (None, "", {}, []):
        return True
    if "numbered" in column.info or "stamped" in column.info:
        return False
    default = column.default
    return default is not None and not default.is_callable and default.arg == value
