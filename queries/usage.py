"""What customers use: by day, month and year, and what of it is not billed yet."""

from collections.abc import Sequence

import sqlalchemy as sa

from models.customer import Customer
from models.service import DataAccount, Sim, VoipLine
from models.usage import DeviceType, UsageDay, UsageFile, UsageKind, UsageRecord, UsageState

from .declare import Facts, Listing, Measure, Series, action, header, queue, tab

UNBILLED = (UsageState.NEW, UsageState.RATED, UsageState.ERROR)

CALLS = (
    Measure("Calls", sa.func.sum(UsageDay.records)),
    Measure("Minutes", sa.func.sum(UsageDay.quantity), "decimal", per=60),
    Measure("Amount", sa.func.sum(UsageDay.amount), "unit_price"),
)
DATA = (
    Measure("Data", sa.func.sum(UsageDay.quantity), "bytes"),
    Measure("Sessions", sa.func.sum(UsageDay.records)),
    Measure("Amount", sa.func.sum(UsageDay.amount), "unit_price"),
)


def _series(measures: Sequence[Measure], kind: UsageKind, *where: sa.ColumnElement[bool]) -> Series:
    return Series(UsageDay.day, measures, (UsageDay.kind == kind, *where))


def _of(device: DeviceType, device_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return UsageDay.device_type == device, UsageDay.device_id == device_id


@tab(Customer, "Usage/Phone usage", order=44, permission="usage_record.read")
def phone_usage(customer: Customer) -> Series:
    """Calls, minutes and what they cost."""
    return _series(CALLS, UsageKind.VOICE, UsageDay.customer_id == customer.id)


@tab(Customer, "Usage/Data usage", order=45, permission="usage_record.read")
def data_usage(customer: Customer) -> Series:
    """Bytes and sessions of data accounts and SIM cards."""
    return _series(DATA, UsageKind.DATA, UsageDay.customer_id == customer.id)


@tab(VoipLine, "Usage", order=20, permission="usage_record.read")
def line_usage(line: VoipLine) -> Series:
    """Calls, minutes and what they cost."""
    return _series(CALLS, UsageKind.VOICE, *_of(DeviceType.VOIP_LINE, line.id))


@tab(DataAccount, "Usage", order=20, permission="usage_record.read")
def account_usage(account: DataAccount) -> Series:
    """Bytes and sessions."""
    return _series(DATA, UsageKind.DATA, *_of(DeviceType.DATA_ACCOUNT, account.id))


@tab(Sim, "Usage", order=20, permission="usage_record.read")
def sim_usage(sim: Sim) -> Series:
    """Bytes and sessions."""
    return _series(DATA, UsageKind.DATA, *_of(DeviceType.SIM, sim.id))


@tab(Customer, "Billing/Unbilled CDRs", order=60, permission="usage_record.read")
def unbilled_cdrs(customer: Customer) -> Listing:
    """Calls that are on no invoice yet, newest first; those with an error have no price."""
    calls = sa.select(UsageRecord).where(
        UsageRecord.customer_id == customer.id,
        UsageRecord.kind == UsageKind.VOICE,
        ~UsageRecord.is_incoming,
        UsageRecord.state.in_(UNBILLED),
    )
    return Listing(
        calls.order_by(UsageRecord.started_at.desc(), UsageRecord.id.desc()),
        ("started_at", "src", "dst", "quantity", "billed_quantity", "rated_amount", "error", "state"),
        empty="Every call is billed, or there was none.",
        total="rated_amount",
    )


@header(UsageFile, "Read so far", order=10)
def read_so_far(file: UsageFile) -> Facts:
    """How far, of how much."""
    return Facts(("offset", "size"))


@header(UsageFile, "Added", order=20)
def added(file: UsageFile) -> Facts:
    return Facts(("added",))


@header(UsageFile, "Known before", order=30)
def repeated(file: UsageFile) -> Facts:
    return Facts(("repeated",))


@header(UsageFile, "Refused", order=40)
def refused(file: UsageFile) -> Facts:
    return Facts(("refused",))


@header(UsageFile, "Without a price", order=50)
def unrated(file: UsageFile) -> Facts:
    return Facts(("unrated",))


@action(UsageFile, "Records", group="phone-call", permission="usage_record.read")
def records_of(file: UsageFile) -> str:
    return f"/admin/usage_record/?usage_file={file.id}"


@action(UsageFile, "Refused lines as CSV", group="download", permission="usage_refusal.export")
def refusals_of(file: UsageFile) -> str:
    return f"/admin/usage_refusal/export/csv?file={file.id}"


@queue(UsageRecord, "Usage without a price", order=60, group="alert-triangle", urgent=True)
def without_a_price() -> str:
    return "state=error"
