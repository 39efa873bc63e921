"""The questions: named reads, and what pages are asked to show."""

from models.discover import read_all

read_all(__name__, __path__)
