"""Who asks, and what they may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from models.base import Record, Table, columns, table_named, tables
from models.fields import field_of

# Verbs of the panel that belong to no single table.
GENERAL = {
    "job.manage": "Retry and cancel jobs, switch those by the clock on and off",
    "job.read": "See what the program does in the background",
    "history.read_all": "See everybody's changes and deleted records",
    "portal.impersonate": "See the portal as a customer does",
    "portal.impersonate_write": "Change something for a customer while viewing as them",
    "staff_user.invite": "Make links with which staff set their password",
    "message.resend": "Send a mail once more",
}

# Permissions that the verbs of operations/ bring along, with what they do.
verbs_of: dict[str, str] = {}


@dataclass(frozen=True)
class Viewer:
    """A person who asks. `resellers` empty means no limit to the customers they see."""

    staff_id: int | None
    name: str
    permissions: frozenset[str]
    resellers: frozenset[int] = frozenset()
    country: str = "US"
    timezone: str = "UTC"
    everything: bool = False  # the program itself, and the command line
    landing: Mapping[str, str] = field(default_factory=dict, compare=False)  # table -> tab that opens first

    def may(self, permission: str) -> bool:
        return self.everything or permission in self.permissions

    def may_read(self, model: type[Table]) -> bool:
        return self.may(f"{model.__tablename__}.read")

    def sees_personal(self, model: type[Table]) -> bool:
        """Whether nothing is hidden from them; a table without personal values needs no permission."""
        whole = root(model)
        held = (self.may(f"{table.__tablename__}.read_personal") for table in (whole, model))
        return any(held) or not has_personal(whole)


SYSTEM = Viewer(None, "System", frozenset(), everything=True)


def root(model: type[Table]) -> type[Table]:
    """The record that a table belongs to in the end: of a contact, the customer."""
    above = model.screen.part_of or model.screen.tab_of
    return root(table_named(above)) if above else model


@cache
def has_personal(model: type[Table]) -> bool:
    """Whether a record or what belongs to it has values that not everybody may see."""
    return any(is_personal(t) for t in tables() if root(t) is model)


def is_personal(model: type[Table]) -> bool:
    return any(field_of(c).personal for c in columns(model))


def verbs(model: type[Table]) -> Iterator[str]:
    """What can be permitted on a table that has a screen."""
    yield "read"
    yield from (f"read_{value}" for value in model.screen.restricted.values())
    if issubclass(model, Record):
        yield from sorted(model.screen.writes)
    if model.screen.file:
        yield "download"
    if model.screen.menu:
        yield from ("export", "export_all")
    if is_personal(model) or (model.screen.menu and has_personal(model)):
        yield "read_personal"


def known_permissions() -> list[str]:
    """Every permission that a role can hold, derived from the tables."""
    derived = [
        f"{model.__tablename__}.{verb}" for model in tables() if model.screen.list for verb in verbs(model)
    ]
    return sorted({*derived, *verbs_of, *GENERAL})
