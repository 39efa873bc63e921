"""Carrying out an assigning verb with a few statements for many rows."""

from sqlalchemy.orm import Session

from models.base import Record
from models.work import Run
from queries.viewer import Viewer

from ..operation import Operation


def able(session: Session, operation: Operation, run: Run, model: type[Record], viewer: Viewer) -> bool:
    """Whether what this verb assigns can be written without asking each row's rules."""
    return False


def forecast(session: Session, run: Run) -> dict:
    """Exact counts of what a run on this path would do."""
    raise NotImplementedError


def chunk(session: Session, run: Run, viewer: Viewer) -> int:
    """Do the next lines of a run, or of an undo, on this path; how many there were."""
    raise NotImplementedError
