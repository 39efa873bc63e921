"""What customers have of the catalog: their products by family, bundles, prices."""

import sqlalchemy as sa
from babel.numbers import format_currency
from sqlalchemy.orm import Session

from models.catalog import Family, Product, ProductLine
from models.customer import Address, Customer, Kind
from models.service import AccountCode, Subscription

from .declare import Facts, Listing, Sheet, Told, header, tab
from .pricing import LIST, Priced, level_of, price_of_subscription, prices_of
from .settings import today

TRADITIONAL, INTEGRATED = "Products/Traditional Products/", "Products/Integrated Products/"
COLUMNS = ("number", "product_id", "label", "quantity", "state", "start_date", "end_date")
# What else people look for in a family.
MORE = {
    Family.WIRELESS: ("sim.id",),
    Family.DEVICE: ("identifier",),
    Family.CALLING_CARD: ("identifier", "attributes"),
    Family.FIXED: ("product_id.charge",),
    Family.MISC: ("product_id.charge",),
}
SEEN = "subscription.read"
MOST = 200  # products whose prices are told at once


def _of_family(customer: Customer, family: Family | None = None) -> Listing:
    """The customer's products of the traditional line, newest first."""
    sold = sa.select(Product.id).where(Product.line == ProductLine.TRADITIONAL)
    sold = sold.where(Product.family == family) if family else sold
    rows = sa.select(Subscription).where(
        Subscription.customer_id == customer.id, Subscription.product_id.in_(sold)
    )
    empty = f"What they have of {family.label} is listed here." if family else ""
    columns = (*COLUMNS, *MORE.get(family, ()))
    return Listing(rows.order_by(Subscription.id.desc()), columns, {"customer_id": customer.id}, empty)


def _declare(family: Family | None, title: str, order: int) -> None:
    @tab(Customer, f"{TRADITIONAL}{title}", order=order, permission=SEEN)
    def of_family(customer: Customer) -> Listing:
        return _of_family(customer, family)


_declare(None, "All traditional", 100)
for place, each in enumerate(Family, 101):
    _declare(each, each.label, place)


def _bundled(customer: Customer) -> sa.Select:
    """Bundles, the newest first, each followed by its parts."""
    bundles = sa.select(Product.id).where(Product.line == ProductLine.INTEGRATED)
    is_bundle = Subscription.product_id.in_(bundles) | Subscription.parent_id.is_not(None)
    rows = sa.select(Subscription).where(Subscription.customer_id == customer.id, is_bundle)
    whole = sa.func.coalesce(Subscription.parent_id, Subscription.id)
    return rows.order_by(whole.desc(), Subscription.parent_id.is_not(None), Subscription.id)


@tab(Customer, f"{INTEGRATED}Products", order=140, permission=SEEN)
def bundles(customer: Customer) -> Listing:
    """Bundles with what they consist of."""
    empty = "A bundle comes with its parts."
    return Listing(_bundled(customer), COLUMNS, {"customer_id": customer.id}, empty, below="parent_id")


@tab(Customer, f"{INTEGRATED}Details", order=141, permission=SEEN)
def details(customer: Customer) -> Listing:
    """What was answered to what the products ask for."""
    columns = ("number", "product_id", "attributes", "identifier", "address_id")
    return Listing(_bundled(customer), columns, empty="Nothing is asked.", below="parent_id")


@tab(Customer, f"{INTEGRATED}Account Codes", order=142, permission="account_code.read")
def account_codes(customer: Customer) -> Listing:
    theirs = sa.select(Subscription.id).where(Subscription.customer_id == customer.id)
    rows = sa.select(AccountCode).where(AccountCode.subscription_id.in_(theirs))
    columns = ("code", "name", "is_verified", "subscription_id")
    empty = "Codes are added on the page of a subscription."
    return Listing(rows.order_by(AccountCode.id), columns, empty=empty)


@tab(Customer, "Products/Prices", order=26, permission="price.read")
def prices(customer: Customer) -> Sheet:
    """What everything that is sold would cost this customer today."""
    return Sheet(lambda session: _price_list(session, customer))


def _price_list(session: Session, customer: Customer) -> list[tuple[str, list[tuple[str, str]]]]:
    sold = sa.select(Product).where(Product.is_active).order_by(Product.name, Product.id).limit(MOST)
    products = session.scalars(sold).all()
    found = prices_of(session, [p.id for p in products], customer, today(session))
    by_family: dict[str, list[tuple[str, str]]] = {}
    for product in products:
        if priced := found.get(product.id):
            lines = by_family.setdefault(product.family.label, [])
            lines.append((product.name, ", ".join(words(priced, customer.currency))))
    return [(family.label, by_family[family.label]) for family in Family if family.label in by_family]


def words(priced: Priced, currency: str) -> list[str]:
    """The amount first, then the set-up, and where they come from."""
    setup = [f"set-up {format_currency(priced.setup, currency, locale='en')}"] if priced.setup else []
    return [format_currency(priced.amount, currency, locale="en"), *setup, priced.source]


def _has_level(customer: Customer) -> bool:
    return customer.kind is Kind.ORGANIZATION or bool(customer.price_level_id or customer.organization_id)


@header(Customer, "Price level", order=32, when=_has_level)
def price_level(customer: Customer) -> Told:
    """The level at which they buy; what comes from the organization says so."""

    def told(session: Session) -> list[str]:
        found = level_of(session, customer)
        if found is None:
            return [LIST]
        giver = [f"from {found.giver}"] if found.giver else []
        return [str(found.level), *giver, f"{found.level.discount_percent.normalize():f} % off"]

    return Told(told)


@header(Subscription, "Price", order=20, permission="price.read")
def price(subscription: Subscription) -> Told:
    """Per period, as of today."""

    def told(session: Session) -> list[str]:
        priced = price_of_subscription(session, subscription, today(session))
        currency = session.get(Customer, subscription.customer_id).currency
        return words(priced, currency) if priced else ["No price"]

    return Told(told)


@header(Subscription, "Product", order=10)
def product(subscription: Subscription) -> Facts:
    return Facts(("name", "sku", "charge"), sa.select(Product).where(Product.id == subscription.product_id))


@header(Subscription, "Location", order=30, when=lambda subscription: subscription.address_id is not None)
def location(subscription: Subscription) -> Facts:
    place = sa.select(Address).where(Address.id == subscription.address_id)
    return Facts(("line1", "postal_code", "city"), place)


@header(Subscription, "Part of", order=40, when=lambda subscription: subscription.parent_id is not None)
def bundle(subscription: Subscription) -> Facts:
    whole = sa.select(Subscription).where(Subscription.id == subscription.parent_id)
    return Facts(("number", "product_id"), whole)


@tab(Subscription, "Parts", order=20, when=lambda s: s.parent_id is None, permission=SEEN)
def parts(subscription: Subscription) -> Listing:
    """What the bundle consists of."""
    rows = sa.select(Subscription).where(Subscription.parent_id == subscription.id)
    return Listing(rows.order_by(Subscription.id), COLUMNS, empty="It is no bundle.")
