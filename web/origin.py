"""Refuses requests under a name that is not ours, and writes that another site caused."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.exceptions import SecurityError

from config import Config

SAFE = ("GET", "HEAD", "OPTIONS")


def is_foreign(own: set[str]) -> bool:
    """Another site sent the browser here. The token of the form is checked besides."""
    # Absent from old browsers and from programs, which carry no cookie of a person.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2].lower() not in own


def install(app: Flask, config: Config) -> None:
    # A proxy may change Host on the way, so the public name counts too.
    public = {urlsplit(config.public_url).netloc.lower()} - {""}

    @app.before_request
    def refuse_foreign() -> None:
        # Flask raises this only after every other before_request function has run.
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception
        if request.method not in SAFE and is_foreign(public | {request.host.lower()}):
            abort(403, "This request came from another site, so nothing was changed.")
