"""Slows down guessing at passwords, without ever locking a person out.

Three counts of the last hour decide: wrong passwords for this person from this address (few are
free), for this person from elsewhere (more), and from this address for anyone (a flood). A person
at an address where they have signed in before answers for the first one alone, so that nobody can
keep them out from afar. Staff and customers are counted apart, and so are requests for a link.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import SignInFailure, StaffSession, StaffUser
from models.portal import PortalSession, PortalUser
from models.text import plain_email

from .sessions import digest

STAFF, PORTAL, LINKS = "staff", "portal", "links"

WINDOW = dt.timedelta(hours=1)
FIRST_WAIT = dt.timedelta(seconds=10)


@dataclass(frozen=True)
class Patience:
    """How many wrong passwords are free, and how long the wait grows at most."""

    free: int
    longest: dt.timedelta

    def wait(self, failures: int, last: dt.datetime | None, at: dt.datetime) -> dt.timedelta:
        """What is left of the wait: it starts at ten seconds and doubles."""
        if last is None or failures < self.free:
            return dt.timedelta()
        doublings = min(failures - self.free, 20)
        return last + min(FIRST_WAIT * 2**doublings, self.longest) - at


HERE = Patience(5, dt.timedelta(minutes=15))
AT_HOME = Patience(5, dt.timedelta(minutes=1))
ELSEWHERE = Patience(20, dt.timedelta(minutes=5))
FLOOD = Patience(50, dt.timedelta(minutes=15))


LINKS_FROM_AN_ADDRESS = 20  # requests within an hour


def seconds_to_wait(session: Session, email: str, address: str, at: dt.datetime, realm: str = STAFF) -> int:
    """How long until another password may be tried; 0: now."""
    here, elsewhere, flood = _counts(session, email, address, at, realm)
    if _is_home(session, email, address, realm):
        waits = [AT_HOME.wait(*here, at)]
    else:
        waits = [HERE.wait(*here, at), ELSEWHERE.wait(*elsewhere, at), FLOOD.wait(*flood, at)]
    return max(0, *(-(-wait // dt.timedelta(seconds=1)) for wait in waits))


def attempt(session: Session, email: str, address: str, at: dt.datetime, realm: str = STAFF) -> int:
    """Before a password is looked at: seconds to wait, or 0, and the attempt is counted. Commits.

    It counts as wrong until `succeeded` says that it was right, so guesses sent side by side count too.
    """
    if seconds := seconds_to_wait(session, email, address, at, realm):
        return seconds
    failed(session, email, address, at, realm)
    session.commit()
    return 0


def too_soon(seconds: int) -> str:
    """What is said to who has to wait, without a stop at the end."""
    wait = f"{seconds} seconds" if seconds < 90 else f"{-(-seconds // 60)} minutes"
    return f"Too many wrong passwords. Try again in {wait}"


def failed(session: Session, email: str, address: str, at: dt.datetime, realm: str = STAFF) -> None:
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at < at - WINDOW))
    session.add(SignInFailure(realm=realm, account_sha256=_account(email), address=address, at=at))


def succeeded(session: Session, email: str, address: str, realm: str = STAFF) -> None:
    same = (SignInFailure.account_sha256 == _account(email)) & (SignInFailure.address == address)
    session.execute(sa.delete(SignInFailure).where(same, SignInFailure.realm == realm))


def asks_for_a_link(session: Session, email: str, address: str, at: dt.datetime) -> bool:
    """Note that somebody asked; False when too many came from there within the hour."""
    from_there = (SignInFailure.realm == LINKS) & (SignInFailure.address == address)
    asked = sa.select(sa.func.count()).where(from_there, SignInFailure.at > at - WINDOW)
    if session.scalar(asked) >= LINKS_FROM_AN_ADDRESS:
        return False
    failed(session, email, address, at, LINKS)
    return True


def _account(email: str) -> str:
    return digest(plain_email(email))


def _counts(
    session: Session, email: str, address: str, at: dt.datetime, realm: str
) -> list[tuple[int, dt.datetime | None]]:
    person = SignInFailure.account_sha256 == _account(email)
    place = SignInFailure.address == address
    each = (person & place, person & ~place, place)
    asked = [
        column
        for which in each
        for column in (sa.func.count().filter(which), sa.func.max(SignInFailure.at).filter(which))
    ]
    lately = (SignInFailure.at > at - WINDOW, SignInFailure.realm == realm, person | place)
    row = session.execute(sa.select(*asked).where(*lately)).one()
    return [(row[0], row[1]), (row[2], row[3]), (row[4], row[5])]


def _is_home(session: Session, email: str, address: str, realm: str) -> bool:
    """The person has signed in from there before."""
    before = (
        sa.select(StaffSession.id)
        .join(StaffUser)
        .where(StaffSession.address == address, sa.func.lower(StaffUser.email) == plain_email(email))
    )
    if realm == PORTAL:
        before = (
            sa.select(PortalSession.id)
            .join(PortalUser)
            .where(PortalSession.address == address, PortalUser.email_norm == plain_email(email))
        )
    return bool(session.scalar(sa.select(before.exists())))
