"""What runs did or would do, in words: names for ids, values as people read them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from models.base import Link as Tie
from models.base import Table, table_named
from models.fields import field_of
from models.pack import unpack
from models.screen import counted, title_of
from models.work import RunRow
from operations.operation import Question
from operations.running.undo import changes_of
from queries.history import DELETED, INSERTED, UPDATED, Change, Step
from queries.shown import named
from queries.viewer import Viewer
from queries.visibility import is_kept_back, kept_back

from . import history_shapes
from .cells import MASK, Look, show
from .timeline import Teller

Packed = Sequence[Any]  # [table, id, kind, before, after] of a ledger
MADE = {INSERTED: "created", DELETED: "deleted"}
MOST = 40  # changes of one line that are told one by one


class Told(Teller):
    """The changes of ledger lines. Nothing is restored from here: a run is taken back as a whole."""

    def learn(self, lines: Iterable[Iterable[Packed]]) -> None:
        """Ask for every name that these lines mention, with one statement per table."""
        told = [list(line) for line in lines]
        self.closed = self._kept_back(told)
        changes = [c for line in told for c in self._readable(line)]
        self.names = self._names([Step(None, changes)])

    def of(
        self, table: str, row_id: int, line: Iterable[Packed]
    ) -> tuple[list[history_shapes.Change], list[str]]:
        """The field by field changes of a line, and what else was made or deleted with it."""
        self.home = (table_named(table), row_id)
        fields: list[history_shapes.Change] = []
        others: dict[tuple[type[Table], int], int] = {}
        for change in self._readable(line):
            if change.kind == UPDATED or issubclass(change.model, Tie) or self._is_home(change):
                fields += self._rows(change, 0, True)
            else:
                key = (change.model, change.kind)
                others[key] = others.get(key, 0) + 1
        hidden = sum(1 for packed in line if not self._may_read(packed[0]))
        return fields[:MOST], [*self._others(others), *self._hidden(hidden)]

    def _is_home(self, change: Change) -> bool:
        return (change.model, change.row_id) == self.home and change.kind == INSERTED

    def _others(self, found: Mapping[tuple[type[Table], int], int]) -> Iterable[str]:
        for (model, kind), number in found.items():
            if (model, kind) == (self.home[0], DELETED) and number == 1:
                yield "the record deleted"
            else:
                yield f"{counted(model, number)} {MADE[kind]}"

    def _hidden(self, number: int) -> list[str]:
        return [f"{number:,} changes that you may not see"] if number else []

    def _may(self, model: type[Any], verb: str) -> bool:
        return False

    def _may_read(self, table: str) -> bool:
        model = table_named(table)
        return issubclass(model, Tie) or self.viewer.may_read(model)

    def _readable(self, line: Iterable[Packed]) -> Iterable[Change]:
        known = (_change(packed) for packed in line if self._may_read(packed[0]))
        return (change for change in known if not self._is_closed(change))

    def _is_closed(self, change: Change) -> bool:
        """Whether the row takes a permission that this person does not have."""
        values = {**change.before, **change.after}
        here = (change.model, change.row_id)
        return here in self.closed or is_kept_back(change.model, values, self.viewer)

    def _kept_back(self, lines: Iterable[Iterable[Packed]]) -> set[tuple[type[Table], int]]:
        """Changed rows that may be such: the line does not tell, nor does the table of rows that are gone."""
        wanted: dict[type[Table], set[int]] = {}
        for table, row_id, kind, *_ in (packed for line in lines for packed in line):
            model = table_named(table)
            if kind == UPDATED and kept_back(model, model.__table__, self.viewer):
                wanted.setdefault(model, set()).add(row_id)
        seen = {model: named(self.session, model, ids, self.viewer) for model, ids in wanted.items()}
        return {(model, i) for model, ids in wanted.items() for i in ids - seen[model].keys()}


def _change(packed: Packed) -> Change:
    table, row_id, kind, before, after = packed
    model = table_named(table)
    old, new = _values(model, before), _values(model, after)
    if issubclass(model, Tie):
        new = {**old, **new}  # a tie is told by its ends, also one that is gone
    return Change(model, row_id, kind, old, new)


def _values(model: type[Table], packed: Mapping[str, Any] | None) -> dict[str, Any]:
    columns = model.__table__.c
    return {n: unpack(columns[n], v) for n, v in (packed or {}).items() if n in columns}


def packed(line: RunRow, table: str) -> list[Packed]:
    return [change.line() for change in changes_of(line, table)]


def plain(changes: Sequence[history_shapes.Change], others: Sequence[str]) -> str:
    """The same for a file: "Flag: empty -> Red; 1 note created"."""
    said = [_plain(c) for c in changes]
    return "; ".join([*said, *others])


def _plain(change: history_shapes.Change) -> str:
    if change.added or change.removed:
        marks = [f"+{n}" for n in change.added] + [f"-{n}" for n in change.removed]
        return f"{change.field}: {', '.join(marks)}"
    return f"{change.field}: {_bare(change.old)} -> {_bare(change.new)}"


def _bare(value: Markup | None) -> str:
    """Without what is only there for the eye, such as the letter of a flag."""
    if value is None:
        return "empty"
    return Markup(re.sub(r"<(\w+) aria-hidden[^>]*>.*?</\1>", "", value)).striptags()


def answers(
    session: Session,
    model: type[Table],
    questions: Iterable[Question],
    stored: Mapping[str, Any],
    viewer: Viewer,
    look: Look,
) -> Iterable[tuple[str, Markup]]:
    """What the form was told: records by their names, personal values only to whom they are shown."""
    for question in questions:
        value = stored.get(question.name)
        if value in (None, [], ""):
            continue
        if question.table:
            ids = set(value) if question.many else {value}
            found = named(session, question.target, ids, viewer)
            said = [str(found[i]) if i in found else f"{title_of(question.target)} {i}" for i in sorted(ids)]
            yield question.label, escape(", ".join(said))
        else:
            hidden = field_of(question.column).personal and not viewer.sees_personal(model)
            shown = unpack(question.column, value)
            yield question.label, MASK if hidden else show(question.column, shown, look)
