"""What was sent to the customer."""

import sqlalchemy as sa
from flask import Blueprint, abort, g, render_template
from flask.typing import ResponseReturnValue

from models.base import db
from models.message import Message, MessageState

from .gate import guests
from .newest import newest


def theirs() -> list[sa.ColumnElement[bool]]:
    """Only what has left: what waits may still be withdrawn."""
    return [Message.customer_id == g.guest.customer_id, Message.state == MessageState.SENT]


@guests()
def messages() -> ResponseReturnValue:
    rows, older = newest(Message, *theirs())
    return render_template("portal/messages.html", messages=rows, older=older)


@guests()
def message(row_id: int) -> ResponseReturnValue:
    found = db.session.scalar(sa.select(Message).where(Message.id == row_id, *theirs()))
    if found is None:
        abort(404)
    return render_template("portal/message.html", message=found)


def install(portal: Blueprint) -> None:
    portal.add_url_rule("/messages", "messages", messages)
    portal.add_url_rule("/messages/<int(max=999999999999999999):row_id>", "message", message)
