"""The clock: which verb runs when, and the worker that carries it out."""

from models.discover import read_all

read_all(__name__, __path__)
