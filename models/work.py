"""Work in progress and done: runs of operations with their ledgers, jobs, clocks, sent forms."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import BigId, Entry, db, now, parent
from .choice import Choice
from .fields import Line, Moment, Name, NetAddress, Number, Text, YesNo

Packed = sa.JSON(none_as_null=True)  # values as models/pack.py writes them


class RunKind(Choice):
    OPERATION = "operation"
    UNDO = "undo"


class RunState(Choice):
    PLANNED = "planned", "Previewed", "gray"
    WAITING = "waiting", "Waits for a second person", "amber"
    QUEUED = "queued", "Waits for a worker", "amber"
    RUNNING = "running", "Running", "blue"
    PAUSED = "paused", "Paused", "amber"
    DONE = "done", "Done", "green"
    CANCELLED = "cancelled", "Cancelled", "hollow"
    FAILED = "failed", "Failed", "red"


class Path(Choice):
    """How the rows of a run are written."""

    ROWS = "rows"  # each through the session, in a savepoint of its own
    SET = "set"  # a handful of statements for many rows
    WHOLE = "whole"  # all together or not at all


class Run(Entry):
    """An operation carried out on some rows, or previewed: who, what, why, how far, how it ended."""

    __table_args__ = (
        sa.Index(None, "staff_id", "planned_at"),
        sa.Index(None, "table_name", "planned_at"),
        sa.Index(None, "state", "planned_at"),
    )

    key: Mapped[str] = mapped_column(sa.String(64), unique=True, comment="Held by the page that confirms it.")
    kind: Mapped[RunKind] = mapped_column(default=RunKind.OPERATION)
    undo_of_id: Mapped[int | None] = parent("run", "CASCADE")
    table_name: Mapped[str] = mapped_column(sa.String(64))
    operation: Mapped[str] = mapped_column(sa.String(64), comment="Name of its function.")
    title: Mapped[Line] = mapped_column(comment="In words, as the button said.")
    answers: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict, comment="What the form was told.")
    selection: Mapped[Text] = mapped_column(default="", comment="Which rows were meant, in words.")
    path: Mapped[Path] = mapped_column(default=Path.ROWS)
    state: Mapped[RunState] = mapped_column(default=RunState.PLANNED)
    staff_id: Mapped[int | None] = mapped_column(BigId)  # no key: a ledger outlives who made it
    staff_name: Mapped[Name] = mapped_column(default="")
    source: Mapped[str] = mapped_column(sa.String(16), default="panel")
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    address: Mapped[NetAddress] = mapped_column(default="")
    approved_by_id: Mapped[int | None] = mapped_column(
        BigId, comment="The second person, where one is asked."
    )
    approved_by: Mapped[Name] = mapped_column(default="")
    # Counts of the ledger; `matched` is their sum and what is left.
    matched: Mapped[Number] = mapped_column(default=0)
    changed: Mapped[Number] = mapped_column(default=0)
    same: Mapped[Number] = mapped_column(default=0)
    refused: Mapped[Number] = mapped_column(default=0)
    failed: Mapped[Number] = mapped_column(default=0)
    skipped: Mapped[Number] = mapped_column(default=0)
    preview: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    error: Mapped[Line] = mapped_column(default="", comment="Why all of it ended.")
    planned_at: Mapped[Moment] = mapped_column(default=now, index=True)
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]

    @property
    def is_over(self) -> bool:
        return self.state in (RunState.DONE, RunState.CANCELLED, RunState.FAILED)

    @property
    def left(self) -> int:
        """Rows that nothing has happened to yet."""
        return self.matched - self.changed - self.same - self.refused - self.failed - self.skipped


class RowState(Choice):
    PLANNED = "planned", "Not yet"
    CHANGED = "changed", "Done", "green"
    SAME = "same", "Already so", "gray"
    REFUSED = "refused", "Refused", "amber"
    FAILED = "failed", "Failed", "red"
    SKIPPED = "skipped", "Changed since", "amber"


class RunRow(db.Model):
    """One line of a ledger: a row that a run was meant for, and what became of it.

    `before` and `after` hold the changed columns of the row itself. `also` lists what else was
    written with it, as [table, id, kind (0 made, 1 changed, 2 deleted), before, after].
    """

    __tablename__ = "run_row"
    __table_args__ = (
        sa.Index(None, "run_id", "state", "row_id"),
        sa.Index(None, "row_id", "run_id"),
    )

    run_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    row_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    version: Mapped[int | None] = mapped_column(comment="Of the row when the run was planned.")
    state: Mapped[RowState] = mapped_column(default=RowState.PLANNED)
    reason: Mapped[Text] = mapped_column(default="", comment="Why not, or what was left as it is.")
    label: Mapped[Line] = mapped_column(
        default="", comment="What the row was called, where that may be lost."
    )
    transaction_id: Mapped[int | None] = mapped_column(BigId)
    before: Mapped[dict[str, Any] | None] = mapped_column(Packed)
    after: Mapped[dict[str, Any] | None] = mapped_column(Packed)
    also: Mapped[list[Any] | None] = mapped_column(Packed)


class JobState(Choice):
    WAITING = "waiting", "Waits", "amber"
    RUNNING = "running", "Running", "blue"
    DONE = "done", "Done", "green"
    DEAD = "dead", "Gave up", "red"
    CANCELLED = "cancelled", "Cancelled", "hollow"


class Job(Entry):
    """Something to be done in the background, enqueued in the transaction that it belongs to."""

    __table_args__ = (
        sa.Index(None, "state", "run_at", "id"),
        sa.Index(None, "name", "state"),
        sa.Index(None, "finished_at"),
    )

    name: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    unique_key: Mapped[str | None] = mapped_column(
        sa.String(120), unique=True, comment="Of two with the same key only the first is made."
    )
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    run_at: Mapped[Moment] = mapped_column(default=now, comment="Not before.")
    attempts: Mapped[Number] = mapped_column(default=0)
    most_attempts: Mapped[Number] = mapped_column(default=5)
    leased_until: Mapped[Moment | None] = mapped_column(comment="Whose lease is over may be taken again.")
    worker: Mapped[Line] = mapped_column(default="", comment="Host, process and thread.")
    error: Mapped[Text] = mapped_column(default="", comment="Of the last attempt.")
    result: Mapped[Line] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(BigId)
    enqueued_at: Mapped[Moment] = mapped_column(default=now)
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]


class Clock(Entry):
    """When a periodic job ran last and runs next."""

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    enabled: Mapped[YesNo] = mapped_column(default=True)
    next_at: Mapped[Moment | None]
    last_at: Mapped[Moment | None]
    last_result: Mapped[Line] = mapped_column(default="")
    last_failed: Mapped[YesNo] = mapped_column(default=False)


class SentForm(Entry):
    """A form that made a record. The same form sent again leads there and makes nothing."""

    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    table_name: Mapped[str] = mapped_column(sa.String(64))
    row_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[Moment] = mapped_column(default=now, index=True)
