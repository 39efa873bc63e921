"""Questions about mails: who sees them, and which did not arrive."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from models.access import StaffUser
from models.customer import Customer
from models.fields import Day, YesNo
from models.message import Message, MessageState

from .declare import named_filter, queue
from .viewer import Viewer
from .visibility import visibility, visible


@visibility(Message)
def seen(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Mails to the customers that one sees; those to staff, for whoever may read about staff."""
    mine = select(Customer.id).where(Customer.id == Message.customer_id, *visible(Customer, viewer))
    to_customers = sa.exists(mine.correlate(Message))
    if viewer.resellers or not viewer.may_read(StaffUser):
        return [to_customers]
    return [to_customers | Message.customer_id.is_(None)]


@named_filter(Message, "Written again")
def written_again(*, yes: YesNo) -> ColumnElement[bool]:
    """yes: a later mail of the same kind went to the same customer, or waits to go."""
    later = aliased(Message)
    better = later.state.in_([MessageState.QUEUED, MessageState.SENT])
    of_same_kind = (later.customer_id == Message.customer_id) & (later.template == Message.template)
    found = sa.exists().where(of_same_kind, later.queued_at > Message.queued_at, better)
    return found if yes else ~found


@named_filter(Customer, "Not written to since", reads=(Message,))
def not_written_to_since(*, day: Day) -> ColumnElement[bool]:
    """No message was sent to them on that day or later, and none waits to be sent."""
    since = dt.datetime.combine(day, dt.time(), dt.UTC)
    reached = Message.state.in_([MessageState.QUEUED, MessageState.SENT])
    later = sa.exists().where(Message.customer_id == Customer.id, Message.queued_at >= since, reached)
    return ~later.correlate(Customer)


@queue(Message, "Letters to post", order=61, group="mailbox")
def to_post() -> str:
    return "channel=letter&state=queued"


@queue(Message, "Mail not delivered", order=60, group="mail-x", urgent=True)
def undelivered() -> str:
    return "state=failed&written_again=no"
