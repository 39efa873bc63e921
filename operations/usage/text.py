"""Files as they come: brought to one encoding, kept, and cut into lines again."""

import csv
import os
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from .formats import WrongFile
from .line import Broken

BLOCK = 1 << 20
LARGEST = 4 << 30  # bytes of a file
LONGEST_LINE = 16 << 10  # bytes; what is longer is no line of usage
CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f") | {"\x7f"}
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Kept:
    """A file in the store, under its name there."""

    stored: str
    sha256: str
    size: int  # bytes as stored


def keep(source: BinaryIO, folder: Path, largest: int = LARGEST) -> Kept:
    """Copy a file into the store as UTF-8. The same file is kept once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=folder, suffix=".came") as came:
        digest, size = sha256(), 0
        while block := source.read(BLOCK):
            size += len(block)
            if size > largest:
                raise WrongFile(f"It is larger than {largest >> 20:,} MB. Send it in parts.")
            digest.update(block)
            came.write(block)
        if not size:
            raise WrongFile("It is empty.")
        came.flush()
        name = f"{digest.hexdigest()}.txt"
        if not (folder / name).exists():
            _translate(Path(came.name), folder / name)
        return Kept(name, digest.hexdigest(), (folder / name).stat().st_size)


def _translate(came: Path, into: Path) -> None:
    """Written beside its place and moved there, so that what is in the store is whole."""
    draft = into.with_suffix(f".{os.getpid()}.draft")
    try:
        for encoding in _encodings(came):
            try:
                _rewrite(came, encoding, draft)
            except UnicodeDecodeError:
                continue
            os.replace(draft, into)
            return
    finally:
        draft.unlink(missing_ok=True)
    raise WrongFile("It is not text, or in an encoding that is not known. Save it as UTF-8.")


def _encodings(came: Path) -> tuple[str, ...]:
    with came.open("rb") as file:
        head = file.read(4)
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return ("utf-16",)
    # Any bytes are Latin-1; that they are text is seen by what is not in them.
    return ("utf-8-sig",) if head.startswith(BOM_UTF8) else ("utf-8", "latin-1")


def _rewrite(came: Path, encoding: str, into: Path) -> None:
    with came.open("rb") as raw, into.open("w", encoding="utf-8", newline="\n") as out:
        os.fchmod(out.fileno(), 0o600)
        reader = TextIOWrapper(raw, encoding)
        while text := reader.read(BLOCK):
            if not CONTROLS.isdisjoint(text):
                raise WrongFile("It is not text. Save it as CSV, in UTF-8.")
            out.write(text)


@dataclass(frozen=True, slots=True)
class TextLine:
    text: str
    end: int  # offset of what follows
    whole: bool = True  # or it was too long, and only its beginning is here


def lines(path: Path, offset: int, most: int) -> Iterator[TextLine]:
    """At most so many lines from an offset on. One that does not end costs no memory."""
    with path.open("rb") as file:
        file.seek(offset)
        for _ in range(most):
            raw = file.readline(LONGEST_LINE)
            if not raw:
                return
            whole = raw.endswith(b"\n") or len(raw) < LONGEST_LINE
            rest = raw
            while not whole and rest and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_LINE)
            yield TextLine(raw.decode("utf-8", "replace").rstrip("\n"), file.tell(), whole)


def separator(first: str) -> str:
    """What stands between the columns: of the usual three the most frequent."""
    return max(SEPARATORS, key=first.count)


def fields(text: str, between: str) -> list[str]:
    """The columns of one line. A line is a record: a quote that is not closed swallows no others."""
    if '"' not in text:
        return text.split(between)
    try:
        return next(csv.reader((text,), delimiter=between, strict=True))
    except csv.Error:
        raise Broken("a quotation mark is not closed, or stands in the middle of a column") from None
