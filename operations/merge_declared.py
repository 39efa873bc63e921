"""Verbs that make one record of several, as pages need to know them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.base import Record, Table
from queries.viewer import Viewer
from queries.visibility import find

from .operation import Operation, operation_named

SURVIVOR = "survivor"  # the question which record stays
FROM = "_from"  # COLUMN_from: the record whose value of that column is kept


@dataclass(frozen=True)
class Merging:
    """`into` is the column in which a record that went names the one that it became part of."""

    model: type[Record]
    operation: str
    into: str
    hindrances: Callable[[Session, Record, Sequence[Record]], list[str]]
    concerns: Callable[[Record, Sequence[Record]], list[str]]
    settle: Callable[[Record, Sequence[Record], Mapping[str, int]], dict[str, Any]]
    choosable: Callable[[Viewer], list[str]]  # columns for which a person may say whose value is kept
    totals: tuple[str, ...] = ()  # columns that are added up
    most: int = 4  # records side by side on the screen

    @property
    def verb(self) -> Operation:
        return operation_named(self.model, self.operation)


_declared: dict[type[Table], Merging] = {}


def declare(made: Merging) -> Merging:
    _declared[made.model] = made
    return made


def merging_of(model: type[Table]) -> Merging | None:
    return _declared.get(model)


def survivor_of(session: Session, model: type[Table], row_id: int, viewer: Viewer) -> Record | None:
    """Where a record went that was merged; None when it was not, or for those who may not see that one."""
    made = merging_of(model)
    gone = session.get(model, row_id) if made else None
    into = gone and getattr(gone, made.into)
    return find(session, model, into, viewer) if into else None
