"""Choosing a password: with a link from a mail, or by giving the present one."""

from dataclasses import dataclass, field

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.base import db, now
from models.portal import PortalUser
from models.text import clean
from operations import passwords, recovery, requests_for_links, throttle
from operations.errors import Refused

from .gate import everybody, guests

TOO_MANY = "Too many links were asked for from here. Try again in an hour."


@dataclass
class Typed:
    """A new password, typed twice."""

    password: str
    again: str
    present: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Typed":
        said = cls(*(request.form.get(name, "") for name in ("password", "password_confirm", "present")))
        if max(map(len, (said.password, said.again, said.present))) > passwords.LONGEST:
            abort(400, f"A password has at most {passwords.LONGEST:,} characters.")
        if said.password != said.again:
            said.errors["password_confirm"] = "The two are not the same."
        return said


@everybody
def forgot() -> ResponseReturnValue:
    """The answer is the same whether anybody has this address; what is done about it is done later."""
    if request.method != "POST":
        return render_template("portal/forgot.html")
    email = clean(request.form.get("email", ""))
    if len(email) > 254:
        abort(400, "That is too long to be an e-mail address.")
    if not requests_for_links.note(db.session(), email, request.remote_addr or "", throttle.PORTAL, now()):
        return render_template("portal/forgot.html", email=email, problem=TOO_MANY), 429
    db.session.commit()
    return render_template("portal/forgot.html", sent=True)


@everybody
def choose(token: str) -> ResponseReturnValue:
    """The page behind a link."""
    typed = Typed("", "")
    if request.method == "POST":
        typed = Typed.read()
        if not typed.errors and _is_set(token, typed):
            return redirect(url_for("portal.login", done="password"))
    elif recovery.owner_of(db.session(), token, now(), PortalUser) is None:
        abort(410, recovery.SPENT)
    return make_response(
        render_template("portal/choose.html", errors=typed.errors),
        422 if typed.errors else 200,
        # Not even our own pages learn the address. "no-referrer" would hide the origin of the form too.
        {"Referrer-Policy": "strict-origin"},
    )


def _is_set(token: str, typed: Typed) -> bool:
    try:
        recovery.set_password(db.session(), token, typed.password, now(), PortalUser)
    except Refused as refused:
        db.session.rollback()
        if not refused.field:
            abort(410, refused.text)
        typed.errors[refused.field] = refused.text
        return False
    db.session.commit()
    return True


@guests(private=True, renewing=True)
def change() -> ResponseReturnValue:
    """By who is signed in; asked of everybody whose password staff or the program chose."""
    typed = Typed("", "")
    if request.method == "POST":
        typed = Typed.read()
        if not typed.errors and _is_changed(typed):
            return redirect(url_for("portal.account", done="password"))
    return render_template("portal/password.html", errors=typed.errors), 422 if typed.errors else 200


def _is_changed(typed: Typed) -> bool:
    user, here = db.session.get_one(PortalUser, g.guest.portal_user_id), request.remote_addr or ""
    said = typed.present, typed.password
    try:
        recovery.change_password(db.session(), user, *said, now(), g.guest.session_id, here)
    except Refused as refused:
        typed.errors[refused.field] = refused.text
        return False
    return True


def install(portal: Blueprint) -> None:
    both = ["GET", "POST"]
    portal.add_url_rule("/forgot", "forgot", forgot, methods=both)
    portal.add_url_rule("/password", "password", change, methods=both)
    portal.add_url_rule("/password/<string(length=43):token>", "choose", choose, methods=both)
