"""How a tab of a record begins: its first rows, as far as a person may see them."""

from typing import Any
from urllib.parse import parse_qs

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table, keys_between
from models.parse import Place

from .declare import Listing
from .listing import Asked, asked, conditions
from .tabs import Tab
from .viewer import Viewer
from .visibility import visible


def model_of(tab: Tab | None, listing: Listing) -> type[Table]:
    return tab.child if tab and tab.child else listing.rows.column_descriptions[0]["entity"]


def rows_of(
    session: Session, tab: Tab | None, record: Any, listing: Listing, viewer: Viewer, place: Place
) -> sa.Select:
    """The rows in the order of the tab: a child table's list says its own, a declared one brings it."""
    model = model_of(tab, listing)
    if tab is None or tab.child is None:
        return listing.rows.where(*visible(model, viewer))
    key = keys_between(model, type(record).__tablename__)[0]
    always = asked(model, parse_qs(tab.narrowed), viewer, place).filters
    ask = Asked(model, owner=(key.name, record.id), narrowed=always)
    rows = sa.select(model).where(*conditions(session, ask, viewer, place))
    column, down = ask.column, ask.order[1]
    own = column.table is model.__table__
    order = [column, model.id] if own and column is not model.__table__.c.id else [model.id]
    return rows.order_by(*(c.desc() if down else c for c in order))
