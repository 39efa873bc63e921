"""What must hold before a record of a table changes, whichever way it is changed.

A rule gets the session, the record as it is, what is to change and the person who asks. It raises
`Refused`, or does what has to follow. Changes are name -> (old, new): columns have values, tables
tied by a Link have sets of ids, and a deletion is {"": (record, None)}.

`on` names the columns that a rule is about; without it, it is asked of every change, and nothing
on its table can be changed with one statement for many rows (operations/running/setwise.py).
`on=()` is about making and deleting alone. `once=True`: it looks at the new value and the person,
never at the row. `among`: of all rows it concerns only those of which this condition holds, so that
the others can still be changed together; with `many`, it can do its own for many of them at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.base import Table
from queries.viewer import Viewer

Changes = Mapping[str, tuple[Any, Any]]
Rule = Callable[[Session, Any, Changes, Viewer], None]

_rules: dict[type[Table], list[Rule]] = defaultdict(list)
_follow_ups: dict[type[Table], list[Rule]] = defaultdict(list)
_returns: dict[type[Table], list[Callable[[Session, Any, Viewer], None]]] = defaultdict(list)


@dataclass(frozen=True)
class Many:
    """How a follow-up does for many rows what it does for one: `do` takes a `Below` and the values that
    all of them got (operations/running/set_below.py). `keys` lead to the rows that it writes."""

    do: Callable[[Any, Mapping[str, Any]], None]
    keys: tuple[Any, ...]


@dataclass(frozen=True)
class Scope:
    """Which changes a rule is about."""

    on: frozenset[str] | None
    once: bool = False
    among: ColumnElement[bool] | None = None
    many: "Many | None" = None

    def covers(self, names: Iterable[str]) -> bool:
        return self.on is None or not self.on.isdisjoint(names)


_scopes: dict[Rule, Scope] = {}


def rule(model: type[Table], on: Iterable[str] | None = None, once: bool = False) -> Callable[[Rule], Rule]:
    def declare(function: Rule) -> Rule:
        _rules[model].append(function)
        _scopes[function] = Scope(None if on is None else frozenset(on), once)
        return function

    return declare


def follow_up(
    model: type[Table],
    on: Iterable[str] | None = None,
    among: ColumnElement[bool] | None = None,
    many: Many | None = None,
) -> Callable[[Rule], Rule]:
    """What has to be written once the record itself is: rows that need its id."""

    def declare(function: Rule) -> Rule:
        _follow_ups[model].append(function)
        _scopes[function] = Scope(None if on is None else frozenset(on), among=among, many=many)
        return function

    return declare


def on_return(model: type[Table]) -> Callable[[Any], Any]:
    """What has to hold, or to follow, when a deleted record is back: it takes session, record, viewer."""

    def declare(function: Any) -> Any:
        _returns[model].append(function)
        return function

    return declare


def after(record: Any, changes: Changes, name: str) -> Any:
    """What a column will hold."""
    return changes[name][1] if name in changes else getattr(record, name)


def come_back(session: Session, record: Table, viewer: Viewer) -> None:
    for judge in _returns.get(type(record), ()):
        judge(session, record, viewer)


def rules_for(model: type[Table]) -> Sequence[Rule]:
    return _rules.get(model, ())


def follow_ups_for(model: type[Table]) -> Sequence[Rule]:
    return _follow_ups.get(model, ())


def rules_about(model: type[Table], names: Iterable[str]) -> list[tuple[Rule, Scope]]:
    """The rules and follow-ups that a change of these columns or ties may concern."""
    every = [*rules_for(model), *follow_ups_for(model)]
    return [(rule, _scopes[rule]) for rule in every if _scopes[rule].covers(names)]


def obey(session: Session, record: Table, changes: Changes, viewer: Viewer) -> None:
    for rule in rules_for(type(record)):
        rule(session, record, changes, viewer)
