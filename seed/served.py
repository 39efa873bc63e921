"""What the customers of the demo world have: subscriptions, and the technical things behind them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from models.customer import AccountClass, CustomerState, Kind
from models.service import (
    AccountCode,
    DataAccount,
    DataAccountState,
    Facility,
    FacilityKind,
    PackageChange,
    Sim,
    SimState,
    Subscription,
    SubscriptionState,
    SuspendedBy,
    Suspension,
    SuspensionReason,
    SuspensionState,
    VoipLine,
    VoipLineState,
)

from .names import SEED
from .offer import PRODUCTS, SIM_GROUPS, Offer
from .sheet import Sheet

HALF_YEAR = dt.timedelta(days=183)
STOCK = 40  # customers for one SIM card that nobody has
# Country -> the beginning of numbers that are not bound to a place; seven digits follow.
LINES = {
    "US": "+1346",
    "ZA": "+2787",
    "GB": "+44330",
    "NL": "+3185",
    "DE": "+493222",
    "FR": "+3397",
    "ES": "+3451",
    "IE": "+35376",
    "PL": "+4839",
    "SE": "+4610",
}
UPGRADES = {"FIBRE-50": "FIBRE-100", "FIBRE-100": "FIBRE-500", "AIR-25": "AIR-50", "TV-BASIC": "TV-PLUS"}


@dataclass(frozen=True)
class Owner:
    """A customer, as far as it matters here."""

    id: int
    kind: Kind
    account_class: AccountClass
    state: CustomerState
    currency: str
    country: str
    since: dt.datetime
    address_id: int | None
    email: str | None

    @property
    def is_business(self) -> bool:
        return self.kind is Kind.ORGANIZATION or self.account_class is not AccountClass.RESIDENTIAL

    @property
    def rng(self) -> Random:
        return Random((SEED << 33) | self.id)


@dataclass
class Served:
    """What a customer has, for those that describe how it is used and talked about."""

    owner: Owner
    subscriptions: list[tuple[int, str, dt.datetime]] = field(default_factory=list)  # id, SKU, since when
    accounts: list[tuple[int, dt.datetime]] = field(default_factory=list)
    lines: list[tuple[int, str, dt.datetime]] = field(default_factory=list)  # id, number
    sims: list[int] = field(default_factory=list)


class Service:
    """Describes what one customer has."""

    def __init__(
        self, sheet: Sheet, offer: Offer, base: dt.datetime, staff: Sequence[tuple[int, str]]
    ) -> None:
        self.sheet, self.offer, self.base, self.staff = sheet, offer, base, staff

    def serve(self, owner: Owner) -> Served:
        served, rng = Served(owner), owner.rng
        if owner.state is CustomerState.WAITING_APPROVAL:
            return served
        for sku in wanted(owner, rng):
            self.subscribe(served, sku, rng)
        if owner.state is CustomerState.SUSPENDED:
            self.suspend(owner, rng)
        return served

    def subscribe(
        self, served: Served, sku: str, rng: Random, parent: int | None = None, quantity: int = 1
    ) -> None:
        owner, product = served.owner, PRODUCTS[sku]
        since = max(owner.since, self.base - HALF_YEAR * rng.uniform(0.1, 3))
        ended = owner.state is CustomerState.CLOSED
        is_late = not ended and parent is None and rng.random() < 0.03
        state = _state(owner, ended, is_late)
        dated = {"created_at": since, "updated_at": since}
        row = self.sheet.add(
            Subscription,
            customer_id=owner.id,
            product_id=self.offer.products[sku],
            parent_id=parent,
            address_id=owner.address_id,
            label=rng.choice(("", "", "", "Office", "Home", "Workshop")),
            identifier=f"SN{owner.id:07}{rng.randrange(100, 999)}"
            if sku in ("ROUTER", "RADIO-CPE")
            else None,
            quantity=Decimal(quantity),
            discount_percent=Decimal(10) if owner.is_business and rng.random() < 0.1 else Decimal(0),
            state=state,
            start_date=None if is_late else since.date(),
            end_date=max(since, self.base - HALF_YEAR * rng.random()).date() if ended else None,
            attributes=_attributes(sku, rng),
            **dated,
        )
        served.subscriptions.append((row, sku, since))
        for part, number in product.parts:
            self.subscribe(served, part, rng, parent=row, quantity=number)
        if not is_late:
            self.connect(served, row, sku, since, rng)

    def connect(self, served: Served, subscription: int, sku: str, since: dt.datetime, rng: Random) -> None:
        """The thing behind a subscription."""
        owner = served.owner
        own = {
            "customer_id": owner.id,
            "subscription_id": subscription,
            "created_at": since,
            "updated_at": since,
        }
        if sku.startswith(("FIBRE", "AIR", "LEASED")):
            self._data_account(served, sku, own, since)
        if sku in ("HOME-LINE", "VOICE-LINE", "VOICE-TRUNK", "TOLLFREE"):
            self._line(served, own, since)
        if sku == "VOICE-TRUNK":
            for code, name in (("1001", "Front desk"), ("1002", "Sales"), ("1003", "Workshop")):
                dated = {"created_at": since, "updated_at": since}
                self.sheet.add(AccountCode, subscription_id=subscription, code=code, name=name, **dated)
        if sku == "SIM-DATA":
            self._sim(served, own, since, rng)
        if sku.startswith("LEASED") or sku == "RADIO-CPE":
            self._facility(owner, sku, own)
        if sku in UPGRADES and owner.state is CustomerState.APPROVED and rng.random() < 0.015:
            self._change(subscription, sku, own, rng)

    def _data_account(self, served: Served, sku: str, own: dict[str, Any], since: dt.datetime) -> None:
        states = {
            CustomerState.SUSPENDED: (DataAccountState.SUSPENDED, SuspendedBy.ACCOUNT),
            CustomerState.CLOSED: (DataAccountState.CANCELLED, None),
        }
        state, by = states.get(served.owner.state, (DataAccountState.ACTIVE, None))
        number = len(served.accounts) + 1
        row = self.sheet.add(
            DataAccount,
            **own,
            username=f"c{served.owner.id}-{number}@net.example",
            static_ip=_address(served.owner.id) if sku.startswith("LEASED") else None,
            profile=sku.lower(),
            state=state,
            suspended_by=by,
        )
        served.accounts.append((row, since))

    def _line(self, served: Served, own: dict[str, Any], since: dt.datetime) -> None:
        states = {
            CustomerState.SUSPENDED: VoipLineState.SUSPENDED,
            CustomerState.CLOSED: VoipLineState.CANCELLED,
        }
        begins = LINES.get(served.owner.country, LINES["US"])
        number = f"{begins}{2_000_000 + self.sheet.begins[VoipLine] + len(self.sheet.rows[VoipLine]):07}"
        row = self.sheet.add(
            VoipLine,
            **own,
            number_e164=number,
            rate_plan_id=self.offer.plans.get(served.owner.currency),
            state=states.get(served.owner.state, VoipLineState.ACTIVE),
        )
        served.lines.append((row, number, since))

    def _sim(self, served: Served, own: dict[str, Any], since: dt.datetime, rng: Random) -> None:
        group = rng.choice(SIM_GROUPS[1:])
        warning = rng.choice((1024, 2560, 2560, 4096))
        state = SimState.SUSPENDED if served.owner.state is CustomerState.SUSPENDED else SimState.ACTIVE
        if served.owner.state is CustomerState.CLOSED:
            return
        served.sims.append(
            self._card(
                **own,
                sim_group_id=self.offer.groups[group],
                alias=f"{group.rstrip('s')} {rng.randrange(1, 60)}",
                assigned_at=since,
                state=state,
                warning_mb=warning,
                cutoff_mb=warning * 2,
            )
        )

    def stock(self, number: int, moment: dt.datetime) -> None:
        """SIM cards that nobody has yet."""
        for _ in range(number):
            self._card(sim_group_id=self.offer.groups["Stock"], created_at=moment, updated_at=moment)

    def _card(self, **said: Any) -> int:
        number = self.sheet.begins[Sim] + len(self.sheet.rows[Sim])
        return self.sheet.add(Sim, iccid=f"8927001{number:012}", imsi=f"65507{number:010}", **said)

    def _facility(self, owner: Owner, sku: str, own: dict[str, Any]) -> None:
        circuit = sku.startswith("LEASED")
        number = self.sheet.begins[Facility] + len(self.sheet.rows[Facility])
        self.sheet.add(
            Facility,
            **own,
            address_id=owner.address_id,
            kind=FacilityKind.CIRCUIT if circuit else FacilityKind.CPE,
            identifier=f"CIR-{number:06}" if circuit else f"CPE-{number:06}",
            carrier="Metro Fibre" if circuit else "",
        )

    def _change(self, subscription: int, sku: str, own: dict[str, Any], rng: Random) -> None:
        author = self.staff[rng.randrange(len(self.staff))]
        asked = self.base - dt.timedelta(days=rng.randrange(1, 20))
        self.sheet.add(
            PackageChange,
            customer_id=own["customer_id"],
            subscription_id=subscription,
            from_product_id=self.offer.products[sku],
            to_product_id=self.offer.products[UPGRADES[sku]],
            effective_date=(self.base + dt.timedelta(days=rng.randrange(3, 40))).date(),
            submitted_by_id=author[0],
            submitted_by_name=author[1],
            submitted_at=asked,
            created_at=asked,
            updated_at=asked,
        )

    def suspend(self, owner: Owner, rng: Random) -> None:
        moment = max(owner.since, self.base - dt.timedelta(days=rng.randrange(3, 90)))
        self.sheet.add(
            Suspension,
            customer_id=owner.id,
            reason=SuspensionReason.MANUAL,
            state=SuspensionState.SUSPENDED,
            suspended_at=moment,
            created_at=moment,
            updated_at=moment,
        )


def wanted(owner: Owner, rng: Random) -> list[str]:
    """The products that a customer of this kind has."""
    return _business(rng) if owner.is_business else _home(rng)


def _home(rng: Random) -> list[str]:
    if rng.random() < 0.08:
        return ["HOME-ALL", "ROUTER"]
    found = [rng.choice(("FIBRE-50", "FIBRE-100", "FIBRE-100", "FIBRE-500", "AIR-25", "AIR-50"))]
    chances = {
        "TV-BASIC": 0.12,
        "TV-PLUS": 0.06,
        "HOME-LINE": 0.18,
        "LONG-DIST": 0.05,
        "VOICEMAIL": 0.05,
        "ROUTER": 0.2,
        "CARE": 0.08,
        "CARD-20": 0.02,
        "SIM-DATA": 0.05,
        "CALL-OUT": 0.03,
    }
    found += [sku for sku, chance in chances.items() if rng.random() < chance]
    return [*found, "RADIO-CPE"] if found[0].startswith("AIR") else found


def _business(rng: Random) -> list[str]:
    if rng.random() < 0.12:
        return ["OFFICE-ONE", *["SIM-DATA"] * rng.randrange(4)]
    found = [rng.choice(("FIBRE-100", "FIBRE-500", "FIBRE-500", "AIR-50", "LEASED-200", "LEASED-1000"))]
    chances = {"VOICE-LINE": 0.4, "VOICE-TRUNK": 0.12, "TOLLFREE": 0.06, "STATIC-IP": 0.3, "CARE": 0.2}
    found += [sku for sku, chance in chances.items() if rng.random() < chance]
    if rng.random() < 0.25:
        found += ["SIM-DATA"] * rng.choice((1, 1, 2, 3, 5))
    return [*found, "RADIO-CPE"] if found[0].startswith("AIR") else found


def _state(owner: Owner, ended: bool, is_late: bool) -> SubscriptionState:
    if ended:
        return SubscriptionState.CANCELLED
    return SubscriptionState.PENDING if is_late else SubscriptionState.ACTIVE


def _attributes(sku: str, rng: Random) -> dict[str, Any]:
    speeds = {"FIBRE-50": (50, 25), "FIBRE-100": (100, 50), "FIBRE-500": (500, 250), "AIR-25": (25, 5)}
    speeds |= {"AIR-50": (50, 10), "LEASED-200": (200, 200), "LEASED-1000": (1000, 1000)}
    if sku in speeds:
        down, up = speeds[sku]
        return {"down": down, "up": up, "router": rng.choice(("Ours", "Ours", "Their own"))}
    if sku in ("ROUTER", "RADIO-CPE"):
        return {"model": rng.choice(("AX-1800", "AX-3000", "LHG-5"))}
    if sku == "SIM-DATA":
        return {"network": rng.choice(("Blue", "Red"))}
    return {}


def _address(number: int) -> str:
    """Of the block that is set aside for documentation and tests (RFC 6598 shares it for carriers)."""
    return f"100.{64 + number // 65_536 % 64}.{number // 256 % 256}.{number % 256}"
