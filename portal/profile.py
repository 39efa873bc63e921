"""A customer's own data: how to reach them, their contacts and locations, where they are signed in."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.base import Record, db, now
from models.customer import Address, Contact, Customer
from models.parse import spelled
from operations.errors import Refused
from operations.records import Clashes, Draft, create, update
from operations.retry import again
from queries import portal as questions
from queries.agents import named

from .fields import Fields
from .gate import guests, lasting
from .reader import LOCKED, own, place, viewer
from .rows import row_or_404

KINDS: dict[str, tuple[type[Record], tuple[str, ...], str]] = {
    "contact": (Contact, ("name", "email", "phone_e164"), "contact"),
    "location": (
        Address,
        ("line1", "line2", "postal_code", "city", "region", "country"),
        "location",
    ),
}
OWN = ("email", "phone_e164")
CHANGED = "Somebody changed this meanwhile. Look at what is there now and save again."
DONE = {
    "saved": "Saved.",
    "password": "Your password is changed. You are signed out everywhere else.",
    "sessions": "You are signed out everywhere else.",
}
MOST = 200  # contacts, and locations, on the page


def rows(model: Any) -> list[Any]:
    mine = sa.select(model).where(model.customer_id == g.guest.customer_id).order_by(model.id)
    return list(db.session.scalars(mine.limit(MOST)))


@guests()
def home() -> ResponseReturnValue:
    return render_template(
        "portal/home.html",
        customer=own(),
        contacts=rows(Contact),
        locations=rows(Address),
        spelled=spelled,
        done=_done(),
    )


@guests()
def account() -> ResponseReturnValue:
    """The log-in itself: its password, and where it is in use."""
    sessions = questions.open_sessions(db.session(), g.guest.portal_user_id, lasting(), now())
    return render_template("portal/account.html", sessions=sessions, named=named, done=_done())


def _done() -> str:
    return DONE.get(request.args.get("done", ""), "")


@guests(changes=True)
def reach() -> ResponseReturnValue:
    """The customer's own e-mail and phone."""
    return _form(Customer, OWN, own(), "how to reach you")


@guests(changes=True)
def part(kind: str, row_id: int) -> ResponseReturnValue:
    model, names, words = KINDS[kind]
    return _form(model, names, row_or_404(model, row_id, model.customer_id == g.guest.customer_id), words)


@guests(changes=True)
def new_part(kind: str) -> ResponseReturnValue:
    model, names, words = KINDS[kind]
    return _form(model, names, None, words)


def _form(model: Any, names: tuple[str, ...], row: Any, words: str) -> ResponseReturnValue:
    sent = request.form if request.method == "POST" else None
    made = Fields(model, names, row, sent, place())
    problem, status = "", 200
    if sent is not None:
        if made.read() and not (problem := _save(made)):
            return redirect(url_for("portal.home", done="saved"))
        status = 422
    title = f"{'Change' if row else 'Add a'} {words}"
    page = {
        "title": title,
        "fields": made.inputs(),
        "problem": problem,
        "version": getattr(row, "version", 0),
    }
    return render_template("portal/form.html", **page), status


def _save(made: Fields) -> str:
    """Why it was not saved; "" when it was, or when the words stand at a field."""
    session = db.session()
    if own().is_locked:
        return LOCKED
    try:
        again(session, lambda: _write(made))
    except Clashes:
        session.rollback()
        return CHANGED
    except Refused as refused:
        session.rollback()
        if refused.field in made.names:
            made.errors[refused.field] = refused.text
            return "Something has to be put right below."
        return refused.text
    return ""


def _write(made: Fields) -> None:
    session, base = db.session(), request.form.get("version", "")
    if made.row is None:
        create(session, made.model, Draft(made.values | {"customer_id": g.guest.customer_id}), viewer())
    else:
        known = int(base) if base.isdecimal() and len(base) < 10 else None
        update(session, made.row, Draft(made.values), viewer(), base=known)


def install(portal: Blueprint) -> None:
    both, kinds = ["GET", "POST"], f"<any({', '.join(KINDS)}):kind>"
    portal.add_url_rule("/", "home", home)
    portal.add_url_rule("/account", "account", account)
    portal.add_url_rule("/reach", "reach", reach, methods=both)
    portal.add_url_rule(f"/{kinds}/new", "new_part", new_part, methods=both)
    portal.add_url_rule(f"/{kinds}/<row:row_id>", "part", part, methods=both)
