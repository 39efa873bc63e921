"""What the desk of the demo world works with: staff, resellers, price levels and tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import StaffReseller, StaffUser
from models.base import Record
from models.customer import PriceLevel, Reseller, Tag
from operations import passwords, staff
from queries.staff import by_email

from .phrases import TAGS

DOMAIN = "demo.example"  # reserved: nobody can receive what is sent there


@dataclass(frozen=True)
class Person:
    role: str
    name: str
    title: str
    timezone: str

    @property
    def email(self) -> str:
        return f"{self.role}@{DOMAIN}"

    @property
    def password(self) -> str:
        """Known to everyone who reads this; the demo refuses to run in production."""
        return f"{self.role}-tries-the-desk"


PEOPLE = (
    Person("viewer", "Vivian Osei", "Front office", "America/Chicago"),
    Person("agent", "Anna Keller", "Customer care", "Europe/Berlin"),
    Person("sales", "Samuel Ortiz", "Account manager", "America/Chicago"),
    Person("tech", "Thabo Nkosi", "Field technician", "Africa/Johannesburg"),
    Person("billing", "Bridget Byrne", "Accounts receivable", "Europe/Dublin"),
    Person("manager", "Marta Nowak", "Head of desk", "Europe/Warsaw"),
    Person("admin", "Adam Whitfield", "Systems", "America/Chicago"),
)
# Works for one reseller and sees only its customers; has no password, so nobody signs in as her.
PARTNER = ("noor@cape.example", "Noor de Vries", "Partner desk, Cape Fibre", "CAPE")


@dataclass(frozen=True)
class Desk:
    """The ids of what customers point at."""

    tags: Mapping[str, int]
    resellers: Mapping[str, int]
    levels: Mapping[str, int]
    staff: tuple[tuple[int, str], ...]

    @classmethod
    def read(cls, session: Session) -> "Desk":
        def ids(name, key) -> dict[str, int]:
            return dict(session.execute(sa.select(name, key)).all())

        people = sa.select(StaffUser.id, StaffUser.name).where(StaffUser.email.in_([p.email for p in PEOPLE]))
        return cls(
            ids(Tag.name, Tag.id),
            ids(Reseller.code, Reseller.id),
            ids(PriceLevel.name, PriceLevel.id),
            tuple((row.id, row.name) for row in session.execute(people.order_by(StaffUser.id))),
        )

    def author(self, number: int) -> tuple[int, str]:
        """Who wrote something: (id, name)."""
        return self.staff[number % len(self.staff)]


RESELLERS = {
    "CAPE": ("Cape Fibre Partners", Decimal("12.50")),
    "GULF": ("Gulf Coast Connect", Decimal(10)),
    "NORD": ("Nordlicht Telekom", Decimal(8)),
    "ISLES": ("Isles Broadband", Decimal(10)),
    "RHINE": ("Rhine Valley Networks", Decimal("7.50")),
}
PRICE_LEVELS = {
    "Wholesale": Decimal(30),
    "Partner": Decimal(15),
    "Long term": Decimal(10),
    "Education": Decimal(20),
}


def ensure_desk(session: Session) -> None:
    """Add what is missing; what people have changed since stays as they left it."""
    add_missing(
        session,
        Reseller,
        "code",
        {c: {"name": n, "commission_percent": p} for c, (n, p) in RESELLERS.items()},
    )
    add_missing(session, PriceLevel, "name", {n: {"discount_percent": p} for n, p in PRICE_LEVELS.items()})
    add_missing(session, Tag, "name", {name: {"description": said[0]} for name, said in TAGS.items()})
    session.flush()
    for person in PEOPLE:
        if by_email(session, person.email) is None:
            made = staff.add(session, person.email, person.name, person.role, password=person.password)
            made.title, made.timezone = person.title, person.timezone
    _ensure_partner(session)
    session.flush()


def add_missing(session: Session, model: type[Record], key: str, wanted: dict[str, dict]) -> None:
    present = set(session.scalars(sa.select(getattr(model, key))))
    session.add_all(model(**{key: name}, **said) for name, said in wanted.items() if name not in present)


def _ensure_partner(session: Session) -> None:
    email, name, title, reseller = PARTNER
    if by_email(session, email) is None:
        partner = staff.add(session, email, name, "agent")
        partner.title = title
        chosen = session.scalar(sa.select(Reseller.id).where(Reseller.code == reseller))
        session.add(StaffReseller(staff_user_id=partner.id, reseller_id=chosen))


def sign_ins(session: Session) -> list[str]:
    """A line for each role: role, e-mail, password."""
    stored = {person: by_email(session, person.email) for person in PEOPLE}
    return [f"{person.role:<10}{person.email:<24}{_said(person, row)}" for person, row in stored.items()]


def _said(person: Person, row: StaffUser | None) -> str:
    kept = row is not None and passwords.matches(person.password, row.password)
    return person.password if kept else "(changed since)"
