"""Files of usage: taken in, read in pieces that are whole or not there, cancelled.

A piece is one transaction with the place that it ends at, so whoever is killed in between leaves a
file that says where to go on.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.text import clean
from models.usage import FileWay, UsageFile, UsageFileState, UsageFormat, UsageRefusal

from ..errors import Refused
from ..installation import installation
from ..queue import enqueue
from .accounting import Added, Ground, account
from .connections import connect
from .formats import FORMATS, WrongFile
from .line import Broken, Used
from .pieces import Opened, Piece, Place
from .text import fields, keep, lines, separator

# Lines that are read in one transaction. On SQLite nobody else writes meanwhile.
PIECE = {"postgresql": 10_000, "sqlite": 2_000}
LONGEST_TEXT = 1_000  # characters that are kept of a refused line
SOURCE_LENGTH = 24
JOB = "read_usage_file"
OPEN = (UsageFileState.WAITING, UsageFileState.READING)


def store() -> Path:
    folder = installation().usage
    if folder is None:
        raise Refused("This installation has no folder for files of usage.")
    return folder


def receive(
    session: Session,
    file: BinaryIO,
    name: str,
    format_: UsageFormat,
    way: FileWay = FileWay.PANEL,
    source: str = "",
) -> UsageFile:
    """Take a file in; a worker reads it once this is committed. Refused when it is not of its format."""
    kept = keep(file, store())
    row = UsageFile(
        name=tidy(name),
        format=format_,
        way=way,
        source=(source or format_.value)[:SOURCE_LENGTH],
        sha256=kept.sha256,
        size=kept.size,
        stored=kept.stored,
    )
    try:
        opened(session, row)
    except (WrongFile, Refused):
        _forget(session, row)
        raise
    session.add(row)
    session.flush()
    begin(session, row)
    return row


def _forget(session: Session, row: UsageFile) -> None:
    """What is not taken in is not kept, unless the same was taken in as another format."""
    same = sa.select(UsageFile.id).where(UsageFile.sha256 == row.sha256).limit(1)
    if session.scalar(same) is None:
        (store() / row.stored).unlink(missing_ok=True)


def tidy(name: str) -> str:
    """The last part of a name, without what would lead elsewhere or could not be shown."""
    last = " ".join(clean(name.replace("\\", "/").rpartition("/")[2]).split())
    return last[:200] or "file"


def refused(session: Session, name: str, format_: UsageFormat, why: str) -> UsageFile:
    """A file that nobody waits for is listed with the reason."""
    row = UsageFile(
        name=tidy(name),
        format=format_,
        way=FileWay.FOLDER,
        source=format_.value,
        sha256="",
        size=0,
        stored="",
        state=UsageFileState.REFUSED,
        why=why,
        finished_at=now(),
    )
    session.add(row)
    return row


def opened(session: Session, row: UsageFile) -> Opened:
    path, ground = store() / row.stored, Ground.of(session)
    first = next(iter(lines(path, 0, 1)), None)
    if first is None or not first.text.strip():
        raise WrongFile("Its first line is empty.")
    if not first.whole:
        raise WrongFile("Its first line is too long to be one.")
    between = separator(first.text)
    try:
        made = FORMATS[row.format](fields(first.text, between), ground.zone)
        if not made.has_header:
            made.read(fields(first.text, between))
    except Broken as broken:
        raise WrongFile(f"It is not in the format “{row.format.label}”: {broken}.") from None
    return Opened(path, between, made, first.end if made.has_header else 0, ground)


def read_on(session: Session, file_id: int, source: Opened, most: int = 0) -> bool:
    """The next piece of a file; False when nothing is left to do. To be committed by the caller."""
    most = most or PIECE[session.get_bind().dialect.name]
    row = session.scalar(sa.select(UsageFile).where(UsageFile.id == file_id).with_for_update())
    if row is None or row.state not in OPEN:
        return False
    row.state = UsageFileState.READING
    if row.offset == 0 and source.begins:
        row.offset, row.line = source.begins, 1
    with _undisturbed():
        piece = source.piece(Place(row.offset, row.line), most)
        row.offset, row.line = piece.ends
        _enter(session, row, piece, source.ground)
    if row.offset >= row.size:
        row.state, row.finished_at = UsageFileState.DONE, now()
    return row.state is UsageFileState.READING


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The garbage collector would walk through the whole program several times for each piece."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _enter(session: Session, row: UsageFile, piece: Piece, ground: Ground) -> None:
    if row.format is UsageFormat.RADIUS:
        result = connect(session, piece.used, ground, row.id)
    else:
        by_itself = row.way is FileWay.FOLDER
        result = account(session, piece.used, row.source, ground, row.id, by_itself)
    refusals = [*piece.broken, *((u.line, why, _told(u)) for u, why in result.refused)]
    _refuse(session, row, refusals)
    _count(row, result, len(refusals))


def _told(used: Used) -> str:
    said = (used.key, f"{used.started_at:%Y-%m-%d %H:%M:%S}", used.src or used.username or used.sim, used.dst)
    return ", ".join((*said, str(used.quantity)))


def _refuse(session: Session, row: UsageFile, refusals: list[tuple[int, str, str]]) -> None:
    made = [
        {"usage_file_id": row.id, "line": line, "why": why[:200], "text": clean(text[:LONGEST_TEXT])}
        for line, why, text in sorted(refusals)
    ]
    if made:
        session.execute(sa.insert(UsageRefusal), made)


def _count(row: UsageFile, result: Added, refused_: int) -> None:
    row.added += result.added
    row.repeated += result.repeated
    row.unrated += result.unrated
    row.refused += refused_


def give_up(session: Session, file_id: int, why: str) -> None:
    row = session.scalar(sa.select(UsageFile).where(UsageFile.id == file_id).with_for_update())
    if row is not None and row.state in OPEN:
        where = f"Reading stopped after line {row.line:,}. " if row.line else ""
        row.state, row.why, row.finished_at = UsageFileState.REFUSED, where + why, now()


def begin(session: Session, row: UsageFile) -> None:
    """Let a worker read a file from where it is."""
    row.state, row.why, row.finished_at = UsageFileState.WAITING, "", None
    enqueue(session, JOB, {"file": row.id}, unique_key=f"usage_file:{row.id}")


def of(session: Session, file_id: int) -> UsageFile | None:
    return session.get(UsageFile, file_id, populate_existing=True)


def told(session: Session, file_id: int) -> str:
    """What became of a file, in a line."""
    row = session.get_one(UsageFile, file_id)
    became = (row.added, "added"), (row.repeated, "known before"), (row.refused, "refused")
    return ", ".join(f"{number:,} {words}" for number, words in (*became, (row.unrated, "without a price")))
