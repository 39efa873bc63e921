"""The session that a command works in, and who it says acts."""

import click
from sqlalchemy.orm import Session

from models.access import StaffUser
from models.act import Act, acting
from models.base import db
from queries.staff import by_email


def start() -> Session:
    session = db.session()
    acting(session, Act(staff_name="Command line", source="command"))
    return session


def known(session: Session, email: str) -> StaffUser:
    found = by_email(session, email)
    if found is None:
        raise click.ClickException(f"Nobody signs in as {email}; see: flask staff list")
    return found
