"""What use costs: rate plans and their rates by prefix."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, check, parent
from ..choice import Choice
from ..fields import Code, Currency, Day, Name, Number
from ..fields import Rate as RateValue
from ..screen import Screen


class RateUnit(Choice):
    MINUTE = "minute", "Minutes"
    MESSAGE = "message", "Messages"
    MB = "mb", "MB"


class RatePlan(Record):
    """A list of what calls, messages or data cost."""

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(index=True)
    currency: Mapped[Currency] = mapped_column(default="USD")
    unit: Mapped[RateUnit] = mapped_column(default=RateUnit.MINUTE, comment="What the rates are for.")

    screen = Screen(
        menu="Rate plans",
        group="Catalog",
        icon="list-numbers",
        list=("name", "code", "unit", "currency", "updated_at"),
        search=("name", "code"),
        filters=("unit",),
        order="name",
        help="staff.md#rates",
    )

    def __str__(self) -> str:
        return self.name


class Rate(Record):
    """What a unit to one destination costs, from a day on; the longest prefix wins."""

    __table_args__ = (
        sa.UniqueConstraint("rate_plan_id", "prefix", "valid_from"),
        check("prefix_is_digits", "prefix NOT LIKE '%+%'", "Digits only, without +.", "prefix"),
        check("not_negative", "connect_fee >= 0 AND rate >= 0", "Use 0 or more.", "rate"),
        check(
            "initial_rate_not_negative",
            "initial_rate IS NULL OR initial_rate >= 0",
            "Use 0 or more.",
            "initial_rate",
        ),
        check("initial_interval_range", "initial_interval >= 0", "Use 0 or more.", "initial_interval"),
        check("increment_range", "increment >= 1", "Use 1 or more.", "increment"),
        check(
            "valid_in_order",
            "valid_to IS NULL OR valid_to > valid_from",
            "The last day has to follow the first.",
            "valid_to",
        ),
    )

    rate_plan_id: Mapped[int] = parent("rate_plan", "CASCADE", index=False)
    prefix: Mapped[Code] = mapped_column(
        default="", comment="First digits of the number called, with country code; empty: any."
    )
    destination: Mapped[Name]
    connect_fee: Mapped[RateValue] = mapped_column(default=0, comment="Once per call.")
    initial_rate: Mapped[RateValue | None] = mapped_column(
        comment="Per unit during the first interval; empty: as afterwards."
    )
    rate: Mapped[RateValue] = mapped_column(comment="Per minute, message or MB.")
    initial_interval: Mapped[Number] = mapped_column(default=60, comment="Seconds billed at the least.")
    increment: Mapped[Number] = mapped_column(default=60, comment="Seconds by which it then counts on.")
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None] = mapped_column(comment="First day on which it is over; empty: open.")

    screen = Screen(
        list=(
            "destination",
            "prefix",
            "rate",
            "connect_fee",
            "initial_interval",
            "increment",
            "valid_from",
            "valid_to",
        ),
        search=("destination", "prefix"),
        order="id",
        tab_of="rate_plan",
        tab="Rates",
        tab_order=10,
        labels={
            "valid_to": "Until",
            "initial_interval": "Initial interval, s",
            "increment": "Increment, s",
        },
        form={
            "Rate": ("destination", "prefix", "connect_fee", "initial_rate", "rate"),
            "Counting": ("initial_interval", "increment"),
            "When": ("valid_from", "valid_to"),
        },
        help="staff.md#rates",
    )

    def __str__(self) -> str:
        return self.destination
