"""What a record takes over from another one unless it says otherwise itself: a member from its organization.

A column says so with `info={"inherits": KEY, "otherwise": VALUE}`: the key leads to the giver, and the value
counts where neither says anything. Of named switches each is taken by itself.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.base import Record, target_of


@dataclass(frozen=True)
class Said:
    """What counts, and the giver that it comes from; None where it is the record's own, or nobody's."""

    value: Any
    giver: Record | None = None


def said(session: Session, record: Record, name: str, switch: str = "") -> Said:
    """Of a column, or of one of its switches."""
    own = _word(record, name, switch)
    if own is not None:
        return Said(own)
    info = record.__table__.c[name].info
    giver = giver_of(session, record, info["inherits"])
    given = giver and _word(giver, name, switch)
    return Said(info.get("otherwise")) if given is None else Said(given, giver)


def giver_of(session: Session, record: Record, key: str) -> Record | None:
    row_id = getattr(record, key)
    return session.get(target_of(record.__table__.c[key]), row_id) if row_id else None


def _word(record: Record, name: str, switch: str) -> Any:
    value = getattr(record, name)
    return (value or {}).get(switch) if switch else value


def is_on(session: Session, record: Record, name: str, switch: str) -> bool:
    return bool(said(session, record, name, switch).value)


def apart(session: Session, record: Record, name: str) -> tuple[Any, Any, Record | None]:
    """Of a column their own value, what they take over, and the giver of that."""
    switches = record.__table__.c[name].info.get("switches")
    if not switches:
        found = said(session, record, name)
        return (None, found.value, found.giver) if found.giver else (found.value, None, None)
    by_name = {switch: said(session, record, name, switch) for switch in switches}
    given = {switch: s.value for switch, s in by_name.items() if s.giver}
    giver = giver_of(session, record, record.__table__.c[name].info["inherits"]) if given else None
    return getattr(record, name), given, giver
