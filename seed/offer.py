"""What the provider of the demo world sells: products, prices, taxes, rates, and who answers tickets."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalog import (
    BundleItem,
    Charge,
    Family,
    Price,
    Product,
    ProductLine,
    Rate,
    RatePlan,
    RateUnit,
    TaxRate,
)
from models.customer import PriceLevel
from models.service import SimGroup
from models.support import Department

from .clock import YEARS
from .desk import add_missing

TAX = "VAT"
# Currency -> what a US dollar is worth in it, roughly: prices of a demo.
CURRENCIES = {
    "USD": Decimal(1),
    "EUR": Decimal("0.95"),
    "GBP": Decimal("0.8"),
    "ZAR": Decimal(18),
    "SEK": Decimal("10.5"),
    "PLN": Decimal(4),
}
# Country -> (name, percent): the standard rate. The United States have none here.
TAXES = {
    "ZA": ("VAT", "15"),
    "GB": ("VAT", "20"),
    "DE": ("USt", "19"),
    "NL": ("btw", "21"),
    "FR": ("TVA", "20"),
    "SE": ("moms", "25"),
    "ES": ("IVA", "21"),
    "IE": ("VAT", "23"),
    "PL": ("VAT", "23"),
}
DEPARTMENTS = ("Customer care", "Technical support", "Billing", "Installations")
SIM_GROUPS = ("Stock", "Vehicle trackers", "Gate and alarm", "Point of sale", "Backup links")
CALLS = "CALLS"


@dataclass(frozen=True)
class Sold:
    """A product: list price in US dollars per period, set-up, and what is asked of a subscription."""

    name: str
    family: Family
    price: str
    setup: str = "0"
    charge: Charge = Charge.RECURRING
    asks: Mapping[str, Mapping[str, Any]] | None = None
    parts: tuple[tuple[str, int], ...] = ()  # of a bundle


def _ask(label: str, kind: str = "line", **rest: Any) -> dict[str, Any]:
    return {"label": label, "kind": kind, **rest}


SPEED = {
    "down": _ask("Down", "number", unit="Mbit/s"),
    "up": _ask("Up", "number", unit="Mbit/s"),
    "router": _ask("Router", "choice", choices=["Ours", "Their own"]),
}
SERIAL = {"model": _ask("Model"), "warranty_until": _ask("Warranty until", "day")}

PRODUCTS: Mapping[str, Sold] = {
    "FIBRE-50": Sold("Fibre 50", Family.INTERNET, "39.90", "49.00", asks=SPEED),
    "FIBRE-100": Sold("Fibre 100", Family.INTERNET, "49.90", "49.00", asks=SPEED),
    "FIBRE-500": Sold("Fibre 500", Family.INTERNET, "69.90", "49.00", asks=SPEED),
    "AIR-25": Sold("Wireless internet 25", Family.INTERNET, "34.90", "99.00", asks=SPEED),
    "AIR-50": Sold("Wireless internet 50", Family.INTERNET, "44.90", "99.00", asks=SPEED),
    "LEASED-200": Sold("Leased line 200", Family.DEDICATED, "390.00", "450.00", asks=SPEED),
    "LEASED-1000": Sold("Leased line 1000", Family.DEDICATED, "890.00", "900.00", asks=SPEED),
    "TV-BASIC": Sold("Cable TV Basic", Family.CABLE, "14.90"),
    "TV-PLUS": Sold("Cable TV Plus", Family.CABLE, "24.90"),
    "HOME-LINE": Sold("Home line", Family.LOCAL, "9.90"),
    "VOICE-LINE": Sold("Voice line", Family.VOICE, "12.90"),
    "VOICE-TRUNK": Sold("SIP trunk, 10 channels", Family.VOICE, "79.00", "50.00"),
    "LONG-DIST": Sold("Long distance", Family.LONG_DISTANCE, "4.90"),
    "TOLLFREE": Sold("Toll-free number", Family.TOLLFREE, "19.00", "25.00"),
    "CARD-20": Sold(
        "Calling card 20",
        Family.CALLING_CARD,
        "20.00",
        charge=Charge.ONE_TIME,
        asks={"pin": _ask("PIN", "secret")},
    ),
    "VOICEMAIL": Sold("Voice mailbox", Family.VOICEMAIL, "2.90", asks={"greeting": _ask("Greeting")}),
    "SIM-DATA": Sold("Data SIM, 5 GB", Family.WIRELESS, "9.90", "5.00", asks={"network": _ask("Network")}),
    "ROUTER": Sold("Router", Family.DEVICE, "89.00", charge=Charge.ONE_TIME, asks=SERIAL),
    "RADIO-CPE": Sold("Radio, outdoor unit", Family.DEVICE, "129.00", charge=Charge.ONE_TIME, asks=SERIAL),
    "STATIC-IP": Sold("Static IP address", Family.FIXED, "5.00"),
    "CARE": Sold("Care plan", Family.FIXED, "7.50"),
    "CALL-OUT": Sold("Call-out", Family.MISC, "65.00", charge=Charge.ONE_TIME),
    "OFFICE-ONE": Sold(
        "Office One",
        Family.DEDICATED,
        "459.00",
        "450.00",
        parts=(("LEASED-200", 1), ("VOICE-TRUNK", 1), ("STATIC-IP", 4)),
    ),
    "HOME-ALL": Sold(
        "Home All-in",
        Family.INTERNET,
        "69.90",
        "49.00",
        parts=(("FIBRE-100", 1), ("TV-BASIC", 1), ("HOME-LINE", 1)),
    ),
}
# Prefix -> (destination, US dollars a minute, connect fee, first interval and increment in seconds).
RATES = {
    "1": ("United States and Canada", "0.012", "0", 30, 6),
    "27": ("South Africa", "0.05", "0", 60, 1),
    "2782": ("South Africa, mobile", "0.09", "0", 60, 1),
    "31": ("Netherlands", "0.014", "0", 60, 60),
    "33": ("France", "0.013", "0", 60, 60),
    "44": ("United Kingdom", "0.011", "0", 60, 1),
    "447": ("United Kingdom, mobile", "0.024", "0", 60, 1),
    "46": ("Sweden", "0.015", "0", 60, 60),
    "49": ("Germany", "0.012", "0", 60, 60),
    "4915": ("Germany, mobile", "0.031", "0.01", 60, 60),
}


@dataclass(frozen=True)
class Offer:
    """The ids of what subscriptions, lines and tickets point at."""

    products: Mapping[str, int]
    plans: Mapping[str, int]  # by currency
    departments: tuple[int, ...]
    groups: Mapping[str, int]

    @classmethod
    def read(cls, session: Session) -> "Offer":
        def ids(name: Any, key: Any) -> dict[str, int]:
            return dict(session.execute(sa.select(name, key)).all())

        departments = tuple(ids(Department.name, Department.id)[name] for name in DEPARTMENTS)
        return cls(
            ids(Product.sku, Product.id),
            ids(RatePlan.currency, RatePlan.id),
            departments,
            ids(SimGroup.name, SimGroup.id),
        )


def ensure_offer(session: Session, base: dt.datetime) -> None:
    """Add what is missing; what people have changed since stays as they left it."""
    since = (base - YEARS).date()
    add_missing(session, Department, "name", {name: {} for name in DEPARTMENTS})
    add_missing(session, SimGroup, "name", {name: {} for name in SIM_GROUPS})
    if session.scalar(sa.select(Product.id).limit(1)) is None:
        tax(session, since)
        plans = rate(session, since)
        sell(session, since, plans)
    session.flush()


def tax(session: Session, since: dt.date) -> None:
    for country, (name, percent) in TAXES.items():
        session.add(TaxRate(code=TAX, name=name, percent=Decimal(percent), country=country, valid_from=since))


def rate(session: Session, since: dt.date) -> dict[str, RatePlan]:
    plans = {}
    for currency, worth in CURRENCIES.items():
        code = f"{CALLS}-{currency}"
        plan = RatePlan(code=code, name=f"Calls, {currency}", currency=currency, unit=RateUnit.MINUTE)
        session.add(plan)
        session.flush()
        for prefix, (destination, price, fee, first, increment) in RATES.items():
            session.add(
                Rate(
                    rate_plan_id=plan.id,
                    prefix=prefix,
                    destination=destination,
                    rate=Decimal(price) * worth,
                    connect_fee=Decimal(fee) * worth,
                    initial_interval=first,
                    increment=increment,
                    valid_from=since,
                )
            )
        plans[currency] = plan
    return plans


def sell(session: Session, since: dt.date, plans: Mapping[str, RatePlan]) -> None:
    made = {sku: _product(session, sku, sold) for sku, sold in PRODUCTS.items()}
    calls = Product(
        sku="CALLS", name="Calls", family=Family.VOICE, charge=Charge.USAGE, rate_plan_id=plans["USD"].id
    )
    session.add(calls)
    session.flush()
    partner = session.scalar(sa.select(PriceLevel.id).where(PriceLevel.name == "Partner"))
    for sku, sold in PRODUCTS.items():
        for part, quantity in sold.parts:
            session.add(BundleItem(bundle_id=made[sku].id, product_id=made[part].id, quantity=quantity))
        for currency, worth in CURRENCIES.items():
            session.add(_price(made[sku], sold, currency, worth, since))
    # One level has a price of its own, as some do; the others take off their percent.
    own = _price(made["FIBRE-500"], PRODUCTS["FIBRE-500"], "USD", Decimal("0.8"), since)
    own.price_level_id = partner
    session.add(own)


def _product(session: Session, sku: str, sold: Sold) -> Product:
    product = Product(
        sku=sku,
        name=sold.name,
        family=sold.family,
        line=ProductLine.INTEGRATED if sold.parts else ProductLine.TRADITIONAL,
        charge=sold.charge,
        tax_code=TAX,
        attribute_schema={name: dict(said) for name, said in (sold.asks or {}).items()},
    )
    session.add(product)
    session.flush()
    return product


def _price(product: Product, sold: Sold, currency: str, worth: Decimal, since: dt.date) -> Price:
    cents = Decimal("0.01")
    return Price(
        product_id=product.id,
        currency=currency,
        amount=(Decimal(sold.price) * worth).quantize(cents),
        setup_amount=(Decimal(sold.setup) * worth).quantize(cents),
        valid_from=since,
    )
