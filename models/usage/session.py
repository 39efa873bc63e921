"""Sessions of data accounts, as RADIUS accounts for them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Entry, among, parent
from ..fields import Bytes, Moment, NetAddress
from ..screen import Screen


class DataSession(Entry):
    """A connection of a data account: since when, from where, how much, and how it ended."""

    __table_args__ = (
        sa.Index(
            "ix_data_session_active",
            "data_account_id",
            **among("stopped_at IS NULL"),
        ),
        sa.Index(None, "data_account_id", "started_at"),
        sa.Index(None, "stopped_at", "id"),
    )

    unique_id: Mapped[str] = mapped_column(sa.String(64), unique=True, comment="Key of the access server.")
    data_account_id: Mapped[int] = parent("data_account", "CASCADE", index=False)
    nas_ip: Mapped[NetAddress] = mapped_column(comment="The access server.")
    framed_ip: Mapped[NetAddress | None] = mapped_column(
        index=True, comment="The address that the customer has."
    )
    calling_station: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    started_at: Mapped[Moment] = mapped_column(index=True)
    updated_at: Mapped[Moment | None]
    stopped_at: Mapped[Moment | None] = mapped_column(comment="Empty: online.")
    bytes_in: Mapped[Bytes] = mapped_column(default=0, server_default="0", comment="From the customer.")
    bytes_out: Mapped[Bytes] = mapped_column(default=0, server_default="0", comment="To the customer.")
    terminate_cause: Mapped[str] = mapped_column(sa.String(32), default="", server_default="")

    screen = Screen(
        menu="Data sessions",
        group="Usage",
        icon="activity",
        list=("started_at", "data_account_id", "framed_ip", "bytes_in", "bytes_out", "stopped_at"),
        more=("nas_ip", "calling_station", "terminate_cause", "updated_at"),
        inventory=("framed_ip",),
        order="-id",
        tab_of="data_account",
        tab="Sessions",
        tab_order=10,
        labels={
            "started_at": "Online since",
            "framed_ip": "Address",
            "nas_ip": "Access server",
            "bytes_in": "Received",
            "bytes_out": "Sent",
            "updated_at": "Last heard",
            "stopped_at": "Until",
            "terminate_cause": "Ended by",
        },
        views={"Online": "online=yes", "Silent": "silent=yes"},
        writes=frozenset(),
        help="staff.md#data-sessions",
    )

    def __str__(self) -> str:
        return f"Session {self.id}"
