"""Operations that add rows to a tab from a typed code, name or e-mail.

An adder writes, or asks back: which one of several (`Choose`), whether it is meant (`Confirm`).
"""

from collections.abc import Callable
from typing import Any

adders: dict[str, Callable[..., Any]] = {}


class Choose(Exception):
    """Several answer to what was typed. `options` are (id, words)."""

    def __init__(self, options: list[tuple[int, str]]) -> None:
        super().__init__("choose one")
        self.options = options


class Confirm(Exception):
    """It can be done, but takes something from elsewhere."""

    def __init__(self, question: str, row_id: int, name: str) -> None:
        super().__init__(question)
        self.question, self.row_id, self.name = question, row_id, name


def adder(function: Callable[..., Any]) -> Callable[..., Any]:
    adders[function.__name__] = function
    return function
