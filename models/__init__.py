"""The nouns: tables, and what each value means."""

from . import database, history, search

database.install()
history.install()  # before any table is declared, or it would have no history

from . import upkeep  # noqa: E402
from .base import db  # noqa: E402
from .discover import read_all  # noqa: E402

upkeep.install()
search.install()
read_all(__name__, __path__)

__all__ = ["db"]
