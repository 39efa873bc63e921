"""The access trail: who looked at or took away what."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.access import AccessLog
from models.act import act_of
from models.base import Record, Table
from models.database import writes
from models.upkeep import customer_of
from queries.viewer import Viewer


def looked(session: Session, record: Record, viewer: Viewer) -> None:
    """Someone opened a record. A transaction of its own: the page has read what it shows."""
    _note(session, type(record), viewer, "view", record.id, customer_of(record))


def downloaded(session: Session, record: Record, viewer: Viewer, name: str) -> None:
    _note(session, type(record), viewer, "download", record.id, customer_of(record), name[:200])


def exported(session: Session, model: type[Table], viewer: Viewer, what: str) -> None:
    _note(session, model, viewer, "export", None, None, what[:200])


def printed(session: Session, records: Sequence[Record], viewer: Viewer, what: str) -> None:
    """Papers are trailed record by record: each may be about another customer."""
    for record in records:
        _note(session, type(record), viewer, "print", record.id, customer_of(record), what[:200])


def noted(session: Session, record: Record, viewer: Viewer, action: str, detail: str) -> None:
    """Within the transaction of an operation, of which it is a part."""
    session.add(_entry(session, type(record), viewer, action, record.id, customer_of(record), detail))


def _note(
    session: Session,
    model: type[Table],
    viewer: Viewer,
    action: str,
    object_id: int | None,
    customer_id: int | None,
    detail: str = "",
) -> None:
    session.commit()
    before = writes.set(True)
    try:
        session.add(_entry(session, model, viewer, action, object_id, customer_id, detail))
        session.commit()
    finally:
        writes.reset(before)


def _entry(
    session: Session,
    model: type[Table],
    viewer: Viewer,
    action: str,
    object_id: int | None,
    customer_id: int | None,
    detail: str,
) -> AccessLog:
    return AccessLog(
        staff_user_id=viewer.staff_id,
        customer_id=customer_id,
        object_type=model.__tablename__,
        object_id=object_id,
        action=action,
        detail=detail,
        address=act_of(session).address,
    )
