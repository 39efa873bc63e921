"""What the customer asks, what was answered, and saying more."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.base import db, now
from models.customer import Customer
from models.parse import Place
from models.support import Ticket
from models.text import clean
from operations import ticket_portal
from operations.errors import Refused
from queries import ticket_portal as questions
from queries.viewer import Viewer

from .fields import Fields
from .gate import guests
from .rows import newest, row_or_404

MOST = 200  # turns of a conversation; the newest are shown
NAMES = ("subject", "body")
LOCKED = "Your data is locked at the moment. Please write to us."
DONE = {
    "asked": "We have your question.",
    "said": "Sent.",
    "closed": "This is closed. Thank you.",
}


def viewer() -> Viewer:
    """What a customer is to the rules of operations: nobody of the staff, with no permission."""
    return Viewer(None, g.guest.name, frozenset())


def own(row_id: int, lock: bool = False) -> Ticket:
    return row_or_404(Ticket, row_id, *questions.theirs(g.guest.customer_id), lock=lock)


@guests()
def tickets() -> ResponseReturnValue:
    rows, older = newest(Ticket, *questions.theirs(g.guest.customer_id))
    return render_template("portal/tickets.html", rows=rows, older=older)


@guests(changes=True)
def new_ticket() -> ResponseReturnValue:
    sent = request.form if request.method == "POST" else None
    made = Fields(Ticket, NAMES, None, sent, Place())
    problem, status = "", 200
    if sent is not None:
        if made.read():
            problem, status = _ask(made)
            if status == 302:
                return redirect(problem)
        else:
            status = 422
    return render_template("portal/ticket_new.html", fields=made.inputs(), problem=problem), status


def _ask(made: Fields) -> tuple[str, int]:
    """What went wrong and its status; or where to go, with 302."""
    session = db.session()
    if _is_locked():
        return LOCKED, 422
    said = made.values
    try:
        asked = ticket_portal.ask(
            session, g.guest.customer_id, said["subject"], said["body"], viewer(), now()
        )
        session.commit()
    except Refused as refused:
        session.rollback()
        if refused.field in NAMES:
            made.errors[refused.field] = refused.text
            return "", 422
        return refused.text, 429 if isinstance(refused, ticket_portal.TooMany) else 422
    return url_for("portal.ticket", row_id=asked.id, done="asked"), 302


@guests()
def ticket(row_id: int) -> ResponseReturnValue:
    return _page(own(row_id))


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
    row, session = own(row_id, lock=True), db.session()
    if _is_locked():
        return _page(row, text, LOCKED, 422)
    try:
        work(row)
        session.commit()
    except Refused as refused:
        session.rollback()
        status = 429 if isinstance(refused, ticket_portal.TooMany) else 409 if not refused.field else 422
        return _page(own(row_id), text, refused.text, status)
    return redirect(url_for("portal.ticket", row_id=row_id, done=done))


def _is_locked() -> bool:
    return db.session.get_one(Customer, g.guest.customer_id).is_locked


def install(portal: Blueprint) -> None:
    row = "/tickets/<int(max=999999999999999999):row_id>"
    portal.add_url_rule("/tickets", "tickets", tickets)
    portal.add_url_rule("/tickets/new", "new_ticket", new_ticket, methods=["GET", "POST"])
    portal.add_url_rule(row, "ticket", ticket)
    portal.add_url_rule(f"{row}/say", "say", say, methods=["POST"])
    portal.add_url_rule(f"{row}/close", "close_ticket", close, methods=["POST"])
