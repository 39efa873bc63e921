"""Settings keep to values that the program can read."""

from sqlalchemy.orm import Session

from models.setting import AppSetting
from queries.settings import DECISIONS
from queries.viewer import Viewer

from .errors import Invalid
from .passwords import weakness
from .rules import Changes, rule


@rule(AppSetting)
def refuse_an_unreadable_value(
    session: Session, setting: AppSetting, changes: Changes, viewer: Viewer
) -> None:
    decision = DECISIONS.get(setting.name)
    if decision and "value" in changes:
        try:
            decision.read(changes["value"][1])
        except ValueError as error:
            raise Invalid(f"This cannot be read: {error}.", "value") from error


@rule(AppSetting)
def refuse_a_weak_default(session: Session, setting: AppSetting, changes: Changes, viewer: Viewer) -> None:
    password = changes.get("value", ("", ""))[1] if setting.name == "default_password" else ""
    if password and (problem := weakness(password)):
        raise Invalid(problem, "value")
