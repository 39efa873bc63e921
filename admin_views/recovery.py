"""Choosing a password with a link, and the page that says where to get one."""

from flask import Flask, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField

from models.base import db, now
from models.text import clean
from operations import passwords, recovery, requests_for_links, throttle
from operations.errors import Refused

from .gate import public

TOO_MANY = "Too many links were asked for from here. Try again in an hour."


class PasswordForm(FlaskForm):
    password = PasswordField("New password")
    password_confirm = PasswordField("Once more")


def refuse_books(*typed: str | None) -> None:
    """Before anything is hashed: hashing a megabyte keeps a processor busy."""
    if any(len(password or "") > passwords.LONGEST for password in typed):
        abort(400, f"A password has at most {passwords.LONGEST:,} characters.")


@public
def forgot() -> ResponseReturnValue:
    """The answer is the same whether anybody has this address; what is done about it is done later."""
    if request.method != "POST":
        return render_template("security/forgot_password.html")
    email = clean(request.form.get("email", ""))
    if len(email) > 254:
        abort(400, "That is too long to be an e-mail address.")
    if not requests_for_links.note(db.session(), email, request.remote_addr or "", throttle.STAFF, now()):
        return render_template("security/forgot_password.html", email=email, problem=TOO_MANY), 429
    db.session.commit()
    return render_template("security/forgot_password.html", sent=True)


@public
def choose_password(token: str) -> ResponseReturnValue:
    form = PasswordForm()
    if request.method == "POST":
        refuse_books(form.password.data, form.password_confirm.data)
        if _is_set(token, form):
            flash("Your password is set. Sign in with it.", "success")
            return redirect(url_for("security.login"))
    elif recovery.owner_of(db.session(), token, now()) is None:
        abort(410, recovery.SPENT)
    return make_response(
        render_template("security/reset_password.html", reset_password_form=form),
        422 if form.errors else 200,
        # Not even our own pages learn the address. "no-referrer" would hide the origin of the form too.
        {"Referrer-Policy": "strict-origin"},
    )


def _is_set(token: str, form: PasswordForm) -> bool:
    if form.password.data != form.password_confirm.data:
        form.password_confirm.errors = ["The two are not the same."]
        return False
    try:
        recovery.set_password(db.session(), token, form.password.data or "", now())
    except Refused as refused:
        db.session.rollback()
        if not refused.field:
            abort(410, refused.text)
        form.password.errors = [refused.text]
        return False
    db.session.commit()
    return True


def install(app: Flask) -> None:
    app.add_url_rule("/forgot", "forgot", forgot, methods=["GET", "POST"])
    app.add_url_rule(
        "/password/<string(length=43):token>", "password", choose_password, methods=["GET", "POST"]
    )
