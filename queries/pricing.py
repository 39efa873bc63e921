"""What a product costs a customer on a day, why, and which tax comes on top.

A customer buys at the own price level, else at that of the organization, else at the list price. A
level has prices of its own, and takes its percentage off the list where it has none.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from babel.numbers import get_currency_precision
from sqlalchemy.orm import Session

from models.catalog import Price, Product, TaxRate
from models.customer import Address, AddressRole, Customer, PriceLevel
from models.service import Subscription
from models.text import fold

from .inherited import is_on, said
from .settings import setting

LIST = "List price"
OWN_PRICE = "Price of this subscription"
IN_BUNDLE = "Paid with the bundle"
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Priced:
    """The price of one piece, without tax, in the customer's currency."""

    amount: Decimal  # per period
    setup: Decimal  # once
    source: str  # "Gold, from Acme Ltd"
    level_id: int | None = None


@dataclass(frozen=True)
class Amounts:
    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True)
class Level:
    """The price level at which a customer buys, and the organization it comes from, if not their own."""

    level: PriceLevel
    giver: Customer | None = None

    def __str__(self) -> str:
        return f"{self.level}, from {self.giver}" if self.giver else str(self.level)


def rounded(amount: Decimal, currency: str = "") -> Decimal:
    """Half up, to the smallest coin of the currency; never finer than amounts are stored."""
    places = min(get_currency_precision(currency), 2) if currency else 2
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def less(amount: Decimal, percent: Decimal) -> Decimal:
    return amount * (100 - percent) / 100


def level_of(session: Session, customer: Customer) -> Level | None:
    """None: they buy at list prices."""
    found = said(session, customer, "price_level_id")
    return Level(session.get(PriceLevel, found.value), found.giver) if found.value else None


def has_privilege(session: Session, customer: Customer, name: str) -> bool:
    """Their own word counts, yes or no; without one that of the organization."""
    return is_on(session, customer, "privileges", name)


def price_of(session: Session, product: Product, customer: Customer, day: dt.date) -> Priced | None:
    """None where the product has no price in the customer's currency on that day."""
    return prices_of(session, [product.id], customer, day).get(product.id)


def prices_of(
    session: Session, products: Sequence[int], customer: Customer, day: dt.date
) -> dict[int, Priced]:
    """The same of several products at once, by id, of those that have a price."""
    found = level_of(session, customer)
    prices = _prices(session, products, customer.currency, day, found.level.id if found else None)
    priced = {i: _priced(by_level, found, customer.currency) for i, by_level in prices.items()}
    free = any(p and p.setup for p in priced.values()) and has_privilege(session, customer, "free_setup")
    return {i: replace(p, setup=NOTHING) if free else p for i, p in priced.items() if p}


def price_of_subscription(session: Session, subscription: Subscription, day: dt.date) -> Priced | None:
    """What one piece of it costs: what was agreed for it, or else what the customer pays.

    A part of a bundle is paid with the bundle, unless a price was agreed for it.
    """
    if subscription.parent_id and subscription.price_override is None:
        return Priced(NOTHING, NOTHING, IN_BUNDLE)
    product = session.get(Product, subscription.product_id)
    usual = price_of(session, product, session.get(Customer, subscription.customer_id), day)
    if subscription.price_override is None:
        return usual
    return Priced(subscription.price_override, usual.setup if usual else NOTHING, OWN_PRICE)


def valid_on(model: type[Price] | type[TaxRate], day: dt.date) -> sa.ColumnElement[bool]:
    return (model.valid_from <= day) & (model.valid_to.is_(None) | (model.valid_to > day))


def _prices(
    session: Session, products: Sequence[int], currency: str, day: dt.date, level_id: int | None
) -> dict[int, dict[int | None, Price]]:
    """By product, the price in force for everybody (None) and for the level: the one that began last."""
    rows = sa.select(Price).where(
        Price.product_id.in_(products),
        Price.currency == currency,
        Price.price_level_id.is_(None) | (Price.price_level_id == level_id),
        valid_on(Price, day),
    )
    found: dict[int, dict[int | None, Price]] = defaultdict(dict)
    for price in session.scalars(rows.order_by(Price.valid_from, Price.id)):
        found[price.product_id][price.price_level_id] = price
    return found


def _priced(prices: dict[int | None, Price], found: Level | None, currency: str) -> Priced | None:
    listed = prices.get(None)
    if found is None:
        return Priced(listed.amount, listed.setup_amount, LIST) if listed else None
    if own := prices.get(found.level.id):
        return Priced(own.amount, own.setup_amount, str(found), found.level.id)
    if listed is None:
        return None
    amount = rounded(less(listed.amount, found.level.discount_percent), currency)
    return Priced(amount, listed.setup_amount, str(found), found.level.id)


def tax_of(session: Session, product: Product, customer: Customer, day: dt.date) -> Decimal:
    """Percent of tax on a product whose tax point is `day`; 0 for what and whom no tax is charged."""
    if not product.tax_code or is_exempt(session, customer):
        return NOTHING
    country, area = _taxed_in(session, customer)
    rates = sa.select(TaxRate).where(
        TaxRate.code == product.tax_code, TaxRate.country == country, valid_on(TaxRate, day)
    )
    rate = _nearest(session.scalars(rates.order_by(TaxRate.valid_from, TaxRate.id)), area)
    return rate.percent if rate else NOTHING


def is_exempt(session: Session, customer: Customer) -> bool:
    """No tax for them: as their own record says, or by a privilege, which an organization may give."""
    return customer.tax_exempt or has_privilege(session, customer, "tax_exempt")


def _taxed_in(session: Session, customer: Customer) -> tuple[str, str]:
    """Country and area of whoever gets the invoice; without a Bill To, of where we are."""
    payer = customer.organization_id if customer.bill_to_organization else customer.id
    bill_to = sa.select(Address.country, Address.region).where(
        Address.customer_id == payer, Address.role == AddressRole.BILL_TO
    )
    found = session.execute(bill_to).first()
    return (found.country, fold(found.region)) if found else (setting(session, "default_country"), "")


def _nearest(rates: Iterable[TaxRate], area: str) -> TaxRate | None:
    """The rate of the area, or else that of the whole country; of several, the one that began last."""
    by_area = {fold(rate.tax_area): rate for rate in rates}
    return by_area.get(area) or by_area.get("")


def line_amounts(
    quantity: Decimal,
    unit_price: Decimal,
    discount_percent: Decimal = NOTHING,
    tax_percent: Decimal = NOTHING,
    setup_price: Decimal = NOTHING,
    currency: str = "",
) -> Amounts:
    """Net and tax of a line, each rounded once. The discount is on the price, not on the set-up."""
    net = rounded(less(quantity * unit_price, discount_percent) + quantity * setup_price, currency)
    return Amounts(net, rounded(net * tax_percent / 100, currency))


def within(gross: Decimal, tax_percent: Decimal, currency: str = "") -> Amounts:
    """Net and tax of an amount that has its tax in it."""
    tax = rounded(gross * tax_percent / (100 + tax_percent), currency)
    return Amounts(rounded(gross, currency) - tax, tax)
