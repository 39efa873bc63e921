"""Error pages: what failed, why, what to do next, and the id to quote. Never a traceback."""

import sqlite3
from html import escape

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    Conflict,
    HTTPException,
    InternalServerError,
    SecurityError,
    ServiceUnavailable,
    default_exceptions,
)

log = structlog.get_logger(__name__)

# code: (title, text)
WORDS = {
    400: (
        "We could not read that",
        "Something in the address or the form is not as expected. Go back and check it.",
    ),
    401: (
        "Please sign in",
        "You have been signed out, or never signed in. Nothing was changed. Sign in on the page that opens, "
        "then go back from this one: the browser may still hold what you typed, and you can send it.",
    ),
    403: ("Not permitted", "Your roles do not include this. An administrator can change that."),
    404: ("Not found", "There is nothing at this address, or you may not see it."),
    405: ("Not possible here", "This address does not answer that kind of request."),
    409: (
        "Changed meanwhile",
        "Someone else changed this first. Reload the page and look at what is there now.",
    ),
    410: ("No longer good", "What was at this address has been used or has run out."),
    413: ("Too large", "What you sent is larger than we accept. Send less at once."),
    415: ("Wrong kind of file", "This place does not take that kind of content."),
    422: ("Not accepted", "We understood the request but cannot carry it out as it stands."),
    423: ("Locked", "This record is locked. Unlock it first."),
    429: ("Too many tries", "Wait a little, then try again."),
    500: ("Our mistake", "Something broke on our side and was written down. Nothing was half saved."),
    503: ("Not available right now", "The database does not answer. Go back and try again in a moment."),
}
EXPIRED = ("This form has expired", "Reload the page and send it again. Nothing was changed.")
BUSY = "Somebody else is changing the same record right now. Nothing was saved; try again in a moment."
CROSSED = frozenset({"40001", "40P01", "55P03"})  # two were in each other's way, as PostgreSQL says it
RETRY_SECONDS = "5"


def is_outage(error: OperationalError) -> bool:
    """The database is away, busy or full; otherwise the statement was wrong, which is our mistake."""
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR
    return True


def words_for(error: HTTPException) -> tuple[str, str]:
    if isinstance(error, CSRFError):
        return EXPIRED
    code = error.code or 500
    title, text = WORDS.get(code, (error.name, ""))
    # A description that the raiser wrote is meant for the reader; Werkzeug's own are for programmers.
    stock = default_exceptions[code].description if code in default_exceptions else None
    own = error.description if error.description != stock and code < 500 else None
    return title, str(own or text)


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def plain_page(code: int, title: str, text: str) -> Response:
    body = f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>"
    return make_response(
        f"{body}<h1>{escape(title)}</h1><p>{escape(text)}</p><p>{escape(g.request_id)}</p>", code
    )


def page(code: int, title: str, text: str) -> Response:
    if wants_json():
        said = {"code": code, "title": title, "text": text, "request_id": g.request_id}
        return make_response(jsonify(error=said), code)
    try:
        html = render_template(
            g.get("error_page", "error.html"),
            code=code,
            title=title,
            text=text,
            request_id=g.request_id,
            links=(),
        )
    except Exception:
        # The page's frame reads the database and the session; whatever broke the request can break
        # the frame too, and an error page must not fail.
        log.warning("error_page_failed", exc_info=True)
        return plain_page(code, title, text)
    return make_response(html, code)


def install(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        title, text = words_for(error)
        code = error.code or 500
        # Under a foreign name no address can be built, so the frame cannot be drawn.
        answer = plain_page if isinstance(error, SecurityError) else page
        response = answer(code, title, text)
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after", "www-authenticate"):
                response.headers[name] = value
        return response

    @app.errorhandler(StaleDataError)
    def overtaken(error: StaleDataError) -> Response:
        """Two changed one row at the same moment; a page that can merge them has caught this itself."""
        return refuse(Conflict())

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def unavailable(error: OperationalError | PoolTimeout) -> Response:
        if isinstance(error, OperationalError) and not is_outage(error):
            app.log_exception((type(error), error, error.__traceback__))
            return refuse(InternalServerError())
        if getattr(getattr(error, "orig", None), "sqlstate", None) in CROSSED:
            return refuse(Conflict(BUSY))
        log.error("database_unavailable", kind=type(error).__name__)
        response = refuse(ServiceUnavailable())
        response.headers["Retry-After"] = RETRY_SECONDS
        return response
