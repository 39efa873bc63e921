"""The mails to everybody as a list, and one mail: its words, how it looked, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_admin import Admin, expose
from markupsafe import Markup, escape

from models.access import StaffUser
from models.base import Record, db, records, table_named, target_of
from models.message import Message, MessageChannel, MessageState
from models.screen import label_of
from operations import outbox, trail
from operations.attachments import named
from operations.errors import Refused
from operations.installation import installation
from operations.letters import BLANK
from queries.visibility import find

from . import printing, shapes
from .cells import MASK, badge, link, moment, record_path, show
from .gate import needs
from .help import help_path
from .letter_frame import around, framed
from .reader import look, viewer
from .table import TableView

NOWHERE = {
    MessageChannel.EMAIL: "No mail server is set, so it waits. An operator sets SMTP_URL.",
    MessageChannel.SMS: "No gateway for text messages is set, so it waits. An operator sets SMS_URL.",
}

WITHHELD = "It was refused on the way. You may not see the answer, which can hold the address."
HIDDEN = "You may not see what is written to customers. Ask an administrator for the right."


@dataclass(frozen=True)
class MessagePage:
    title: str
    crumbs: Sequence[shapes.Link]
    state: Markup
    facts: Sequence[shapes.Fact]
    body: str
    frame: str  # address of its HTML, "" when there is none or the reader may not see it
    error: str
    tone: str  # of the error
    hidden: str  # why the words are not shown
    again: str  # address of "send again", "" when not permitted
    again_label: str
    why_not: str  # why it cannot be sent again
    posted: str  # address of "mark as posted", for a letter that waits
    help: str


class MessageView(TableView):
    """Mails are entries: they are read and sent again, and have no forms and no history."""

    @expose("/<row:row_id>/")
    @needs("{table}.read")
    def details_page(self, row_id: int) -> ResponseReturnValue:
        message = self.record_or_404(row_id)
        page = render_template("admin/message.html", page=_page(message))
        trail.looked(db.session(), message, viewer())
        return around(page)

    @expose("/<row:row_id>/html/")
    @needs("{table}.read")
    def html_page(self, row_id: int) -> Response:
        message = self.record_or_404(row_id)
        if not message.html or not viewer().sees_personal(Message):
            abort(404, "This mail has no HTML, or you may not see it.")
        return framed(message.html)

    @expose("/<row:row_id>/resend/", methods=("POST",))
    @needs("{table}.read", "{table}.resend")
    def resend_page(self, row_id: int) -> ResponseReturnValue:
        message = self.record_or_404(row_id, lock=True)
        try:
            again = outbox.resend(db.session(), message)
            db.session.commit()
        except Refused as refused:
            db.session.rollback()
            flash(refused.text, "error")
            return redirect(record_path(Message, row_id))
        told = "It is tried again now." if again is message else f"It goes out again, to {again.recipient}."
        flash(told, "success")
        return redirect(record_path(Message, again.id))

    @expose("/<row:row_id>/posted/", methods=("POST",))
    @needs("{table}.read", "{table}.resend")
    def posted_page(self, row_id: int) -> ResponseReturnValue:
        message = self.record_or_404(row_id, lock=True)
        try:
            outbox.posted(message)
            db.session.commit()
        except Refused as refused:
            db.session.rollback()
            abort(409, refused.text)
        flash("Marked as posted.", "success")
        return redirect(record_path(Message, row_id))

    create_page = edit_page = edit_view = delete_page = delete = history_page = None
    tab_page = subtab_page = add = None


def _page(message: Message) -> MessagePage:
    sees, may = viewer().sees_personal(Message), viewer().may("message.resend")
    waits = message.state is MessageState.QUEUED
    error, tone = _trouble(message)
    blank = BLANK in message.body and not waits
    return MessagePage(
        title=str(message),
        crumbs=_crumbs(message),
        state=badge(message.state),
        facts=list(_facts(message)),
        body=message.body if sees else "",
        frame=f"{record_path(Message, message.id)}html/" if sees and message.html else "",
        error=error,
        tone=tone,
        hidden="" if sees else HIDDEN,
        again=f"{record_path(Message, message.id)}resend/" if may and not blank and _can_go(message) else "",
        again_label="Try now" if waits else "Send again",
        why_not=outbox.ALL_GONE if may and blank else "",
        posted=f"{record_path(Message, message.id)}posted/" if may and _is_to_post(message) else "",
        help=help_path(Message.screen.help),
    )


def _is_to_post(message: Message) -> bool:
    return message.channel is MessageChannel.LETTER and message.state is MessageState.QUEUED


def _can_go(message: Message) -> bool:
    """One that has just been queued needs no push."""
    return message.state is not MessageState.QUEUED or bool(message.error)


def _trouble(message: Message) -> tuple[str, str]:
    if message.error:
        # Servers mostly repeat the address that they refuse.
        words = message.error if viewer().sees_personal(Message) else WITHHELD
        return words, "bad" if message.state is MessageState.FAILED else "warn"
    here = installation()
    if message.state is not MessageState.QUEUED or message.channel not in NOWHERE:
        return "", ""
    way = here.sms_url if message.channel is MessageChannel.SMS else here.smtp_url
    return ("", "") if way or here.mailbox else (NOWHERE[message.channel], "warn")


def _crumbs(message: Message) -> list[shapes.Link]:
    owner = table_named(Message.screen.tab_of)
    found = message.customer_id and find(db.session(), owner, message.customer_id, viewer())
    tab = printing.tab_path(Message)
    if not found:
        return [shapes.Link(Message.screen.menu, "/admin/message/")]
    return [
        shapes.Link(str(found), record_path(owner, found.id)),
        shapes.Link(Message.screen.tab.split("/")[-1], record_path(owner, found.id, *tab)),
    ]


def _facts(message: Message) -> Any:
    yield _fact(message, "recipient")
    yield _fact(message, "channel", "By")
    yield _fact(message, "topic")
    yield from _about(message)
    if message.attached:
        yield shapes.Fact("Attached", escape(named(message)))
    yield _fact(message, "queued_at", "Written")
    if message.sent_at:
        yield _fact(message, "sent_at", "Sent")
    elif message.attempts and message.state is MessageState.QUEUED:
        yield _fact(message, "next_at", "Next try")
    if message.attempts > 1 or message.error:
        yield _fact(message, "attempts", "Tries")
    yield shapes.Fact("Written by", _author(message))
    if message.run_id:
        path = Markup('<a href="/admin/run/{}/">Run {}</a>').format(message.run_id, message.run_id)
        yield shapes.Fact("Written by a run", path)
    if message.resent_of_id:
        path = Markup('<a href="{}">the first one</a>').format(record_path(Message, message.resent_of_id))
        yield shapes.Fact("Sent again after", path)


def _fact(message: Message, name: str, label: str = "") -> shapes.Fact:
    column, value = Message.__table__.c[name], getattr(message, name)
    hidden = name == "recipient" and not viewer().sees_personal(Message)
    shown = moment(value, look()) if name.endswith("_at") else show(column, value, look(whole=True))
    return shapes.Fact(label or label_of(Message, name), MASK if hidden else shown)


def _about(message: Message) -> Any:
    """What it is about, and the document that it is on paper, for who may see them."""
    about = next((m for m in records() if m.__tablename__ == message.related_type), None)
    paper = target_of(Message.__table__.c.document_id)
    for label, model, row_id in (
        ("About", about, message.related_id),
        ("On paper", paper, message.document_id),
    ):
        may = model is not None and row_id is not None and viewer().may_read(model)
        if may and (found := find(db.session(), model, row_id, viewer())):
            yield shapes.Fact(label, link(found, viewer()))


def _author(message: Message) -> Markup:
    if not message.sent_by_id:
        return Markup("The program")
    person: Record | None = db.session.get(StaffUser, message.sent_by_id)
    if person is None:
        return Markup("Someone who has left")
    return link(person, viewer())


def install(admin: Admin) -> None:
    printing.OPENED.add(Message)
    admin.add_view(MessageView(Message))
