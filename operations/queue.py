"""Putting work off to the background, in the transaction that it belongs to."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import now
from models.work import Job

INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any] | None = None,
    run_at: dt.datetime | None = None,
    unique_key: str | None = None,
    attempts: int = 0,
) -> Job:
    """A job that a worker takes up once this transaction is committed, not before `run_at`.

    With a `unique_key` that a job waits under already, that one is given back. `attempts` 0: as
    many as the job is declared with.
    """
    said = {
        "name": name,
        "payload": dict(payload or {}),
        "unique_key": unique_key,
        "run_at": run_at or now(),
        "most_attempts": attempts,
        "staff_id": act_of(session).staff_id,
    }
    if unique_key is None:
        job = Job(**said)
        session.add(job)
        session.flush()
        return job
    return _only_one(session, unique_key, said)


def _only_one(session: Session, key: str, said: dict[str, Any]) -> Job:
    # The lock keeps workers from that job until this transaction ends: taken now, it would not
    # see what was written here. On SQLite nobody else writes meanwhile anyway.
    waits = sa.select(Job).where(Job.unique_key == key).with_for_update(read=True)
    insert = INSERTS[session.get_bind().dialect.name](Job).values(said)
    insert = insert.on_conflict_do_nothing(index_elements=["unique_key"]).returning(Job)
    while True:
        if found := session.scalar(waits) or session.scalar(insert):
            return found
