"""Links with which a person sets their password, and the setting itself: staff and customers alike.

A link holds 256 random bits; only their digest is stored. It is good once, for a while, for the
e-mail address it was made for, and only until a newer one is made.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import AccessLog, Activity, PasswordToken, StaffUser, TokenPurpose
from models.act import act_of
from models.customer import Customer
from models.portal import PortalUser
from queries.portal import OPEN_TO_ITS_OWNER, may_enter

from . import passwords, sessions, throttle
from .errors import Invalid, Refused
from .installation import installation
from .outbox import post

LASTS = {TokenPurpose.INVITATION: dt.timedelta(hours=72), TokenPurpose.RECOVERY: dt.timedelta(minutes=30)}
AN_HOUR = 3  # links for one person
SPENT = "This link has been used, has run out, or was replaced by a newer one. Ask for another."

Owner = StaffUser | PortalUser

# Tables of log-ins for which staff may choose a password, with the function that sets it.
set_by_staff: dict[type[Any], Callable[[Session, Any, str, dt.datetime], None]] = {}


def make_link(session: Session, owner: Owner, purpose: TokenPurpose, at: dt.datetime) -> str:
    """The token for the address; earlier ones stop working."""
    refuse_the_barred(session, owner)
    lately = sa.select(sa.func.count()).where(
        _owns(PasswordToken, owner), PasswordToken.created_at > at - dt.timedelta(hours=1)
    )
    if session.scalar(lately) >= AN_HOUR:
        raise Refused(f"{AN_HOUR} links were made within the hour. Use the newest, or wait.")
    void_links(session, owner, at)
    token = sessions.fresh_token()
    session.add(
        PasswordToken(
            **{_key(owner): owner.id},
            token_sha256=sessions.digest(token),
            purpose=purpose,
            email=owner.email,
            expires_at=at + LASTS[purpose],
            created_at=at,
        )
    )
    note(session, owner, "link", f"{purpose.label} link made", at)
    return token


def address_of(token: str, model: type[Owner] = PortalUser) -> str:
    """Where a link leads; never made from a header that a stranger can send."""
    return f"{installation().url}{'/portal' if model is PortalUser else ''}/password/{token}"


def duration(purpose: TokenPurpose) -> str:
    minutes = int(LASTS[purpose].total_seconds() // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"


def void_links(session: Session, owner: Owner, at: dt.datetime) -> None:
    live = _owns(PasswordToken, owner) & PasswordToken.used_at.is_(None)
    session.execute(sa.update(PasswordToken).where(live).values(used_at=at))


def owner_of(session: Session, token: str, at: dt.datetime, model: type[Owner] = StaffUser) -> Owner | None:
    """Whose password the link may set; None when it is not good."""
    asked = sa.select(model).join(PasswordToken)
    if model is PortalUser:
        asked = asked.join(Customer, Customer.id == PortalUser.customer_id).where(*may_enter())
    else:
        asked = asked.where(StaffUser.active)
    return session.scalar(
        asked.where(
            PasswordToken.token_sha256 == sessions.digest(token),
            PasswordToken.used_at.is_(None),
            PasswordToken.expires_at > at,
            PasswordToken.email == model.email,
        )
    )


def set_password(
    session: Session, token: str, password: str, at: dt.datetime, model: type[Owner] = StaffUser
) -> Owner:
    """Set it, use the link up and end every session of its owner."""
    owner = owner_of(session, token, at, model)
    if owner is None:
        raise Refused(SPENT)
    _check(session, owner, password)
    mine = (PasswordToken.token_sha256 == sessions.digest(token)) & PasswordToken.used_at.is_(None)
    if session.execute(sa.update(PasswordToken).where(mine).values(used_at=at)).rowcount != 1:
        raise Refused(SPENT)  # somebody was faster with the same link
    store(session, owner, password, at)
    _tell(session, owner, at)
    return owner


def change_password(
    session: Session, owner: Owner, present: str, password: str, at: dt.datetime, keep: int, address: str
) -> None:
    """By its owner, who stays signed in with session `keep` and nowhere else. Commits.

    Guesses at the present password are counted as at the sign-in; all else that is refused is none.
    """
    realm = throttle.PORTAL if isinstance(owner, PortalUser) else throttle.STAFF
    if seconds := throttle.attempt(session, owner.email, address, at, realm):
        raise Refused(f"{throttle.too_soon(seconds)}.", "present")
    try:
        _change(session, owner, present, password, at, keep)
    except Refused as refused:
        session.rollback()
        if refused.field != "present":
            throttle.succeeded(session, owner.email, address, realm)
            session.commit()
        raise
    throttle.succeeded(session, owner.email, address, realm)
    session.commit()


def _change(session: Session, owner: Owner, present: str, password: str, at: dt.datetime, keep: int) -> None:
    if len(present) > passwords.LONGEST or not passwords.matches(present, stored(owner)):
        raise Refused("This is not your present password.", "present")
    if present == password:
        raise Invalid("This is your present password.", "password")
    _check(session, owner, password)
    store(session, owner, password, at, keep)
    _tell(session, owner, at)


def store(
    session: Session,
    owner: Owner,
    password: str,
    at: dt.datetime,
    keep: int | None = None,
    must_change: bool = False,
    said: str = "Password set",
) -> None:
    """Every session of the owner ends but `keep`, and no link made so far works any more."""
    if isinstance(owner, PortalUser):
        owner.password_hash = passwords.hashed(password)
        owner.must_change_password = must_change
    else:
        owner.password = passwords.hashed(password)
    void_links(session, owner, at)
    _sessions(owner).end_all(session, owner.id, at, but=keep)
    note(session, owner, "password", said, at)


def stored(owner: Owner) -> str | None:
    return owner.password_hash if isinstance(owner, PortalUser) else owner.password


def note(session: Session, owner: Owner, kind: str, said: str, at: dt.datetime) -> None:
    """Of staff in the access trail, of a customer's log-in in the customer's activities."""
    act = act_of(session)
    about = {"object_type": owner.__tablename__, "object_id": owner.id, "at": at}
    if isinstance(owner, PortalUser):
        who = {"customer_id": owner.customer_id, "staff_id": act.staff_id}
        doing = {"impersonation_id": act.impersonation_id, "kind": kind, "summary": said}
        session.add(Activity(**who, **doing, **about))
    else:
        who = {"staff_user_id": act.staff_id or owner.id, "address": act.address}
        session.add(AccessLog(**who, action=kind, detail=said, **about))


def _tell(session: Session, owner: Owner, at: dt.datetime) -> None:
    """A customer who did not do it learns that somebody did."""
    if isinstance(owner, PortalUser):
        customer = session.get_one(Customer, owner.customer_id)
        post(session, customer, "password_changed", to=owner.email, at=at)


def _check(session: Session, owner: Owner, password: str) -> None:
    name: Any = session.get(Customer, owner.customer_id) if isinstance(owner, PortalUser) else owner.name
    if problem := passwords.weakness(password, owner.email, str(name)):
        raise Invalid(problem, "password")


def refuse_the_barred(session: Session, owner: Owner) -> None:
    if isinstance(owner, PortalUser):
        if not owner.is_active:
            raise Refused("This log-in is deactivated. Activate it first.")
        state = session.get(Customer, owner.customer_id).workflow_state
        if state not in OPEN_TO_ITS_OWNER:
            raise Refused(f"This customer is {state.label.lower()} and cannot sign in.")
    elif not owner.active:
        raise Refused(f"{owner.name} is deactivated. Activate them first.")


def _key(owner: Owner) -> str:
    return f"{owner.__tablename__}_id"


def _owns(model: type[PasswordToken], owner: Owner) -> sa.ColumnElement[bool]:
    return getattr(model, _key(owner)) == owner.id


def _sessions(owner: Owner) -> sessions.Sessions:
    return sessions.PORTAL if isinstance(owner, PortalUser) else sessions.STAFF
