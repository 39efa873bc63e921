"""Declaring that a table takes files in: a function that makes a row of one.

    @upload(UsageFile, "Upload a file", accept=".csv")
    def take_in(session: Session, file: BinaryIO, name: str, *, format: UsageFormat) -> UsageFile:
        \"\"\"Read a file of calls.\"\"\"

Its page follows, with the keyword-only parameters as its questions, and a button on the list. The
permission is TABLE.upload. `Refused` is shown at the file, or at the question that it names.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.base import Table
from queries import viewer as viewers

from .operation import Question, questions_of


@dataclass(frozen=True)
class Upload:
    model: type[Table]
    title: str
    make: Callable[..., Any]
    questions: tuple[Question, ...]
    accept: str

    @property
    def says(self) -> str:
        return (inspect.getdoc(self.make) or "").split("\n")[0]


uploads: dict[type[Table], Upload] = {}


def upload(model: type[Table], title: str, accept: str = "") -> Callable[[Any], Any]:
    """`accept`: the endings that the choice of files begins with."""

    def declare(function: Any) -> Any:
        made = Upload(model, title, function, tuple(questions_of(function)), accept)
        uploads[model] = made
        viewers.verbs_of[f"{model.__tablename__}.upload"] = made.says
        return function

    return declare
