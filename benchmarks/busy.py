"""A customer with years behind them: 200 subscriptions, 500 tickets, 10,000 usage records."""

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import UPKEEP, Record, columns, now
from models.customer import Customer
from models.service import Subscription, VoipLine
from models.support import Ticket
from models.usage import DeviceType, UsageDay, UsageKind, UsageRecord, UsageState
from seed.factory import make

SUBSCRIPTIONS, TICKETS, RECORDS, DAYS = 200, 500, 10_000, 600
CODE = "C-BUSY"


def busy(session: Session) -> Customer:
    """Made once for a database."""
    known = session.scalar(sa.select(Customer).where(Customer.code == CODE))
    if known is not None:
        return known
    customer = make(session, Customer, code=CODE, last_name="Busybody")
    _like(session, make(session, Subscription, customer=customer), SUBSCRIPTIONS)
    _like(session, make(session, Ticket, customer=customer, subject="No dial tone"), TICKETS)
    line = make(session, VoipLine, customer=customer)
    _call(session, customer, line)
    session.commit()
    return customer


def _like(session: Session, row: Record, number: int) -> None:
    """So many of them in all, written together."""
    kept = [c for c in columns(type(row)) if c.name not in UPKEEP and "numbered" not in c.info]
    values = {c.key: getattr(row, c.key) for c in kept}
    session.add_all(type(row)(**values) for _ in range(number - 1))
    session.flush()


def _call(session: Session, customer: Customer, line: VoipLine) -> None:
    """Calls and their sums by day, which no page reads one by one."""
    today = now()
    of = {"customer_id": customer.id, "kind": UsageKind.VOICE}
    calls = [
        {
            **of,
            "source": "benchmark",
            "source_key": f"{customer.id}-{number}",
            "voip_line_id": line.id,
            "started_at": today - dt.timedelta(hours=number),
            "quantity": 60 + number % 600,
            "state": UsageState.RATED,
            "rated_amount": Decimal("0.25"),
        }
        for number in range(RECORDS)
    ]
    session.execute(sa.insert(UsageRecord), calls)
    days = [
        {
            **of,
            "device_type": DeviceType.VOIP_LINE,
            "device_id": line.id,
            "day": today.date() - dt.timedelta(days=number),
            "records": 17,
            "quantity": 5_000,
        }
        for number in range(DAYS)
    ]
    session.execute(sa.insert(UsageDay), days)
