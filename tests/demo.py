"""A small demo world, for tests that want to see pages as people do: filled."""

from dataclasses import replace

from flask import Flask

from seed.demo import make_world

from .people import PASSWORD  # importing it makes hashing cheap

__all__ = ["PASSWORD", "fill"]

CUSTOMERS = 40


def fill(app: Flask) -> None:
    with app.app_context():
        session = app.extensions["sqlalchemy"].session()
        make_world(session, replace(app.config["RECORDROOM"], customers=CUSTOMERS))
        session.commit()
