"""The verbs: named writes, and what must hold before one happens."""

from models.discover import read_all

read_all(__name__, __path__)
