"""What the database refuses, in words at the right field."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import Table, tables
from models.screen import label_of, lowered

from .errors import Refused


def flush(session: Session, model: type[Table]) -> None:
    """Write; turn what the database refuses into words at the right field."""
    try:
        session.flush()
    except IntegrityError as error:
        if not session.in_nested_transaction():  # of a savepoint its owner takes care
            session.rollback()
        raise explain(error, model) from error


def explain(error: IntegrityError, model: type[Table]) -> Refused:
    text = str(error.orig)
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or text
    for owner in (model, *tables()):
        for constraint in _constraints(owner.__table__):
            if _is_meant(constraint, named):
                return _words(owner, constraint)
    if "foreign key" in text.lower():
        return Refused("Something that this points at is not there any more. Choose again.")
    return Refused("The database refused this. Check what you typed.")


def _constraints(table: sa.Table) -> Iterator[Any]:
    yield from (c for c in table.constraints if isinstance(c, (sa.UniqueConstraint, sa.CheckConstraint)))
    yield from (i for i in table.indexes if i.unique)


def _is_meant(constraint: Any, named: str) -> bool:
    """PostgreSQL names the constraint; SQLite names checks, and the columns of unique ones."""
    if constraint.name and str(constraint.name) in named.split("constraint failed: ")[-1].split():
        return True
    if isinstance(constraint, sa.CheckConstraint):
        return False
    listed = ", ".join(f"{constraint.table.name}.{c.name}" for c in constraint.columns)
    return named == f"UNIQUE constraint failed: {listed}"


def _words(model: type[Table], constraint: Any) -> Refused:
    said = constraint.info if isinstance(constraint.info, dict) else {}
    if "says" in said:
        return Refused(said["says"], said.get("field", ""))
    if isinstance(constraint, sa.CheckConstraint):
        return Refused(f"Not allowed: {str(constraint.name).replace('_', ' ')}.")
    names = [c.name for c in constraint.columns]
    shown = [_source(model, n) for n in names]
    return Refused(f"This {lowered(label_of(model, shown[-1]))} is already taken.", shown[-1])


def _source(model: type[Table], name: str) -> str:
    """The column that people fill in, for one that is derived from it."""
    rule = model.__table__.c[name].info.get("derived")
    return rule.sources[-1] if rule else name
