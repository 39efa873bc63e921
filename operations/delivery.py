"""Delivering what waits in the outbox.

A batch is claimed in a short transaction, sent outside of any, and each result is recorded in a
transaction of its own. A worker that is killed in between leaves the message claimed for a while;
then it is sent again under the same Message-ID, by which mail programs know it for the same.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from models.base import now
from models.message import Message, MessageChannel, MessageState

from .attachments import Gone, attached_to
from .carriers import Carrier, Never, Parcel, Unreachable, carrier, mailbox
from .installation import installation
from .sealing import Unreadable, unseal
from .sms import Gateway

log = structlog.get_logger(__name__)

BATCH = 50
LEASE = dt.timedelta(minutes=5)
HURRY = dt.timedelta(seconds=90)  # what is not begun by then goes back, well before the lease is over
PAUSES = tuple(dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))  # eight tries in a day
LONGEST_ERROR = 1_000
NOT_MADE = "What was to be attached could not be made. This is our mistake; it is in the log."
LOST_KEY = "Its link or password cannot be read any more, because ENCRYPTION_KEY was changed. Send a new one."
Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Delivered:
    sent: int = 0
    failed: int = 0
    later: int = 0

    def __bool__(self) -> bool:
        return bool(self.sent or self.failed or self.later)

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(self.sent + other.sent, self.failed + other.failed, self.later + other.later)

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.failed} failed, {self.later} later"


def ways() -> dict[MessageChannel, Carrier]:
    """How messages leave this installation, by channel. Letters are for people to post."""
    here = installation()
    gateway = Gateway(here.sms_url, here.sms_token) if here.sms_url else mailbox()
    found = {MessageChannel.EMAIL: carrier(), MessageChannel.SMS: gateway}
    return {channel: way for channel, way in found.items() if way}


def deliver(sessions: Sessions, limit: int = BATCH) -> Delivered:
    """Send what is due, at most `limit` by each way. Nothing is sent while there is no way to send it."""
    done = Delivered()
    for channel, way in ways().items():
        if parcels := claim(sessions, limit, channel):
            done += _deliver(sessions, way, parcels)
    return done


def _deliver(sessions: Sessions, found: Carrier, parcels: Sequence[Parcel]) -> Delivered:
    began, done = now(), Delivered()
    with found as open_carrier:
        for position, parcel in enumerate(parcels):
            if now() - began > HURRY:
                give_back(sessions, parcels[position:])
                break
            state = record(sessions, parcel, _try(open_carrier, with_files(sessions, parcel)))
            done = _counted(done, state)
    return done


def claim(sessions: Sessions, limit: int, channel: MessageChannel = MessageChannel.EMAIL) -> list[Parcel]:
    with sessions() as session:
        due = (
            sa.select(Message)
            .where(
                Message.state == MessageState.QUEUED,
                Message.channel == channel,
                Message.next_at <= now(),
            )
            .order_by(Message.next_at, Message.id)
            .limit(limit)
        )
        found = session.scalars(due.with_for_update(skip_locked=True)).all()
        for message in found:
            message.next_at = now() + LEASE
            message.attempts += 1
        parcels = [_parcel(message) for message in found]
        session.commit()
    return parcels


def _parcel(message: Message) -> Parcel:
    parcel = Parcel(
        message.id,
        message.attempts,
        message.mail_id,
        message.queued_at,
        message.sender,
        message.recipient,
        message.subject,
        message.body,
        message.html,
        is_sms=message.channel is MessageChannel.SMS,
        thread=f"{message.related_type}.{message.related_id}" if message.related_id else "",
        has_files=bool(message.attached or message.document_id),
    )
    if not message.secrets:
        return parcel
    try:
        body, html = json.loads(unseal(message.secrets))
    except Unreadable:
        return replace(parcel, problem=LOST_KEY)
    return replace(parcel, body=body, html=html)


def with_files(sessions: Sessions, parcel: Parcel) -> Parcel:
    """With what goes along. A page takes a while to draw, so it is done one by one, outside of the claim."""
    if not parcel.has_files:
        return parcel
    with sessions() as session:
        try:
            return replace(parcel, files=attached_to(session, session.get_one(Message, parcel.id)))
        except Gone as gone:
            return replace(parcel, problem=str(gone))
        except Exception:  # any mistake, or those claimed after it would never leave
            log.exception("attachment_failed", message=parcel.id)
            return replace(parcel, problem=NOT_MADE)


def _try(open_carrier: Carrier, parcel: Parcel) -> Exception | None:
    """None when it has arrived, else what was in the way."""
    if parcel.problem:
        return Never(parcel.problem)
    try:
        open_carrier.carry(parcel)
    except (Never, Unreachable) as trouble:
        return trouble
    return None


def record(sessions: Sessions, parcel: Parcel, trouble: Exception | None) -> MessageState:
    """Write down what came of one attempt, unless somebody else has meanwhile."""
    values = _outcome(parcel, trouble)
    # One that was withdrawn while it was on its way has arrived all the same.
    states = (MessageState.QUEUED,) if trouble else (MessageState.QUEUED, MessageState.WITHDRAWN)
    mine = (Message.id == parcel.id) & (Message.attempts == parcel.attempts) & Message.state.in_(states)
    with sessions() as session:
        session.execute(sa.update(Message).where(mine).values(values))
        session.commit()
    if trouble:
        # The words of a server may repeat the address; the page shows them, the log does not.
        log.warning("mail_not_delivered", message=parcel.id, attempt=parcel.attempts, state=values["state"])
    return values["state"]


def _outcome(parcel: Parcel, trouble: Exception | None) -> dict:
    if trouble is None:
        return {
            "state": MessageState.SENT,
            "sent_at": now(),
            "next_at": None,
            "secrets": None,
            "error": "",
        }
    error = str(trouble)[:LONGEST_ERROR]
    if isinstance(trouble, Unreachable) and parcel.attempts <= len(PAUSES):
        pause = PAUSES[parcel.attempts - 1]
        return {"state": MessageState.QUEUED, "next_at": now() + pause, "error": error}
    if isinstance(trouble, Unreachable):
        error = f"Given up after {parcel.attempts} tries. {error}"
    return {"state": MessageState.FAILED, "next_at": None, "secrets": None, "error": error}


def give_back(sessions: Sessions, parcels: Sequence[Parcel]) -> None:
    """What was claimed and not tried is due at once, and the try does not count."""
    with sessions() as session:
        for parcel in parcels:
            mine = (Message.id == parcel.id) & (Message.attempts == parcel.attempts)
            session.execute(
                sa.update(Message)
                .where(mine, Message.state == MessageState.QUEUED)
                .values(next_at=now(), attempts=parcel.attempts - 1)
            )
        session.commit()


def _counted(done: Delivered, state: MessageState) -> Delivered:
    name = {MessageState.SENT: "sent", MessageState.FAILED: "failed"}.get(state, "later")
    return replace(done, **{name: getattr(done, name) + 1})


def due_batches(sessions: Sessions, limit: int = BATCH) -> Iterator[Delivered]:
    """One batch after the other until nothing is due; the caller may stop between two."""
    while done := deliver(sessions, limit):
        yield done
