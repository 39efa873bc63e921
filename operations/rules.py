"""What must hold before a record of a table changes, whichever way it is changed.

A rule gets the session, the record as it is, what is to change and the person who asks. It raises
`Refused`, or does what has to follow. Changes are name -> (old, new): columns have values, tables
tied by a Link have sets of ids, and a deletion is {"": (record, None)}.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.base import Table
from queries.viewer import Viewer

Changes = Mapping[str, tuple[Any, Any]]
Rule = Callable[[Session, Any, Changes, Viewer], None]

_rules: dict[type[Table], list[Rule]] = defaultdict(list)
_follow_ups: dict[type[Table], list[Rule]] = defaultdict(list)


def rule(model: type[Table]) -> Callable[[Rule], Rule]:
    def declare(function: Rule) -> Rule:
        _rules[model].append(function)
        return function

    return declare


def follow_up(model: type[Table]) -> Callable[[Rule], Rule]:
    """What has to be written once the record itself is: rows that need its id."""

    def declare(function: Rule) -> Rule:
        _follow_ups[model].append(function)
        return function

    return declare


def rules_for(model: type[Table]) -> Sequence[Rule]:
    return _rules.get(model, ())


def follow_ups_for(model: type[Table]) -> Sequence[Rule]:
    return _follow_ups.get(model, ())


def obey(session: Session, record: Table, changes: Changes, viewer: Viewer) -> None:
    for rule in rules_for(type(record)):
        rule(session, record, changes, viewer)
