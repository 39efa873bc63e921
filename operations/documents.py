"""Files about customers: kept by what they hold, in a folder that no address leads into.

A file is named by its SHA-256 and stored once, however many rows tell of it. It is written with the
commit of its row, so that what was refused, rolled back or only previewed leaves none behind. It
stays when its row is deleted, because history can bring the row back; `sweep` deletes what no row
tells of any more, not even in history.
"""

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, SessionTransaction, object_session

from models.base import now
from models.customer import Document, DocumentCategory
from models.history import version_table

from .errors import Refused
from .files import FILE, Given, Holding, Upload, holds_files
from .installation import installation
from .upload_kinds import ACCEPT, kind_of, named

log = structlog.get_logger(__name__)

WAITING = "documents that are written with the commit"
UNWRITTEN = "The file cannot be stored at the moment. Try again later, or ask an operator why."
AGE = dt.timedelta(days=1)  # what no row tells of may belong to one that is being written just now
AT_ONCE = 500  # hashes in one question
SHARD = 2  # letters of the hash that name the folder, so that none holds a million files


def store(
    session: Session,
    customer_id: int,
    category: DocumentCategory,
    name: str,
    content: bytes,
    **values: Any,
) -> Document:
    """A new row with its file. Refused when the file is none that we take."""
    document = Document(customer_id=customer_id, category=category, **values, **keep(session, name, content))
    session.add(document)
    session.flush()
    return document


def keep(session: Session, name: str, content: bytes) -> dict[str, Any]:
    """What a row says of a file; the file itself is written when the session commits."""
    if len(content) > installation().largest_document:
        raise Refused(f"It is larger than {megabytes()} MB.", FILE)
    kind = kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    session.info.setdefault(WAITING, {})[digest] = content
    return {
        "name": named(name, kind),
        "media_type": kind.media_type,
        "size": len(content),
        "sha256": digest,
    }


def content_of(document: Document) -> bytes:
    """The file as it was brought. Refused when it is not there, or is not what it was."""
    session = object_session(document)
    waiting = session.info.get(WAITING, {}) if session else {}
    if document.sha256 in waiting:
        return waiting[document.sha256]
    try:
        content = path_of(document.sha256).read_bytes()
    except FileNotFoundError as error:
        log.error("document_missing", document=document.id)
        raise Refused("The file is not in the store. An operator can bring it back from a backup.") from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        log.error("document_damaged", document=document.id)
        raise Refused("The file is damaged. An operator can bring it back from a backup.")
    return content


def megabytes() -> int:
    return installation().largest_document // 2**20


def _take(session: Session, upload: Upload) -> dict[str, Any]:
    return keep(session, upload.name, upload.content)


def _give(document: Document) -> Given:
    return Given(document.name, document.media_type, content_of(document))


holds_files(
    Document,
    Holding(
        accept=ACCEPT,
        hint=lambda: f"A PDF, or a photo as JPEG or PNG; at most {megabytes()} MB.",
        largest=lambda: installation().largest_document,
        take=_take,
        give=_give,
    ),
)


def folder() -> Path:
    found = installation().documents
    if found is None:
        raise RuntimeError("there is no folder for documents; call settle() of operations/installation.py")
    return found


def path_of(digest: str) -> Path:
    return folder() / digest[:SHARD] / digest


@sa.event.listens_for(Session, "before_commit")
def _write_what_waits(session: Session) -> None:
    if not session.in_nested_transaction():
        for digest, content in session.info.pop(WAITING, {}).items():
            try:
                _write(path_of(digest), content)
            except OSError as error:
                log.error("document_not_written", error=error.strerror)
                raise Refused(UNWRITTEN, FILE) from error


@sa.event.listens_for(Session, "after_soft_rollback")
def _forget_what_waits(session: Session, ended: SessionTransaction) -> None:
    # One row of many that was refused leaves its file to `sweep`; those of the others still wait.
    if ended.parent is None:
        session.info.pop(WAITING, None)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the power goes; written anew even if there, so that it counts as new."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    here = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(here)
    finally:
        os.close(here)


def sweep(session: Session) -> int:
    """Delete files that no row tells of, today or in its history; how many there were."""
    old = (path for path in folder().glob(f"{'?' * SHARD}/*") if _is_old(path))
    without_row = [path for some in _batched(old) for path in _untold(session, Document.__table__, some)]
    # History is not indexed by hash: it is asked last, about the few that are left.
    history = version_table(Document)
    gone = [path for some in _batched(without_row) for path in _untold(session, history, some)]
    for path in filter(_is_old, gone):  # one of them may have been brought once more meanwhile
        path.unlink(missing_ok=True)
    return len(gone)


def _is_old(path: Path) -> bool:
    try:
        written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    except FileNotFoundError:  # a draft that has just become a file
        return False
    return now() - written > AGE


def _untold(session: Session, table: sa.Table, paths: Sequence[Path]) -> list[Path]:
    names = [path.name for path in paths]
    told = set(session.scalars(sa.select(table.c.sha256).where(table.c.sha256.in_(names))))
    return [path for path in paths if path.name not in told]


def _batched(paths: Iterable[Path]) -> Iterator[list[Path]]:
    found = iter(paths)
    while some := list(islice(found, AT_ONCE)):
        yield some
