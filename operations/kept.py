"""Columns that stay as they are once their record has gone too far: a quote is sent, an order submitted.

    @kept(Quote, "valid_until", "remark", instead="revise")
    def once_sent(session, quote, changes) -> str:
        return "" if after(quote, changes, "state") is QuoteState.DRAFT else "It was sent."

The function answers the words for the person who tries, or "" while they may change; pages ask it
before they offer a form. `instead` names the operation that does it another way.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record
from queries.viewer import Viewer

from .errors import Refused
from .operation import guards_of
from .rules import Changes, rule

Why = Callable[[Session, Record, Changes], str]


@dataclass(frozen=True)
class Kept:
    names: frozenset[str]
    why: Why
    instead: str


_kept: dict[type[Record], list[Kept]] = defaultdict(list)


def kept(model: type[Record], *names: str, instead: str = "") -> Callable[[Why], Why]:
    def declare(why: Why) -> Why:
        _kept[model].append(Kept(frozenset(names), why, instead))

        @rule(model, on=names)
        def stay(session: Session, record: Record, changes: Changes, viewer: Viewer) -> None:
            changed = [name for name in names if name in changes]
            if record.id is not None and changed and (words := why(session, record, changes)):
                raise Refused(words, changed[0])

        return why

    return declare


def keeps_of(session: Session, record: Record) -> dict[str, tuple[str, str]]:
    """The columns of a record that cannot be changed now: name -> (why, what to do instead)."""
    found: dict[str, tuple[str, str]] = {}
    for said in _kept[type(record)]:
        if words := said.why(session, record, {}):
            found |= dict.fromkeys(said.names, (words, said.instead))
    return found


def takes_more(session: Session, model: type[Record], owner: Mapping[str, Any]) -> bool:
    """Whether new rows may still belong to what these keys point at: a quote that was sent has its lines."""
    blank = model(**owner)
    keys = {name for name in owner if model.__table__.c[name].foreign_keys}
    return not any(said.why(session, blank, {}) for said in _kept[model] if said.names & keys)


def lock_of(session: Session, record: Record) -> tuple[str, str]:
    """Why nothing at all of a record can be changed, and what to do instead; "" where it can."""
    guards = guards_of(type(record))
    if not guards:
        return "", ""
    held = session.execute(sa.select(*(g.holds for g in guards)).where(type(record).id == record.id)).one()
    shut = [g for g, holds in zip(guards, held, strict=True) if not holds]
    return (shut[0].otherwise, shut[0].instead) if shut else ("", "")
