"""The nouns: tables, and what each value means. `install()` comes before any table is used."""

from . import database, history, search

database.install()
history.install()

from . import access, counter, customer, setting, upkeep  # noqa: E402
from .base import db  # noqa: E402

upkeep.install()
search.install()

__all__ = ["access", "counter", "customer", "db", "setting"]
