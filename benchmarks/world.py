"""The worlds that are timed: made once, kept in instance/, and asked by somebody who has signed in."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_views.sessions import TOKEN
from app import create_app
from config import Config
from models.act import Act, acting
from models.base import db, now
from operations import sessions
from queries.staff import by_email
from seed.demo import make_world
from seed.desk import PEOPLE

AGENT = next(person for person in PEOPLE if person.role == "agent")


def customers() -> int:
    return int(os.environ.get("BENCH_CUSTOMERS") or 100_000)


def addresses(count: int) -> Iterator[str]:
    """SQLite always; PostgreSQL when BENCH_POSTGRES is the address of a database for this alone."""
    yield f"sqlite:///{Config.root() / 'instance' / f'bench-{count}.db'}"
    if address := os.environ.get("BENCH_POSTGRES"):
        yield address


def app_of(address: str, count: int) -> Flask:
    said = {"RECORDROOM_ENV": "demo", "DATABASE_URL": address, "CUSTOMERS": str(count), "LOG_LEVEL": "ERROR"}
    config = Config.from_env(said, Path(Config.root(), "instance"))
    config.instance.mkdir(exist_ok=True)
    return create_app(config)


@contextmanager
def world(address: str, count: int) -> Iterator[tuple[Flask, sa.Engine]]:
    app = app_of(address, count)
    with app.app_context():
        flask_migrate.upgrade()
        acting(db.session(), Act(source="seed"))
        with redirect_stdout(sys.stderr):
            make_world(db.session(), app.config["RECORDROOM"])
        db.session.remove()
        yield app, db.engine
        db.session.remove()
        db.engine.dispose()


def signed_in(app: Flask) -> FlaskClient:
    """An agent, without the form: their session is a row, and the cookie holds its key."""
    session = db.session()
    token = sessions.begin(session, by_email(session, AGENT.email).id, now())
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    return client
