"""Questions about products: what they cost, now and later."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import aliased, object_session

from models.catalog import Price, Product

from .declare import Listing, tab
from .pricing import valid_on
from .settings import today

PRICED = ("price_level_id", "amount", "setup_amount", "currency", "valid_from", "valid_to")


def _superseded(day: dt.date) -> sa.ColumnElement[bool]:
    """Another price of the same kind began later and is in force."""
    later = aliased(Price)
    return sa.exists().where(
        later.product_id == Price.product_id,
        later.currency == Price.currency,
        later.price_level_id.is_not_distinct_from(Price.price_level_id),
        later.valid_from > Price.valid_from,
        later.valid_from <= day,
        later.valid_to.is_(None) | (later.valid_to > day),
    )


def _today(product: Product) -> dt.date:
    return today(object_session(product))


@tab(Product, "Prices/Today", order=15, permission="price.read")
def prices_now(product: Product) -> Listing:
    """The list price first, then those of levels."""
    day = _today(product)
    rows = sa.select(Price).where(Price.product_id == product.id, valid_on(Price, day), ~_superseded(day))
    in_order = rows.order_by(Price.currency, Price.price_level_id.is_not(None), Price.id)
    return Listing(in_order, PRICED, {"product_id": product.id}, "It is not for sale until it has a price.")


@tab(Product, "Prices/To come", order=16, permission="price.read")
def prices_to_come(product: Product) -> Listing:
    rows = sa.select(Price).where(Price.product_id == product.id, Price.valid_from > _today(product))
    return Listing(rows.order_by(Price.valid_from, Price.id), PRICED, empty="None is set for a later day.")
