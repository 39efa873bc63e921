"""Who does something, from where and why: carried by a session, written into history."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

SOURCES = ("panel", "restore", "command", "seed", "import", "job", "undo", "portal", "mail", "system")


@dataclass(frozen=True)
class Act:
    """What every transaction row says about its changes. Empty fields mean "does not apply"."""

    staff_id: int | None = None
    staff_name: str = ""
    source: str = "system"
    reason: str = ""
    request_id: str = ""
    address: str = ""  # network address of the person
    portal_user_id: int | None = None
    impersonation_id: int | None = None
    run_id: int | None = None


def act_of(session: Session) -> Act:
    return session.info.get("act") or Act()


def acting(session: Session, act: Act | None = None, **changed) -> Act:
    """Say who acts in this session from now on; `changed` alters only some fields."""
    session.info["act"] = replace(act or act_of(session), **changed)
    return session.info["act"]
