"""History: Continuum with our own transaction row and a unit of work that writes in batches.

Continuum finds out what changed; the unit of work below writes it with a handful of statements
per flush where the stock one selects and updates row by row (figures: docs/design.md).
"""

from collections import defaultdict
from types import SimpleNamespace

import sqlalchemy as sa
import sqlalchemy_continuum as continuum
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy_continuum import Operation, versioning_manager
from sqlalchemy_continuum.unit_of_work import UnitOfWork

from .act import act_of
from .base import BigId, Record, among, db, now, records
from .fields import Moment

BATCH = 500


class Transaction(db.Model):
    """Who changed something, when, from where and why. One row per database transaction."""

    __tablename__ = "transaction"
    __versioning_manager__ = versioning_manager
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issued_at: Mapped[Moment] = mapped_column(index=True)
    # No foreign keys: history outlives the rows that it speaks of.
    staff_id: Mapped[int | None] = mapped_column(BigId, index=True)
    staff_name: Mapped[str] = mapped_column(sa.String(120), default="")
    portal_user_id: Mapped[int | None] = mapped_column(BigId)
    impersonation_id: Mapped[int | None] = mapped_column(BigId)
    run_id: Mapped[int | None] = mapped_column(BigId, index=True)
    source: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    request_id: Mapped[str] = mapped_column(sa.String(64), default="")
    address: Mapped[str] = mapped_column(sa.String(45), default="")


class TransactionTable(db.Model):
    """Which tables a transaction touched, so that the changes feed asks only those."""

    __tablename__ = "transaction_table"

    transaction_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


def begin(session: Session) -> int:
    """The transaction row of what this session is about to change; made when there is none.

    Call it before the first savepoint: a row that is made inside one goes when it rolls back.
    """
    unit = versioning_manager.unit_of_work(session)
    return (unit.current_transaction or unit.create_transaction(session)).id


def discard(session: Session, transaction_id: int) -> int | None:
    """Take a transaction row back under which nothing was written after all; its id if it stays."""
    session.flush()
    unit = versioning_manager.unit_of_work(session)
    if unit.current_transaction and unit.current_transaction.id == transaction_id and not unit.touched:
        session.connection().execute(sa.delete(Transaction).where(Transaction.id == transaction_id))
        unit.current_transaction = None
        return None
    return transaction_id


def touch(session: Session, model: type[Record]) -> None:
    """Say that versions of a table were written under the present transaction by other ways."""
    versioning_manager.unit_of_work(session)._touch(session.connection(), model)


class Batches(UnitOfWork):
    """Writes the versions of a flush table by table: one close and one insert per 500 rows."""

    def reset(self, session: Session | None = None) -> None:
        super().reset(session)
        self.written: dict[tuple[type, int], int] = {}
        self.touched: set[str] = set()
        self.marks: dict[object, tuple] = {}

    def process_before_flush(self, session: Session) -> None:
        if not self.current_transaction and self.is_modified(session):
            self.create_transaction(session)

    def process_after_flush(self, session: Session) -> None:
        if self.current_transaction:
            self.make_versions(session)

    def create_transaction(self, session: Session) -> SimpleNamespace:
        act = act_of(session)
        values = {
            name: getattr(act, name) for name in act.__dataclass_fields__ if name in Transaction.__table__.c
        }
        row = sa.insert(Transaction).values(issued_at=now(), **values).returning(Transaction.id)
        self.current_transaction = SimpleNamespace(id=session.connection().execute(row).scalar_one())
        return self.current_transaction

    def create_version_objects(self, session: Session) -> None:
        fresh, repeated = defaultdict(list), defaultdict(list)
        for operation in self.operations.objects.values():
            if not operation.processed:
                operation.processed = True
                self._sort(operation, fresh, repeated)
        connection = session.connection()
        for model, rows in fresh.items():
            self._write(connection, model, rows)
        for model, rows in repeated.items():
            self._rewrite(connection, model, rows)
        self.operations.objects.clear()  # or every object of the transaction stays in memory

    def _sort(self, operation: Operation, fresh: dict, repeated: dict) -> None:
        """New in this transaction, or changed again: made and then changed is still made."""
        model, row = type(operation.target), operation.target
        before = self.written.get((model, row.id))
        kind = operation.type
        if before == Operation.INSERT and kind == Operation.UPDATE:
            kind = Operation.INSERT
        self.written[model, row.id] = kind
        (fresh if before is None else repeated)[model].append(self._version(row, kind))

    def _version(self, row: Record, kind: int) -> dict:
        table = version_table(type(row))
        kept = [c.key for c in row.__table__.columns if c.key in table.c]
        mark = {"transaction_id": self.current_transaction.id, "operation_type": kind}
        return {key: getattr(row, key) for key in kept} | {"end_transaction_id": None} | mark

    def _write(self, connection: sa.Connection, model: type[Record], rows: list[dict]) -> None:
        table = version_table(model)
        self._touch(connection, model)
        # New rows too: one that is brought back after a deletion has versions from before.
        changed = [row["id"] for row in rows]
        for start in range(0, len(changed), BATCH):
            closed = connection.execute(
                sa.update(table)
                .where(table.c.id.in_(changed[start : start + BATCH]))
                .where(table.c.end_transaction_id.is_(None))
                .values(end_transaction_id=self.current_transaction.id)
                .returning(table.c.transaction_id)
            )
            if any(began > self.current_transaction.id for began in closed.scalars()):
                # Our number was drawn before theirs and the row read after: a version cannot end
                # before it begins. The same again, under a new number, is in order.
                raise StaleDataError(f"{model.__tablename__}: somebody else was faster")
        for start in range(0, len(rows), BATCH):
            connection.execute(sa.insert(table), rows[start : start + BATCH])

    def _rewrite(self, connection: sa.Connection, model: type[Record], rows: list[dict]) -> None:
        table = version_table(model)
        for row in rows:
            again = (table.c.id == row["id"]) & (table.c.transaction_id == row["transaction_id"])
            connection.execute(sa.update(table).where(again).values(row))

    def _touch(self, connection: sa.Connection, model: type[Record]) -> None:
        name = model.__tablename__
        if name not in self.touched:
            self.touched.add(name)
            row = {"transaction_id": self.current_transaction.id, "table_name": name}
            connection.execute(sa.insert(TransactionTable), row)


