"""`flask import-usage`: take in a file of usage."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from models.usage import FileWay, UsageFile, UsageFileState, UsageFormat
from operations.errors import Refused
from operations.usage import files
from operations.usage.formats import WrongFile

from .session import start


@click.command("import-usage")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice([f.value for f in UsageFormat]), default="csv")
@click.option("--source", default="", help="The system that counted it; its keys are its own.")
@click.option("--wait", is_flag=True, help="Read it here and now, without a worker.")
def import_usage(file: Path, format_: str, source: str, wait: bool) -> None:
    """Take in a file of calls, messages or data."""
    session = start()
    try:
        with file.open("rb") as content:
            said = UsageFormat(format_), FileWay.COMMAND, source
            row = files.receive(session, content, file.name, *said)
        session.commit()
    except (WrongFile, Refused, OSError) as problem:
        session.rollback()
        raise click.ClickException(f"{file.name}: {problem}") from problem
    click.echo(f"file {row.id}: {row.name}")
    if wait:
        _read(session, row)
        click.echo(files.told(session, row.id))


def _read(session: Session, row: UsageFile) -> None:
    source = files.opened(session, row)
    while files.read_on(session, row.id, source):
        session.commit()
    session.commit()
    if row.state is UsageFileState.REFUSED:
        raise click.ClickException(row.why)
