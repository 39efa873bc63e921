"""Roles of the installation beside those that are shipped."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from models.access import Role
from operations.records import Draft, update
from queries.viewer import SYSTEM
from seed.roles import lacking

from .session import start

roles = AppGroup("roles", help="What the shipped roles permit, and those here do not.")


@roles.command("compare")
def compare() -> None:
    """List what each role lacks of what it permits as shipped."""
    for name, missing in lacking(start()).items():
        click.echo(f"{name}  {', '.join(missing) or 'as shipped, or more'}")


@roles.command("complete")
@click.argument("name")
@click.argument("permissions", nargs=-1)
def complete(name: str, permissions: tuple[str, ...]) -> None:
    """Give a role what it lacks, or of that only the permissions named."""
    session = start()
    missing = lacking(session).get(name)
    if missing is None:
        raise click.ClickException(f"There is no shipped role {name} here; see: flask roles compare")
    if unknown := set(permissions) - set(missing):
        raise click.ClickException(f"{name} does not lack {min(unknown)}; see: flask roles compare")
    role = session.scalars(sa.select(Role).where(Role.name == name)).one()
    added = sorted(permissions or missing)
    update(session, role, Draft({"permissions": sorted({*role.permissions, *added})}), SYSTEM)
    session.commit()
    click.echo(f"{name}  {', '.join(added) or 'lacked nothing'}")
