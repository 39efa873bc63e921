"""People who say that they forgot their password: noted at once, answered later.

Whether anybody has the address is only looked up by the job, so that neither the answer nor the
time it takes tells a stranger.
"""

import datetime as dt

from sqlalchemy.orm import Session

from models.access import StaffUser, TokenPurpose
from models.portal import PortalUser
from queries import portal, staff

from . import logins, recovery, throttle
from .errors import Refused
from .outbox import post
from .queue import enqueue


def note(session: Session, email: str, address: str, realm: str, at: dt.datetime) -> bool:
    """False when too many were asked for from that address within the hour."""
    if not throttle.asks_for_a_link(session, email, address, at):
        return False
    enqueue(session, "send_link", {"email": email, "realm": realm})
    return True


def answer(session: Session, email: str, realm: str, at: dt.datetime) -> str:
    """Mail a link to whoever signs in with this address, if anybody does and may."""
    owner = portal.by_email(session, email) if realm == throttle.PORTAL else staff.by_email(session, email)
    if owner is None:
        return "nobody has this address"
    try:
        if isinstance(owner, PortalUser):
            logins.send_recovery(session, owner, at)
        else:
            _to_staff(session, owner, at)
    except Refused as refused:
        return refused.text[:200]
    return "sent"


def _to_staff(session: Session, owner: StaffUser, at: dt.datetime) -> None:
    token = recovery.make_link(session, owner, TokenPurpose.RECOVERY, at)
    post(
        session,
        None,
        "recovery",
        to=owner.email,
        secrets={"link": recovery.address_of(token, StaffUser)},
        name=owner.name,
        lasts=recovery.duration(TokenPurpose.RECOVERY),
    )
