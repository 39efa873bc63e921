"""What goes along with a mail: a printout of what it is about, or the document that it hands over.

The mail remembers which one it is. The file is made when the mail leaves: what was sent stays as it was.
"""

from sqlalchemy.orm import Session

from models.base import table_named
from models.customer import Document
from models.message import Message

from .errors import Refused
from .files import Given, holding_of
from .operation import Context
from .paper import letterhead, pdf_of
from .printouts import Printout, printouts

PDF = "application/pdf"


class Gone(Exception):
    """What was to go along is not there any more."""


def attached_to(session: Session, message: Message) -> list[Given]:
    """Raises Gone."""
    found = [_printed(session, message)] if message.attached else []
    return [*found, _handed_over(session, message)] if message.document_id else found


def named(message: Message) -> str:
    """What people read of the printout."""
    said = _said(message)
    return f"{said.title} as PDF" if said else ""


def _said(message: Message) -> Printout | None:
    offered = printouts.get(message.related_type, ())
    return next((said for said in offered if said.name == message.attached), None)


def _printed(session: Session, message: Message) -> Given:
    said = _said(message)
    row = said and session.get(table_named(message.related_type), message.related_id)
    if said is None or row is None:
        raise Gone("What was to be attached is not there any more.")
    try:
        content = pdf_of(said.make(row, Context(session)), head=letterhead(session))
    except Refused as refused:
        raise Gone(refused.text) from refused
    return Given(f"{row}.pdf", PDF, content)


def _handed_over(session: Session, message: Message) -> Given:
    document = session.get_one(Document, message.document_id)
    try:
        return holding_of(Document).give(document)
    except Refused as refused:
        raise Gone(refused.text) from refused
