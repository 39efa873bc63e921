"""A small demo world, for tests that want to see pages as people do: filled."""

from dataclasses import replace

import sqlalchemy as sa
from flask import Flask

from models.base import tables
from seed.demo import make_world
from seed.factory import make

from .people import PASSWORD  # importing it makes hashing cheap

__all__ = ["PASSWORD", "fill"]

CUSTOMERS = 40


def fill(app: Flask) -> None:
    with app.app_context():
        session = app.extensions["sqlalchemy"].session()
        make_world(session, replace(app.config["RECORDROOM"], customers=CUSTOMERS))
        for model in tables():  # what so few customers do not happen to have
            if model.screen.list and session.scalar(sa.select(model.id).limit(1)) is None:
                make(session, model)
        session.commit()
