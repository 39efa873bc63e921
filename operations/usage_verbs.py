"""What is done with single records of usage, and with the files that they came in."""

from dataclasses import replace
from typing import Annotated, BinaryIO

from sqlalchemy.orm import Session

from models.base import now
from models.customer import Customer
from models.usage import FileWay, UsageFile, UsageFileState, UsageFormat, UsageKind, UsageRecord, UsageState

from . import sim_alerts
from .errors import Refused
from .operation import Ask, Context, operation
from .uploads import upload
from .usage import sums
from .usage.accounting import COLUMN, Ground, priced
from .usage.files import OPEN, begin, receive
from .usage.formats import WrongFile
from .usage.line import Used
from .usage.owners import NOBODY, Owner, Owners, of_device

UNBILLED = (UsageState.NEW, UsageState.RATED, UsageState.ERROR)


@operation(
    UsageRecord,
    when=UsageRecord.state.in_(UNBILLED),
    otherwise="It is billed or excluded.",
    confirm="Price {rows} again, by the rates that are there now?",
    sentence="Rate {rows} again",
    icon="calculator",
    order=10,
)
def rate_again(record: UsageRecord, ctx: Context) -> None:
    """Look once more whose it was and what it costs; what is billed stays as it is."""
    ground = _ground(ctx.session)
    owner = _owner(ctx.session, record, ground)
    if owner is None:
        record.state, record.error = UsageState.ERROR, NOBODY
        return
    said = priced(record.kind, record.dst, record.quantity, record.started_at, owner, ground)
    nothing = {"billed_quantity": None, "rated_amount": None, "rate_id": None}
    for name, value in (nothing | said).items():
        if getattr(record, name) != value:
            setattr(record, name, value)
    ctx.session.flush()
    if record.sim_id and not ctx.dry:
        sim_alerts.watch(ctx.session, [record.sim_id], ctx.now)


def _owner(session: Session, record: UsageRecord, ground: Ground) -> Owner | None:
    """Of its own customer and device; of a record that nobody had, whoever has the number now."""
    for device, column in COLUMN.items():
        if device_id := getattr(record, column):
            found = of_device(session, device, device_id)
            found = found and replace(found, was_called=record.is_incoming)
            if found is None or record.customer_id is None:
                return found
            currency = session.get_one(Customer, record.customer_id).currency
            return replace(found, customer_id=record.customer_id, currency=currency)
    return _adopt(session, record, ground)


def _adopt(session: Session, record: UsageRecord, ground: Ground) -> Owner | None:
    used = Used("", record.kind, record.started_at, record.quantity, record.src, record.dst)
    asked = [
        used,
        replace(used, username=record.src),
        replace(used, sim=record.src),
        replace(used, code=record.src),
    ]
    if record.kind is not UsageKind.DATA:
        asked = [asked[0], asked[2], asked[3]]
    owners = Owners(session, asked, ground.notation)
    # Whoever made it comes before who was called.
    owner = min(filter(None, owners.each), key=lambda found: found.was_called, default=None)
    if owner is not None:
        record.customer_id, record.is_incoming = owner.customer_id, owner.was_called
        setattr(record, COLUMN[owner.device], owner.device_id)
    return owner


def _ground(session: Session) -> Ground:
    """Rates and settings, read once for the rows of one transaction."""
    transaction, found = session.info.get("usage_ground", (None, None))
    if found is None or transaction is not session.get_transaction():
        found = Ground.of(session)
        session.info["usage_ground"] = (session.get_transaction(), found)
    return found


@operation(
    UsageRecord,
    when=UsageRecord.state == UsageState.RATED,
    otherwise="Only what is rated and not billed can be excluded.",
    confirm="Leave {rows} out of invoices?",
    reason=True,
    icon="ban",
    order=20,
)
def exclude(record: UsageRecord, ctx: Context) -> None:
    """Never put it on an invoice; it stays in the list and in the quantities that were used."""
    record.state = UsageState.EXCLUDED


@operation(
    UsageFile,
    when=UsageFile.state.in_(OPEN),
    otherwise="It is not being read any more.",
    confirm="Read {rows} no further? What was added so far stays.",
    icon="player-stop",
    order=10,
    danger=True,
    final=True,
)
def cancel(file: UsageFile, ctx: Context) -> None:
    """Stop reading the file where it is."""
    if file.state not in OPEN:
        raise Refused("It is not being read any more.")
    file.state, file.finished_at = UsageFileState.CANCELLED, now()


@operation(
    UsageFile,
    when=UsageFile.state.in_((UsageFileState.CANCELLED, UsageFileState.REFUSED)) & (UsageFile.stored != ""),
    otherwise="Only what was stopped can be read on.",
    confirm="Read on in {rows}, from where reading stopped?",
    sentence="Read on in {rows}",
    icon="player-play",
    order=20,
)
def read_on(file: UsageFile, ctx: Context) -> None:
    """Go on with a file that was cancelled or whose reading failed."""
    begin(ctx.session, file)


@upload(UsageFile, "Upload a usage file", accept=".csv,.txt,.log")
def take_in(
    session: Session,
    file: BinaryIO,
    name: str,
    *,
    format: Annotated[
        UsageFormat, Ask("Format", "How the file is laid out; see the help.")
    ] = UsageFormat.CSV,
) -> UsageFile:
    """Calls, messages and data of a file are added, priced and listed; what is known already is not."""
    try:
        return receive(session, file, name, format, FileWay.PANEL)
    except WrongFile as problem:
        raise Refused(f"This file cannot be taken. {problem}", "file") from problem


__all__ = ["cancel", "exclude", "rate_again", "read_on", "sums", "take_in"]
