"""The verbs of a table as buttons: on a record, in the menu of a row, under a list."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, Table
from models.screen import counted, plural_of
from operations import printouts
from operations.operation import Operation, operations_of
from queries.viewer import Viewer

from .cells import record_path
from .printing import OPENED
from .run_shapes import Verb, VerbGroup
from .shapes import Link

PRIME = 20  # verbs that come before this one are offered as buttons


def operate_path(model: type[Table], name: str = "") -> str:
    return f"/admin/{model.__tablename__}/operate/" + (f"{name}/" if name else "")


def restore_path(model: type[Record], row_id: int, viewer: Viewer, back: str) -> str:
    """Where a deleted record is asked to come back, for who may bring it back."""
    verb = next((o for o in operations_of(model) if o.gone), None)
    if verb is None or not (verb.allowed(viewer, model) and viewer.may_read(model)):
        return ""
    return f"{operate_path(model, verb.name)}?{urlencode({'ids': row_id, 'back': back}, safe='/')}"


def offered(model: type[Table], viewer: Viewer, place: str) -> list[Operation]:
    """The verbs of this person at a place: "row", "list", "desk"."""
    return [o for o in operations_of(model) if place in o.places and not o.gone and o.allowed(viewer, model)]


def of_row(session: Session, model: type[Record], row_id: int, viewer: Viewer, back: str) -> list[Verb]:
    """The verbs of a record, each with the reason why not. One statement for all conditions."""
    found = [o for o in offered(model, viewer, "row") if o.least <= 1 and o.name != "delete"]
    why = hindrances(session, model, row_id, found)
    query = urlencode({"ids": row_id, "back": back}, safe="/")
    made = [_verb(o, f"{operate_path(model, o.name)}?{query}", why.get(o.name, "")) for o in found]
    return sorted(made, key=lambda verb: bool(verb.why))  # what can be done comes first


def _verb(operation: Operation, href: str = "", why: str = "") -> Verb:
    return Verb(
        name=operation.name,
        label=operation.title,
        icon=operation.icon,
        says=operation.says,
        href=href,
        why=why,
        danger=operation.danger,
        prime=operation.order < PRIME and not operation.danger,
    )


def hindrances(
    session: Session, model: type[Record], row_id: int, operations: Iterable[Operation]
) -> Mapping[str, str]:
    """By name of the verb, the words of the first of its conditions that does not hold of this row."""
    asked = [(o.name, c) for o in operations for c in o.conditions_on(model)]
    if not asked:
        return {}
    holds = session.execute(
        sa.select(*(sa.func.coalesce(c.on(model), sa.false()) for _, c in asked)).where(model.id == row_id)
    ).one_or_none()
    found: dict[str, str] = {}
    for (name, condition), held in zip(asked, holds or (), strict=False):
        if not held:
            found.setdefault(name, condition.otherwise)
    return found


def of_list(model: type[Table], viewer: Viewer) -> list[VerbGroup]:
    """What can be done with several rows, the table's own verbs before those of every table."""
    found = offered(model, viewer, "list")
    own = [_verb(o) for o in found if o.model is not Record]
    common = [_verb(o) for o in found if o.model is Record]
    groups = [VerbGroup(plural_of(model), own), VerbGroup("Any record", common)]
    return [g for g in groups if g.verbs]


def to_print(model: type[Table], viewer: Viewer, record: Record | None = None) -> list[Link]:
    """Ways to what can be printed: of a record, or of the ticked rows of a list."""
    start = record_path(model, record.id) if record is not None else f"/admin/{model.__tablename__}/"
    found = printouts.offered(model, viewer, record)
    return [Link(said.title, f"{start}print/{said.name}/", "printer") for said in found]


IRREGULAR = {
    "set": "set",
    "let": "let",
    "put": "put",
    "read": "read",
    "send": "sent",
    "make": "made",
    "give": "gave",
    "take": "took",
    "write": "wrote",
    "submit": "submitted",
    "cancel": "cancelled",
}


def past(title: str) -> str:
    """What a verb reads once it is done: "Flag" is "Flagged", "Send recovery" is "Sent recovery"."""
    verb, blank, rest = title.partition(" ")
    return f"{_past(verb)}{blank}{rest}"


def _past(verb: str) -> str:
    low = verb.lower()
    if low in IRREGULAR:
        return IRREGULAR[low].capitalize()
    if low.endswith("e"):
        return f"{verb}d"
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    if low.endswith(("ag", "op", "an", "ip")):
        return f"{verb}{verb[-1]}ed"
    return f"{verb}ed"


def done(operation: Operation, model: type[Table], count: int, name: str = "") -> str:
    """What a toast says."""
    return past(operation.of(f"“{name}”" if name and count == 1 else counted(model, count)))


def open_path(model: type[Table], row_id: int) -> str:
    opens = model in OPENED or (issubclass(model, Record) and model.screen.list)
    return record_path(model, row_id) if opens else ""
