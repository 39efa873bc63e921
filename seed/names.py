"""What people and organizations of the demo world are called."""

from dataclasses import dataclass
from functools import cache
from random import Random

from faker import Faker

from models.text import squeeze

from .places import COUNTRIES

SEED = 77429
FIRST_NAMES, LAST_NAMES = 160, 260  # per locale


@dataclass(frozen=True)
class Pool:
    first: tuple[str, ...]
    last: tuple[str, ...]


@cache
def pool(country: str) -> Pool:
    """Names as they are given there, drawn once: asking Faker for each person takes minutes."""
    first: dict[str, None] = {}
    last: dict[str, None] = {}
    for locale in COUNTRIES[country].names:
        fake = Faker(locale)
        fake.seed_instance(SEED)
        first |= dict.fromkeys(fake.first_name() for _ in range(FIRST_NAMES))
        last |= dict.fromkeys(fake.last_name() for _ in range(LAST_NAMES))
    return Pool(tuple(first), tuple(last))


# {last} is a family name, {other} another one, {city} the place.
_ORGANIZATIONS = {
    "US": (
        "{last} Dental Group",
        "{last} & {other} LLP",
        "{city} Coffee Roasters LLC",
        "{last} Logistics Inc.",
        "{last} Roofing & Solar",
        "{city} Family Clinic",
        "{last} Auto Body",
        "{city} Independent School",
        "{last} Property Management LLC",
        "{last} Brothers Hardware",
        "{city} Animal Hospital",
        "{last} Catering Co.",
    ),
    "GB": (
        "{last} & Sons Ltd",
        "{city} Dental Practice",
        "{last} Solicitors LLP",
        "{last} Estate Agents",
        "The {last} Arms",
        "{city} Community Trust",
        "{last} Joinery Ltd",
        "{city} Grammar School",
        "{last} Freight Ltd",
        "{last} Garden Centre",
    ),
    "NL": (
        "Bakkerij {last}",
        "{last} Installatietechniek B.V.",
        "Tandartspraktijk {last}",
        "{last} & {other} Advocaten",
        "Fietsenwinkel {last}",
        "Basisschool {city}",
        "{last} Transport B.V.",
        "Hotel {last}",
        "Drukkerij {last} B.V.",
    ),
    "DE": (
        "Bäckerei {last}",
        "{last} & Söhne GmbH",
        "Autohaus {last} GmbH",
        "Zahnarztpraxis Dr. {last}",
        "{last} Maschinenbau GmbH",
        "Steuerkanzlei {last} & {other}",
        "Gasthaus {last}",
        "Apotheke {last}",
        "Druckhaus {last} GmbH & Co. KG",
        "Volkshochschule {city}",
    ),
    "FR": (
        "Boulangerie {last}",
        "Cabinet {last} et associés",
        "{last} Frères SARL",
        "Garage {last}",
        "Pharmacie {last}",
        "Hôtel {last}",
        "Menuiserie {last} SARL",
        "Lycée privé {last}",
        "Clinique vétérinaire {last}",
    ),
    "ES": (
        "Panadería {last}",
        "{last} Hermanos S.L.",
        "Clínica Dental {last}",
        "Talleres {last} S.L.",
        "Gestoría {last}",
        "Colegio {last}",
        "Transportes {last} S.A.",
        "Viñedos {last}",
        "Hostal {last}",
    ),
    "ZA": (
        "{last} Guest House",
        "{last} Attorneys",
        "{last} Plumbing CC",
        "{city} Medical Centre (Pty) Ltd",
        "{last} Vineyards (Pty) Ltd",
        "{last} Security Services",
        "{city} Primary School",
        "{last} & {other} Engineering",
        "{last} Motors",
        "{last} Farming Trust",
    ),
    "IE": (
        "{last}’s Bar",
        "{last} Electrical Ltd",
        "{last} Veterinary Clinic",
        "{city} Credit Union",
        "{last} & {other} Solicitors",
        "{last} Foods Ltd",
    ),
    "PL": (
        "Piekarnia {last}",
        "{last} Transport Sp. z o.o.",
        "Kancelaria {last} i wspólnicy",
        "Stomatologia {last}",
        "Hurtownia {last} Sp. z o.o.",
        "Warsztat {last}",
    ),
    "SE": (
        "{last} Bygg AB",
        "Tandläkare {last}",
        "{last} Åkeri AB",
        "Advokatbyrån {last}",
        "Café {last}",
        "{city} Folkhögskola",
        "{last} & {other} Konsult AB",
    ),
}


def organization_name(country: str, city: str, rng: Random) -> str:
    names = pool(country).last
    made = rng.choice(_ORGANIZATIONS[country])
    return made.format(last=rng.choice(names), other=rng.choice(names), city=city)


# Reserved for examples: nobody reads what is sent there.
_MAILBOXES = ("example.com", "example.org", "example.net", "mail.example", "post.example")


@cache
def plain(name: str) -> str:
    return squeeze(name)


def person_email(first: str, last: str, number: int, rng: Random) -> str:
    """Mostly with figures, as at any large provider."""
    figures = "" if rng.random() < 0.2 else str(number)
    return f"{plain(first)}.{plain(last)}{figures}@{rng.choice(_MAILBOXES)}"


def host_of(organization: str, number: int) -> str:
    return f"{plain(organization)[:24]}{number}.example"
