"""What the customers of the demo world use: data by the month, sessions, and calls."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from random import Random
from typing import Any

from models.base import Table
from models.customer import CustomerState
from models.service import DataAccount, Sim
from models.usage import DataSession, DeviceType, UsageDay, UsageKind, UsageRecord, UsageState
from operations.usage.tariffs import Tariffs

from .offer import Offer
from .served import Served
from .sheet import Sheet

MONTHS = 6
CALLED = ("+12815550", "+17135550", "+2782555", "+4420794", "+4930555", "+4915155", "+3120555", "+905325")
SOURCE = "demo"
MB, GB = 1024**2, 1024**3
Day = tuple[UsageKind, DeviceType, int, dt.date]
COLUMNS = {
    DeviceType.DATA_ACCOUNT: "data_account_id",
    DeviceType.VOIP_LINE: "voip_line_id",
    DeviceType.SIM: "sim_id",
}


class Use:
    """Describes what one customer has used in the half-year before."""

    def __init__(self, sheet: Sheet, offer: Offer, base: dt.datetime, tariffs: Tariffs) -> None:
        self.sheet, self.offer, self.base, self.tariffs = sheet, offer, base, tariffs

    def of(self, served: Served) -> None:
        if served.owner.state is CustomerState.CLOSED:
            return
        rng = Random(served.owner.rng.random() + 1)
        days: dict[Day, list] = defaultdict(lambda: [0, 0, Decimal(0)])
        for account, since in served.accounts:
            self.data(served, account, since, rng, days)
            self.sessions(served, account, rng)
        for line, number, since in served.lines:
            self.calls(served, line, number, since, rng, days)
        for sim in served.sims:
            self.traffic(served, sim, rng, days)
        for (kind, device, device_id, day), (records, quantity, amount) in days.items():
            self.sheet.add(
                UsageDay,
                customer_id=served.owner.id,
                kind=kind,
                device_type=device,
                device_id=device_id,
                day=day,
                records=records,
                quantity=quantity,
                amount=amount,
            )

    def record(
        self,
        served: Served,
        kind: UsageKind,
        device: DeviceType,
        device_id: int,
        at: dt.datetime,
        quantity: int,
        days: dict,
        **rest,
    ) -> None:
        amount = rest.get("rated_amount") or Decimal(0)
        sums = days[kind, device, device_id, at.date()]
        sums[0] += 1
        sums[1] += quantity
        sums[2] += amount
        self.sheet.add(
            UsageRecord,
            source=SOURCE,
            # Counted within the day: two calls may begin in the same second.
            source_key=f"{device.value[0]}{device_id}-{at:%Y%m%d}-{sums[0]}",
            kind=kind,
            customer_id=served.owner.id,
            **{COLUMNS[device]: device_id},
            started_at=at,
            quantity=quantity,
            imported_at=self.base,
            **{"state": UsageState.RATED, "rated_amount": amount, "src": "", "dst": "", **rest},
        )

    def _row(self, model: type[Table], row_id: int) -> dict[str, Any]:
        return self.sheet.rows[model][row_id - self.sheet.begins[model]]

    def data(self, served: Served, account: int, since: dt.datetime, rng: Random, days: dict) -> None:
        """A sum for each month, as an access server exports them; data is part of the price."""
        usual, name = rng.lognormvariate(4.5, 0.8), self._row(DataAccount, account)["username"]
        for month in range(MONTHS):
            at = (self.base - dt.timedelta(days=30 * month + rng.randrange(1, 28))).replace(microsecond=0)
            used = int(usual * rng.uniform(0.6, 1.4) * GB)
            if at > since:
                self.record(
                    served, UsageKind.DATA, DeviceType.DATA_ACCOUNT, account, at, used, days, src=name
                )

    def traffic(self, served: Served, sim: int, rng: Random, days: dict) -> None:
        """Last month, and this one, whose sum is on the card; below what would warn."""
        first, card = self.base.replace(day=1, hour=0, minute=0, second=0, microsecond=0), self._row(Sim, sim)
        for begins, ends in ((first - dt.timedelta(days=28), first), (first, self.base)):
            at = (begins + (ends - begins) * rng.random()).replace(microsecond=0)
            used = rng.randrange(10, 1000) * MB
            self.record(served, UsageKind.DATA, DeviceType.SIM, sim, at, used, days, src=card["iccid"])
        card |= {"used_bytes": used, "used_month": f"{first:%Y-%m}"}

    def calls(
        self, served: Served, line: int, number: str, since: dt.datetime, rng: Random, days: dict
    ) -> None:
        """Of the last weeks, at the rates of the offer; for one of the numbers called it has none."""
        currency = served.owner.currency
        for _ in range(rng.randrange(12, 26)):
            at = (self.base - dt.timedelta(seconds=rng.randrange(3600, 45 * 86_400))).replace(microsecond=0)
            called = f"{rng.choice(CALLED)}{rng.randrange(1000):03}"
            seconds = int(rng.expovariate(1 / 140)) + 2
            if at <= since:
                continue
            plan = self.offer.plans.get(currency)
            priced = self.tariffs.price(
                plan, currency, UsageKind.VOICE, called.lstrip("+"), seconds, at.date()
            )
            self.record(
                served,
                UsageKind.VOICE,
                DeviceType.VOIP_LINE,
                line,
                at,
                seconds,
                days,
                src=number,
                dst=called,
                billed_quantity=priced.billed,
                rate_id=priced.rate_id,
                rated_amount=priced.amount,
                state=UsageState.ERROR if priced.why else UsageState.RATED,
                error=priced.why,
            )

    def sessions(self, served: Served, account: int, rng: Random) -> None:
        began = (self.base - dt.timedelta(hours=rng.uniform(1, 90))).replace(microsecond=0)
        earlier = began - dt.timedelta(hours=rng.uniform(20, 200))
        self.session(served, account, earlier, began - dt.timedelta(minutes=2), rng)
        if served.owner.state is CustomerState.APPROVED and rng.random() < 0.8:
            self.session(served, account, began, None, rng)

    def session(
        self, served: Served, account: int, began: dt.datetime, ended: dt.datetime | None, rng: Random
    ) -> None:
        hours = ((ended or self.base) - began).total_seconds() / 3600
        down = int(hours * rng.uniform(0.1, 1.2) * GB)
        self.sheet.add(
            DataSession,
            unique_id=f"{account:x}-{began:%Y%m%d%H%M%S}",
            data_account_id=account,
            nas_ip="192.0.2.10",
            framed_ip=f"100.{64 + account // 65_536 % 64}.{account // 256 % 256}.{account % 256}",
            calling_station=_hardware_address(account),
            started_at=began,
            updated_at=ended or self.base - dt.timedelta(minutes=rng.randrange(1, 9)),
            stopped_at=ended,
            bytes_in=down // 12,
            bytes_out=down,
            terminate_cause="User-Request" if ended else "",
        )


def _hardware_address(number: int) -> str:
    """Of those that no maker has: the second bit is set."""
    return "-".join(("02", "00", *(f"{number >> shift & 255:02X}" for shift in (24, 16, 8, 0))))
