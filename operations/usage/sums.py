"""Sums of days that stay right when single records change: priced anew, excluded, undone.

Records come in by the thousand and are added up on the way in (accounting.py). Afterwards they change
through the session alone, and whatever changes them, a verb or its undo, this follows.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.usage import DeviceType, UsageKind, UsageRecord, UsageState

from .loading import add_up, count_on

CHARGED = (UsageState.RATED, UsageState.BILLED)
WATCHED = (
    "state",
    "rated_amount",
    "customer_id",
    "voip_line_id",
    "sim_id",
    "data_account_id",
    "account_code_id",
    "is_incoming",
)
DEVICES = {
    "voip_line_id": DeviceType.VOIP_LINE,
    "sim_id": DeviceType.SIM,
    "data_account_id": DeviceType.DATA_ACCOUNT,
    "account_code_id": DeviceType.ACCOUNT_CODE,
}


def _follow(session: Session, context: object, instances: object) -> None:
    days: dict[tuple, list[Any]] = {}
    cards: dict[tuple[int, str], int] = {}
    for row in session.dirty:
        if isinstance(row, UsageRecord):
            before, after = _values(row)
            for sign, values in ((-1, before), (1, after)):
                _add(days, cards, row, values, sign)
    add_up(session, {key: sums for key, sums in days.items() if any(sums)})
    if cards := {key: count for key, count in cards.items() if count}:
        count_on(session, cards)


def _values(row: UsageRecord) -> tuple[dict[str, Any], dict[str, Any]]:
    """What matters of it, as it was loaded and as it is going to be."""
    before, state = {}, sa.inspect(row)
    for name in WATCHED:
        gone = state.attrs[name].history.deleted
        before[name] = gone[0] if gone else getattr(row, name)
        if not gone and state.attrs[name].history.added:
            before[name] = None
    return before, {name: getattr(row, name) for name in WATCHED}


def _add(
    days: dict[tuple, list[Any]],
    cards: dict[tuple[int, str], int],
    row: UsageRecord,
    values: dict[str, Any],
    sign: int,
) -> None:
    name = next(_named(values), "")
    if not name or values["is_incoming"]:
        return
    if values["customer_id"]:
        amount = (values["rated_amount"] if values["state"] in CHARGED else None) or Decimal()
        key = (values["customer_id"], row.kind, DEVICES[name], values[name], row.started_at.date())
        sums = days.setdefault(key, [0, 0, Decimal()])
        for at, number in enumerate((1, row.quantity, amount)):
            sums[at] += sign * number
    if name == "sim_id" and row.kind is UsageKind.DATA:
        card = values["sim_id"], f"{row.started_at:%Y-%m}"
        cards[card] = cards.get(card, 0) + sign * row.quantity


def _named(values: dict[str, Any]) -> Iterator[str]:
    return (name for name in DEVICES if values[name])


sa.event.listen(Session, "before_flush", _follow)
