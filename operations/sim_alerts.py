"""Limits of SIM cards: who is told, what is cut off, and when that ends.

Source: 1 MB is 1,048,576 bytes. A limit is reached at exactly its number, and told of once for each
SIM card, kind, month and limit, however often usage arrives; a limit that was raised counts as another.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Customer, Topic
from models.service import Sim, SimState
from models.usage import AlertKind, UsageAlert

from .errors import Refused
from .outbox import tell

MB = 1_048_576
AT_ONCE = 500  # SIM cards looked at together
TOLD_AS = {
    AlertKind.WARNING: (Topic.USAGE_WARNING, "usage_warning"),
    AlertKind.CUT_OFF: (Topic.USAGE_CUT_OFF, "usage_cut_off"),
}


def period_of(now: dt.datetime) -> str:
    return f"{now:%Y-%m}"


def watch(session: Session, sim_ids: Sequence[int], now: dt.datetime) -> int:
    """Raise the alerts that the usage of these SIM cards calls for; how many there were."""
    raised = 0
    for start in range(0, len(sim_ids), AT_ONCE):
        part = sorted(sim_ids)[start : start + AT_ONCE]
        # Locked first: whoever counts usage of the same card at the same time sees what was told.
        cards = session.scalars(_reaching(part, period_of(now)).with_for_update(of=Sim)).all()
        known = _told(session, [card.id for card in cards], period_of(now))
        for card in cards:
            for kind, limit in _reached(card):
                if (card.id, kind, limit) not in known:
                    _raise(session, card, kind, limit, now)
                    raised += 1
    session.flush()
    return raised


def _reaching(ids: Sequence[int], period: str) -> sa.Select:
    """The SIM cards among these that have reached any limit of theirs this month."""
    used = Sim.used_bytes // MB  # a limit in bytes would not fit its column
    limits = sa.or_(used >= Sim.warning_mb, used >= Sim.cutoff_mb)
    return sa.select(Sim).where(Sim.id.in_(ids), Sim.used_month == period, limits).order_by(Sim.id)


def _reached(card: Sim) -> Iterator[tuple[AlertKind, int]]:
    """The warning first, also when both are reached at one go."""
    for kind, limit in ((AlertKind.WARNING, card.warning_mb), (AlertKind.CUT_OFF, card.cutoff_mb)):
        if limit is not None and card.used_bytes >= limit * MB:
            yield kind, limit


def _told(session: Session, ids: Sequence[int], period: str) -> set[tuple[int, AlertKind, int]]:
    asked = sa.select(UsageAlert.sim_id, UsageAlert.kind, UsageAlert.threshold_mb)
    found = session.execute(asked.where(UsageAlert.sim_id.in_(ids), UsageAlert.period == period))
    return {(sim_id, kind, limit) for sim_id, kind, limit in found}


def _raise(session: Session, card: Sim, kind: AlertKind, limit: int, now: dt.datetime) -> None:
    period, used = period_of(now), card.used_bytes // MB
    session.add(
        UsageAlert(
            sim_id=card.id,
            customer_id=card.customer_id,
            kind=kind,
            period=period,
            threshold_mb=limit,
            used_mb=used,
            raised_at=now,
        )
    )
    if kind is AlertKind.CUT_OFF and card.state is SimState.ACTIVE:
        card.state = SimState.CUT_OFF
    if card.customer_id is not None:
        _tell(session, card, kind, limit, used, period)


def _tell(session: Session, card: Sim, kind: AlertKind, limit: int, used: int, period: str) -> None:
    topic, template = TOLD_AS[kind]
    customer = session.get_one(Customer, card.customer_id)
    key = f"usage:{card.id}:{kind.value}:{period}:{limit}"
    said = {"card": str(card), "iccid": card.iccid, "limit_mb": limit, "used_mb": used}
    with suppress(Refused):  # a destination that cannot be written to keeps nobody's usage from being counted
        tell(session, customer, topic, template, unique_key=key, related=card, **said)


def lift(session: Session, now: dt.datetime, most: int = AT_ONCE) -> int:
    """Let those back that were cut off in a month that is over; how many, at most `most`."""
    this_month = sa.exists().where(
        UsageAlert.sim_id == Sim.id,
        UsageAlert.kind == AlertKind.CUT_OFF,
        UsageAlert.period == period_of(now),
    )
    over = sa.select(Sim).where(Sim.state == SimState.CUT_OFF, ~this_month).order_by(Sim.id).limit(most)
    cards = session.scalars(over.with_for_update(of=Sim)).all()
    for card in cards:
        card.state = SimState.ACTIVE
    session.flush()
    return len(cards)
