"""Log-ins to the portal: made with their customer, one of them primary, with a password by mail."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import TokenPurpose
from models.base import Record, now
from models.customer import Contact, Customer
from models.portal import PortalUser
from models.text import plain_email
from queries.portal import OPEN_TO_ITS_OWNER, by_email, primary_of
from queries.settings import setting
from queries.viewer import Viewer, verbs_of

from . import passwords, recovery, sessions
from .errors import Invalid, Refused
from .outbox import post
from .records import Draft, create
from .rules import Changes, follow_up, rule

NO_ADDRESS = "no e-mail address"


def is_new(record: Record, changes: Changes) -> bool:
    return bool(changes) and record.version == 1


@follow_up(Customer, on=())
def begin_with_a_login(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    """Without an e-mail address, or with one that another log-in has, there is none."""
    if is_new(customer, changes) and customer.email and by_email(session, customer.email) is None:
        open_login(session, customer, viewer)


def open_login(
    session: Session, customer: Customer, viewer: Viewer, email: str = "", contact: Contact | None = None
) -> PortalUser:
    """A log-in whose owner is mailed how to choose a password."""
    email = email or (contact and contact.email) or customer.email
    if not email:
        raise Refused(f"{contact or customer} has {NO_ADDRESS}.")
    values = {"customer_id": customer.id, "contact_id": contact and contact.id, "email": email}
    return create(session, PortalUser, Draft(values), viewer)


@rule(PortalUser)
def belong_to_the_same_customer(session: Session, user: PortalUser, changes: Changes, viewer: Viewer) -> None:
    target = changes.get("contact_id", (None, None))[1]
    owner = user.customer_id or changes["customer_id"][1]
    if target and session.get_one(Contact, target).customer_id != owner:
        raise Refused("Choose one of this customer's contacts.", "contact_id")


@rule(PortalUser)
def keep_one_primary(session: Session, user: PortalUser, changes: Changes, viewer: Viewer) -> None:
    """The first log-in is the primary one; another one that becomes it takes over."""
    if "" in changes:
        return
    other = primary_of(session, changes.get("customer_id", (None, user.customer_id))[1])
    if other is None and user.id is None:
        user.is_primary = True
    elif changes.get("is_primary", (None, False))[1] and other is not user and other and other.is_primary:
        other.is_primary = False
        session.flush()


@rule(PortalUser)
def sign_out_the_deactivated(session: Session, user: PortalUser, changes: Changes, viewer: Viewer) -> None:
    """Their sessions must not come back to life when they are activated again, nor must their links."""
    if user.id and changes.get("is_active", (None, True))[1] is False:
        sessions.PORTAL.end_all(session, user.id, now())
        recovery.void_links(session, user, now())


@rule(PortalUser)
def leave_the_old_address_behind(
    session: Session, user: PortalUser, changes: Changes, viewer: Viewer
) -> None:
    """A link is good for one address alone, also when that address comes back.

    Whoever reads the old mailbox is told: an address that somebody else chose lets them in.
    """
    if not user.id or "email" not in changes:
        return
    recovery.void_links(session, user, now())
    sessions.PORTAL.end_all(session, user.id, now())
    before, after = changes["email"]
    if before and plain_email(before) != plain_email(after or "") and not session.info.get("no_mail"):
        post(session, session.get_one(Customer, user.customer_id), "login_changed", to=before, at=now())


@follow_up(PortalUser)
def welcome(session: Session, user: PortalUser, changes: Changes, viewer: Viewer) -> None:
    """A new log-in gets a random password, and its owner a mail with a link to choose their own.

    Whoever loads made-up customers says `session.info["no_mail"]`: no mail, and no password yet.
    """
    if not is_new(user, changes) or session.info.get("no_mail"):
        return
    password = passwords.generated()
    user.password_hash, user.must_change_password = passwords.hashed(password), True
    token = recovery.make_link(session, user, TokenPurpose.INVITATION, now())
    if setting(session, "password_mail") == "one_time_password":
        mail(session, user, "welcome_password", TokenPurpose.INVITATION, token, password=password)
    else:
        mail(session, user, "welcome", TokenPurpose.INVITATION, token)


def generate(session: Session, user: PortalUser, at: dt.datetime) -> str:
    """A new password, to be told once; the old one fails, and every session ends."""
    password = passwords.generated()
    recovery.store(session, user, password, at, must_change=True, said="New password generated")
    return password


def set_password(session: Session, user: PortalUser, password: str, at: dt.datetime) -> None:
    """One that staff chose. Its owner has to change it at the next sign-in."""
    if problem := passwords.weakness(password, user.email):
        raise Invalid(problem, "password")
    recovery.store(session, user, password, at, must_change=True, said="Password set by staff")


recovery.set_by_staff[PortalUser] = set_password
verbs_of["portal_user.set_password"] = "Choose a password for them."


def fill_empty_password(session: Session, user: PortalUser, at: dt.datetime) -> bool:
    """False when there is one: an existing password is never touched."""
    if user.password_hash is not None:
        return False
    password = setting(session, "default_password") or passwords.generated()
    recovery.store(session, user, password, at, must_change=True, said="Empty password filled")
    return True


def send_recovery(session: Session, user: PortalUser, at: dt.datetime) -> None:
    """A link by mail with which they choose a new password."""
    if not user.email:
        raise Refused(f"{user} has {NO_ADDRESS}.")
    token = recovery.make_link(session, user, TokenPurpose.RECOVERY, at)
    mail(session, user, "recovery", TokenPurpose.RECOVERY, token)


def end_sessions(session: Session, user: PortalUser, at: dt.datetime) -> int:
    ended = sessions.PORTAL.end_all(session, user.id, at)
    recovery.note(session, user, "signed_out", f"Signed out everywhere: {ended}", at)
    return ended


def mail(
    session: Session, user: PortalUser, template: str, purpose: TokenPurpose, token: str, **secrets: str
) -> None:
    """To the log-in's own address: the customer's may be somebody else's mailbox."""
    customer = session.get_one(Customer, user.customer_id)
    contact = session.get(Contact, user.contact_id) if user.contact_id else None
    secrets["link"] = recovery.address_of(token)
    said = {"lasts": recovery.duration(purpose), "email": user.email}
    post(session, customer, template, to=user.email, contact=contact, secrets=secrets, **said)


def closed_to(session: Session, user: PortalUser) -> str:
    """Why the right password does not open the portal; "" when it does."""
    state = session.get_one(Customer, user.customer_id).workflow_state
    if state in OPEN_TO_ITS_OWNER:
        return ""
    return f"This account is {state.label.lower()}. Please write to us."


def note_sign_in(session: Session, user: PortalUser, password: str, at: dt.datetime) -> None:
    """Not a change that anybody made, so neither the row version nor the history counts it."""
    kept: dict[str, Any] = {"last_sign_in_at": at, "updated_at": PortalUser.updated_at}
    if passwords.is_dated(user.password_hash):
        kept["password_hash"] = passwords.hashed(password)
    noted = sa.update(PortalUser).where(PortalUser.id == user.id).values(kept)
    session.execute(noted.execution_options(set_based=True, synchronize_session=False))
