"""Care for the text that the search field looks in."""

import click
from flask.cli import AppGroup

from models import search

from .session import start

index = AppGroup("search", help="The text that the search field looks in.")


@index.command("check")
def check() -> None:
    """Count the rows whose search text is not what it should be."""
    session = start()
    for model in search.searchable():
        bad = sum(len(search.wrong(session, model, ids)) for ids in search.chunks(session, model))
        click.echo(f"{model.__tablename__}  {bad} wrong")


@index.command("rebuild")
def rebuild() -> None:
    """Write the right search text wherever it is not."""
    session = start()
    for model in search.searchable():
        mended = 0
        for ids in search.chunks(session, model):
            mended += search.refresh(session, model, ids)
            session.commit()
        click.echo(f"{model.__tablename__}  {mended} mended")
