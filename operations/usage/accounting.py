"""Taking uses into account: each once, priced, and added to the sums of its day and of its SIM card.

Everything here is done for many at once, in the caller's transaction. Who adds uses of the same source
at the same time waits for the other, so what was known before is known for certain.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.base import now
from models.usage import DeviceType, UsageKind, UsageState
from queries.settings import setting

from .. import sim_alerts
from .line import Used
from .loading import add_up, count_on, known, load, take_turns
from .notation import Notation
from .owners import NOBODY, Owner, Owners
from .tariffs import Tariffs

COLUMN = {
    DeviceType.VOIP_LINE: "voip_line_id",
    DeviceType.SIM: "sim_id",
    DeviceType.DATA_ACCOUNT: "data_account_id",
    DeviceType.ACCOUNT_CODE: "account_code_id",
}


@dataclass
class Added:
    """What became of some uses: how many are new, which were known, which are not for us to take."""

    added: int = 0
    repeated: int = 0
    unrated: int = 0
    refused: list[tuple[Used, str]] = field(default_factory=list)


@dataclass
class Ground:
    """What many pieces of one file share: how numbers are written, where days begin, what things cost."""

    notation: Notation
    zone: ZoneInfo
    tariffs: Tariffs

    @classmethod
    def of(cls, session: Session) -> "Ground":
        zone = ZoneInfo(setting(session, "timezone"))
        return cls(Notation(setting(session, "default_country")), zone, Tariffs(session))

    def day(self, moment: dt.datetime) -> dt.date:
        """The day on which something happened for us, which says what it costs."""
        return moment.astimezone(self.zone).date()


def account(
    session: Session,
    used: Sequence[Used],
    source: str,
    ground: Ground,
    file_id: int | None = None,
    by_itself: bool = False,
) -> Added:
    """`by_itself`: nobody sent them, so lines whose calls come in by hand are left out."""
    take_turns(session, source)
    result = Added()
    fresh = _fresh(session, used, source)
    result.repeated = len(used) - len(fresh)
    owners = Owners(session, fresh, ground.notation)
    taken = []
    for one, owner in zip(fresh, owners.each, strict=True):
        if by_itself and owner is not None and owner.by_hand:
            result.refused.append((one, "the calls of this line come in by hand"))
            continue
        taken.append((one, owner))
    ground.tariffs.read({owner.plan_id for _, owner in taken if owner and owner.plan_id})
    made: list[dict] = []
    common = {"source": source, "usage_file_id": file_id, "imported_at": now()}
    load(session, _rows(taken, ground, made), common)
    _sum_up(session, made)
    result.added = len(made)
    result.unrated = sum(row["state"] is UsageState.ERROR for row in made)
    return result


def _fresh(session: Session, used: Sequence[Used], source: str) -> list[Used]:
    """Those whose key is not known yet, each once."""
    by_key: dict[str, Used] = {}
    for one in used:
        by_key.setdefault(one.key, one)
    for key in known(session, source, list(by_key)):
        del by_key[key]
    return list(by_key.values())


def _rows(taken: Iterable[tuple[Used, Owner | None]], ground: Ground, made: list[dict]) -> Iterator[dict]:
    """One after the other, and kept in `made`."""
    for used, owner in taken:
        row = _row(used, owner, ground)
        made.append(row)
        yield row


def _row(used: Used, owner: Owner | None, ground: Ground) -> dict:
    """The columns of its record."""
    row = {
        "source_key": used.key,
        "kind": used.kind,
        "customer_id": None,
        "started_at": used.started_at,
        "src": used.src or used.username or used.sim or used.code,
        "dst": used.dst[:32],
        "is_incoming": False,
        "quantity": used.quantity,
        "billed_quantity": None,
        "rate_id": None,
        "rated_amount": None,
        "state": UsageState.ERROR,
        "error": NOBODY,
        "owner": owner,
    }
    if owner is None:
        return row
    row["customer_id"], row["is_incoming"] = owner.customer_id, owner.was_called
    row[COLUMN[owner.device]] = owner.device_id
    if owner.code_id is not None:
        row["account_code_id"] = owner.code_id
    row |= priced(used.kind, used.dst, used.quantity, used.started_at, owner, ground)
    return row


def priced(
    kind: UsageKind, dst: str, quantity: int, started_at: dt.datetime, owner: Owner, ground: Ground
) -> dict:
    """State and price of a use. What nobody prices on purpose stays new, and is told apart from an error."""
    if owner.was_called or not quantity:
        return _rated(0, Decimal(), None)
    flat = owner.plan_id is None and kind is not UsageKind.VOICE
    if flat or owner.customer_id is None:  # in the package, or nobody's yet
        return {"state": UsageState.NEW, "error": ""}
    digits = ground.notation.dialled(dst, owner.country)
    on = ground.day(started_at)
    found = ground.tariffs.price(owner.plan_id, owner.currency or "", kind, digits, quantity, on)
    if found.amount is None:
        return {"state": UsageState.ERROR, "error": found.why}
    return _rated(found.billed or 0, found.amount, found.rate_id)


def _rated(billed: int, amount: Decimal, rate_id: int | None) -> dict:
    return {
        "state": UsageState.RATED,
        "error": "",
        "billed_quantity": billed,
        "rated_amount": amount,
        "rate_id": rate_id,
    }


def _sum_up(session: Session, made: Iterable[dict]) -> None:
    days: dict[tuple, list[Any]] = {}
    cards: dict[tuple[int, str], int] = {}
    for row in made:
        owner = row["owner"]
        if owner is None or owner.was_called:
            continue
        moment, quantity = row["started_at"], row["quantity"]
        if owner.customer_id is not None:
            key = (owner.customer_id, row["kind"], owner.device, owner.device_id, moment.date())
            sums = days.setdefault(key, [0, 0, Decimal()])
            sums[0] += 1
            sums[1] += quantity
            sums[2] += row["rated_amount"] or 0
        if owner.device is DeviceType.SIM and row["kind"] is UsageKind.DATA:
            month = f"{moment:%Y-%m}"
            cards[owner.device_id, month] = cards.get((owner.device_id, month), 0) + quantity
    add_up(session, days)
    if cards:
        count_on(session, cards)
        sim_alerts.watch(session, sorted({card for card, _ in cards}), now())
