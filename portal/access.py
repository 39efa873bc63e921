"""Signing in to the portal and out of it."""

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from models.base import db, now
from models.portal import PortalUser
from models.text import clean
from operations import logins, passwords, sessions, throttle
from queries import portal as questions

from . import cookie
from .gate import everybody, guests, page_here

WRONG = "E-mail or password is not right."


@everybody
def login() -> ResponseReturnValue:
    if g.guest:
        return redirect(_onward())
    if request.method != "POST":
        return render_template("portal/login.html", onward=page_here(request.args.get("next", "")))
    email, password = clean(request.form.get("email", "")), request.form.get("password", "")
    if len(password) > passwords.LONGEST or len(email) > 254:
        abort(400, "That is too long to be an e-mail address and a password.")
    return _enter(email, password)


def _enter(email: str, password: str) -> ResponseReturnValue:
    here = request.remote_addr or ""
    if seconds := throttle.attempt(db.session(), email, here, now(), throttle.PORTAL):
        return _too_soon(email, seconds)
    user = questions.by_email(db.session(), email)
    if not passwords.matches(password, user and user.password_hash) or not user.is_active:
        return _refused(email, WRONG)
    throttle.succeeded(db.session(), email, here, throttle.PORTAL)
    if problem := logins.closed_to(db.session(), user):
        db.session.commit()
        return _refused(email, problem)
    return _begin(user, password)


def _begin(user: PortalUser, password: str) -> ResponseReturnValue:
    logins.note_sign_in(db.session(), user, password, now())
    token = sessions.PORTAL.begin(
        db.session(), user.id, now(), request.remote_addr or "", request.user_agent.string
    )
    db.session.commit()
    session.pop("csrf_token", None)  # whoever knew the one from before knows none now
    return cookie.give(make_response(redirect(_onward())), token)


def _onward() -> str:
    """To the page that was asked for before the sign-in, or else to the first one."""
    return page_here(request.values.get("next", "")) or url_for("portal.home")


def _refused(email: str, problem: str, status: int = 200) -> ResponseReturnValue:
    onward = page_here(request.form.get("next", ""))
    return render_template("portal/login.html", email=email, problem=problem, onward=onward), status


def _too_soon(email: str, seconds: int) -> ResponseReturnValue:
    page, _ = _refused(email, f"{throttle.too_soon(seconds)}.")
    return make_response(page, 429, {"Retry-After": str(seconds)})


@everybody
def logout() -> ResponseReturnValue:
    """For everybody, because a session that has ended by itself is signed out already."""
    if g.guest and g.guest.session_id:
        sessions.PORTAL.end(db.session(), g.guest.session_id, g.guest.portal_user_id, now())
        db.session.commit()
    return cookie.take(make_response(redirect(url_for("portal.login"))))


@guests(private=True)
def end_others() -> ResponseReturnValue:
    """Sign out everywhere else."""
    sessions.PORTAL.end_all(db.session(), g.guest.portal_user_id, now(), but=g.guest.session_id)
    db.session.commit()
    return redirect(url_for("portal.account", done="sessions"))


def install(portal: Blueprint) -> None:
    portal.add_url_rule("/login", "login", login, methods=["GET", "POST"])
    portal.add_url_rule("/logout", "logout", logout, methods=["POST"])
    portal.add_url_rule("/sessions/end", "end_others", end_others, methods=["POST"])
