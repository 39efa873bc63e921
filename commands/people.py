"""The first administrator, and ways back in."""

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from models.access import StaffUser, TokenPurpose
from models.base import now
from models.parse import Place, Unreadable
from models.parse import email as read_email
from operations import recovery, sessions, staff
from operations.errors import Refused
from queries.staff import ADMIN, everyone
from seed.roles import ensure_roles

from .session import known, start

people = AppGroup("staff", help="Who may sign in.")


@people.command("create")
@click.argument("email")
@click.option("--name", prompt=True, help="As colleagues know them.")
@click.option("--role", "roles", multiple=True, default=(ADMIN,), show_default=True)
def create(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Add someone and print the link with which they choose a password."""
    session = start()
    ensure_roles(session)
    try:
        made = staff.add(session, read_email(email, Place()), name, *roles)
    except (Refused, Unreadable) as problem:
        raise click.ClickException(str(problem)) from problem
    print_link(session, made, TokenPurpose.INVITATION)


@people.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Print a link with which someone chooses a new password."""
    session = start()
    print_link(session, known(session, email), TokenPurpose.RECOVERY)


@people.command("list")
def show() -> None:
    """Everyone, with their roles and whether they can sign in."""
    for person in everyone(start()):
        state = "" if person.active else "deactivated"
        state = state or ("" if person.password else "no password yet")
        roles = ", ".join(role.name for role in person.roles)
        click.echo("  ".join(filter(None, (person.email, person.name, roles or "no role", state))))


@people.command("end-sessions")
@click.argument("email")
def end_sessions(email: str) -> None:
    """Sign someone out everywhere."""
    session = start()
    ended = sessions.end_all(session, known(session, email).id, now())
    session.commit()
    click.echo(f"{ended} ended")


def print_link(session: Session, person: StaffUser, purpose: TokenPurpose) -> None:
    try:
        token = recovery.make_link(session, person, purpose, now())
    except Refused as refused:
        raise click.ClickException(refused.text) from refused
    session.commit()
    click.echo(f"{person.name} chooses a password here, once, within {recovery.duration(purpose)}:")
    click.echo(recovery.address_of(token, StaffUser))
