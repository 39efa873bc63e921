"""Who reads this page, as the pages need it."""

from flask import g

from models.parse import Place
from queries.viewer import Viewer

from .cells import Look


def viewer() -> Viewer:
    return g.viewer


def place() -> Place:
    """Where local numbers, postal codes and times are read."""
    return Place(g.viewer.country, g.viewer.timezone)


def look(currency: str = "", whole: bool = False) -> Look:
    return Look(timezone=g.viewer.timezone, currency=currency, whole=whole)
