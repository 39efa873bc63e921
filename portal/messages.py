"""What was sent to the customer."""

import sqlalchemy as sa
from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from models.message import Message, MessageState

from .gate import guests
from .rows import newest, row_or_404


def theirs() -> list[sa.ColumnElement[bool]]:
    """Only what has left: what waits may still be withdrawn."""
    return [Message.customer_id == g.guest.customer_id, Message.state == MessageState.SENT]


@guests()
def messages() -> ResponseReturnValue:
    rows, older = newest(Message, *theirs())
    return render_template("portal/messages.html", rows=rows, older=older)


@guests()
def message(row_id: int) -> ResponseReturnValue:
    return render_template("portal/message.html", message=row_or_404(Message, row_id, *theirs()))


def install(portal: Blueprint) -> None:
    portal.add_url_rule("/messages", "messages", messages)
    portal.add_url_rule("/messages/<row:row_id>", "message", message)
