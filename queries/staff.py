"""Staff: who is signed in, and where else."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from models.access import Density, Role, StaffReseller, StaffSession, StaffUser, StaffUserRole, Theme
from models.portal import Impersonation
from models.setting import AppSetting
from models.text import plain_email

from .settings import DECISIONS
from .viewer import Viewer

ADMIN = "admin"  # the role that always may do everything, so that somebody can


@dataclass(frozen=True)
class SignedIn:
    """A staff member in a session that is still good, and how they want the panel to look."""

    session_id: int
    seen_at: dt.datetime
    viewer: Viewer
    email: str
    title: str
    theme: str  # "" follows the device
    density: Density
    shortcuts: bool
    started_at: dt.datetime | None = None
    impersonation_id: int | None = None  # open, but perhaps run out

    @property
    def name(self) -> str:
        return self.viewer.name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@dataclass(frozen=True)
class Lasting:
    """How long a session is good: after the last request, and after the sign-in."""

    idle: dt.timedelta
    absolute: dt.timedelta

    def open_at(self, at: dt.datetime, model: Any = StaffSession) -> sa.ColumnElement[bool]:
        return sa.and_(
            model.ended_at.is_(None),
            model.seen_at > at - self.idle,
            model.started_at > at - self.absolute,
        )


def signed_in(session: Session, token_sha256: str, lasting: Lasting, at: dt.datetime) -> SignedIn | None:
    """Whose session this is, with all that they may do: one statement."""
    row = session.execute(
        _WHO.where(StaffSession.token_sha256 == token_sha256, lasting.open_at(at))
    ).one_or_none()
    if row is None:
        return None
    viewer = _viewer(row)
    theme = "" if row.theme == Theme.SYSTEM else row.theme.value
    return SignedIn(
        row.session_id,
        row.seen_at,
        viewer,
        row.email,
        row.title,
        theme,
        row.density,
        row.shortcuts,
        row.started_at,
        row.impersonation_id,
    )


def viewer_of(session: Session, staff_id: int) -> Viewer | None:
    """A staff member with what they may do now; None when they are not active any more."""
    row = session.execute(sa.select(*_ABOUT).where(StaffUser.active, StaffUser.id == staff_id)).one_or_none()
    return None if row is None else _viewer(row)


def _viewer(row: sa.Row) -> Viewer:
    return Viewer(
        staff_id=row.staff_id,
        name=row.name,
        permissions=granted(row.grants or ""),
        resellers=frozenset(int(key) for key in (row.resellers or "").split()),
        country=row.country,
        timezone=row.timezone,
        landing=row.landing or {},
    )


@lru_cache(maxsize=256)
def granted(grants: str) -> frozenset[str]:
    """The permissions of some roles together, from their lists as stored, one a line."""
    return frozenset(permission for line in grants.splitlines() for permission in json.loads(line))


def permissions_of(session: Session, role_ids: Iterable[int]) -> frozenset[str]:
    lists = session.scalars(sa.select(Role.permissions).where(Role.id.in_(role_ids)))
    return frozenset(permission for permissions in lists for permission in permissions)


def roles_of(session: Session, staff_id: int) -> set[int]:
    return set(
        session.scalars(sa.select(StaffUserRole.role_id).where(StaffUserRole.staff_user_id == staff_id))
    )


def other_admins(session: Session, staff_id: int) -> int:
    """How many people besides this one keep the installation running."""
    return session.scalar(
        sa.select(sa.func.count())
        .select_from(StaffUser)
        .join(StaffUserRole)
        .join(Role)
        .where(Role.name == ADMIN, StaffUser.active, StaffUser.id != staff_id)
    )


def by_email(session: Session, email: str) -> StaffUser | None:
    """However it was typed; the oldest, should two have crept in."""
    same = sa.func.lower(StaffUser.email) == plain_email(email)
    return session.scalars(sa.select(StaffUser).where(same).order_by(StaffUser.id)).first()


def everyone(session: Session) -> Sequence[StaffUser]:
    with_roles = selectinload(StaffUser.roles)
    return session.scalars(sa.select(StaffUser).options(with_roles).order_by(StaffUser.name)).all()


def open_sessions(
    session: Session, staff_id: int, lasting: Lasting, at: dt.datetime
) -> Sequence[StaffSession]:
    """Where a person is signed in, the latest use first."""
    mine = StaffSession.staff_user_id == staff_id
    return session.scalars(
        sa.select(StaffSession)
        .where(mine, lasting.open_at(at))
        .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
    ).all()


def _together(
    values: InstrumentedAttribute, link: type[StaffUserRole] | type[StaffReseller]
) -> sa.ScalarSelect[str]:
    """The values of many rows as lines of one text, so that they travel in the same statement."""
    lines = sa.select(sa.func.aggregate_strings(sa.cast(values, sa.Text), "\n"))
    if values.class_ is not link:
        lines = lines.join_from(link, values.class_)
    return lines.where(link.staff_user_id == StaffUser.id).correlate(StaffUser).scalar_subquery()


_COUNTRY = sa.select(AppSetting.value).where(AppSetting.name == "default_country").scalar_subquery()
_ABOUT = (
    StaffUser.id.label("staff_id"),
    StaffUser.name,
    StaffUser.timezone,
    StaffUser.landing,
    sa.func.coalesce(StaffUser.country, _COUNTRY, DECISIONS["default_country"].default).label("country"),
    _together(Role.permissions, StaffUserRole).label("grants"),
    _together(StaffReseller.reseller_id, StaffReseller).label("resellers"),
)
_WHO = (
    sa.select(
        StaffSession.id.label("session_id"),
        StaffSession.seen_at,
        StaffSession.started_at,
        sa.select(Impersonation.id)
        .where(Impersonation.staff_user_id == StaffUser.id, Impersonation.ended_at.is_(None))
        .where(Impersonation.staff_session_id == StaffSession.id)
        .correlate(StaffSession, StaffUser)
        .scalar_subquery()
        .label("impersonation_id"),
        StaffUser.email,
        StaffUser.title,
        StaffUser.theme,
        StaffUser.density,
        StaffUser.shortcuts,
        *_ABOUT,
    )
    .join(StaffUser)
    .where(StaffUser.active)
)
