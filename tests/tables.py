"""Every table with pages, rows that have something in every column, and where their pages are."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from admin_views import screens
from models.base import Record, table_named, target_of
from queries.links import ends, far_end, links_of
from queries.tabs import slug, tabs_of
from queries.viewer import SYSTEM
from seed.factory import make

SCREENS: list[type[Record]] = screens()
every_table = pytest.mark.parametrize("model", SCREENS, ids=lambda model: model.__tablename__)


def shown_keys(model: type[Record]) -> list[str]:
    return [n for n in model.screen.list if n in model.__table__.c and model.__table__.c[n].foreign_keys]


def filled(session: Session, model: type[Record], /, **said: Any) -> Record:
    """A row whose list has something to say in every column."""
    table = model.__table__
    keys = {n: make(session, target_of(table.c[n])).id for n in shown_keys(model) if n not in said}
    row = make(session, model, **keys, **said)
    for link in links_of(model).values():
        owner, far = ends(link)
        make(session, link, **{owner.name: row.id, far.name: make(session, far_end(link)).id})
    for name in model.screen.list:
        if "." in name:
            make(session, table_named(name.partition(".")[0]), **{model.__tablename__: row})
    return row


def addresses(session: Session, model: type[Record], row: Record) -> Iterator[str]:
    """Every page of a row, the subtabs too."""
    at = f"/admin/{model.__tablename__}/{row.id}/"
    yield at
    yield from (f"{at}{page}/" for page in ("history", *sorted(model.screen.writes & {"delete"})))
    if "update" in model.screen.writes:
        yield f"{at}edit/"
    for tab in tabs_of(model, row, SYSTEM):
        yield at + "".join(f"{slug(part)}/" for part in (tab.under, tab.name) if part)
