"""What of a record can be printed: declared here, shown and turned into PDF by the panel.

    @printout(Quote, "Quote", permission="quote.read")
    def quote_paper(quote: Quote, ctx: Context) -> Paper:
        ...

It reads through `ctx.session` and changes nothing. What cannot be printed yet raises `Refused`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.base import Record, Table
from queries.viewer import Viewer

from .operation import Context
from .paper import Paper

Making = Callable[[Any, Context], Paper]
MOST = 50  # records printed at once


@dataclass(frozen=True)
class Printout:
    model: type[Record]
    title: str
    make: Making
    permission: str = ""  # besides that to read the table
    when: Callable[[Any], bool] = lambda record: True
    many: bool = False  # offered for ticked rows of the list too
    personal: bool = True  # it shows values that not everybody may see
    order: int = 50

    @property
    def name(self) -> str:
        return self.make.__name__

    def allowed(self, viewer: Viewer) -> bool:
        said = not self.permission or viewer.may(self.permission)
        return said and (not self.personal or viewer.sees_personal(self.model))


printouts: dict[str, list[Printout]] = defaultdict(list)


def printout(model: type[Record], title: str, **rest: Any) -> Callable[[Making], Making]:
    """Declare what of a record of `model` can be printed; `title` is the word on the button."""

    def declare(function: Making) -> Making:
        found = printouts[model.__tablename__]
        found.append(Printout(model, title, function, **rest))
        found.sort(key=lambda said: said.order)
        return function

    return declare


def offered(model: type[Table], viewer: Viewer, record: Record | None = None) -> list[Printout]:
    """What this person can print: of one record, or of the rows of a list."""
    able = [said for said in printouts[model.__tablename__] if said.allowed(viewer)]
    return [said for said in able if (said.when(record) if record is not None else said.many)]
