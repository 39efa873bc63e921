"""Tables of which each row holds a file: how one is taken in, and how it is given out again.

`Screen.file` says that a table is one of them, and under which word its form asks for the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from models.base import Record, Table

FILE = "file"  # the field of a form that a file comes in


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Given:
    """A file as it is downloaded."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Holding:
    """`take` answers the values of the new row; it and `give` raise Refused."""

    accept: str  # media types, as a form offers them to the browser
    hint: Callable[[], str]
    largest: Callable[[], int]  # bytes; what goes beyond is not even read
    take: Callable[[Session, Upload], dict[str, Any]]
    give: Callable[[Any], Given]


_declared: dict[type[Table], Holding] = {}


def holds_files(model: type[Record], holding: Holding) -> None:
    _declared[model] = holding


def holding_of(model: type[Table]) -> Holding | None:
    """None for a table that holds none."""
    return _declared.get(model) if model.screen.file else None
