"""Links with which staff set their password, and the setting itself.

A link holds 256 random bits; only their digest is stored. It is good once, for a while, for the
e-mail address it was made for, and only until a newer one is made.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import AccessLog, PasswordToken, StaffUser, TokenPurpose
from models.act import act_of

from . import passwords, sessions
from .errors import Invalid, Refused

LASTS = {TokenPurpose.INVITATION: dt.timedelta(hours=72), TokenPurpose.RECOVERY: dt.timedelta(minutes=30)}
AN_HOUR = 3  # links for one person
SPENT = "This link has been used, has run out, or was replaced by a newer one. Ask for another."


def make_link(session: Session, staff: StaffUser, purpose: TokenPurpose, at: dt.datetime) -> str:
    """The token for the address; earlier ones stop working."""
    if not staff.active:
        raise Refused(f"{staff.name} is deactivated. Activate them first.")
    lately = sa.select(sa.func.count()).where(
        PasswordToken.staff_user_id == staff.id, PasswordToken.created_at > at - dt.timedelta(hours=1)
    )
    if session.scalar(lately) >= AN_HOUR:
        raise Refused(f"{AN_HOUR} links were made within the hour. Use the newest, or wait.")
    void_links(session, staff.id, at)
    token = sessions.fresh_token()
    session.add(
        PasswordToken(
            token_sha256=sessions.digest(token),
            staff_user_id=staff.id,
            purpose=purpose,
            email=staff.email,
            expires_at=at + LASTS[purpose],
            created_at=at,
        )
    )
    _trail(session, staff, "link", f"{purpose.label} link made", at)
    return token


def void_links(session: Session, staff_id: int, at: dt.datetime) -> None:
    live = (PasswordToken.staff_user_id == staff_id) & PasswordToken.used_at.is_(None)
    session.execute(sa.update(PasswordToken).where(live).values(used_at=at))


def owner_of(session: Session, token: str, at: dt.datetime) -> StaffUser | None:
    """Whose password the link may set; None when it is not good."""
    return session.scalar(
        sa.select(StaffUser)
        .join(PasswordToken)
        .where(
            PasswordToken.token_sha256 == sessions.digest(token),
            PasswordToken.used_at.is_(None),
            PasswordToken.expires_at > at,
            PasswordToken.email == StaffUser.email,
            StaffUser.active,
        )
    )


def set_password(session: Session, token: str, password: str, at: dt.datetime) -> StaffUser:
    """Set it, use the link up and end every session of its owner."""
    staff = owner_of(session, token, at)
    if staff is None:
        raise Refused(SPENT)
    _check(staff, password)
    mine = (PasswordToken.token_sha256 == sessions.digest(token)) & PasswordToken.used_at.is_(None)
    if session.execute(sa.update(PasswordToken).where(mine).values(used_at=at)).rowcount != 1:
        raise Refused(SPENT)  # somebody was faster with the same link
    _store(session, staff, password, at)
    return staff


def change_password(
    session: Session, staff: StaffUser, present: str, password: str, at: dt.datetime, keep: int
) -> None:
    """By its owner, who stays signed in with session `keep` and nowhere else."""
    if len(present) > passwords.LONGEST or not passwords.matches(present, staff.password):
        raise Refused("This is not your present password.", "present")
    if present == password:
        raise Invalid("This is your present password.", "password")
    _check(staff, password)
    _store(session, staff, password, at, keep)


def _check(staff: StaffUser, password: str) -> None:
    if problem := passwords.weakness(password, staff.email, staff.name):
        raise Invalid(problem, "password")


def _store(
    session: Session, staff: StaffUser, password: str, at: dt.datetime, keep: int | None = None
) -> None:
    staff.password = passwords.hashed(password)
    void_links(session, staff.id, at)
    sessions.end_all(session, staff.id, at, but=keep)
    _trail(session, staff, "password", "Password set", at)


def _trail(session: Session, staff: StaffUser, action: str, detail: str, at: dt.datetime) -> None:
    act = act_of(session)
    session.add(
        AccessLog(
            staff_user_id=act.staff_id or staff.id,
            object_type=staff.__tablename__,
            object_id=staff.id,
            action=action,
            detail=detail,
            address=act.address,
            at=at,
        )
    )
