"""Who may come into the portal: customers, and staff who view it as one of them.

A view of the portal says for whom it is with `@everybody` or `@guests`; the start is stopped by
one that does not. Whoever views as a customer only reads, but for what says `changes=True`.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from config import Config
from models.act import Act, acting
from models.base import db, now
from models.database import apart
from operations import sessions
from operations.impersonation import WRITE
from queries import portal as questions
from queries.impersonation import Viewing
from queries.portal import Guest
from queries.staff import Lasting

from . import cookie

View = TypeVar("View", bound=Callable[..., Any])

READING = ("GET", "HEAD")
PAGE = re.compile(r"/portal(/[A-Za-z0-9_-]+)+")  # no dots and no second slash, so it leads nowhere else
LONGEST_PATH = 200
SEEN_EVERY = dt.timedelta(minutes=1)
ONLY_THEM = "Only the customer can do this. While you view as them it stays closed."
READ_ONLY = "You view as this customer and may only read. Choose “Allow changes” above first."


def everybody(view: View) -> View:
    view.needs = ("public",)  # type: ignore[attr-defined]
    return view


def guests(*, changes: bool = False, private: bool = False, renewing: bool = False) -> Callable[[View], View]:
    """Customers who are signed in. `changes`: also staff who may change something for one.

    `private`: not even to look at while viewing as a customer. `renewing`: also for those who have
    to choose a password first.
    """

    def declare(view: View) -> View:
        view.needs = ("portal",)  # type: ignore[attr-defined]
        view.changes, view.private, view.renewing = changes, private, renewing  # type: ignore[attr-defined]
        return view

    return declare


def install(app: Flask, config: Config) -> None:
    cookie.configure(app, config)
    app.config["PORTAL_SESSION"] = Lasting(
        idle=dt.timedelta(minutes=config.session_idle_minutes),
        absolute=dt.timedelta(hours=config.session_hours),
    )
    app.before_request(admit)


def admit() -> ResponseReturnValue | None:
    if request.path == "/portal" or request.path.startswith("/portal/"):
        g.error_page = "portal/error.html"
    if request.blueprint != "portal":
        return None
    g.guest = recognise()
    view = current_app.view_functions[request.endpoint or ""]
    if "public" in view.needs:
        if g.viewing and request.method not in READING:
            abort(403, ONLY_THEM)
        return None
    if g.guest is None:
        return ask_to_sign_in()
    if g.viewing:
        return refuse_the_viewer(view, g.viewing)
    if g.guest.must_change_password and not view.renewing:
        return redirect(url_for("portal.password"))
    return None


def refuse_the_viewer(view: Any, viewing: Viewing) -> None:
    if view.private or (request.method not in READING and not view.changes):
        abort(403, ONLY_THEM)
    allowed = viewing.writes_from is not None and g.viewer.may(WRITE)
    if request.method not in READING and not allowed:
        abort(403, READ_ONLY)


def recognise() -> Guest | None:
    """Who asks, for the page and for the history of what it changes."""
    viewing: Viewing | None = g.viewing
    guest = questions.seen_as(db.session(), viewing.portal_user_id) if viewing else signed_in()
    act = Act(source="portal", request_id=g.get("request_id", ""), address=request.remote_addr or "")
    acting(db.session(), act)
    if guest:
        acting(db.session(), portal_user_id=guest.portal_user_id, staff_name=guest.name)
    if viewing:
        who = {"staff_id": g.viewer.staff_id, "staff_name": viewing.staff_name}
        acting(db.session(), impersonation_id=viewing.id, reason=viewing.reason, **who)
    return guest


def signed_in() -> Guest | None:
    token = cookie.read()
    if not token:
        return None
    found = questions.signed_in(db.session(), sessions.digest(token), lasting(), now())
    if found and now() - found.seen_at > SEEN_EVERY:
        with apart(db.session()):
            sessions.PORTAL.touch(db.session(), found.session_id, now())
    return found


def page_here(path: str) -> str:
    """A page of the portal to go on to after the sign-in, such as the one a mail led to; "" for all else."""
    return path if PAGE.fullmatch(path) and len(path) <= LONGEST_PATH else ""


def lasting() -> Lasting:
    return current_app.config["PORTAL_SESSION"]


def ask_to_sign_in() -> ResponseReturnValue:
    if request.method in READING:
        return redirect(url_for("portal.login", next=page_here(request.path) or None))
    abort(401)
