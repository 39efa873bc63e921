"""What we offer a customer."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import BigId, Record, numbered, parent
from ..choice import StateChoice
from ..customer.party import Source
from ..fields import Code, Currency, Day, Line, Moment, Money
from ..screen import Screen
from .line import LABELS, PRICED, SHOWN, Sold, bounds


class QuoteState(StateChoice):
    DRAFT = "draft", "Draft", "gray"
    SENT = "sent", "Sent", "blue"
    ACCEPTED = "accepted", "Accepted", "green"
    DECLINED = "declined", "Declined", "red"
    EXPIRED = "expired", "Expired", "hollow"
    CONVERTED = "converted", "Ordered", "green"


class Quote(Record):
    """An offer to a customer, at the prices of its day."""

    __table_args__ = (
        sa.Index(None, "customer_id", "created_at"),
        sa.Index(None, "state", "valid_until"),
    )

    number: Mapped[Code] = numbered("Q-", comment="Ours, generated; never reused.")
    customer_id: Mapped[int] = parent("customer", "RESTRICT", index=False)
    state: Mapped[QuoteState] = mapped_column(default=QuoteState.DRAFT)
    valid_until: Mapped[Day | None] = mapped_column(comment="First day on which it no longer holds.")
    currency: Mapped[Currency] = mapped_column(default="USD")
    # Sums over the lines, which an undo takes back by their difference.
    net: Mapped[Money] = mapped_column(default=0, info={"total": True})
    tax: Mapped[Money] = mapped_column(default=0, info={"total": True})
    total: Mapped[Money] = mapped_column(default=0, info={"total": True})
    remark: Mapped[Line] = mapped_column(default="", comment="Printed below the lines.")
    owner_id: Mapped[int | None] = parent("staff_user", "SET NULL", info={"known": True})
    sent_at: Mapped[Moment | None]
    decided_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        BigId, comment="Portal log-in that accepted or declined.", info={"system": True}
    )

    screen = Screen(
        menu="Quotes",
        group="Sales",
        icon="file-text",
        list=("number", "customer_id", "state", "total", "valid_until", "owner_id", "created_at"),
        more=("net", "tax", "currency", "sent_at", "decided_at", "updated_at"),
        search=("number", "remark"),
        filters=("state", "owner_id"),
        order="-id",
        tab_of="customer",
        tab="Orders/Quotes",
        tab_order=51,
        labels={"owner_id": "Owner", "created_at": "Made", "valid_until": "Lapses on"},
        form={"Quote": ("valid_until", "owner_id", "remark")},
        header=("state",),
        landing="lines",
        views={"Sent": "state=sent", "Accepted": "state=accepted"},
        newcomer=("kind", "account_class", "first_name", "last_name", "email", "phone_e164"),
        newcomer_is={"source": Source.QUOTE},
        help="staff.md#quotes",
    )

    def __str__(self) -> str:
        return self.number


class QuoteLine(Sold, Record):
    """A product on a quote, at the customer's price."""

    __table_args__ = bounds()

    quote_id: Mapped[int] = parent("quote", "CASCADE")

    screen = Screen(
        list=SHOWN,
        more=("tax_percent",),
        order="id",
        tab_of="quote",
        tab="Lines",
        tab_order=10,
        part_of="quote",
        labels=LABELS,
        form={"Line": ("product_id", *PRICED)},
        help="staff.md#quotes",
    )
