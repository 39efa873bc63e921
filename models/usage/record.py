"""Records of use, of which there are many: written once, never kept in history."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import BigId, Entry, among, check, now, parent
from ..choice import Choice
from ..fields import Count, Day, Destination, Line, Moment, Rate, YesNo
from ..screen import Screen


class UsageKind(Choice):
    VOICE = "voice", "Calls"
    SMS = "sms", "Messages"
    DATA = "data", "Data"


# How the quantities of a kind are shown; those of messages are plain numbers.
MEASURED = ("kind", {UsageKind.VOICE: "seconds", UsageKind.DATA: "bytes"})


class UsageState(Choice):
    NEW = "new", "New", "amber"
    RATED = "rated", "Rated", "blue"
    ERROR = "error", "Error", "red"
    BILLED = "billed", "Billed", "green"
    EXCLUDED = "excluded", "Excluded", "hollow"


class DeviceType(Choice):
    DATA_ACCOUNT = "data_account"
    VOIP_LINE = "voip_line", "VoIP line"
    SIM = "sim", "SIM card"
    ACCOUNT_CODE = "account_code"


class UsageRecord(Entry):
    """A call, a message or an amount of data: who, when, how much, and what it costs."""

    __table_args__ = (
        sa.UniqueConstraint("source", "source_key"),
        check("quantity_not_negative", "quantity >= 0", "Use 0 or more.", "quantity"),
        check("rated_has_amount", "state <> 'rated' OR rated_amount IS NOT NULL", "A price is missing."),
        sa.Index(None, "customer_id", "started_at"),
        sa.Index(
            "ix_usage_record_unbilled",
            "customer_id",
            "started_at",
            **among("state IN ('new', 'rated', 'error')"),
        ),
        sa.Index(
            "ix_usage_record_incoming",
            "id",
            **among("is_incoming"),
        ),
    )

    source: Mapped[str] = mapped_column(sa.String(24), comment="The system that counted it.")
    source_key: Mapped[str] = mapped_column(sa.String(64), comment="Its own key there; never twice.")
    kind: Mapped[UsageKind]
    customer_id: Mapped[int | None] = parent("customer", "SET NULL", index=False)
    voip_line_id: Mapped[int | None] = parent("voip_line", "SET NULL")
    sim_id: Mapped[int | None] = parent("sim", "SET NULL")
    data_account_id: Mapped[int | None] = parent("data_account", "SET NULL")
    account_code_id: Mapped[int | None] = parent("account_code", "SET NULL")
    usage_file_id: Mapped[int | None] = parent("usage_file", "SET NULL")
    started_at: Mapped[Moment]
    src: Mapped[Destination] = mapped_column(sa.String(200), default="", server_default="")
    dst: Mapped[Destination] = mapped_column(sa.String(32), default="", server_default="")
    is_incoming: Mapped[YesNo] = mapped_column(
        default=False,
        server_default=sa.false(),
        comment="Somebody elsewhere called a number of ours: kept, and costs nothing.",
    )
    quantity: Mapped[Count] = mapped_column(
        comment="Seconds of a call, messages, or bytes.", info={"measured": MEASURED}
    )
    billed_quantity: Mapped[Count | None] = mapped_column(
        comment="What of it is charged, in the same unit.", info={"measured": MEASURED}
    )
    rate_id: Mapped[int | None] = parent("rate", "SET NULL")
    rated_amount: Mapped[Rate | None] = mapped_column(comment="Customer's currency, to six places.")
    state: Mapped[UsageState] = mapped_column(default=UsageState.NEW)
    error: Mapped[Line] = mapped_column(default="", server_default="")
    imported_at: Mapped[Moment] = mapped_column(default=now)

    screen = Screen(
        menu="Usage records",
        group="Usage",
        icon="phone-call",
        list=(
            "started_at",
            "customer_id",
            "src",
            "dst",
            "quantity",
            "error",
            "rated_amount",
            "state",
            "kind",
            "is_incoming",
        ),
        more=("billed_quantity", "source", "source_key", "usage_file_id", "imported_at"),
        filters=("kind", "state", "is_incoming", "customer_id", "usage_file_id"),
        order="-id",
        order_below="-started_at",
        tab_of="customer",
        tab="Usage/Records",
        tab_order=46,
        labels={
            "started_at": "When",
            "src": "From",
            "dst": "To",
            "is_incoming": "Incoming",
            "rated_amount": "Amount",
        },
        writes=frozenset(),
        views={"Errors": "state=error", "Incoming": "incoming=yes"},
        help="staff.md#usage",
    )

    def __str__(self) -> str:
        return f"{self.kind.label} {self.id}"


class UsageDay(Entry):
    """What one device used on one day: the sums that charts and limits are made from."""

    __table_args__ = (
        sa.UniqueConstraint("customer_id", "kind", "device_type", "device_id", "day"),
        sa.Index(None, "device_type", "device_id", "day"),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    kind: Mapped[UsageKind]
    device_type: Mapped[DeviceType]
    device_id: Mapped[int] = mapped_column(BigId)
    day: Mapped[Day] = mapped_column(comment="In UTC.")
    records: Mapped[Count] = mapped_column(
        default=0, server_default="0", comment="Calls, messages or sessions.", info={"total": True}
    )
    quantity: Mapped[Count] = mapped_column(comment="Seconds, messages or bytes.", info={"total": True})
    amount: Mapped[Rate] = mapped_column(default=0, server_default="0", info={"total": True})
