"""Staff and roles: who may change what about whom."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import Role, StaffReseller, StaffUser, StaffUserRole
from models.base import now
from queries.staff import ADMIN, by_email, other_admins, permissions_of, roles_of
from queries.viewer import Viewer, known_permissions

from . import passwords, sessions
from .errors import Invalid, Refused
from .recovery import void_links
from .rules import Changes, rule, rules_for

# Whoever changes one of these decides what a person may do, or can take their place.
POWER = frozenset({"", "email", "active", "role", "reseller"})


def add(session: Session, email: str, name: str, *role_names: str, password: str = "") -> StaffUser:
    """A new member of staff; without a password they need a link. For the command line and seeds."""
    if by_email(session, email):
        raise Refused(f"{email} is on the staff already.", "email")
    if not name.strip():
        raise Refused("Say their name.", "name")
    staff = StaffUser(email=email, name=name, password=passwords.hashed(password) if password else None)
    session.add(staff)
    session.flush()
    for role_name in role_names:
        role = session.scalar(sa.select(Role).where(Role.name == role_name))
        if role is None:
            raise Refused(f"There is no role {role_name}.", "role")
        session.add(StaffUserRole(staff_user_id=staff.id, role_id=role.id))
    session.flush()
    return staff


def refuse_the_stronger(session: Session, role_ids: set[int], viewer: Viewer, field: str = "") -> None:
    """Nobody hands out, or takes over, what they may not do themselves."""
    if viewer.everything:
        return
    if viewer.resellers:
        raise Refused("You work for some resellers only; staff are looked after by others.", field)
    if permissions_of(session, role_ids) - viewer.permissions:
        raise Refused("These roles permit more than yours do. Ask an administrator.", field)


@rule(StaffUser)
def refuse_own_power(session: Session, staff: StaffUser, changes: Changes, viewer: Viewer) -> None:
    for name in sorted(changes.keys() & (POWER - {"email"})):
        if staff.id is not None and staff.id == viewer.staff_id:
            raise Refused("You cannot change your own access. Ask another administrator.", name)


@rule(StaffUser)
def refuse_power_over_the_stronger(
    session: Session, staff: StaffUser, changes: Changes, viewer: Viewer
) -> None:
    present = roles_of(session, staff.id) if staff.id else set()
    before, after = changes.get("role", (present, present))
    if changes.keys() & POWER and staff.id != viewer.staff_id:
        field = next(iter(sorted(changes.keys() & POWER)))
        refuse_the_stronger(session, set(before) | set(after), viewer, field)


@rule(StaffUser)
def keep_an_admin(session: Session, staff: StaffUser, changes: Changes, viewer: Viewer) -> None:
    """Two admins who remove each other at the same moment wait for one another here."""
    if not staff.id:
        return
    admin = session.scalar(sa.select(Role.id).where(Role.name == ADMIN).with_for_update())
    kept = changes.get("role", (None, roles_of(session, staff.id)))[1]
    stays = "" not in changes and changes.get("active", (None, staff.active))[1] and admin in kept
    if staff.active and admin in roles_of(session, staff.id) and not stays:
        if not other_admins(session, staff.id):
            raise Refused(f"{staff.name} is the last administrator. Make somebody else one first.")


@rule(StaffUser)
def refuse_a_taken_email(session: Session, staff: StaffUser, changes: Changes, viewer: Viewer) -> None:
    if email := changes.get("email", (None, None))[1]:
        with session.no_autoflush:
            other = by_email(session, email)
        if other and other.id != staff.id:
            raise Refused(f"{other.name} signs in with this e-mail address.", "email")


@rule(StaffUser)
def sign_out_the_deactivated(session: Session, staff: StaffUser, changes: Changes, viewer: Viewer) -> None:
    """Their sessions must not come back to life when they are activated again, nor must their links."""
    if staff.id and changes.get("active", (None, True))[1] is False:
        sessions.end_all(session, staff.id, now())
        void_links(session, staff, now())


@rule(StaffUser)
def leave_old_links_behind(session: Session, staff: StaffUser, changes: Changes, viewer: Viewer) -> None:
    """A link is good for one address alone, also when that address comes back."""
    if staff.id and "email" in changes:
        void_links(session, staff, now())


@rule(StaffUserRole)
@rule(StaffReseller)
def judge_as_part_of_the_person(session: Session, link: Any, changes: Changes, viewer: Viewer) -> None:
    """A link that is taken back or brought back by itself obeys the same rules."""
    name = link.__tablename__.removeprefix("staff_user_").removeprefix("staff_")
    key = {"role": "role_id", "reseller": "reseller_id"}[name]
    staff = session.get(StaffUser, link.staff_user_id)
    model = type(link)
    others = sa.select(getattr(model, key)).where(model.staff_user_id == link.staff_user_id)
    present = set(session.scalars(others)) - {getattr(link, key)}
    whole = present | {getattr(link, key)}
    change = (whole, present) if "" in changes else (present, whole)
    for obey in rules_for(StaffUser):
        obey(session, staff, {name: change}, viewer)


@rule(Role)
def refuse_a_broken_role(session: Session, role: Role, changes: Changes, viewer: Viewer) -> None:
    wanted = set(changes.get("permissions", ((), ()))[1] or ())
    if unknown := wanted - set(known_permissions()):
        raise Invalid(f"There is no permission {min(unknown)}.", "permissions")
    if (
        role.id
        and role.name == ADMIN
        and changes.keys() & {"", "name", "permissions"}
        and not viewer.everything
    ):
        raise Refused("The role of the administrators always permits everything and keeps its name.")
    added = wanted - set(role.permissions or () if role.id else ())
    if not viewer.everything and added - viewer.permissions:
        raise Refused("You cannot permit what you may not do yourself.", "permissions")
