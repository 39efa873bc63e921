"""Writing an `Assign` into one row through the session, with its rules and its history."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record
from queries.links import ends, links_of
from queries.viewer import Viewer

from ..operation import Assign
from ..records import Draft, tie, update


def assign(session: Session, row: Record, given: Assign, viewer: Viewer) -> None:
    if given.values:
        update(session, row, Draft(dict(given.values)), viewer)
    for name in (*given.add, *(n for n in given.remove if n not in given.add)):
        present = _tied(session, row, name)
        wanted = (present | set(given.add.get(name, ()))) - set(given.remove.get(name, ()))
        tie(session, row, name, wanted, present, viewer)


def _tied(session: Session, row: Record, name: str) -> set[Any]:
    owner, far = ends(links_of(type(row))[name])
    return set(session.scalars(sa.select(far).where(owner == row.id)))
