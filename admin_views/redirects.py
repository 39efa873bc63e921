"""Redirects lead to pages of our own, never to where an address from outside points."""

import re
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, request

HOME = "/admin/"
# Printable ASCII without a backslash, which browsers read as a slash; what else there is comes encoded.
_PATH = re.compile(r"/(?!/)[\x21-\x5b\x5d-\x7e]*")
_HIDDEN = re.compile(r"[\x00-\x20\\\x7f]|//")


def own_path(url: str | None, otherwise: str = HOME) -> str:
    """`url` when it is a plain path on this site, else `otherwise`."""
    if not url or not _PATH.fullmatch(url):
        return otherwise
    hidden = _HIDDEN.search(unquote(urlsplit(url).path))
    return otherwise if hidden else url


def path_of(url: str) -> str:
    """Path and query of a whole address, as headers hold them; "" for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:  # half an IPv6 host, for instance
        return ""
    return f"{parts.path}?{parts.query}".removesuffix("?")


def came_from(otherwise: str = HOME) -> str:
    """The page that the form was on, as its browser says."""
    return own_path(path_of(request.referrer or ""), otherwise)


def install(app: Flask) -> None:
    @app.after_request
    def keep_at_home(response: Response) -> Response:
        """Whoever wrote the redirect, libraries included, it ends on this site."""
        if 300 <= response.status_code < 400 and response.location:
            response.location = own_path(response.location.removeprefix(request.host_url.rstrip("/")))
        return response
