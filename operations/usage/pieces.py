"""The lines of a file that are taken in together: read and understood while those before are written."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .accounting import Ground
from .formats import Format
from .line import LARGEST, Broken, Used
from .text import TextLine, fields, lines


class Place(NamedTuple):
    """A place in a file: bytes, and lines, before it."""

    offset: int
    line: int


@dataclass
class Piece:
    begins: Place
    ends: Place
    used: list[Used] = field(default_factory=list)
    broken: list[tuple[int, str, str]] = field(default_factory=list)  # line, why, text


@dataclass
class Opened:
    """A file with what its first line says about the others."""

    path: Path
    between: str
    format: Format
    begins: int  # where its first record is
    ground: Ground
    _reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), repr=False)
    _ahead: Future[Piece] | None = None

    def piece(self, begins: Place, most: int) -> Piece:
        """At most so many lines from a place on. The next are read while these are written."""
        found = self._ahead.result() if self._ahead else None
        if found is None or found.begins != begins:
            found = self._read(begins, most)
        self._ahead = self._reader.submit(self._read, found.ends, most)
        return found

    def _read(self, begins: Place, most: int) -> Piece:
        piece = Piece(begins, begins)
        for line in lines(self.path, begins.offset, most):
            piece.ends = Place(line.end, piece.ends.line + 1)
            self._understand(line, piece)
        return piece

    def _understand(self, line: TextLine, piece: Piece) -> None:
        if not line.text.strip():
            return
        try:
            if not line.whole:
                raise Broken("the line is too long")
            columns = fields(line.text, self.between)
            if len(columns) != self.format.columns:
                raise Broken(f"it has {len(columns)} columns, the first line {self.format.columns}")
            found = self.format.read(columns)
            if found.quantity > LARGEST[found.kind]:
                raise Broken(f"quantity is too large: {found.quantity}")
        except Broken as problem:
            piece.broken.append((piece.ends.line, str(problem), line.text))
            return
        found.line = piece.ends.line
        piece.used.append(found)
