"""The worker as a process of its own and as a thread of the server."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.orm import Session

from config import Config
from jobs.declare import Sessions
from jobs.worker import Worker
from models.base import db
from web.server import beside


def sessions_of(app: Flask) -> Sessions:
    """Sessions for one piece of work each; what is not committed at the end is rolled back."""

    @contextmanager
    def fresh() -> Iterator[Session]:
        with app.app_context():
            yield db.session()

    return fresh


def install(app: Flask, config: Config) -> None:
    if config.worker == "thread":
        beside(app, lambda stopping: Worker(sessions_of(app), stopping).run())

    @app.cli.command("worker")
    def work() -> None:
        """Carry out what waits in the background, until stopped."""
        worker = Worker(sessions_of(app), threading.Event())
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        click.echo("The worker is there.  (Ctrl-C stops it)")
        worker.run()
