"""The HTML of a mail, shown as it was sent and shut in: no script, no request, nothing of our session."""

import re

from flask import Response, g
from markupsafe import Markup, escape

# The sandbox takes away script, forms and our origin; a link opens in a window of its own.
SHUT_IN = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


def around(page: str) -> str:
    """A page that shows a mail within it, which web/headers.py has to permit."""
    g.frames_own = True
    return page


def framed(html: str) -> Response:
    opened = html.replace("<head>", '<head>\n<base target="_blank">', 1)
    return Response(opened, mimetype="text/html", headers=SHUT_IN | {"Referrer-Policy": "no-referrer"})


def linked(text: str) -> Markup:
    """A text in which web addresses can be pressed."""
    found, last = Markup(""), 0
    for address in _ADDRESS.finditer(text):
        found += escape(text[last : address.start()])
        found += Markup('<a href="{}" rel="noopener">{}</a>').format(address[0], address[0])
        last = address.end()
    return found + escape(text[last:])
