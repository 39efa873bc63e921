"""Papers of some customers of the demo world: an application, a photograph, a letter that was posted."""

import datetime as dt
import struct
import zlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import acting
from models.base import at, now
from models.customer import Customer, CustomerState, Document, DocumentCategory, DocumentState
from models.message import MessageChannel, MessageState
from operations import documents, outbox
from operations.envelope import envelope
from operations.letters import plain
from operations.paper import Paper, Paragraph, letterhead, pdf_of

from .clock import later
from .progress import Mark

FILED = Mark("filed")
MOST = 6  # customers; a page takes a tenth of a second to draw
TEXT = "We have moved your line to the new exchange. Nothing changes for you, and there is nothing to do."
FINDS = (
    (DocumentState.APPROVED, "Signed on both pages."),
    (DocumentState.PENDING, ""),
    (DocumentState.REJECTED, "The second page is missing."),
)


def file_papers(session: Session, base: dt.datetime) -> None:
    if FILED.read(session) is not None:
        return
    with at(later(session, base)):
        acting(session, reason="Papers are filed")
        usual = sa.select(Customer).where(Customer.workflow_state == CustomerState.APPROVED)
        for number, customer in enumerate(session.scalars(usual.order_by(Customer.id).limit(MOST))):
            _application(session, customer, number)
            if number % 2 == 0:
                _photograph(session, customer)
            if number % 3 == 0:
                _letter(session, customer)
        FILED.begin(session)
        session.commit()
    session.expunge_all()


def _application(session: Session, customer: Customer, number: int) -> Document:
    state, remark = FINDS[number % len(FINDS)]
    category = DocumentCategory.SERVICE_APPLICATION
    parts = [Paragraph("I apply for service at the address above."), Paragraph(f"Signed: {customer}")]
    paper = Paper("Service application", envelope(session, customer), [("Account", customer.code)], parts)
    pdf = pdf_of(paper, head=letterhead(session))
    return documents.store(
        session, customer.id, category, "Service application", pdf, state=state, remark=remark
    )


def _photograph(session: Session, customer: Customer) -> Document:
    return documents.store(session, customer.id, DocumentCategory.PHOTO, "Mast on the roof", picture())


def _letter(session: Session, customer: Customer) -> None:
    words = outbox.template_for(session, "letter", customer.locale)
    there = envelope(session, customer)
    message = outbox.write(
        session, customer, words, MessageChannel.LETTER, ", ".join(there)[:254], template="letter", text=TEXT
    )
    facts = [("Date", plain(now().date(), customer.locale)), ("Account", customer.code)]
    paper = Paper(message.subject, there, facts, [Paragraph(part) for part in message.body.split("\n\n")])
    pdf = pdf_of(paper, head=letterhead(session))
    said = {"state": DocumentState.APPROVED}
    kept = documents.store(session, customer.id, DocumentCategory.LETTER, message.subject, pdf, **said)
    message.state, message.sent_at = MessageState.SENT, now()
    message.next_at, message.document_id = None, kept.id


def picture(width: int = 320, height: int = 240) -> bytes:
    """A PNG of a mast before an evening sky."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    def point(x: int, y: int) -> bytes:
        if y > height * 4 // 5:
            return b"\x30\x38\x44"
        mast = abs(x - width // 2) < 2 + y // 40
        return b"\x22\x28\x30" if mast else bytes((240 - y // 2, 170 - y // 3, 120 + y // 3))

    lines = b"".join(b"\0" + b"".join(point(x, y) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(lines)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
