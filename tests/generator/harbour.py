"""Tables of another trade, with a value of every type: what the generator has never seen.

Importing this file declares them, so only a fixture does, and `only_here` hides them again from
tests that go through all tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, configure_mappers, mapped_column

from migrations.search import create_statements
from models import fields
from models.base import Link, Record, Table, check, db, derived, numbered, only_one, parent, stamped
from models.choice import Choice, FlagChoice, StateChoice
from models.history import version_table
from models.screen import Preset, Screen
from models.search import search_table
from models.text import fold
from operations.uploads import upload, uploads
from queries.viewer import verbs_of


class Harbour(Record):
    """A place where ships lie."""

    name: Mapped[fields.Name] = mapped_column(unique=True)

    screen = Screen(menu="Harbours", list=("name",), search=("name",), order="name")

    def __str__(self) -> str:
        return self.name


class Build(Choice):
    TUG = "tug", "Tug"
    FERRY = "ferry", "Ferry", "blue"


class ShipState(StateChoice):
    AFLOAT = "afloat", "Afloat", "green"
    DOCKED = "docked", "In dock", "amber"


class Pennant(FlagChoice):
    RED = "red", "Red", "red"
    CHK = "CHK", "CHK", "chk"


class Ship(Record):
    """A ship that calls at our harbours."""

    __table_args__ = (
        check("crew_at_least_one", "crew > 0", "Somebody has to steer.", "crew"),
        sa.Index(None, "price", "id"),
        sa.Index(None, "built_date", "id"),
    )

    code: Mapped[fields.Code] = numbered("S-", comment="Ours, generated.")
    call_sign: Mapped[fields.Code | None] = mapped_column(unique=True, comment="As heard on the radio.")
    name: Mapped[fields.Name]
    name_norm: Mapped[str] = derived("name", by=fold, type_=sa.String(120), sorts="name", index=True)
    motto: Mapped[fields.Line | None]
    story: Mapped[fields.Text | None]
    email: Mapped[fields.Email | None]
    phone: Mapped[fields.Phone | None]
    berth: Mapped[fields.Street | None]
    tax_number: Mapped[fields.TaxNumber | None]
    postal_code: Mapped[fields.PostalCode | None]
    country: Mapped[fields.Country] = mapped_column(default="NL", comment="Whose flag it flies.")
    currency: Mapped[fields.Currency] = mapped_column(default="EUR")
    locale: Mapped[fields.Locale] = mapped_column(default="nl_NL")
    timezone: Mapped[fields.TimeZone] = mapped_column(default="Europe/Amsterdam")
    price: Mapped[fields.Money] = mapped_column(default=0, comment="For a day at sea.")
    rate: Mapped[fields.Rate | None]
    share: Mapped[fields.Percent | None]
    latitude: Mapped[fields.Degrees | None]
    crew: Mapped[fields.Number] = mapped_column(default=1)
    draught: Mapped[fields.Quantity | None]
    levy: Mapped[fields.TaxPercent | None]
    tonnage: Mapped[fields.Count | None]
    memory: Mapped[fields.Bytes | None]
    hail: Mapped[fields.Destination | None]
    in_service: Mapped[fields.YesNo] = mapped_column(default=False)
    built_date: Mapped[fields.Day | None]
    inspected_at: Mapped[fields.Moment | None]
    equipment: Mapped[fields.Switches] = mapped_column(
        default=dict, info={"switches": {"radar": "Radar", "crane": "Crane"}}
    )
    rights: Mapped[fields.Permissions] = mapped_column(default=list)
    remark: Mapped[fields.Value] = mapped_column(default="")
    address: Mapped[fields.NetAddress | None]
    pin: Mapped[fields.Secret | None]
    build: Mapped[Build] = mapped_column(default=Build.TUG)
    state: Mapped[ShipState] = mapped_column(default=ShipState.AFLOAT)
    flag: Mapped[Pennant | None]
    home_id: Mapped[int | None] = parent("harbour", "RESTRICT", comment="Where it winters.")
    entered_by: Mapped[fields.Name] = stamped("staff_name", default="")

    screen = Screen(
        menu="Ships",
        list=("flag", "name", "code", "state", "harbour", "home_id", "cargo.label", "price", "email"),
        search=("code", "name", "email", "phone", "cargo.label"),
        filters=(
            "call_sign",
            "name",
            "motto",
            "email",
            "phone",
            "berth",
            "postal_code",
            "country",
            "currency",
            "locale",
            "timezone",
            "price",
            "rate",
            "share",
            "latitude",
            "crew",
            "draught",
            "levy",
            "tonnage",
            "memory",
            "hail",
            "in_service",
            "built_date",
            "inspected_at",
            "address",
            "build",
            "state",
            "flag",
            "home_id",
            "harbour",
        ),
        order="name",
        labels={"home_id": "Home"},
        header=("state", "flag", "in_service", "harbour"),
        mark={"ferry": "building"},
        views={"Afloat": "state=afloat"},
        presets=(Preset("New ferry", {"build": "ferry", "name": "Ferry"}, ("name",)),),
    )

    def __str__(self) -> str:
        return self.name


class Cargo(Record):
    """What a ship carries."""

    __table_args__ = (
        only_one(
            "uq_cargo_on_deck", "ship_id", where="on_deck", says="The deck is taken already.", field="on_deck"
        ),
    )

    ship_id: Mapped[int] = parent("ship", "CASCADE")
    label: Mapped[fields.Name]
    on_deck: Mapped[fields.YesNo] = mapped_column(default=False)

    screen = Screen(
        list=("label", "on_deck"), tab_of="ship", tab="Cargo", part_of="ship", labels={"": "Cargo"}
    )

    def __str__(self) -> str:
        return self.label


class Call(Link):
    """Which harbours a ship calls at."""

    __table_args__ = (sa.UniqueConstraint("ship_id", "harbour_id"),)

    ship_id: Mapped[int] = parent("ship", "CASCADE", index=False)
    harbour_id: Mapped[int] = parent("harbour", "CASCADE")


MODELS: tuple[type[Record], ...] = (Harbour, Ship, Cargo, Call)
configure_mappers()
SEARCHED = [model for model in MODELS if model.screen.search]
TABLES = [table for model in MODELS for table in (model.__table__, version_table(model))]
TABLES += map(search_table, SEARCHED)


def take_in(session: Session, file: BinaryIO, name: str) -> Harbour:
    """Found a harbour with a charter, which says its name."""
    made = Harbour(name=file.read().decode().strip())
    session.add(made)
    session.flush()
    return made


def hide() -> None:
    for table in TABLES:
        db.metadata.remove(table)
    uploads.pop(Harbour, None)
    verbs_of.pop("harbour.upload", None)


def show() -> None:
    for table in TABLES:
        db.metadata._add_table(table.name, table.schema, table)
    upload(Harbour, "Upload a charter", accept=".txt")(take_in)


@contextmanager
def only_here() -> Iterator[tuple[type[Table], ...]]:
    """These tables are among all tables as long as this lasts."""
    show()
    try:
        yield MODELS
    finally:
        hide()


def create(connection: sa.Connection) -> None:
    """What a migration of these tables would do."""
    db.metadata.create_all(connection, tables=TABLES)
    for model in SEARCHED:
        for statement in create_statements(search_table(model).name, connection.dialect.name):
            connection.exec_driver_sql(statement)


hide()
