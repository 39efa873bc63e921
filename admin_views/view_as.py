"""Viewing the portal as a customer: asked for with a reason, ended with a button on every page."""

from dataclasses import dataclass

from flask import Flask, abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView, expose

from models.access import StaffUser
from models.base import db, now
from models.text import clean
from operations import impersonation, passwords, throttle
from operations.errors import Refused
from queries.impersonation import Viewing

from .gate import needs, signed_in, while_viewing
from .recovery import refuse_books
from .shapes import Link

PORTAL = "/portal/"
NOBODY = "There is no such record, or you may not see it."


@dataclass(frozen=True)
class ViewAsPage:
    title: str
    lede: str
    crumbs: tuple[Link, ...]
    action: str
    back: str
    asks_password: bool = False
    reason: str = ""
    errors: dict[str, str] | None = None


class ViewAs(BaseView):
    @expose("/", methods=("GET", "POST"))
    @needs(impersonation.START)
    def index(self, subject: int) -> ResponseReturnValue:
        """GET asks why, POST begins."""
        try:
            found = impersonation.subject(db.session(), subject, g.viewer)
        except Refused as refused:
            abort(422, refused.text)
        if found is None:
            abort(404, NOBODY)
        record, _ = found
        page = ViewAsPage(
            title=f"View as {record}",
            lede="You see the portal as they do, for 30 minutes. The customer is shown that support looked.",
            crumbs=(Link(str(record), back_to(subject)),),
            action=f"/admin/view-as/{subject}/",
            back=back_to(subject),
            asks_password=not is_recent(),
            reason=clean(request.form.get("reason", ""))[:200],
        )
        return self._begin(subject, page) if request.method == "POST" else self._show(page)

    def _begin(self, subject: int, page: ViewAsPage) -> ResponseReturnValue:
        if page.asks_password and (problem := wrong_password()):
            return self._show(page, {"password": problem}), 422
        session_id = g.staff_session.session_id
        try:
            impersonation.start(db.session(), g.viewer, session_id, subject, page.reason, now())
        except Refused as refused:
            db.session.rollback()
            return self._show(page, {refused.field: refused.text}), 422
        db.session.commit()
        return redirect(PORTAL)

    def _show(self, page: ViewAsPage, errors: dict[str, str] | None = None) -> str:
        return self.render("admin/view_as.html", page=page, errors=errors or {})


@while_viewing
@needs(impersonation.START, impersonation.WRITE)
def allow() -> ResponseReturnValue:
    """The second yes, before anything may be changed."""
    viewing: Viewing | None = g.viewing
    if viewing is None:
        abort(409, "You are not viewing as a customer any more.")
    if request.method == "POST":
        try:
            impersonation.allow_changes(db.session(), g.viewer, g.staff_session.session_id, now())
        except Refused as refused:
            abort(409, refused.text)
        db.session.commit()
        return redirect(PORTAL)
    page = ViewAsPage(
        title=f"Allow changes as {viewing.subject}",
        lede="What you change is theirs, and stands in the history with both your names.",
        crumbs=(Link(viewing.account, viewing.record),),
        action="/admin/viewing/allow",
        back=PORTAL,
    )
    return render_template("admin/view_as_allow.html", page=page)


@while_viewing
@signed_in
def end() -> ResponseReturnValue:
    try:
        over = impersonation.end(db.session(), g.viewer, g.staff_session.session_id, now())
    except Refused as refused:
        flash(refused.text, "error")
        return redirect("/admin/")
    db.session.commit()
    flash("You are yourself again.", "success")
    return redirect(back_to(over.customer_id))


def back_to(subject: int) -> str:
    return impersonation.record_path(subject)


def is_recent() -> bool:
    return now() - g.staff_session.started_at < impersonation.RECENT


def wrong_password() -> str:
    """Why the person is not confirmed to be who signed in; "" when they are."""
    typed, session = request.form.get("password", ""), db.session()
    refuse_books(typed)
    who = (g.staff_session.email, request.remote_addr or "")
    if seconds := throttle.attempt(session, *who, now()):
        return f"{throttle.too_soon(seconds)}."
    if not passwords.matches(typed, session.get_one(StaffUser, g.viewer.staff_id).password):
        return "This is not your password."
    throttle.succeeded(session, *who)
    session.commit()
    return ""


def install(app: Flask, admin: Admin) -> None:
    url = "/admin/view-as/<row:subject>"
    admin.add_view(ViewAs(name="View as customer", endpoint="view_as", url=url))
    app.add_url_rule("/admin/viewing/allow", "viewing_allow", allow, methods=["GET", "POST"])
    app.add_url_rule("/admin/viewing/end", "viewing_end", end, methods=["POST"])
