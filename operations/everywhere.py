"""The verbs of every table: set fields, delete, restore."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from models.base import Record, Table, columns, remembered, target_of
from models.choice import Choice
from models.fields import Field, field_of
from models.screen import label_of, lowered
from queries.viewer import SYSTEM, Viewer

from .deleting import consequences
from .deleting import delete as delete_row
from .errors import Invalid, Refused
from .operation import Assign, Context, Question, asked_of_column, operation
from .restoring import hindrance, last_deletion, owner_key, restorable, revive

EMPTY = "leave_empty"  # the question about fields that are to hold nothing
GOES = "Deleted along with them: {counts}."
STAYS = "Kept, but no longer tied to them: {counts}."
# Sets, where there is no telling "none" from "not answered", and what depends on another column.
SEVERAL = frozenset({"switches", "permissions", "attributes", "schema"})


class Said(Choice):
    """A tick box has two answers, and a question that may be left open has three."""

    YES = "yes"
    NO = "no"


def settable(model: type[Record], viewer: Viewer) -> list[sa.Column]:
    """The columns into which this person may write one value for many rows."""
    allowed = restorable(model, viewer)
    return [c for c in shared(model) if c.name in allowed and _reads_target(viewer, c)]


@remembered
def shared(model: type[Record]) -> list[sa.Column]:
    """The columns that many rows can have the same in: those of the form, in its order."""
    in_form = [name for names in model.screen.form.values() for name in names]
    named = in_form or [c.name for c in columns(model) if c is not owner_key(model)]
    allowed = restorable(model, SYSTEM).intersection(named)
    found = [model.__table__.c[name] for name in named if name in allowed]
    own = model.screen.restricted  # says who may read the row
    return [c for c in found if field_of(c).kind not in SEVERAL and not _single(c) and c.name not in own]


def _reads_target(viewer: Viewer, column: sa.Column) -> bool:
    known = not column.foreign_keys or column.info.get("known", False)
    return known or viewer.may_read(target_of(column))


def _single(column: sa.Column) -> bool:
    """Held by one row at a time, by itself or through what is derived from it."""
    follows = [c for c in column.table.columns if "derived" in c.info]
    return bool(column.unique or any(c.unique and column.name in c.info["derived"].sources for c in follows))


def questions_about(model: type[Table], viewer: Viewer) -> list[Question]:
    offered = settable(model, viewer)
    made = [_question(model, column) for column in offered]
    able = {c.name: label_of(model, c.name) for c in offered if c.nullable}
    return [*made, _emptying(able)] if able else made


def _question(model: type[Table], column: sa.Column) -> Question:
    label = label_of(model, column.name)
    if field_of(column).kind != "yes_no":
        asked = asked_of_column(column, label)
        # What an empty field means there is not what an open question means here.
        return replace(asked, hint="" if "empty" in asked.hint.lower() else asked.hint)
    kind = sa.Enum(Said, native_enum=False, values_callable=lambda said: [s.value for s in said])
    return Question(column.name, label, column.comment or "", sa.Column(column.name, kind, nullable=True))


def _emptying(able: dict[str, str]) -> Question:
    about = {"field": Field("switches"), "switches": able}
    column = sa.Column(EMPTY, sa.JSON, nullable=True, info=about)
    return Question(EMPTY, "Leave empty", "These fields will hold nothing.", column)


@operation(
    Record,
    label="Set fields",
    permission="{table}.update",
    asks=questions_about,
    assigns=True,
    sentence="Set fields of {rows}",
    icon="forms",
    order=70,
    suits=lambda model: "update" in model.screen.writes and bool(shared(model)),
)
def set_field(ctx: Context, **answers: Any) -> Assign:
    """Write the same into some fields of all of them; what is not answered stays as it is."""
    emptied = [name for name, said in (answers.pop(EMPTY, None) or {}).items() if said]
    if both := next((name for name in emptied if name in answers), ""):
        raise Invalid("Either a value or empty, not both.", both)
    values = {
        name: value is Said.YES if isinstance(value, Said) else value for name, value in answers.items()
    }
    if not values and not emptied:
        raise Invalid("Fill in what to set.", "")
    return Assign(values | dict.fromkeys(emptied))


@operation(
    Record,
    permission="{table}.delete",
    confirm="Delete {rows}, with what belongs to them? They can be brought back from Deleted records.",
    icon="trash",
    order=90,
    danger=True,
    suits=lambda model: "delete" in model.screen.writes,
)
def delete(row: Record, ctx: Context) -> None:
    """Take it off lists and searches, with what belongs to it. Its history stays."""
    found = consequences(ctx.session, row, ctx.viewer)
    delete_row(ctx.session, row, ctx.viewer)
    for touched in found:
        words = GOES if touched.what == "deleted" else STAYS
        ctx.tally(words, lowered(touched.label), touched.count)


@operation(
    Record,
    permission="{table}.create",
    icon="restore",
    order=91,
    gone=True,
    places=frozenset({"deleted"}),
    suits=lambda model: model.screen.writes >= {"create", "delete"},
)
def restore(row: Any, ctx: Context) -> None:
    """Bring a deleted record back under its old address, with what was deleted along with it."""
    if why := hindrance(ctx.session, row.model, row.id, ctx.viewer):
        raise Refused(why)
    revive(ctx.session, row.model, row.id, last_deletion(ctx.session, row.model, row.id), ctx.viewer)
