"""Export of a list: streamed in batches by key, so that memory stays the same at any size."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from openpyxl import Workbook
from sqlalchemy.orm import Session

from models.base import Table, columns, table_named
from models.choice import Choice
from models.database import writes
from models.fields import field_of
from models.parse import Place
from models.reach import payer_of, source
from queries.links import links_of
from queries.listing import CAP, Asked, conditions, may_show
from queries.shown import Shown, values
from queries.viewer import Viewer

from .cells import PRICED

BATCH = 1_000
LIMIT = CAP  # rows that anyone with the right to export may take; above it takes export_all
# What spreadsheets run as a formula, in the half-width and full-width forms.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MASKED = "••••"


def names_of(model: type[Table], viewer: Viewer) -> list[str]:
    """Everything about a row that may leave: own columns, ties, the child columns of the list."""
    own = [c.name for c in columns(model) if not field_of(c).secret and not c.info.keys() & {"system"}]
    kept = [n for n in own if not model.__table__.c[n].info.get("derived") or n in model.screen.list]
    ties = [n for n in links_of(model) if viewer.may_read(table_named(n))]
    far = [n for n in (*model.screen.list, *_currency(model)) if "." in n and may_show(model, n, viewer)]
    return [*kept, *ties, *far]


def _currency(model: type[Table]) -> list[str]:
    """Of amounts whose rows do not say it themselves; pages show it with each."""
    priced = any(field_of(column).kind in PRICED for column in columns(model))
    return [f"{payer_of(model)}.currency"] if priced and payer_of(model) else []


def records(engine: sa.Engine, ask: Asked, viewer: Viewer, place: Place) -> Iterator[dict[str, Any]]:
    """Every matching row as a plain dictionary, in the order of ids, batch by batch.

    In a session of its own: the response is sent after the request and its session have ended.
    """
    names = names_of(ask.model, viewer)
    writes.set(False)
    with Session(engine) as session:
        last = 0
        while ids := _ids_after(session, ask, viewer, place, last):
            shown = values(session, ask.model, ids, names, viewer)
            for row in shown.rows:
                yield {n: _value(ask.model, n, row, shown, viewer) for n in names}
            session.rollback()  # no snapshot is held while a slow reader reads
            session.expunge_all()
            last = ids[-1]


def _ids_after(session: Session, ask: Asked, viewer: Viewer, place: Place, last: int) -> Sequence[int]:
    parts, row_id = conditions(session, ask, viewer, place), ask.model.__table__.c.id
    batch = sa.select(row_id).where(*parts, row_id > last).order_by(row_id).limit(BATCH)
    return session.scalars(batch).all()


def _value(model: type[Table], name: str, row: Any, shown: Shown, viewer: Viewer) -> Any:
    if name in shown.links:
        return [str(t) for t in shown.links[name].get(row.id, ())]
    if name in shown.children:
        return _plain(*source(model, name), shown.children[name].get(row.id), viewer)
    if name in shown.labels:
        target = shown.labels[name].get(getattr(row, name))
        return None if target is None else str(target)
    return _plain(model, name, getattr(row, name), viewer)


def _plain(model: type[Table], name: str, value: Any, viewer: Viewer) -> Any:
    field = field_of(model.__table__.c[name])
    if value not in (None, "") and field.personal and not viewer.sees_personal(model):
        return MASKED
    if isinstance(value, Choice):
        return value.value
    return value


def neutral(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula. Numbers stay numbers."""
    if isinstance(value, (list, tuple)):
        value = ", ".join(value)
    if isinstance(value, dict):
        value = ", ".join(_named(n, on) for n, on in value.items() if on not in (False, None, ""))
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _named(name: str, value: Any) -> str:
    """A switch or what is asked for by its name, an answer with its name."""
    return name if value is True or isinstance(value, dict) else f"{name}: {value}"


def as_csv(rows: Iterator[dict[str, Any]], names: Sequence[str]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    for number, row in enumerate(rows, 1):
        writer.writerow([neutral(row[n]) for n in names])
        if number % 100 == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def as_json(rows: Iterator[dict[str, Any]], names: Sequence[str]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps(row, default=_json, ensure_ascii=False)
    yield "\n]\n"


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def as_xlsx(rows: Iterator[dict[str, Any]], names: Sequence[str]) -> Iterator[bytes]:
    """Written row by row to a file on disk, then sent; a workbook cannot be sent as it grows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append(list(names))
    for row in rows:
        sheet.append([neutral(row[n]) for n in names])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(65_536):
            yield chunk


KINDS = {
    "csv": (as_csv, "text/csv"),
    "json": (as_json, "application/json"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
