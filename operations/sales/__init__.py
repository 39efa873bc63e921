"""What is done with quotes and orders, and what has to hold when they change."""

from . import completing, lines, orders, papers, quotes

__all__ = ["completing", "lines", "orders", "papers", "quotes"]
