"""Sessions of staff and of customers: rows, so that ending one acts at once."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import StaffSession
from models.portal import PortalSession


def fresh_token() -> str:
    """256 random bits for an address or a cookie; only their digest is stored."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Sessions:
    """The sessions of one kind of log-in: their table, and its key to who signed in."""

    model: Any
    key: str

    def begin(
        self, session: Session, owner_id: int, at: dt.datetime, address: str = "", agent: str = ""
    ) -> str:
        """Start a session and give the token for its cookie."""
        token = fresh_token()
        session.add(
            self.model(
                **{self.key: owner_id},
                token_sha256=digest(token),
                started_at=at,
                seen_at=at,
                address=address,
                agent=agent[:200],
            )
        )
        return token

    def touch(self, session: Session, session_id: int, at: dt.datetime) -> None:
        Row = self.model
        session.execute(sa.update(Row).where(Row.id == session_id).values(seen_at=at))

    def end(self, session: Session, session_id: int, owner_id: int, at: dt.datetime) -> bool:
        """False when that person has no such open session."""
        return self._end(session, (self.model.id == session_id) & self._of(owner_id), at) == 1

    def end_all(self, session: Session, owner_id: int, at: dt.datetime, but: int | None = None) -> int:
        """End every session of a person, except the one with id `but`; how many there were."""
        theirs = self._of(owner_id)
        return self._end(session, theirs if but is None else theirs & (self.model.id != but), at)

    def _of(self, owner_id: int) -> sa.ColumnElement[bool]:
        return getattr(self.model, self.key) == owner_id

    def _end(self, session: Session, which: sa.ColumnElement[bool], at: dt.datetime) -> int:
        Row = self.model
        open_ones = sa.update(Row).where(which, Row.ended_at.is_(None))
        return session.execute(open_ones.values(ended_at=at)).rowcount


STAFF = Sessions(StaffSession, "staff_user_id")
PORTAL = Sessions(PortalSession, "portal_user_id")
begin, touch, end, end_all = STAFF.begin, STAFF.touch, STAFF.end, STAFF.end_all
