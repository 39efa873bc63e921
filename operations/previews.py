"""Forms that show what will come of what is typed, beside them and before it is saved."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.base import Record, Table
from queries.viewer import Viewer

# What the form says of each column, and the record if there is one already; answers a page of HTML.
# What cannot be shown yet raises Refused.
Preview = Callable[[Session, Mapping[str, Any], Any, Viewer], str]

LOOK = (
    "body { font: 15px/1.5 system-ui, sans-serif; margin: 24px; max-width: 640px; color: #1b2430; "
    "background: #fff } .as-is { white-space: pre-wrap }"
)

_declared: dict[type[Table], Preview] = {}


def form_preview(model: type[Record]) -> Callable[[Preview], Preview]:
    def declare(function: Preview) -> Preview:
        _declared[model] = function
        return function

    return declare


def preview_of(model: type[Table]) -> Preview | None:
    """None for a table whose form shows none."""
    return _declared.get(model)


def page_of(inner: str) -> str:
    """A plain page around a piece of HTML."""
    head = f'<meta charset="utf-8"><title>Preview</title><style>{LOOK}</style>'
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n'
        f"<body>\n<main>{inner}</main>\n</body>\n</html>"
    )
