"""Where a customer is billed, served and shipped to."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, derived, only_one, parent
from ..choice import Choice
from ..fields import Country, Degrees, Name, PostalCode, Street
from ..screen import Screen
from ..text import plain_postal


class AddressRole(Choice):
    BILL_TO = "bill_to", "Bill To", "blue"
    SERVICE = "service", "Service"
    SHIP_TO = "ship_to", "Ship To"
    OTHER = "other", "Other"


class Address(Record):
    """A place of a customer; exactly one is the Bill To."""

    __table_args__ = (
        only_one(
            "uq_address_bill_to",
            "customer_id",
            where="role = 'bill_to'",
            says="This customer has a Bill To already.",
            field="role",
        ),
        sa.Index(None, "country", "postal_norm", "customer_id"),
        sa.Index(None, "postal_norm", "customer_id"),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE")
    role: Mapped[AddressRole] = mapped_column(
        default=AddressRole.SERVICE, comment="The Bill To is where invoices go; there is one."
    )
    label: Mapped[Name] = mapped_column(default="", comment="What staff call it, such as Warehouse.")
    attention: Mapped[Name] = mapped_column(default="", comment="Person or department on the envelope.")
    line1: Mapped[Street]
    line2: Mapped[Street] = mapped_column(default="")
    postal_code: Mapped[PostalCode | None] = mapped_column(
        comment="As the country writes it.", info={"fills": ("city", "region")}
    )
    postal_norm: Mapped[str | None] = derived(
        "postal_code", by=lambda code: plain_postal(code) if code else None, type_=sa.String(16)
    )
    city: Mapped[Name] = mapped_column(default="")
    region: Mapped[Name] = mapped_column(default="", comment="State, province or county.")
    country: Mapped[Country]
    latitude: Mapped[Degrees | None] = mapped_column(comment="Degrees north; south is negative.")
    longitude: Mapped[Degrees | None] = mapped_column(comment="Degrees east; west is negative.")

    screen = Screen(
        list=("line1", "customer_id", "role", "label", "postal_code", "city", "region", "country"),
        search=("line1", "line2", "city", "region", "postal_code", "label"),
        filters=("role", "country"),
        order="id",
        tab_of="customer",
        tab="Locations",
        tab_order=20,
        part_of="customer",
        labels={"line1": "Street", "line2": "Street, second line", "": "Location"},
        form={
            "Location": (
                "role",
                "label",
                "attention",
                "line1",
                "line2",
                "postal_code",
                "city",
                "region",
                "country",
            ),
            "On the map": ("latitude", "longitude"),
        },
        header=("role",),
        help="staff.md#locations",
    )

    def __str__(self) -> str:
        """Without the street, which not everybody may see."""
        return ", ".join(filter(None, (self.label or (self.role and self.role.label), self.place)))

    @property
    def place(self) -> str:
        """Postal code and city, as on an envelope."""
        return " ".join(filter(None, (self.postal_code, self.city)))
