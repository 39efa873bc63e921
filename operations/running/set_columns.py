"""Columns of many rows, by a handful of statements: assigned by a verb, or set back by an undo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from models.access import Activity
from models.act import act_of
from models.base import Record
from models.choice import StateChoice
from models.fields import choices_of
from models.screen import label_of, lowered
from models.work import RowState
from queries.history import UPDATED

from ..operation import Condition
from ..rules import Many
from .rows import OVERTAKEN
from .set_back_below import BackBelow
from .set_below import Below, owner_of
from .set_packed import SQL, Packed, joined, literal, quoted
from .stretch import Cases, Stretch, any_of, first_of, line, was


@dataclass(frozen=True)
class Assigned:
    """Columns that all rows get the same values in. `forbidden` are the words of rules against it.

    Rows of which one of `spared` holds are left to the row path: more follows from their change. What
    follows by statements as well is `following`.
    """

    model: type[Record]
    values: Mapping[str, Any]
    conditions: Sequence[Condition]
    forbidden: Mapping[str, str]
    spared: Sequence[SQL] = ()
    following: Sequence[Many] = ()

    @property
    def names(self) -> list[str]:
        return _in_order(self.model, self.values)

    def differs(self, name: str) -> SQL:
        column = self.model.__table__.c[name]
        value = self.values[name]
        if value is None or not column.nullable:
            return column.is_not(None) if value is None else column != sa.literal(value, column.type)
        return column.is_distinct_from(sa.literal(value, column.type))

    def cases(self, packed: Packed) -> Cases:
        table = self.model.__table__
        late = line.c.version.is_not(None) & (line.c.version != table.c.version)
        unmet = [
            (~sa.func.coalesce(c.on(self.model), sa.false()), RowState.REFUSED, c.otherwise)
            for c in self.conditions
        ]
        same = ~any_of(self.differs(n) for n in self.names)
        against = [(self.differs(n), RowState.REFUSED, words) for n, words in self.forbidden.items()]
        return [
            (late, RowState.SKIPPED, OVERTAKEN),
            *unmet,
            (same, RowState.SAME, ""),
            *against,
            (sa.true(), RowState.CHANGED, ""),
        ]

    def changes(self, packed: Packed) -> Iterator[tuple[str, SQL, SQL, SQL]]:
        """(column, before, after, whether it changes) for each, the values as JSON text."""
        for name in self.names:
            column = self.model.__table__.c[name]
            before = packed.quote(column, packed.of(column))
            yield name, before, quoted(column, self.values[name]), self.differs(name)

    def new(self, packed: Packed) -> dict[str, Any]:
        return dict(self.values)

    def sources(self, stretch: Stretch) -> tuple[SQL, ...]:
        return (stretch.rows(), ~any_of(self.spared))


@dataclass(frozen=True)
class SetBack:
    """Columns that go back to what they were before a run, where nobody has touched them since.

    `forbidden` are the words of rules against a value, as JSON, by column. Rows that the guards of
    their table keep are left to the row path, whose rules have their own words; so are those with
    which other records were changed, unless `following` knows how these go back as well.
    """

    model: type[Record]
    names: Sequence[str]
    guards: Sequence[Condition]
    forbidden: Mapping[str, Mapping[str, str]]
    following: Sequence[Many] = ()
    clean: frozenset[int] = frozenset()

    def returns(self, packed: Packed, name: str) -> SQL:
        before, after, present = self._values(packed, name)
        ours = present.is_not_distinct_from(after) & after.is_distinct_from(before)
        return packed.has(was.c.after, name) & ours

    def stays(self, packed: Packed, name: str) -> SQL:
        before, after, present = self._values(packed, name)
        others = present.is_distinct_from(after) & present.is_distinct_from(before)
        return packed.has(was.c.after, name) & others

    def _values(self, packed: Packed, name: str) -> tuple[SQL, SQL, SQL]:
        before, after = packed.take(was.c.before, name), packed.take(was.c.after, name)
        return before, after, packed.of(self.model.__table__.c[name])

    def _quoted_before(self, packed: Packed, name: str) -> SQL:
        return packed.quote(self.model.__table__.c[name], packed.take(was.c.before, name))

    def cases(self, packed: Packed) -> Cases:
        done = any_of(self.returns(packed, n) for n in self.names)
        left = any_of(self.stays(packed, n) for n in self.names)
        against = [
            (self.returns(packed, n) & (self._quoted_before(packed, n) == literal(value)), words)
            for n, found in self.forbidden.items()
            for value, words in found.items()
        ]
        return [
            *((holds, RowState.REFUSED, words) for holds, words in against),
            (done & left, RowState.CHANGED, self._words(packed, "Stays as it is now: ")),
            (done, RowState.CHANGED, ""),
            (left, RowState.SKIPPED, self._words(packed, "Changed since: ")),
            (sa.true(), RowState.SAME, ""),
        ]

    def _words(self, packed: Packed, begin: str) -> SQL:
        each = [
            sa.case(
                (self.stays(packed, n), literal(f"; {lowered(label_of(self.model, n))}")), else_=literal("")
            )
            for n in self.names
        ]
        return joined([literal(begin), sa.func.substr(joined(each), 3), literal(".")])

    def changes(self, packed: Packed) -> Iterator[tuple[str, SQL, SQL, SQL]]:
        for name in self.names:
            column = self.model.__table__.c[name]
            present = packed.quote(column, packed.of(column))
            yield name, present, self._quoted_before(packed, name), self.returns(packed, name)

    def new(self, packed: Packed) -> dict[str, Any]:
        """From the ledger of the undo itself, which is written first."""
        table = self.model.__table__
        return {
            name: sa.case(
                (
                    packed.has(line.c.after, name),
                    packed.stored(table.c[name], packed.take(line.c.after, name)),
                ),
                else_=table.c[name],
            )
            for name in self.names
        }

    def held(self) -> list[tuple[SQL, str]]:
        return [(sa.func.coalesce(g.on(self.model), sa.false()), g.otherwise) for g in self.guards]

    def sources(self, stretch: Stretch) -> tuple[SQL, ...]:
        held = sa.and_(sa.true(), *(holds for holds, _ in self.held()))
        alone = was.c.also.is_(sa.null()) | line.c.row_id.in_(sorted(self.clean))
        return (stretch.rows(), stretch.before, alone, held)


Work = Assigned | SetBack


def _in_order(model: type[Record], names: Any) -> list[str]:
    return [c.name for c in model.__table__.columns if c.name in names]


def write(stretch: Stretch, work: Work) -> dict[RowState, int]:
    """Judge the open lines of a stretch, and change the rows that are to change. What is left open
    cannot be told here: rows that are gone, and those that need the words of a rule."""
    stretch.lock_rows(below=[key for many in work.following for key in many.keys])
    back = BackBelow(stretch, work.following) if isinstance(work, SetBack) and work.following else None
    if back:
        work = replace(work, clean=frozenset(back.clean))
    found = _judge(stretch, work)
    if found.get(RowState.CHANGED):
        _assign(stretch, work)
        stretch.close_versions(stretch.model, sa.select(line.c.row_id).where(stretch.written))
        stretch.copy_versions(stretch.model, UPDATED, stretch.rows(), stretch.written)
        _note_moves(stretch, work.names)
        if back:
            back.carry_out()
        elif isinstance(work, Assigned):
            _follow(stretch, work)
    return found


def _follow(stretch: Stretch, work: Assigned) -> None:
    below = Below(stretch)
    for many in work.following:
        many.do(below, work.values)
    below.enter()


def _judge(stretch: Stretch, work: Work) -> dict[RowState, int]:
    packed = stretch.packed
    judged = first_of(work.cases(packed))
    changed = judged["state"] == RowState.CHANGED.value
    changes = list(work.changes(packed))
    before = packed.object((n, old, needs) for n, old, _, needs in changes)
    after = packed.object((n, new, needs) for n, _, new, needs in changes)
    values = judged | {
        "transaction_id": sa.case((changed, stretch.at)),
        "before": packed.json(sa.case((changed, before))),
        "after": packed.json(sa.case((changed, after))),
    }
    return stretch.enter(values, *work.sources(stretch))


def _assign(stretch: Stretch, work: Work) -> None:
    table = stretch.table
    upkeep = {"version": table.c.version + 1, "updated_at": stretch.now}
    values = work.new(stretch.packed) | upkeep
    stretch.execute(sa.update(table).where(stretch.rows(), stretch.written).values(values))


def _note_moves(stretch: Stretch, names: Sequence[str]) -> None:
    """The lines that a change of state leaves in the activity trail (models/upkeep.py)."""
    table, act = stretch.table, act_of(stretch.session)
    for column in (table.c[n] for n in names):
        choices = choices_of(column)
        if choices is None or not issubclass(choices, StateChoice):
            continue
        old = stretch.packed.take(line.c.before, column.name)
        new = stretch.packed.take(line.c.after, column.name)
        values = {
            "customer_id": owner_of(table),
            "staff_id": sa.literal(act.staff_id, sa.BigInteger),
            "impersonation_id": sa.literal(act.impersonation_id, sa.BigInteger),
            "kind": literal("state"),
            "object_type": literal(table.name),
            "object_id": table.c.id,
            "old_state": old,
            "new_state": new,
            "reason": literal(act.reason),
            "summary": joined([_label(choices, old), literal(" → "), _label(choices, new)]),
            "at": sa.literal(stretch.now, Activity.at.type),
        }
        moved = sa.select(*values.values()).where(stretch.rows(), stretch.written, old.is_not(None))
        into = sa.insert(Activity.__table__)
        stretch.execute(into.from_select([*values], moved.order_by(table.c.id)))


def _label(choices: type[StateChoice], value: SQL) -> SQL:
    return sa.case(*((value == literal(c.value), literal(c.label)) for c in choices), else_=value)
