"""Orders in the portal: what the customer has ordered, and how far it is."""

import sqlalchemy as sa
from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from models.base import db
from models.sales import OrderState, SalesOrder
from operations.letters import amount
from operations.sales.lines import lines_of

from .gate import guests
from .reader import own
from .rows import newest, row_or_404


def theirs() -> list[sa.ColumnElement[bool]]:
    """What was submitted; drafts are ours."""
    return [SalesOrder.customer_id == g.guest.customer_id, SalesOrder.state != OrderState.DRAFT]


@guests()
def orders() -> ResponseReturnValue:
    rows, older = newest(SalesOrder, *theirs())
    return render_template("portal/orders.html", rows=rows, older=older, money=_money())


@guests()
def order(row_id: int) -> ResponseReturnValue:
    wanted = row_or_404(SalesOrder, row_id, *theirs())
    lines = lines_of(db.session(), wanted)
    return render_template("portal/order.html", order=wanted, lines=lines, money=_money())


def _money() -> object:
    locale = own().locale
    return lambda value, row: amount(value, row.currency, locale)


def install(portal: Blueprint) -> None:
    portal.add_url_rule("/orders", "orders", orders)
    portal.add_url_rule("/orders/<row:row_id>", "order", order)
