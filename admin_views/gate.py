"""Who may come in where. A route that does not say stops the start.

A view says it with a decorator: `@needs("customer.read")`, `@needs("{table}.update")` on the
generated views, `@signed_in` for any staff, `@public` for everybody.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from models.act import Act, acting
from models.base import db, now
from models.card_numbers import NO_CARDS, holds_card_number
from models.database import writes
from models.text import clean
from operations.impersonation import START
from queries import impersonation

from . import redirects, sessions

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"  # everybody; the page may still know who reads it
SIGNED_IN = "signed in"
PORTAL = "portal"  # customers, whom portal/gate.py knows
OUTSIDE = "outside"  # everybody, and the database is not asked who they are
CLOSED = "closed"  # nobody: it comes with a library, and we do not use it

# Routes that others bring along.
BROUGHT = {
    "asset": OUTSIDE,
    "static": OUTSIDE,
    "healthz": OUTSIDE,
    "readyz": OUTSIDE,
    "security.login": PUBLIC,
    "admin.static": CLOSED,
}
READING = ("GET", "HEAD")
TAKING = (".export", ".ledger", ".print_pdf")  # views whose answers are files to take along
WHILE_VIEWING = "While you view as a customer, the panel only shows. End that first."
LACKING = "Parts of this page may need a permission that you do not have. Ask an administrator for it."


class UndeclaredRoute(RuntimeError):
    """A route that does not say who may use it."""


def needs(*permissions: str) -> Callable[[View], View]:
    """All of `permissions`; "{table}" in one stands for the table of the view."""

    def declare(view: View) -> View:
        view.needs = permissions  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    return needs(PUBLIC)(view)


def signed_in(view: View) -> View:
    return needs(SIGNED_IN)(view)


def while_viewing(view: View) -> View:
    """Also sent while the person views the portal as a customer."""
    view.while_viewing = True  # type: ignore[attr-defined]
    return view


def needed(app: Flask, endpoint: str) -> tuple[str, ...]:
    """What an endpoint asks for; () when it does not say."""
    if brought := BROUGHT.get(endpoint):
        return (brought,)
    view = app.view_functions[endpoint]
    declared = getattr(view, "needs", ())
    model = getattr(getattr(view, "__self__", None), "model", None)
    table = getattr(model, "__tablename__", "")
    return tuple(permission.replace("{table}", table) for permission in declared)


def check_routes(app: Flask) -> None:
    silent = sorted({rule.endpoint for rule in app.url_map.iter_rules() if not needed(app, rule.endpoint)})
    if silent:
        raise UndeclaredRoute(
            f"no permission is declared for {', '.join(silent)}; put @needs, @signed_in or @public of "
            "admin_views/gate.py on the view"
        )


def install(app: Flask) -> None:
    """Before everything else that looks at a request, the check of form tokens included."""
    app.before_request(admit)
    app.teardown_request(leave)
    redirects.install(app)


def admit() -> ResponseReturnValue | None:
    g.viewer = g.staff_session = g.viewing = None
    writes.set(request.method not in READING)
    if request.method == "OPTIONS" and request.url_rule:
        # Flask would answer it for every route without asking what the route needs.
        raise MethodNotAllowed(sorted((request.url_rule.methods or set()) - {"OPTIONS"}))
    # An address that leads nowhere is still answered by a page that may know its reader.
    wanted = set(needed_here())
    if OUTSIDE in wanted:
        return None
    if CLOSED in wanted:
        abort(404)
    recognise()
    if PORTAL in wanted:
        return None
    if g.viewing and not may_go_on():
        abort(403, WHILE_VIEWING)
    if PUBLIC in wanted:
        return None
    if g.viewer is None:
        return ask_to_sign_in()
    if not all(g.viewer.may(permission) for permission in wanted - {SIGNED_IN}):
        abort(403, LACKING)
    return None


def may_go_on() -> bool:
    """Who views as a customer looks and does nothing else, and takes nothing along."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "while_viewing", False):
        return True
    return request.method in READING and not (request.endpoint or "").endswith(TAKING)


def needed_here() -> tuple[str, ...]:
    if request.endpoint is None:
        return (PUBLIC,)
    return needed(current_app, request.endpoint) or (CLOSED,)


def recognise() -> None:
    """Who asks, for the page and for the history of what it changes."""
    g.staff_session = sessions.current()
    g.viewer = g.staff_session and g.staff_session.viewer
    if g.staff_session and g.staff_session.impersonation_id and g.viewer.may(START):
        g.viewing = impersonation.under_way(db.session(), g.staff_session.impersonation_id, now())
    acting(
        db.session(),
        Act(
            staff_id=g.viewer and g.viewer.staff_id,
            staff_name=g.viewer.name if g.viewer else "",
            source="panel",
            request_id=g.get("request_id", ""),
            address=request.remote_addr or "",
            reason=_reason() if g.viewer else "",
        ),
    )


def _reason() -> str:
    """Why, where a form asks for it. It is kept for good, whatever becomes of the record."""
    text = clean(request.form.get("reason", ""))[:500]
    if holds_card_number(text):
        abort(422, NO_CARDS)
    return text


def ask_to_sign_in() -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        # A part of a page cannot show the sign-in; htmx sends the whole window there.
        page = redirects.path_of(request.headers.get("HX-Current-URL", ""))
        return make_response("", 401, {"HX-Redirect": sign_in_at(page)})
    if request.method in READING and request.accept_mimetypes.best != "application/json":
        if sessions.forget():
            flash("You have been signed out. Sign in to go on where you were.")
        return redirect(sign_in_at(request.full_path))
    abort(401)


def sign_in_at(path: str) -> str:
    back = redirects.own_path(path.removesuffix("?"))
    return url_for("security.login", next=None if back == redirects.HOME else back)


def leave(error: BaseException | None) -> None:
    writes.set(True)
