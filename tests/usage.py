"""A customer with a telephone line and prices, and files that tell what was used."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalog import Rate, RatePlan
from models.customer import Customer
from models.service import VoipLine
from models.usage import FileWay, UsageDay, UsageFile, UsageFormat, UsageRecord, UsageState
from operations.usage import files
from seed.factory import make

from .post_office import settled

HEAD = "key,kind,start,from,to,quantity,username,sim,account_code"
NUMBER = "+27105550100"


@dataclass
class Caller:
    customer: Customer
    line: VoipLine
    plan: RatePlan


def caller(session: Session, number: str = NUMBER, **said: Any) -> Caller:
    """A line whose calls to South Africa cost 0.50 a minute, to its mobiles 0.90, by the second."""
    plan = make(session, RatePlan, currency="USD")
    for prefix, price in (("27", "0.50"), ("2782", "0.90")):
        rate(session, plan, prefix, price)
    customer = make(session, Customer, currency="USD")
    line = make(session, VoipLine, customer_id=customer.id, number_e164=number, rate_plan_id=plan.id, **said)
    return Caller(customer, line, plan)


def rate(session: Session, plan: RatePlan, prefix: str, price: str, **said: Any) -> Rate:
    typical = {"initial_interval": 1, "increment": 1, "connect_fee": 0, "valid_from": dt.date(2020, 1, 1)}
    return make(
        session, Rate, rate_plan_id=plan.id, prefix=prefix, rate=Decimal(price), **{**typical, **said}
    )


def call(key: str, to: str = "+27821234567", seconds: Any = 60, start: str = "", number: str = NUMBER) -> str:
    return f"{key},voice,{start or '2026-11-02 10:00:00'},{number},{to},{seconds},,,"


def text(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines, "")).encode()


@contextmanager
def kept_in(folder: Path, **said: Any) -> Iterator[Path]:
    with settled(None, usage=folder / "usage", **said):
        yield folder


def take_in(
    session: Session, content: bytes, format_: UsageFormat = UsageFormat.CSV, way: FileWay = FileWay.PANEL
) -> UsageFile:
    row = files.receive(session, BytesIO(content), "calls.csv", format_, way)
    session.commit()
    return row


def read_all(session: Session, row: UsageFile, piece: int = 100) -> UsageFile:
    """As the worker does it, in pieces that are committed."""
    source = files.opened(session, row)
    while files.read_on(session, row.id, source, piece):
        session.commit()
    session.commit()
    session.refresh(row)
    session.commit()
    return row


def counts(row: UsageFile) -> tuple[int, int, int, int]:
    return row.added, row.repeated, row.refused, row.unrated


def records(session: Session) -> list[UsageRecord]:
    return list(session.scalars(sa.select(UsageRecord).order_by(UsageRecord.id)))


def sums_agree(session: Session) -> bool:
    """The sums of days are those of the records that are a customer's, but for calls that came in."""
    counted = (UsageState.RATED, UsageState.BILLED)
    amount = sa.case((UsageRecord.state.in_(counted), UsageRecord.rated_amount), else_=None)
    told = [sa.func.count(), sa.func.sum(UsageRecord.quantity), sa.func.sum(amount)]
    by_record = session.execute(
        sa.select(UsageRecord.customer_id, UsageRecord.kind, *told)
        .where(UsageRecord.customer_id.is_not(None), ~UsageRecord.is_incoming)
        .group_by(UsageRecord.customer_id, UsageRecord.kind)
    ).all()
    summed = [sa.func.sum(c) for c in (UsageDay.records, UsageDay.quantity, UsageDay.amount)]
    by_day = session.execute(
        sa.select(UsageDay.customer_id, UsageDay.kind, *summed)
        .where(UsageDay.records != 0)  # a day that a merge has emptied
        .group_by(UsageDay.customer_id, UsageDay.kind)
    ).all()
    plain = lambda rows: sorted((a, b, c, d, e or 0) for a, b, c, d, e in rows)  # noqa: E731
    return plain(by_record) == plain(by_day)
