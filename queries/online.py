"""Which customers are online, since when, and when they were before."""

from sqlalchemy import ColumnElement, Select, exists, select

from models.customer import Customer
from models.fields import YesNo
from models.service import DataAccount
from models.usage import DataSession

from .data_session import is_online, is_open, newest_first
from .declare import Facts, Listing, header, named_filter, tab


@named_filter(Customer, "Online", reads=(DataAccount, DataSession))
def online(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: one of their data accounts has a session now."""
    theirs = (DataAccount.customer_id == Customer.id) & (DataSession.data_account_id == DataAccount.id)
    found = exists().where(theirs, is_online()).correlate(Customer)
    return found if wanted else ~found


def _sessions(customer: Customer) -> Select:
    accounts = select(DataAccount.id).where(DataAccount.customer_id == customer.id)
    return select(DataSession).where(DataSession.data_account_id.in_(accounts))


@header(Customer, "Online since", order=60, permission="data_session.read")
def online_since(customer: Customer) -> Facts:
    """Of the session that began last."""
    return Facts(("started_at", "framed_ip"), newest_first(_sessions(customer).where(is_online())))


@tab(Customer, "Usage/Active data sessions", order=52, permission="data_session.read")
def active_data_sessions(customer: Customer) -> Listing:
    """Sessions that have not ended; one that was last heard of hours ago most likely has."""
    columns = ("started_at", "data_account_id", "framed_ip", "bytes_in", "bytes_out", "updated_at")
    return Listing(newest_first(_sessions(customer).where(is_open)), columns, empty="Not online.")


@tab(Customer, "Usage/Data sessions", order=53, permission="data_session.read")
def data_sessions(customer: Customer) -> Listing:
    """All sessions of the customer's data accounts, and what went through them."""
    columns = ("started_at", "stopped_at", "data_account_id", "framed_ip", "bytes_in", "bytes_out")
    return Listing(newest_first(_sessions(customer)), columns, empty="Never online.")
