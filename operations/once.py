"""A form that makes a record makes one, however often and however quickly it is sent."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import Table
from models.work import SentForm


class SentBefore(Exception):
    """This very form has made a record already."""

    def __init__(self, row_id: int) -> None:
        super().__init__(row_id)
        self.row_id = row_id


def begin(session: Session, key: str, model: type[Table]) -> SentForm:
    """Before anything else of the transaction: the same form, sent twice at once, waits here for the first.

    The record's id is entered once there is one. Raises SentBefore.
    """
    _find(session, key)
    form = SentForm(key=key, table_name=model.__tablename__, row_id=0)
    session.add(form)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        _find(session, key)
        raise
    return form


def _find(session: Session, key: str) -> None:
    if (row_id := session.scalar(sa.select(SentForm.row_id).where(SentForm.key == key))) is not None:
        raise SentBefore(row_id)
