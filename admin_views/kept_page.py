"""Why a record, or some of its fields, cannot be changed now, and what leads on instead."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from models.base import Record, keys_between
from operations.kept import keeps_of, lock_of
from operations.operation import operation_named
from queries.viewer import Viewer

from .shapes import Empty, Link
from .verbs import hindrances, operate_path


def locked(session: Session, record: Record, viewer: Viewer, back: str) -> Empty | None:
    """What its edit page says in place of a form, where nothing of it can be changed."""
    words, instead = lock_of(session, record)
    return nothing(session, record, words, instead, viewer, back) if words else None


def nothing(session: Session, record: Record, words: str, instead: str, viewer: Viewer, back: str) -> Empty:
    led = way(session, record, instead, viewer, back)
    links = [*([led] if led else []), Link("Back", back)]
    return Empty(f"{record} cannot be edited", words, "lock", links)


def way(session: Session, record: Record, name: str, viewer: Viewer, back: str) -> Link | None:
    """The operation that does it another way, where this person may and it can be done."""
    model = type(record)
    verb = operation_named(model, name) if name else None
    if verb is None or not verb.allowed(viewer, model) or hindrances(session, model, record.id, [verb]):
        return None
    query = urlencode({"ids": record.id, "back": back}, safe="/")
    return Link(verb.title, f"{operate_path(model, verb.name)}?{query}", verb.icon)


def changeable(
    fieldsets: Mapping[str, Sequence[str]], kept: Mapping[str, Any], sent: Mapping[str, str] | None
) -> dict[str, list[str]]:
    """The fields of a form without those that are kept, but for what a form from before has sent."""
    gone = {name for name in kept if name not in (sent or {})}
    left = {title: [n for n in names if n not in gone] for title, names in fieldsets.items()}
    return {title: names for title, names in left.items() if names}


def takes_rows(session: Session, record: Record, child: type[Record], names: Sequence[str]) -> bool:
    """Whether rows of a child table can be changed along with the record."""
    key = keys_between(child, record.__tablename__)[0]
    return not keeps_of(session, child(**{key.key: record.id})).keys() >= set(names)
