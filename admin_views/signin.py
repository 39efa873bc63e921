"""Signing in and out: Flask-Security checks the password, a row of ours is the session."""

import datetime as dt
from typing import Any

import flask_login
from flask import Flask, abort, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import LoginForm, Security, SQLAlchemyUserDatastore, UserMixin, user_authenticated
from flask_wtf import CSRFProtect
from wtforms import Field, PasswordField, StringField

from config import Config
from models.access import Role, StaffUser
from models.base import db, now
from models.text import clean
from operations import passwords, throttle
from queries.staff import Lasting, by_email

from . import sessions
from .gate import public, while_viewing

COOKIE = "recordroom"
WRONG = "E-mail or password is not right."


class Person(UserMixin):
    """A staff member as Flask-Security sees one, so that the models need not know it.

    Nobody is a person too, whose password is never right: an unknown e-mail takes the same way,
    and the same time, as a wrong password.
    """

    fs_uniquifier = ""
    roles = ()

    def __init__(self, staff: StaffUser | None) -> None:
        self.staff = staff
        self.email = staff.email if staff else ""
        self.active = bool(staff and staff.active)
        self.fs_uniquifier = staff.fs_uniquifier if staff else ""
        self.password = "set"  # it is asked only whether there is one; the hash stays in the row

    def verify_and_update_password(self, password: str) -> bool:
        stored = self.staff and self.staff.password
        right = passwords.matches(password, stored)
        if right and stored and passwords.is_dated(stored):
            self.staff.password = passwords.hashed(password)
        return right


class People(SQLAlchemyUserDatastore):
    """Where Flask-Security finds a person."""

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Person:
        return Person(by_email(self.db.session(), wanted["email"]))

    def put(self, person: Person) -> Person:
        return person


class Present(flask_login.UserMixin):
    """What Flask-Login knows of whoever sends the request: that they are signed in."""


class SignInForm(LoginForm):
    email = StringField("Work email")
    password = PasswordField("Password")
    remember = None  # a session ends when it is not used; nothing outlives it

    def validate_next(self, field: Field) -> None:
        """A foreign address is no reason to keep a person out; redirects.py sends them home."""

    def validate(self, **rest: Any) -> bool:
        # A field may be left out, and PostgreSQL takes no NUL; Flask-Security allows for neither.
        self.email.data = email = clean(self.email.data or "")
        self.password.data = password = self.password.data or ""
        if len(password) > passwords.LONGEST or len(email) > 254:
            abort(400, "That is too long to be an e-mail address and a password.")
        address, session = request.remote_addr or "", db.session()
        if seconds := throttle.attempt(session, email, address, now()):
            abort(too_soon(self, seconds))
        right = super().validate(**rest)
        if right:
            throttle.succeeded(session, email, address)
        return right


def too_soon(form: SignInForm, seconds: int) -> ResponseReturnValue:
    form.form_errors = [f"{throttle.too_soon(seconds)}, or ask an administrator for a link."]
    page = render_template(current_app.config["SECURITY_LOGIN_USER_TEMPLATE"], login_user_form=form)
    return make_response(page, 429, {"Retry-After": str(seconds)})


def begin_session(app: Flask, user: Person, **_: Any) -> None:
    sessions.begin(user.staff.id)


@while_viewing
@public
def sign_out() -> ResponseReturnValue:
    """Public, because a session that has ended by itself is signed out already."""
    if g.staff_session:
        sessions.end(g.staff_session.session_id, g.viewer.staff_id)
        db.session.commit()
    return redirect("/login")


def refuse_json() -> None:
    if request.blueprint == "security" and request.is_json:
        abort(415, "Sign in with the form.")


def configure(app: Flask, config: Config) -> None:
    app.config.update(
        STAFF_SESSION=Lasting(
            idle=dt.timedelta(minutes=config.session_idle_minutes),
            absolute=dt.timedelta(hours=config.session_hours),
        ),
        SESSION_COOKIE_NAME=f"__Host-{COOKIE}" if config.is_secure else COOKIE,
        WTF_CSRF_TIME_LIMIT=None,  # good as long as the session
        WTF_CSRF_SSL_STRICT=False,  # web/origin.py knows the public name, a Referer check does not
        SESSION_PROTECTION=None,  # Flask-Login's own, which ties a session to a browser's name
        SECURITY_LOGIN_URL="/login",
        SECURITY_POST_LOGIN_VIEW="/admin/",
        SECURITY_LOGOUT_METHODS=None,
        SECURITY_FRESHNESS=dt.timedelta(minutes=-1),
        SECURITY_STATIC_FOLDER=None,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(WRONG, "error"),
        SECURITY_PASSWORD_NORMALIZE_FORM=None,  # operations/passwords.py does it
        SECURITY_PASSWORD_SINGLE_HASH=True,
    )


def install(app: Flask, config: Config) -> None:
    """After the gate, so that whoever may not come in is told so before their form is judged."""
    configure(app, config)
    app.before_request(refuse_json)
    CSRFProtect(app)
    security = Security(app, People(db, Person, Role), login_form=SignInForm)
    security.want_json(lambda _: False)
    # The gate has looked the session up; Flask-Login is told what it found.
    security.login_manager.user_loader(lambda _: Present() if g.get("staff_session") else None)
    security.login_manager.request_loader(lambda _: None)
    user_authenticated.connect(begin_session, app)
    app.add_url_rule("/logout", "logout", sign_out, methods=["POST"])
