"""What use costs: the longest prefix that has a price on the day wins; exact to six places.

Prices are reckoned in millionths of the currency, as whole numbers, so nothing is rounded on the way.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalog import Rate, RatePlan, RateUnit
from models.screen import lowered
from models.usage import UsageKind

MB = 1024 * 1024  # bytes
UNITS = {UsageKind.VOICE: RateUnit.MINUTE, UsageKind.SMS: RateUnit.MESSAGE, UsageKind.DATA: RateUnit.MB}


@dataclass(frozen=True, slots=True)
class Tier:
    """One rate. Amounts in millionths, intervals in seconds."""

    id: int
    since: dt.date
    until: dt.date | None
    fee: int
    first_rate: int
    rate: int
    first: int
    step: int

    def price(self, kind: UsageKind, quantity: int) -> tuple[int, int]:
        """What of a quantity is charged, and for how much. Nothing used costs nothing."""
        if not quantity:
            return 0, 0
        if kind is UsageKind.SMS:
            return quantity, self.fee + quantity * self.rate
        if kind is UsageKind.DATA:
            return quantity, self.fee + _half_up(quantity * self.rate, MB)
        rest = -(-max(quantity - self.first, 0) // self.step) * self.step
        spent = self.first * self.first_rate + rest * self.rate
        return self.first + rest, self.fee + _half_up(spent, 60)


def _half_up(amount: int, by: int) -> int:
    return (2 * amount + by) // (2 * by)


class Tariff:
    """The rates of a plan, by prefix."""

    def __init__(self, plan: RatePlan, rates: Sequence[sa.Row]) -> None:
        self.unit, self.currency = plan.unit, plan.currency
        self.by_prefix: dict[str, list[Tier]] = {}
        for row in rates:
            self.by_prefix.setdefault(row.prefix, []).append(_tier(row))
        for tiers in self.by_prefix.values():
            tiers.sort(key=lambda tier: tier.since, reverse=True)
        self.lengths = sorted({len(prefix) for prefix in self.by_prefix}, reverse=True)

    def tier(self, digits: str, on: dt.date) -> Tier | None:
        """Of the prefixes that have a price on that day the longest; of its prices the latest."""
        for length in self.lengths:
            for tier in self.by_prefix.get(digits[:length], ()) if length <= len(digits) else ():
                if tier.since <= on and (tier.until is None or on < tier.until):
                    return tier
        return None


def _tier(row: sa.Row) -> Tier:
    first_rate = row.rate if row.initial_rate is None else row.initial_rate
    amounts = (_millionths(row.connect_fee), _millionths(first_rate), _millionths(row.rate))
    return Tier(row.id, row.valid_from, row.valid_to, *amounts, row.initial_interval, row.increment)


def _millionths(amount: Decimal) -> int:
    return int((amount * 1_000_000).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Priced:
    """What is charged; `why` says what is missing where there is no price."""

    billed: int | None = None
    amount: Decimal | None = None
    rate_id: int | None = None
    why: str = ""


NO_RATE = "no rate"
DEAREST = 10**12  # millionths: a rate that makes one use cost more is a mistake


class Tariffs:
    """The plans that were asked for, as they are when first asked for: one is meant for one piece of work."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[int, Tariff] = {}

    def read(self, plan_ids: Iterable[int]) -> None:
        """Have these at hand, for who cannot ask the database later."""
        for plan_id in plan_ids:
            self.of(plan_id)

    def of(self, plan_id: int) -> Tariff:
        if plan_id not in self.known:
            rates = sa.select(
                Rate.id,
                Rate.prefix,
                Rate.connect_fee,
                Rate.initial_rate,
                Rate.rate,
                Rate.initial_interval,
                Rate.increment,
                Rate.valid_from,
                Rate.valid_to,
            ).where(Rate.rate_plan_id == plan_id)
            plan = self.session.get_one(RatePlan, plan_id)
            self.known[plan_id] = Tariff(plan, self.session.execute(rates).all())
        return self.known[plan_id]

    def price(
        self, plan_id: int | None, currency: str, kind: UsageKind, digits: str, quantity: int, on: dt.date
    ) -> Priced:
        """`currency` is the customer's; what is not priced in it has no price."""
        if plan_id is None:
            return Priced(why=f"{NO_RATE}: the line has no rate plan")
        tariff = self.of(plan_id)
        if tariff.unit is not UNITS[kind]:
            return Priced(why=f"{NO_RATE}: the rate plan is for {lowered(tariff.unit.label)}")
        if tariff.currency != currency:
            return Priced(why=f"{NO_RATE}: the rate plan is in {tariff.currency}, the customer in {currency}")
        tier = tariff.tier(digits, on)
        if tier is None:
            return Priced(why=NO_RATE)
        billed, amount = tier.price(kind, quantity)
        if amount > DEAREST:
            return Priced(why=f"{NO_RATE}: it would cost more than {DEAREST // 1_000_000:,}")
        return Priced(billed, Decimal(amount).scaleb(-6), tier.id)
