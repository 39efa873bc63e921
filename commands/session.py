"""The session that a command works in, and who it says acts."""

import click
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from models.access import StaffUser
from models.act import Act, acting
from models.base import db
from queries.staff import by_email


def start() -> Session:
    session = db.session()
    acting(session, Act(staff_name="Command line", source="command"))
    try:
        session.scalar(sa.select(StaffUser.id).limit(1))
    except (OperationalError, ProgrammingError) as error:
        first = str(error.orig).strip().split("\n")[0]
        raise click.ClickException(f"The database cannot be used (flask db upgrade?): {first}") from error
    return session


def known(session: Session, email: str) -> StaffUser:
    found = by_email(session, email)
    if found is None:
        raise click.ClickException(f"Nobody signs in as {email}; see: flask staff list")
    return found
