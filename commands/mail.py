"""`flask receive`: take in a mail that a mail server hands over."""

import sys
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from models.base import db, now
from operations.errors import Refused
from operations.mail_in import LARGEST, Unreadable, read
from operations.retry import BUSY, again
from operations.ticket_mail import receive
from operations.ticket_portal import TooMany

from .session import start

# What mail servers make of the way a command ends (sysexits.h).
NOT_TAKEN, LATER = 65, 75


@click.command("receive")
def receive_mail() -> None:
    """Take in one mail, from standard input: what a customer answers goes into the ticket."""
    raw = sys.stdin.buffer.read(LARGEST + 1)
    try:
        session = start()
        mail = read(raw)
        ticket = again(session, lambda: receive(session, mail, now()))
    except Unreadable as problem:
        _end(NOT_TAKEN, str(problem))
    except Refused as refused:
        _end(LATER if isinstance(refused, TooMany) or refused.text == BUSY else NOT_TAKEN, refused.text)
    except (SQLAlchemyError, click.ClickException) as error:
        _end(LATER, f"Not now: {type(error).__name__}.")
    click.echo(f"{ticket.number}: added" if ticket else "nothing to add")


def _end(status: int, text: str) -> NoReturn:
    db.session.rollback()
    click.echo(text, err=True)
    raise SystemExit(status)
