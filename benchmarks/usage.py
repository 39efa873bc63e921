"""`python -m benchmarks.usage`: how fast calls of a file are read, matched, priced and added up."""

import argparse
import datetime as dt
import os
import random
import resource
import tempfile
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time

import flask_migrate
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import Act, acting
from models.base import db
from models.catalog import Rate, RatePlan
from models.customer import Customer
from models.service import VoipLine
from models.usage import FileWay, UsageDay, UsageFormat, UsageRecord
from operations.installation import Installation, settle
from operations.usage import files
from seed.factory import make

from .world import addresses, app_of

LINES, PREFIXES, A_DAY = 2_000, 5_000, 50_000
BEGAN = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.usage", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--piece", type=int, default=0, help="lines in one transaction")
    asked = parser.parse_args()
    for address in addresses(asked.rows):
        address = address.replace("bench-", "bench-usage-")
        app = app_of(address, 10)
        with app.app_context(), tempfile.TemporaryDirectory() as folder:
            settle(Installation(usage=Path(folder)))
            flask_migrate.upgrade()
            session = db.session()
            acting(session, Act(source="seed"))
            numbers = world(session)
            print(f"\n{session.get_bind().dialect.name}, {asked.rows:,} calls of {LINES:,} lines")
            measure(session, numbers, asked.rows, asked.piece)
            db.session.remove()
            db.engine.dispose()


def world(session: Session) -> list[str]:
    """Lines of customers, and a plan with many prefixes; made once for a database."""
    known = session.scalars(sa.select(VoipLine.number_e164).where(VoipLine.number_e164.like("+2710%"))).all()
    if known:
        return list(known)
    plan = make(session, RatePlan, currency="USD")
    said = {
        "rate_plan_id": plan.id,
        "initial_interval": 30,
        "increment": 6,
        "valid_from": dt.date(2020, 1, 1),
    }
    for prefix in sorted(
        {*"123456789", *(str(n) for n in random.Random(1).sample(range(10, 99_999), PREFIXES))}
    ):
        session.add(Rate(prefix=prefix, destination=prefix, rate=Decimal("0.05"), **said))
    session.flush()
    numbers = [f"+2710{5_500_000 + n}" for n in range(LINES)]
    for number in numbers:
        customer = make(session, Customer, currency="USD")
        session.add(VoipLine(customer_id=customer.id, number_e164=number, rate_plan_id=plan.id))
    session.commit()
    return numbers


def measure(session: Session, numbers: list[str], rows: int, piece: int) -> None:
    run = os.urandom(4).hex()
    content = written(numbers, rows, run)
    began = perf_counter()
    row = files.receive(session, content, "calls.csv", UsageFormat.CSV, FileWay.COMMAND, source=f"b-{run}")
    session.commit()
    content.close()
    kept = perf_counter() - began
    before, spent, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time(), perf_counter()
    source = files.opened(session, row)
    while files.read_on(session, row.id, source, piece):
        session.commit()
    session.commit()
    took, spent = perf_counter() - began, process_time() - spent
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        f"taken in {kept:.1f} s; read {took:.1f} s, {rows / took:,.0f} a second; of that Python {spent:.1f} s"
    )
    print(f"{files.told(session, row.id)}; memory grew by {grown / 1024:.0f} MB")
    counted = sa.select(sa.func.count(), sa.func.sum(UsageRecord.rated_amount))
    print(session.execute(counted.where(UsageRecord.usage_file_id == row.id)).one())
    print(session.execute(sa.select(sa.func.sum(UsageDay.records), sa.func.sum(UsageDay.amount))).one())


def written(numbers: list[str], rows: int, run: str):
    """Calls in the order in which a switch writes them: by their end."""
    draw = random.Random(7)
    file = tempfile.TemporaryFile()  # closed by the caller
    file.write(b"key,kind,start,from,to,quantity\n")
    for n in range(rows):
        start = BEGAN + dt.timedelta(seconds=int(n * 86_400 / A_DAY))
        to = f"+{draw.randrange(10**10, 10**11)}"
        line = (
            f"{run}-{n},voice,{start:%Y-%m-%d %H:%M:%S},{draw.choice(numbers)},{to},{draw.randrange(600)}\n"
        )
        file.write(line.encode())
    file.seek(0)
    return file


if __name__ == "__main__":
    main()
