"""Questions about data accounts: which are online."""

from sqlalchemy import ColumnElement, exists, select

from models.fields import YesNo
from models.service import DataAccount
from models.usage import DataSession

from .data_session import is_online, newest_first
from .declare import Facts, header, named_filter


@named_filter(DataAccount, "Online", reads=(DataSession,))
def online(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: it has a session now."""
    found = exists().where(DataSession.data_account_id == DataAccount.id, is_online()).correlate(DataAccount)
    return found if wanted else ~found


@header(DataAccount, "Online since", order=10, permission="data_session.read")
def online_since(account: DataAccount) -> Facts:
    own = select(DataSession).where(DataSession.data_account_id == account.id, is_online())
    return Facts(("started_at", "framed_ip"), newest_first(own))
