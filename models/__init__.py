"""The nouns: tables, and what each value means. `install()` comes before any table is used."""

from importlib import import_module
from pkgutil import iter_modules

from . import database, history, search

database.install()
history.install()

# Every file here is read, so that a new table needs no line elsewhere.
for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

from . import upkeep  # noqa: E402
from .base import db  # noqa: E402

upkeep.install()
search.install()

__all__ = ["db"]
