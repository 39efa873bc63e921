"""What may be written by statements: columns and ties from which nothing else follows."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import search
from models.base import UPKEEP, Record
from models.pack import unpack
from models.work import Run
from queries.links import links_of
from queries.viewer import Viewer

from ..errors import Refused
from ..operation import Assign, Condition, Context, Operation
from ..rules import Many, rules_about, rules_for
from .plan import answered, conditions_for, operation_of
from .set_columns import Assigned, SetBack
from .set_entries import Untied, entries
from .set_packed import packs
from .set_ties import Tied, is_plain
from .stretch import Stretch, line, was

Work = Assigned | SetBack | Tied | Untied
FOLLOWED = {"derived", "system", "unversioned", "numbered", "stamped"}


def of_operation(
    session: Session, operation: Operation, run: Run, model: type[Record], viewer: Viewer
) -> Assigned | Tied | None:
    """None when the rows have to be done one by one."""
    if not operation.assigns:
        return None
    ctx = Context(session, viewer, run_id=run.id)
    given = operation.make(ctx, **answered(operation.questions_on(model, viewer), run.answers))
    if given.mail or bool(given.values) == bool(given.add or given.remove):
        return None
    conditions = conditions_for(operation, model, viewer)
    if not given.values:
        return _tied(model, given, conditions)
    if not assignable(model, given.values):
        return None
    against = forbidden(session, model, given.values, viewer)
    scopes = [scope for _, scope in rules_about(model, given.values) if scope.many is None]
    spared = [scope.among for scope in scopes if scope.among is not None]
    return Assigned(model, given.values, conditions, against, spared, _following(model, given.values))


def _following(model: type[Record], names: Iterable[str]) -> list[Many]:
    return [scope.many for _, scope in rules_about(model, names) if scope.many is not None]


def _tied(model: type[Record], given: Assign, conditions: tuple[Condition, ...]) -> Tied | None:
    names = {*given.add, *given.remove}
    link = links_of(model).get(min(names))
    if len(names) > 1 or link is None or not tieable(model, min(names)):
        return None
    (name,) = names
    add, remove = given.add.get(name, ()), given.remove.get(name, ())
    return Tied(link, frozenset(add), frozenset(remove), conditions)


def assignable(model: type[Record], names: Iterable[str]) -> bool:
    """Whether these columns can be set without anything else to do for each row."""
    table = model.__table__
    return all(n in table.c and _is_bare(table.c[n]) for n in names) and all(
        scope.among is not None or (scope.once and scope.on is not None and len(scope.on & set(names)) == 1)
        for _, scope in rules_about(model, names)
    )


def _is_bare(column: sa.Column) -> bool:
    rules = (c.info["derived"] for c in column.table.columns if "derived" in c.info)
    return (
        packs(column)
        and column.name not in UPKEEP
        and not column.info.keys() & FOLLOWED
        and not any(column.name in rule.sources for rule in rules)
        and not _is_searched(column)
    )


def _is_searched(column: sa.Column) -> bool:
    """Or says whose row it is that is found by it."""
    return any(column is c or column is key for m in search.searchable() for c, key in search.sources(m))


def tieable(model: type[Record], name: str) -> bool:
    link = links_of(model)[name]
    searched = any(_is_searched(column) for column in link.__table__.columns)
    return is_plain(link) and not (searched or rules_for(link) or rules_about(model, {name}))


def forbidden(
    session: Session, model: type[Record], values: Mapping[str, Any], viewer: Viewer
) -> dict[str, str]:
    """The words of the rules against these values; they never look at the row."""
    found: dict[str, str] = {}
    with session.no_autoflush:
        for rule, scope in rules_about(model, values):
            if scope.among is not None:
                continue
            name = next(n for n in values if scope.covers({n}))
            try:
                rule(session, model(), {name: (None, values[name])}, viewer)
            except Refused as refused:
                found.setdefault(name, refused.text)
    return found


def of_undo(stretch: Stretch, viewer: Viewer) -> SetBack | Untied | None:
    """What the lines to be taken back hold: columns, or ties of one kind; None for anything else."""
    held = sa.select(sa.func.count(was.c.after), sa.func.count(was.c.also))
    after, also = stretch.session.execute(
        held.select_from(line.join(was, stretch.before)).where(stretch.open)
    ).one()
    return _columns_back(stretch, viewer) if after or not also else _ties_back(stretch)


def _ties_back(stretch: Stretch) -> Untied | None:
    for name, link in links_of(stretch.model).items():
        if tieable(stretch.model, name):
            entry = entries(stretch, link)
            other = sa.select(entry.c.id).where(entry.c.of != link.__tablename__).limit(1)
            if stretch.session.scalar(other) is None:
                return Untied(link)
    return None


def _columns_back(stretch: Stretch, viewer: Viewer) -> SetBack | None:
    model, table = stretch.model, stretch.table
    names = stretch.packed.names(was.c.after)
    asked = sa.select(names).select_from(line.join(was, stretch.before)).where(stretch.open).distinct()
    found = set(stretch.session.scalars(asked))
    if not found or not assignable(model, found):
        return None
    operation = operation_of(stretch.run)
    guards = operation.conditions_on(model)[: -len(operation.conditions) or None]
    ordered = [c.name for c in table.columns if c.name in found]
    against = _forbidden_back(stretch, ordered, viewer)
    return SetBack(model, ordered, guards, against, _following(model, found))


def _forbidden_back(stretch: Stretch, names: Iterable[str], viewer: Viewer) -> dict[str, dict[str, str]]:
    """Words against the values that would return, as JSON: rules look at those alone, and they are few."""
    model, packed = stretch.model, stretch.packed
    found: dict[str, dict[str, str]] = {}
    for name in (n for n in names if rules_about(model, {n})):
        column = model.__table__.c[name]
        value = packed.quote(column, packed.take(was.c.before, name))
        asked = sa.select(value).select_from(line.join(was, stretch.before)).where(stretch.open).distinct()
        for said in stretch.session.scalars(asked).all():
            back = {name: unpack(column, json.loads(said))}
            if words := forbidden(stretch.session, model, back, viewer):
                found.setdefault(name, {})[said] = words[name]
    return found
