"""What the session fills in by itself before a row is written.

Codes are numbered, authors stamped, derived columns computed, and a change of state leaves a
line in the activity trail. Set-based paths do not come through here and do the same themselves.
"""

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from .access import Activity
from .act import act_of
from .base import Record, Table, now
from .choice import StateChoice
from .counter import next_code


def derive(row: Table) -> None:
    for column in row.__table__.columns:
        if rule := column.info.get("derived"):
            value = rule.compute(*(getattr(row, name) for name in rule.sources))
            if isinstance(value, str):  # folding lengthens some letters; PostgreSQL refuses what is too long
                value = value[: column.type.length]
            if getattr(row, column.key) != value:
                setattr(row, column.key, value)


def _fill(session: Session, row: Table) -> None:
    act = act_of(session)
    for column in row.__table__.columns:
        info = column.info
        if "numbered" in info and not getattr(row, column.key):
            setattr(row, column.key, next_code(session, column, info["numbered"]))
        if "stamped" in info and getattr(row, column.key) is None:
            setattr(row, column.key, getattr(act, info["stamped"]) or None)


def _moves(row: Record) -> list[tuple[StateChoice | None, StateChoice | None]]:
    """The state changes of a row that is about to be written, as (old, new)."""
    found = []
    for column in row.__table__.columns:
        if issubclass(getattr(column.type, "enum_class", None) or int, StateChoice):
            state = sa.inspect(row).attrs[column.key].history
            if state.has_changes():
                found.append((next(iter(state.deleted or ()), None), next(iter(state.added), None)))
    return found


def _trail(session: Session, row: Record) -> None:
    for old, new in _moves(row):
        if old is not None and old != new:
            session.add(
                Activity(
                    customer_id=customer_of(row),
                    staff_id=act_of(session).staff_id,
                    impersonation_id=act_of(session).impersonation_id,
                    kind="state",
                    object_type=row.__tablename__,
                    object_id=row.id,
                    old_state=old,
                    new_state=new,
                    reason=act_of(session).reason,
                    summary=f"{old.label} → {new.label}",
                    at=now(),
                )
            )


def customer_of(row: Record) -> int | None:
    return row.id if row.__tablename__ == "customer" else getattr(row, "customer_id", None)


def _before_flush(session: Session, context: object, instances: object) -> None:
    for row in list(session.new):
        if isinstance(row, Table):
            _fill(session, row)
            derive(row)
    for row in list(session.dirty):
        if isinstance(row, Record) and session.is_modified(row, include_collections=False):
            derive(row)
            _trail(session, row)


def install() -> None:
    # insert=True: before history and search look at what is about to be written.
    event.listen(Session, "before_flush", _before_flush, insert=True)
