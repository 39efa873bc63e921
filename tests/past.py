"""What the history keeps of a record, and bringing one back."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import records
from models.history import Transaction, version_table
from operations import restoring
from queries.viewer import SYSTEM


def versions(session: Session, model, row_id: int) -> list:
    table = version_table(model)
    rows = session.execute(sa.select(table).where(table.c.id == row_id).order_by(table.c.transaction_id))
    return rows.mappings().all()


def last_transaction(session: Session) -> Transaction:
    return session.scalars(sa.select(Transaction).order_by(Transaction.id.desc()).limit(1)).one()


def orphans(session: Session) -> int:
    """Versions whose transaction is not there: changes that nobody made."""
    known = sa.select(Transaction.id)
    counts = (
        session.scalar(sa.select(sa.func.count()).where(version_table(m).c.transaction_id.not_in(known)))
        for m in records()
    )
    return sum(counts)


def brought_back(session, record):
    """What the verb does with one row."""
    last = restoring.last_deletion(session, type(record), record.id)
    found = restoring.revive(session, type(record), record.id, last, SYSTEM)
    session.commit()
    return found
