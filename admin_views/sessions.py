"""The staff session between the cookie and its row."""

import datetime as dt

from flask import current_app, request, session

from models.base import db, now
from models.database import apart
from operations import sessions
from queries import staff

# Flask-Login looks here; to us it is the random token of the session row.
TOKEN = "_user_id"
SEEN_EVERY = dt.timedelta(minutes=1)


def lasting() -> staff.Lasting:
    return current_app.config["STAFF_SESSION"]


def current() -> staff.SignedIn | None:
    """Who sends this request; one statement, and none without a cookie."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    found = staff.signed_in(db.session(), sessions.digest(token), lasting(), now())
    if found and now() - found.seen_at > SEEN_EVERY:
        with apart(db.session()):
            sessions.touch(db.session(), found.session_id, now())
    return found


def begin(staff_id: int) -> None:
    """A new session for whoever has just signed in; nothing of the old cookie stays."""
    agent = request.user_agent.string
    token = sessions.begin(db.session(), staff_id, now(), request.remote_addr or "", agent)
    session.clear()
    session[TOKEN] = token


def end(session_id: int, staff_id: int) -> None:
    sessions.end(db.session(), session_id, staff_id, now())
    session.clear()


def forget() -> bool:
    """Drop the token of a session that is over; False when there was none."""
    had = TOKEN in session
    if had:
        session.clear()
    return had
