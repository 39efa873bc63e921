"""Taking a run back, field by field: what nobody has touched since returns, the rest stays.

The way back comes from the ledger, not from versions: it holds for rows without a first version,
and knows which change was this run's.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, Table, table_named
from models.fields import field_of
from models.history import begin, discard
from models.pack import pack, unpack
from models.screen import label_of, lowered, title_of
from models.work import Path, RowState, Run, RunRow

from ..deleting import consequences, remove
from ..errors import Refused
from ..operation import Context, operations_of
from ..refusals import flush
from ..restoring import revive
from ..rules import obey
from . import ledger
from .recorder import CHANGED, DELETED, MADE, Change, kept
from .rows import Outcome, attempt, lock

Kept = list[str]
STRETCH = 500  # changes that are read, and written, together


def carry(
    session: Session, run: Run, lines: Sequence[RunRow], ctx: Context
) -> tuple[int | None, list[Outcome]]:
    model = ledger.model_of(run)
    was = _lines_of(session, run.undo_of_id, [line.row_id for line in lines])
    lock(session, model, sorted(was))
    whole = session.get_one(Run, run.undo_of_id).path is Path.WHOLE
    transaction = begin(session)
    if whole:
        done = _together(session, model, lines, was, ctx)
    else:
        done = [
            attempt(
                session,
                model,
                _name(was[i.row_id]),
                i.row_id,
                lambda _, i=i: _back(session, was[i.row_id], ctx),
            )
            for i in lines
        ]
    return discard(session, transaction), done


def _lines_of(session: Session, run_id: int, ids: Sequence[int]) -> dict[int, RunRow]:
    asked = sa.select(RunRow).where(RunRow.run_id == run_id, RunRow.row_id.in_(ids))
    return {line.row_id: line for line in session.scalars(asked)}


def _name(line: RunRow) -> str:
    return line.label or f"{line.row_id}"


def _together(
    session: Session,
    model: type[Record],
    lines: Sequence[RunRow],
    was: dict[int, RunRow],
    ctx: Context,
) -> list[Outcome]:
    """What was done as a whole is taken back as a whole."""
    first = min(was)
    one = attempt(session, model, _name(was[first]), first, lambda _: _back(session, was[first], ctx))
    return [
        Outcome(
            line.row_id,
            one.state,
            one.reason,
            _name(was[line.row_id]),
            one.changes if line.row_id == first else [],
            one.messages if line.row_id == first else [],
        )
        for line in lines
    ]


def changes_of(line: RunRow, table: str) -> list[Change]:
    """What a line of a ledger says was changed, in that order; its own row first."""
    found = [Change(*one) for one in line.also or ()]
    own = Change(table, line.row_id, CHANGED, line.before or {}, line.after or {})
    return [own, *found] if line.after else found


def _back(session: Session, line: RunRow, ctx: Context) -> tuple[RowState, str]:
    table = session.get_one(Run, line.run_id).table_name
    left: Kept = []
    done = False
    changes = changes_of(line, table)[::-1]
    for start in range(0, len(changes), STRETCH):
        part = changes[start : start + STRETCH]
        held = _held(session, part)
        for change, following in zip(part, [*part[1:], None], strict=True):
            returned, stays = _take_back(session, change, held.get((change.table, change.id)), line, ctx)
            done |= returned
            left += stays
            if following is None or (following.table, following.kind) != (change.table, change.kind):
                flush(session, table_named(change.table))
    if done:
        return RowState.CHANGED, f"Stays as it is now: {'; '.join(left)}." if left else ""
    if left:
        return RowState.SKIPPED, f"Changed since: {'; '.join(left)}."
    return RowState.SAME, ""


def _held(session: Session, changes: Sequence[Change]) -> dict[tuple[str, int], Table]:
    """The rows of these changes as they are now, locked: a merge may have moved thousands."""
    by_table: dict[str, set[int]] = {}
    for change in changes:
        by_table.setdefault(change.table, set()).add(change.id)
    found: dict[tuple[str, int], Table] = {}
    for name, ids in by_table.items():
        for row_id, row in lock(session, table_named(name), sorted(ids)).items():
            found[name, row_id] = row
    return found


def _take_back(
    session: Session, change: Change, row: Table | None, line: RunRow, ctx: Context
) -> tuple[bool, Kept]:
    model = table_named(change.table)
    if row is None or not sa.inspect(row).persistent:  # it came back, or went, with another one
        row = session.get(model, change.id)
    if not issubclass(model, Record):
        if change.kind == CHANGED and row is not None and operations_of(model):
            return _set_back(session, model, change, row, ctx)
        return _move_back(change, row)
    if change.kind == DELETED:
        return _bring_back(session, model, change, row, line, ctx)
    if row is None:
        return False, [] if change.kind == MADE else [f"{lowered(title_of(model))} {change.id} is deleted"]
    if change.kind == MADE:
        return _unmake(session, model, change, row, ctx)
    return _set_back(session, model, change, row, ctx)


def _set_back(
    session: Session, model: type[Table], change: Change, row: Table, ctx: Context
) -> tuple[bool, Kept]:
    values: dict[str, Any] = {}
    left: Kept = []
    for name, after in change.after.items():
        column = model.__table__.c[name]
        present = pack(column, getattr(row, column.key))
        if column.info.get("total") and present is not None and after != change.before[name]:
            values[name] = _without(row, column, change)
        elif present == after != change.before[name]:
            values[name] = unpack(column, change.before[name])
        elif present != change.before[name]:
            left.append(lowered(label_of(model, name)))
    if values:
        now = {n: (getattr(row, n), v) for n, v in values.items()}
        if isinstance(row, Record):
            obey(session, row, now, ctx.viewer)
        for name, value in values.items():
            setattr(row, name, value)
    return bool(values), left


def _without(row: Table, column: sa.Column, change: Change) -> Any:
    """A total without this change: what others added since is not theirs to lose, nor does it keep ours
    from going."""
    before, after = (unpack(column, values[column.name]) for values in (change.before, change.after))
    return getattr(row, column.key) - (after - before)


def _move_back(change: Change, row: Table | None) -> tuple[bool, Kept]:
    """Whose a line of a trail is goes back, and so do totals. A session that ended and a link that was
    voided stay so."""
    if row is None or change.kind != CHANGED:
        return False, []
    done = False
    for name, after in change.after.items():
        column = row.__table__.c[name]
        if column.info.get("total"):
            setattr(row, name, _without(row, column, change))
            done = True
        elif column.foreign_keys and getattr(row, name) == after:
            setattr(row, name, change.before[name])
            done = True
    return done, []


def _unmake(
    session: Session, model: type[Table], change: Change, row: Table, ctx: Context
) -> tuple[bool, Kept]:
    name = f"{lowered(title_of(model))} “{row}”"
    table = model.__table__
    now = {c.name: pack(c, getattr(row, c.key)) for c in kept(model)}
    if any(now[n] != change.after.get(n) for n in now if not table.c[n].info.get("unversioned")):
        return False, [name]
    if isinstance(row, Record) and consequences(session, row):
        return False, [f"{name}, which is used since"]
    obey(session, row, {"": (row, None)}, ctx.viewer)
    remove(session, row)
    return True, []


def _bring_back(
    session: Session,
    model: type[Table],
    change: Change,
    row: Table | None,
    line: RunRow,
    ctx: Context,
) -> tuple[bool, Kept]:
    if row is None:  # or else it came back with the record that it belongs to
        if line.transaction_id is None:
            raise Refused("What was deleted is not in the history any more.")
        row = revive(session, model, change.id, line.transaction_id, ctx.viewer)
    _fill_in(session, model, change, row)
    return True, []


def _fill_in(session: Session, model: type[Table], change: Change, row: Table) -> None:
    """What history does not keep, and the ledger does. No change of its own, so not through the session."""
    table, values = model.__table__, {}
    for column in kept(model):
        followed = column.info.keys() & {"system", "unversioned"} and not field_of(column).secret
        if followed and getattr(row, column.key) in (None, default_of(column)):
            values[column.name] = unpack(column, change.before[column.name])
    if values:
        session.flush()
        same = {"updated_at": table.c.updated_at}
        session.connection().execute(sa.update(table).where(table.c.id == row.id).values(values | same))
        session.expire(row, list(values))


def default_of(column: sa.Column) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None
