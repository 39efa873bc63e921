"""Who the customers of the demo world are. Customer number n is the same in every world that has it.

Nothing here knows a database: `describe` answers plain values, and the demo, large worlds and
tests write them down each in their own way.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from models.customer import (
    AccountClass,
    AddressRole,
    ContactRole,
    CustomerState,
    Flag,
    Kind,
    NoteKind,
    PaymentType,
    Source,
)

from . import phrases
from .names import SEED, host_of, organization_name, person_email, pool
from .places import COUNTRIES, SHARES, City, Country, fill, home

BATCH = 250  # members find their organization within the batch, so that batches stand on their own
RESELLERS = ("CAPE", "GULF", "NORD", "ISLES", "RHINE")
_COUNTRIES = tuple(COUNTRIES[code] for code in SHARES)
_SHARES = tuple(sum(list(SHARES.values())[: n + 1]) for n in range(len(SHARES)))
_COLOURS = tuple(flag for flag in Flag if flag is not Flag.CHK)


@dataclass(slots=True)
class Described:
    """A customer with everything that belongs to it, by the names of columns."""

    number: int
    customer: dict[str, Any]
    tags: list[str]
    since: float  # when, as a share of the time in which its batch came
    addresses: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)  # `at` is a moment like `since`
    organization: int | None = None  # the number of another customer of the batch
    price_level: str = ""
    reseller: str = ""


def is_organization(number: int) -> bool:
    return is_showcase(number) or _mixed(number) % 100 < 15


def is_showcase(number: int) -> bool:
    """Waits for approval with everything at once, so that every filter has something to find."""
    return number % 500 == 29


def _mixed(number: int) -> int:
    return (number * 2654435761 % 2**32) >> 9


def describe(number: int) -> Described:
    rng = Random((SEED << 32) | number)
    country, city = _place(number, rng)
    made = _organization if is_organization(number) else _person
    found = made(number, country, city, rng)
    _decide_state(found, rng)
    _bill(found, country, rng)
    _tag(found, rng)
    _locate(found, country, city, rng)
    _write_notes(found, rng)
    _double(found)
    return found


def _place(number: int, rng: Random) -> tuple[Country, City]:
    if is_showcase(number):
        return COUNTRIES["US"], home()
    dice = rng.random() * 100
    country = next(c for c, upto in zip(_COUNTRIES, _SHARES, strict=True) if dice < upto)
    if country.code == "US" and rng.random() < 0.05:
        return country, home()
    return country, rng.choice(country.cities)


def _phone(country: Country, city: City, rng: Random, mobile: float) -> str:
    pattern = rng.choice(country.mobiles) if country.mobiles and rng.random() < mobile else city.landline
    return fill(pattern, rng)


def _person(number: int, country: Country, city: City, rng: Random) -> Described:
    names = pool(country.code)
    first, last = rng.choice(names.first), rng.choice(names.last)
    business = rng.random() < 0.12
    customer = {
        "kind": Kind.CUSTOMER,
        "account_class": AccountClass.BUSINESS if business else AccountClass.RESIDENTIAL,
        "first_name": first,
        "last_name": last,
        "email": person_email(first, last, number, rng) if rng.random() < 0.93 else None,
        "phone_e164": _phone(country, city, rng, 0.8) if rng.random() < 0.9 else None,
    }
    found = Described(number, customer, [], (number % BATCH + rng.random()) / BATCH)
    found.organization = _membership(number, rng)
    if found.organization is not None:
        customer["bill_to_organization"] = rng.random() < 0.4
    if rng.random() < 0.3:
        found.contacts.append(_contact(names, country, city, number, rng, ContactRole.PRIMARY))
    return found


def _membership(number: int, rng: Random) -> int | None:
    """An organization that came earlier in the same batch; few of them have many members."""
    if rng.random() > 0.22:
        return None
    taking = _with_members(number - number % BATCH)
    known = bisect_left(taking, number)
    return taking[min(int(rng.expovariate(0.6)), known - 1)] if known else None


@lru_cache(maxsize=8)
def _with_members(start: int) -> list[int]:
    return [number for number in range(start, start + BATCH) if _mixed(number) % 100 < 6]


def _organization(number: int, country: Country, city: City, rng: Random) -> Described:
    name = organization_name(country.code, city.name, rng)
    host = host_of(name, number)
    corporate = _mixed(number) % 100 < 4
    customer = {
        "kind": Kind.ORGANIZATION,
        "account_class": AccountClass.CORPORATE if corporate else AccountClass.BUSINESS,
        "first_name": None,
        "last_name": name,
        "tax_number": fill(country.tax_number, rng),
        "email": f"{rng.choice(('info', 'office', 'accounts', 'hello'))}@{host}",
        "phone_e164": _phone(country, city, rng, 0.2),
    }
    if corporate:
        customer["privileges"] = {"no_auto_suspend": True, "priority_support": rng.random() < 0.6}
    found = Described(number, customer, [], (number % BATCH + rng.random()) / BATCH)
    names = pool(country.code)
    roles = (ContactRole.PRIMARY, ContactRole.BILLING, ContactRole.TECHNICAL, ContactRole.GENERAL)
    for role in roles[: rng.choice((1, 1, 2, 2, 3, 4))]:
        found.contacts.append(_contact(names, country, city, number, rng, role, host))
    return found


def _contact(names, country, city, number, rng, role, host="") -> dict[str, Any]:
    first, last = rng.choice(names.first), rng.choice(names.last)
    email = person_email(first, last, number, rng)
    if host:
        email = f"{email.partition('@')[0].rstrip('0123456789')}@{host}"
    if role is ContactRole.GENERAL and rng.random() < 0.5:
        email = None
    return {
        "name": f"{first} {last}",
        "role": role,
        "email": email,
        "phone_e164": _phone(country, city, rng, 0.7) if rng.random() < 0.75 else None,
        "alerts": email is not None and rng.random() < 0.2,
    }


def _decide_state(found: Described, rng: Random) -> None:
    customer, dice = found.customer, rng.random()
    state = CustomerState.APPROVED
    if is_showcase(found.number) or dice < 0.035:
        state = CustomerState.WAITING_APPROVAL
    elif dice < 0.075:
        state = CustomerState.SUSPENDED
    elif dice < 0.12:
        state = CustomerState.CLOSED
    customer["workflow_state"] = state
    customer["source"] = rng.choice(
        (Source.MANAGER, Source.MANAGER, Source.ORDER, Source.QUOTE, Source.PORTAL)
    )
    dice = rng.random()
    if is_showcase(found.number) or dice < 0.03:
        customer["flag"] = Flag.CHK
    elif dice < 0.11:
        customer["flag"] = rng.choice(_COLOURS)
    customer["is_locked"] = state is CustomerState.CLOSED and rng.random() < 0.15


def _bill(found: Described, country: Country, rng: Random) -> None:
    customer = found.customer
    organization = customer["kind"] is Kind.ORGANIZATION
    customer |= {
        "currency": country.currency,
        "locale": country.locale,
        "billing_day": rng.choice((1, 1, 1, 15, 25)),
    }
    customer["payment_type"] = _payment(country, organization, rng)
    if customer["payment_type"] is PaymentType.DEBIT_ORDER:
        customer["debit_day"] = rng.choice((1, 5, 25, 26, 28))
    if organization:
        customer["terms_days"] = 30 if rng.random() < 0.6 else 14
    elif found.organization is not None:
        customer["billing_day"] = None  # as their organization has it, like the terms
    customer["prepaid"] = not organization and rng.random() < 0.06
    customer["balance"] = _balance(customer["workflow_state"], organization, rng)
    if organization and rng.random() < 0.5:
        customer["credit_limit"] = Decimal(rng.choice((500, 1000, 2500, 5000, 10_000)))
    if organization and rng.random() < 0.3:
        found.price_level = rng.choice(("Wholesale", "Partner", "Long term"))
    if rng.random() < 0.35:
        found.reseller = rng.choice(RESELLERS)


def _payment(country: Country, organization: bool, rng: Random) -> PaymentType:
    usual = {"US": PaymentType.CREDIT_CARD, "ZA": PaymentType.DEBIT_ORDER, "NL": PaymentType.DEBIT_ORDER}
    if organization or rng.random() < 0.3:
        return PaymentType.EFT
    if rng.random() < 0.03:
        return PaymentType.CASH
    return usual.get(country.code, PaymentType.CREDIT_CARD if rng.random() < 0.5 else PaymentType.DEBIT_ORDER)


def _balance(state: CustomerState, organization: bool, rng: Random) -> Decimal:
    dice = rng.random()
    if state is CustomerState.WAITING_APPROVAL or (state is CustomerState.APPROVED and dice < 0.6):
        return Decimal(0)
    if state is CustomerState.APPROVED and dice > 0.94:
        return -Decimal(rng.randrange(500, 12_000)).scaleb(-2)
    if state is CustomerState.CLOSED and dice < 0.8:
        return Decimal(0)
    return Decimal(rng.randrange(1_900, 260_000 if organization else 24_000)).scaleb(-2)


def _tag(found: Described, rng: Random) -> None:
    customer = found.customer
    organization = customer["kind"] is Kind.ORGANIZATION
    tags = {
        tag
        for tag, (_, person, org) in phrases.TAGS.items()
        if rng.random() * 100 < (org if organization else person)
    }
    if customer["workflow_state"] is CustomerState.SUSPENDED or customer["balance"] > 900:
        tags.add("Debtor")
    if found.price_level == "Wholesale":
        tags.add("Wholesale")
    if customer.get("terms_days") != 30:
        tags.discard("Net 30")
    if customer["email"] is None:
        tags.discard("Paperless")
    if any(word in customer["last_name"] for word in ("School", "school", "Lycée", "Colegio", "skola")):
        tags.add("Education")
    if is_showcase(found.number):
        tags |= {"VIP", "Wholesale"}
    found.tags = [tag for tag in phrases.TAGS if tag in tags]


_LABELS = {
    AddressRole.SERVICE: ("Head office", "Branch", "Workshop", "Store", "Roof, north side"),
    AddressRole.SHIP_TO: ("Warehouse", "Goods entrance"),
    AddressRole.OTHER: ("Archive", "Former office"),
}


def _locate(found: Described, country: Country, city: City, rng: Random) -> None:
    organization = found.customer["kind"] is Kind.ORGANIZATION
    found.addresses.append(_address(AddressRole.BILL_TO, "", country, city, rng))
    if organization and rng.random() < 0.45:
        for role in (AddressRole.SERVICE, AddressRole.SHIP_TO, AddressRole.OTHER)[: rng.choice((1, 1, 2, 3))]:
            place = city if rng.random() < 0.6 else rng.choice(country.cities)
            found.addresses.append(_address(role, rng.choice(_LABELS[role]), country, place, rng))
        found.tags.append("Multi-site")
    elif rng.random() < 0.07:
        place = rng.choice(country.cities)
        found.addresses.append(_address(AddressRole.SERVICE, "Holiday home", country, place, rng))


def _address(role: AddressRole, label: str, country: Country, city: City, rng: Random) -> dict[str, Any]:
    number = rng.randrange(100, 19_900) if country.code == "US" else int(rng.triangular(1, 180, 20))
    return {
        "role": role,
        "label": label,
        "line1": country.line.format(number=number, street=rng.choice(country.streets)),
        "line2": f"Unit {rng.randrange(1, 40)}" if rng.random() < 0.08 else "",
        "postal_code": fill(rng.choice(city.codes), rng, country.letters),
        "city": city.name,
        "region": city.region,
        "country": country.code,
    }


def _write_notes(found: Described, rng: Random) -> None:
    def note(kind: NoteKind, texts: tuple[str, ...], popup: bool = False) -> None:
        at = rng.uniform(found.since, 1)
        found.notes.append({"kind": kind, "body": rng.choice(texts), "popup": popup, "at": at})

    if found.customer["workflow_state"] is CustomerState.WAITING_APPROVAL:
        return
    if rng.random() < 0.22:
        note(NoteKind.GENERAL, phrases.NOTES)
    if rng.random() < 0.08:
        note(NoteKind.BILLING, phrases.BILLING_NOTES)
    if "Debtor" in found.tags and rng.random() < 0.7:
        note(NoteKind.DEBTOR, phrases.DEBTOR_NOTES)
    if rng.random() < 0.04:
        note(NoteKind.GENERAL, phrases.POPUPS, popup=True)


# Number within 97 -> how many numbers before stands the one who was entered again.
_AGAIN = {50: 13, 51: 14, 73: 16}
_SAME = ("first_name", "last_name", "locale", "currency", "account_class")


def _double(found: Described) -> None:
    """Some were entered twice, a few three times: the same e-mail in other letters, or the same phone."""
    place = found.number % 97
    back = _AGAIN.get(place, 0)
    if not back or is_organization(found.number) or is_organization(found.number - back):
        return
    if place == 51 and found.number // 97 % 4:
        return
    other = describe(found.number - back)
    found.customer |= {name: other.customer[name] for name in _SAME if name in other.customer}
    found.addresses = [dict(address) for address in other.addresses[:1]]
    found.organization = None
    found.customer.pop("bill_to_organization", None)
    if place == 73:
        found.customer["phone_e164"] = other.customer["phone_e164"]
    elif email := other.customer["email"]:
        found.customer["email"] = email.upper() if place == 50 else email.title()
