"""Sessions of staff: rows, so that ending one acts at once."""

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import StaffSession


def fresh_token() -> str:
    """256 random bits for an address or a cookie; only their digest is stored."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def begin(session: Session, staff_id: int, at: dt.datetime, address: str = "", agent: str = "") -> str:
    """Start a session and give the token for its cookie."""
    token = fresh_token()
    session.add(
        StaffSession(
            token_sha256=digest(token),
            staff_user_id=staff_id,
            started_at=at,
            seen_at=at,
            address=address,
            agent=agent[:200],
        )
    )
    return token


def touch(session: Session, session_id: int, at: dt.datetime) -> None:
    session.execute(sa.update(StaffSession).where(StaffSession.id == session_id).values(seen_at=at))


def end(session: Session, session_id: int, staff_id: int, at: dt.datetime) -> bool:
    """False when that person has no such open session."""
    mine = (StaffSession.id == session_id) & (StaffSession.staff_user_id == staff_id)
    return _end(session, mine, at) == 1


def end_all(session: Session, staff_id: int, at: dt.datetime, but: int | None = None) -> int:
    """End every session of a staff member, except the one with id `but`; how many there were."""
    theirs = StaffSession.staff_user_id == staff_id
    return _end(session, theirs if but is None else theirs & (StaffSession.id != but), at)


def _end(session: Session, which: sa.ColumnElement[bool], at: dt.datetime) -> int:
    still_open = StaffSession.ended_at.is_(None)
    return session.execute(sa.update(StaffSession).where(which, still_open).values(ended_at=at)).rowcount
