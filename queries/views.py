"""Views of a list: filters with a name, which an address may say in place of them."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from models.base import Table

from .filters import Unknown
from .tabs import slug


def with_view(model: type[Table], given: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """The address, with the filters of the view that it names."""
    return {**parse_qs(_views(model).get(_wanted(given), "")), **given}


def check_view(model: type[Table], given: Mapping[str, Sequence[str]]) -> None:
    """For those who see no list: a view that is not there would mean all of it."""
    wanted = _wanted(given)
    if wanted and wanted not in _views(model):
        raise Unknown(f"There is no view “{wanted[:40]}” of this list.")


def _wanted(given: Mapping[str, Sequence[str]]) -> str:
    return next(iter(given.get("view", ())), "")


def _views(model: type[Table]) -> dict[str, str]:
    return {slug(title): query for title, query in model.screen.views.items()}
