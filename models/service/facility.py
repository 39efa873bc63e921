"""Circuits, ports and equipment."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, parent
from ..choice import Choice, StateChoice
from ..fields import Line, Name
from ..screen import Screen


class FacilityKind(Choice):
    CIRCUIT = "circuit"
    PORT = "port"
    TOWER_LINK = "tower_link"
    CPE = "cpe", "CPE"
    NUMBER_BLOCK = "number_block"
    OTHER = "other"


class FacilityState(StateChoice):
    PLANNED = "planned", "Planned", "amber"
    IN_SERVICE = "in_service", "In service", "green"
    REMOVED = "removed", "Removed", "hollow"


class Facility(Record):
    """A circuit, port, link or device that serves a customer."""

    __table_args__ = (sa.UniqueConstraint("kind", "identifier"),)

    customer_id: Mapped[int] = parent("customer", "CASCADE")
    address_id: Mapped[int | None] = parent("address", "SET NULL", info={"same": "customer_id"})
    subscription_id: Mapped[int | None] = parent("subscription", "SET NULL", info={"same": "customer_id"})
    kind: Mapped[FacilityKind] = mapped_column(default=FacilityKind.CIRCUIT)
    identifier: Mapped[Line] = mapped_column(index=True, comment="Circuit id, port or serial number.")
    carrier: Mapped[Name] = mapped_column(default="", comment="Whose it is, if not ours.")
    state: Mapped[FacilityState] = mapped_column(default=FacilityState.IN_SERVICE)
    remark: Mapped[Line] = mapped_column(default="")

    screen = Screen(
        menu="Facilities",
        group="Services",
        icon="plug-connected",
        list=("identifier", "kind", "customer_id", "state", "carrier", "address_id"),
        more=("subscription_id", "remark", "updated_at"),
        search=("identifier", "carrier", "remark"),
        filters=("kind", "state"),
        inventory=("identifier",),
        order="identifier",
        tab_of="customer",
        tab="Facilities",
        tab_order=36,
        labels={"address_id": "Location", "subscription_id": "Package"},
        form={
            "Facility": ("kind", "identifier", "carrier", "remark"),
            "Serves": ("address_id", "subscription_id"),
        },
        header=("state", "kind"),
        help="staff.md#facilities",
    )

    def __str__(self) -> str:
        return self.identifier
