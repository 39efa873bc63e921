"""Seeing the portal as a customer does: an overlay on the session of a staff member.

It needs a permission and a reason, lasts half an hour, is one at a time, and only reads until the
staff member says once more that they mean to change something.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import Activity, StaffSession
from models.base import now
from models.customer import Customer
from models.portal import Impersonation, PortalUser
from queries.portal import primary_of
from queries.staff import by_email
from queries.viewer import Viewer
from queries.visibility import find

from .errors import Invalid, Refused
from .recovery import refuse_the_barred
from .refusals import flush
from .rules import Changes, rule

LASTS = dt.timedelta(minutes=30)
RECENT = dt.timedelta(minutes=15)  # after this a sign-in has to be confirmed by the password
START, WRITE = "portal.impersonate", "portal.impersonate_write"


def subject(session: Session, customer_id: int, viewer: Viewer) -> tuple[Customer, PortalUser] | None:
    """Whom this person would see the portal as; None when there is no such customer for them."""
    customer = find(session, Customer, customer_id, viewer) if viewer.may_read(Customer) else None
    if customer is None:
        return None
    user = primary_of(session, customer.id)
    if user is None:
        raise Refused(f"{customer} has no log-in to the portal.")
    refuse_the_barred(session, user)
    if by_email(session, user.email):
        raise Refused("This log-in belongs to a member of staff, and nobody acts as one of those.")
    return customer, user


def start(
    session: Session, viewer: Viewer, session_id: int, customer_id: int, reason: str, at: dt.datetime
) -> Impersonation:
    found = subject(session, customer_id, viewer)
    if found is None or not viewer.may(START):
        raise Refused("There is no such customer, or you may not see it.")
    if not reason.strip():
        raise Invalid("Say why. The reason is kept, and colleagues see it.", "reason")
    customer, user = found
    end_forgotten(session, viewer.staff_id, session_id, at)
    made = Impersonation(
        staff_user_id=viewer.staff_id,
        staff_name=viewer.name,
        staff_session_id=session_id,
        portal_user_id=user.id,
        customer_id=customer.id,
        reason=reason.strip()[:200],
        started_at=at,
        expires_at=at + LASTS,
    )
    session.add(made)
    flush(session, Impersonation)
    _note(session, made, "Viewed as the customer", at)
    return made


def allow_changes(session: Session, viewer: Viewer, session_id: int, at: dt.datetime) -> Impersonation:
    """From now on they may also change what a customer may change, but for what stays blocked."""
    made = _open_one(session, viewer, session_id)
    if not viewer.may(WRITE):
        raise Refused("Your roles do not include changing anything for a customer.")
    if made.writes_from is None:
        made.writes_from = at
        _note(session, made, "Allowed changes while viewing as the customer", at)
    return made


def end(session: Session, viewer: Viewer, session_id: int, at: dt.datetime) -> Impersonation:
    made = _open_one(session, viewer, session_id)
    made.ended_at = min(at, made.expires_at)
    return made


def _open_one(session: Session, viewer: Viewer, session_id: int) -> Impersonation:
    mine = sa.select(Impersonation).where(
        Impersonation.staff_user_id == viewer.staff_id,
        Impersonation.staff_session_id == session_id,
        Impersonation.ended_at.is_(None),
    )
    made = session.scalar(mine)
    if made is None:
        raise Refused("You are not viewing as a customer any more.")
    return made


def end_forgotten(session: Session, staff_id: int, session_id: int, at: dt.datetime) -> None:
    """Those of sessions that this person has left: they could not be ended otherwise."""
    end_those_over(session, at)
    _close(session, at, Impersonation.staff_user_id == staff_id, Impersonation.staff_session_id != session_id)


def end_those_over(session: Session, at: dt.datetime) -> int:
    """Write the end of those that have run out or whose session was ended; how many there were."""
    signed_out = sa.select(StaffSession.id).where(
        StaffSession.id == Impersonation.staff_session_id, StaffSession.ended_at.is_not(None)
    )
    run_out = _close(session, Impersonation.expires_at, Impersonation.expires_at <= at)
    return run_out + _close(session, at, signed_out.correlate(Impersonation).exists())


def _close(session: Session, moment: object, *which: sa.ColumnElement[bool]) -> int:
    over = sa.update(Impersonation).where(Impersonation.ended_at.is_(None), *which).values(ended_at=moment)
    return session.execute(over.execution_options(synchronize_session=False)).rowcount


def _note(session: Session, made: Impersonation, said: str, at: dt.datetime) -> None:
    session.add(
        Activity(
            customer_id=made.customer_id,
            staff_id=made.staff_user_id,
            impersonation_id=made.id,
            kind="impersonation",
            object_type="portal_user",
            object_id=made.portal_user_id,
            summary=f"{said}: {made.reason}"[:200],
            at=at,
        )
    )


@rule(PortalUser)
def end_with_the_log_in(session: Session, user: PortalUser, changes: Changes, viewer: Viewer) -> None:
    if user.id and changes.get("is_active", (None, True))[1] is False:
        _close(session, now(), Impersonation.portal_user_id == user.id)


def record_path(customer_id: int) -> str:
    """Where the staff member comes from and goes back to."""
    return f"/admin/customer/{customer_id}/"
