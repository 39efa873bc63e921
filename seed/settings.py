"""The settings as shipped."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.setting import AppSetting
from queries.settings import DECISIONS


def ensure_settings(session: Session) -> None:
    """Add the settings that are missing; a stored value is never touched."""
    stored = set(session.scalars(sa.select(AppSetting.name)))
    for name, decision in DECISIONS.items():
        if name not in stored:
            session.add(AppSetting(name=name, value=decision.default, description=decision.says))
    session.flush()
