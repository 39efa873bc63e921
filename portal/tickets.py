"""What the customer asks, what was answered, and saying more."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.base import db, now
from models.parse import Place
from models.support import Ticket
from models.text import clean
from operations import ticket_portal
from operations.errors import Refused
from queries import ticket_portal as questions

from .fields import Fields
from .gate import guests
from .reader import LOCKED, own, viewer
from .rows import newest, row_or_404

MOST = 200  # turns of a conversation; the newest are shown
NAMES = ("subject", "body")
DONE = {
    "asked": "We have your question.",
    "said": "Sent.",
    "closed": "This is closed. Thank you.",
}


def found(row_id: int, lock: bool = False) -> Ticket:
    return row_or_404(Ticket, row_id, *questions.theirs(g.guest.customer_id), lock=lock)


@guests()
def tickets() -> ResponseReturnValue:
    rows, older = newest(Ticket, *questions.theirs(g.guest.customer_id))
    return render_template("portal/tickets.html", rows=rows, older=older)


@guests(changes=True)
def new_ticket() -> ResponseReturnValue:
    sent = request.form if request.method == "POST" else None
    made = Fields(Ticket, NAMES, None, sent, Place(), needed=NAMES)
    if sent is None:
        return _form(made)
    try:
        if not made.read():
            return _form(made, status=422)
        asked = _ask(**made.values)
    except Refused as refused:
        db.session.rollback()
        if refused.field in NAMES:
            made.errors[refused.field] = refused.text
            return _form(made, status=422)
        return _form(made, refused.text, _status(refused))
    return redirect(url_for("portal.ticket", row_id=asked.id, done="asked"))


def _form(made: Fields, problem: str = "", status: int = 200) -> ResponseReturnValue:
    return render_template("portal/ticket_new.html", fields=made.inputs(), problem=problem), status


def _ask(subject: str, body: str) -> Ticket:
    if own().is_locked:
        raise Refused(LOCKED)
    asked = ticket_portal.ask(db.session(), g.guest.customer_id, subject, body, viewer(), now())
    db.session.commit()
    return asked


def _status(refused: Refused) -> int:
    return 429 if isinstance(refused, ticket_portal.TooMany) else 422


@guests()
def ticket(row_id: int) -> ResponseReturnValue:
    return _page(found(row_id))


def _page(found: Ticket, text: str = "", problem: str = "", status: int = 200) -> ResponseReturnValue:
    newest = questions.public(found).order_by(None)
    model = newest.column_descriptions[0]["entity"]
    said = db.session.scalars(newest.order_by(model.at.desc(), model.id.desc()).limit(MOST)).all()[::-1]
    done = DONE.get(request.args.get("done", ""), "")
    page = {"ticket": found, "said": said, "text": text, "problem": problem, "done": done}
    return render_template("portal/ticket.html", **page), status


@guests(changes=True)
def say(row_id: int) -> ResponseReturnValue:
    text = clean(request.form.get("text", ""))
    return _carried(row_id, text, "said", lambda row: _said(row, text))


def _said(row: Ticket, text: str) -> None:
    ticket_portal.answer(db.session(), row, text, viewer(), now())


@guests(changes=True)
def close(row_id: int) -> ResponseReturnValue:
    return _carried(row_id, "", "closed", lambda row: ticket_portal.close(db.session(), row, viewer(), now()))


def _carried(row_id: int, text: str, done: str, work) -> ResponseReturnValue:
    """Do it to the locked row; the page again when it is refused."""
    row, session = found(row_id, lock=True), db.session()
    if own().is_locked:
        return _page(row, text, LOCKED, 422)
    try:
        work(row)
        session.commit()
    except Refused as refused:
        session.rollback()
        status = 429 if isinstance(refused, ticket_portal.TooMany) else 409 if not refused.field else 422
        return _page(found(row_id), text, refused.text, status)
    return redirect(url_for("portal.ticket", row_id=row_id, done=done))


def install(portal: Blueprint) -> None:
    row = "/tickets/<row:row_id>"
    portal.add_url_rule("/tickets", "tickets", tickets)
    portal.add_url_rule("/tickets/new", "new_ticket", new_ticket, methods=["GET", "POST"])
    portal.add_url_rule(row, "ticket", ticket)
    portal.add_url_rule(f"{row}/say", "say", say, methods=["POST"])
    portal.add_url_rule(f"{row}/close", "close_ticket", close, methods=["POST"])
