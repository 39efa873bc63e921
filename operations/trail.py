"""The access trail: who looked at or took away what."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.access import AccessLog
from models.act import act_of
from models.base import Record, Table
from models.database import apart
from models.upkeep import customer_of
from queries.viewer import Viewer


def looked(session: Session, record: Record, viewer: Viewer) -> None:
    """Someone opened a record. A transaction of its own: the page has read what it shows."""
    with apart(session):
        noted(session, record, viewer, "view")


def downloaded(session: Session, record: Record, viewer: Viewer, name: str) -> None:
    with apart(session):
        noted(session, record, viewer, "download", name)


def exported(session: Session, model: type[Table], viewer: Viewer, what: str) -> None:
    with apart(session):
        _note(session, model, viewer, "export", what)


def printed(session: Session, records: Sequence[Record], viewer: Viewer, what: str) -> None:
    """Papers are trailed record by record: each may be about another customer."""
    with apart(session):
        for record in records:
            noted(session, record, viewer, "print", what)


def noted(session: Session, record: Record, viewer: Viewer, action: str, detail: str = "") -> None:
    """Within the transaction that it is a part of."""
    about = {"object_id": record.id, "customer_id": customer_of(record)}
    _note(session, type(record), viewer, action, detail, **about)


def _note(
    session: Session, model: type[Table], viewer: Viewer, action: str, detail: str, **about: int | None
) -> None:
    session.add(
        AccessLog(
            staff_user_id=viewer.staff_id,
            object_type=model.__tablename__,
            action=action,
            detail=detail[:200],
            address=act_of(session).address,
            **about,
        )
    )
