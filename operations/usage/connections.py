"""Sessions of data accounts: kept as they are told, and counted once they have ended."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.service import DataAccount
from models.usage import DataSession, UsageKind, UsageRecord

from .accounting import Added, Ground, account
from .line import Used
from .loading import INSERTS
from .owners import Owners

SOURCE = "radius"  # the same whether an access server writes them or a file brings them
UNKNOWN = "no such data account"


def connect(session: Session, used: Sequence[Used], ground: Ground, file_id: int) -> Added:
    """Sessions from a file. One that goes on is kept, and counted when a later file says that it ended."""
    owners = Owners(session, used, ground.notation)
    known = [u for u in used if u.username in owners.accounts]
    _keep(session, known, owners)
    over = [u for u in known if u.connection is not None and u.connection.stopped_at is not None]
    result = account(session, over, SOURCE, ground, file_id)
    result.added += len(known) - len(over)
    result.refused += [(u, UNKNOWN) for u in used if u.username not in owners.accounts]
    return result


def _keep(session: Session, used: Sequence[Used], owners: Owners) -> None:
    """The last line about a session counts, and none opens again what has ended."""
    rows = {u.key: _row(u, owners.accounts[u.username].device_id) for u in used}
    if not rows:
        return
    table = DataSession.__table__
    insert = INSERTS[session.get_bind().dialect.name](table)
    news = {
        n: insert.excluded[n] for n in next(iter(rows.values())) if n not in ("unique_id", "data_account_id")
    }
    stays = table.c.stopped_at.is_(None) | insert.excluded.stopped_at.is_not(None)
    statement = insert.on_conflict_do_update(index_elements=["unique_id"], set_=news, where=stays)
    session.connection().execute(statement, [rows[key] for key in sorted(rows)])


def _row(used: Used, account_id: int) -> dict:
    told = used.connection
    assert told is not None
    return {
        "unique_id": used.key,
        "data_account_id": account_id,
        "nas_ip": told.nas_ip,
        "framed_ip": told.framed_ip,
        "calling_station": told.calling_station,
        "started_at": used.started_at,
        "updated_at": told.updated_at,
        "stopped_at": told.stopped_at,
        "bytes_in": told.bytes_in,
        "bytes_out": told.bytes_out,
        "terminate_cause": told.terminate_cause,
    }


def count_ended(session: Session, ground: Ground, since: dt.datetime, most: int) -> int:
    """Account for sessions that access servers have written and ended lately. How many there were."""
    known = sa.exists().where(UsageRecord.source == SOURCE, UsageRecord.source_key == DataSession.unique_id)
    over = (
        sa.select(DataSession, DataAccount.username)
        .join(DataAccount, DataSession.data_account_id == DataAccount.id)
        .where(DataSession.stopped_at >= since, ~known)
        .order_by(DataSession.id)
        .limit(most)
    )
    used = [
        Used(s.unique_id, UsageKind.DATA, s.started_at, s.bytes_in + s.bytes_out, username=username)
        for s, username in session.execute(over)
    ]
    return account(session, used, SOURCE, ground).added if used else 0
