"""The import folder: files that switches put there are taken in without a hand.

A folder in it named after a format (asterisk, freeswitch, radius) is for files of that format; what
lies in the folder itself has named columns. What was taken in moves to `done`, what cannot be read to
`refused`, and both are in the list of usage files.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from models.usage import FileWay, UsageFormat

from ..errors import Refused
from ..installation import installation
from .files import receive, refused
from .formats import WrongFile

DONE, REFUSED = "done", "refused"
SETTLED = 10.0  # seconds without a change: nobody is still writing it


def arrived() -> list[Path]:
    """The files that lie there and are not being written any more, by age."""
    home = installation().inbox
    if home is None or not home.is_dir():
        return []
    return sorted(_settled(home), key=lambda path: (path.stat().st_mtime, path.name))


def _settled(home: Path) -> Iterator[Path]:
    for place in (home, *(home / known.value for known in UsageFormat)):
        if not place.is_dir() or place.is_symlink():
            continue
        for path in place.iterdir():
            plain = path.is_file() and not path.is_symlink() and not path.name.startswith(".")
            if plain and time.time() - path.stat().st_mtime >= SETTLED:
                yield path


def take(session: Session, path: Path) -> str:
    """Take a file in, or list it as refused; it stays where it is until that is committed. Where it goes."""
    format_ = _format(path)
    try:
        with path.open("rb") as file:
            receive(session, file, path.name, format_, FileWay.FOLDER)
    except (WrongFile, Refused, OSError) as problem:
        refused(session, path.name, format_, str(problem))
        return REFUSED
    return DONE


def _format(path: Path) -> UsageFormat:
    known = {format_.value: format_ for format_ in UsageFormat}
    return known.get(path.parent.name, UsageFormat.CSV)


def put_away(path: Path, where: str) -> None:
    """Move a file out of the way, never over another one."""
    home = installation().inbox
    assert home is not None
    into = home / where
    into.mkdir(exist_ok=True)
    target, number = into / path.name, 1
    while target.exists():
        number += 1
        target = into / f"{path.stem}-{number}{path.suffix}"
    os.replace(path, target)
