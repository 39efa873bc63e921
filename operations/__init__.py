"""The verbs: what may be written, and by which rules. Importing the package declares the rules."""

from . import settings, staff

__all__ = ["settings", "staff"]
