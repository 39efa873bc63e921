"""Putting work off to the background, in the transaction that it belongs to."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import now
from models.work import Job


def enqueue(
    session: Session,
    name: str,
    payload: Mapping[str, Any] | None = None,
    run_at: dt.datetime | None = None,
    unique_key: str | None = None,
    attempts: int = 5,
) -> Job:
    """A job that a worker takes up once this transaction is committed, not before `run_at`.

    With a `unique_key` that a job waits under already, that one is given back.
    """
    if unique_key and (known := session.scalar(sa.select(Job).where(Job.unique_key == unique_key))):
        return known
    job = Job(
        name=name,
        payload=dict(payload or {}),
        unique_key=unique_key,
        run_at=run_at or now(),
        most_attempts=attempts,
        staff_id=act_of(session).staff_id,
    )
    session.add(job)
    session.flush()
    return job
