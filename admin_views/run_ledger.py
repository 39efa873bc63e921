"""The ledger of a run as a file."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.database import writes
from models.work import Run
from operations.running.ledger import model_of
from queries.runs import lines, names_of
from queries.viewer import Viewer

from . import run_words
from .cells import Look

BATCH = 1_000
COLUMNS = ("id", "name", "result", "why", "changes")


def ledger_rows(engine: sa.Engine, run_id: int, reader: Viewer, seen: Look) -> Iterator[dict[str, Any]]:
    """Line by line in the order of ids, in a session of its own: it is sent after the request has ended."""
    writes.set(False)
    with Session(engine) as session:
        after = 0
        while True:
            run = session.get_one(Run, run_id)
            found, after = lines(session, run, after=after, size=BATCH)
            yield from _told(session, run, found, reader, seen)
            session.rollback()
            session.expunge_all()
            if not after:
                return


def _told(session: Session, run: Run, found: Any, reader: Viewer, seen: Look) -> Iterator[dict[str, Any]]:
    names = names_of(session, model_of(run), run, {x.row_id: x.label for x in found}, reader)
    words = run_words.Told(session, reader, seen)
    packed = {x.row_id: run_words.packed(x, run.table_name) for x in found}
    words.learn(packed[i] for i in packed if i not in names.hidden)
    for line in found:
        hidden = line.row_id in names.hidden
        told = words.of(run.table_name, line.row_id, packed[line.row_id]) if not hidden else ((), ())
        yield {
            "id": line.row_id,
            "name": names.called.get(line.row_id, ""),
            "result": line.state.label,
            "why": "" if hidden else line.reason,
            "changes": run_words.plain(*told),
        }