def version_table(model: type[Record]) -> sa.Table:
    return model.metadata.tables[f"{model.__tablename__}_version"]


def go_on_from(session: Session, record: Record, version: int) -> None:
    """Count the row version of a record that came back on from where it ended.

    Or a form that was opened long before would take the first version for the one it knows.
    """
    table, kept = record.__table__, version_table(type(record))
    connection = session.connection()
    # Its moment as it is, or the default of the column would make it another than in the history.
    counted = {"version": version + 1, "updated_at": table.c.updated_at}
    connection.execute(sa.update(table).where(table.c.id == record.id).values(counted))
    here = (kept.c.id == record.id) & (kept.c.transaction_id == begin(session))
    connection.execute(sa.update(kept).where(here).values(version=version + 1))
    set_committed_value(record, "version", version + 1)


class Unversioned(RuntimeError):
    """A statement that would change a table behind the back of its history."""


def _guard(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    mapper = state.bind_mapper
    if mapper and issubclass(mapper.class_, Record) and "set_based" not in state.execution_options:
        raise Unversioned(
            f"{mapper.class_.__name__}: change rows through the session; an update() or delete() "
            "statement leaves no history"
        )


def _unit(session: Session) -> Batches | None:
    """The unit of work under way, without asking for a connection that may be closing."""
    connection = versioning_manager.session_connection_map.get(session)
    return versioning_manager.units_of_work.get(connection)


def _mark(session: Session, transaction: SessionTransaction) -> None:
    """Remember what was written before a savepoint begins."""
    unit = _unit(session)
    if unit and transaction.nested:
        unit.marks[transaction] = (dict(unit.written), set(unit.touched), unit.current_transaction)


def _lose(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint that rolls back takes the versions written inside it along.

    A flush that fails rolls back the savepoint around it, which then says nothing of its own.
    """
    unit, savepoint = _unit(session), transaction
    while savepoint is not None and not savepoint.nested:
        savepoint = savepoint.parent
    if unit and savepoint is not None:
        unit.operations.objects.clear()
        unit.pending_statements.clear()
        written, touched, current = unit.marks.get(savepoint, ({}, set(), None))
        unit.written, unit.touched, unit.current_transaction = dict(written), set(touched), current


_trimmed: set[str] = set()


def _trim(*_: object) -> None:
    """Keep the version indexes that a page reads; the others only cost (docs/design.md)."""
    for model in records():
        name = f"{model.__tablename__}_version"
        table = model.metadata.tables.get(name)
        if table is None or name in _trimmed:
            continue
        _trimmed.add(name)
        keys = {c.name: c.nullable for c in model.__table__.columns if c.foreign_keys and c.name in table.c}
        for index in list(table.indexes):
            table.indexes.discard(index)
        for column, may_be_empty in sorted({"transaction_id": False, **keys}.items()):
            some = among(f"{column} IS NOT NULL") if may_be_empty else {}
            sa.Index(f"ix_{name}_{column}", table.c[column], **some)
        if model.large:
            sa.Index(f"ix_{name}_updated_at_id", table.c.updated_at, table.c.id)
        lost = among(f"operation_type = {Operation.DELETE}")
        sa.Index(f"ix_{name}_deleted", table.c.transaction_id, **lost)


def install() -> None:
    versioning_manager.uow_class = Batches
    versioning_manager.transaction_cls = Transaction
    options = {"create_composite_index": False}
    continuum.make_versioned(user_cls=None, options=options)
    sa.event.listen(sa.orm.Mapper, "after_configured", _trim)
    sa.event.listen(Session, "do_orm_execute", _guard)
    sa.event.listen(Session, "after_transaction_create", _mark)
    sa.event.listen(Session, "after_soft_rollback", _lose)
