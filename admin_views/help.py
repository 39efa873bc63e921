"""The guides in docs/, readable inside the panel."""

import re
from functools import cache
from pathlib import Path

from flask import Flask, abort, render_template
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from .gate import signed_in
from .shapes import Link

DOCS = Path(__file__).resolve().parent.parent / "docs"
GUIDES = {
    "staff": "Guide for staff",
    "operators": "Guide for operators",
    "developers": "Guide for developers",
}
# A wide table moves within the page, also by keyboard.
SCROLLS = '<div class="scroll-x" tabindex="0" role="group" aria-label="Table"><table>\n'


def help_path(place: str) -> str:
    """`staff.md#customers` as an address of the panel; "" for none."""
    if not place:
        return ""
    page, _, anchor = place.partition("#")
    return f"/admin/help/{page.removesuffix('.md')}/" + (f"#{anchor}" if anchor else "")


def anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


@cache
def rendered(name: str) -> Markup:
    """A guide as HTML. The files are our own and may hold no HTML of theirs."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("table_open", lambda *_: SCROLLS)
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    tokens = parser.parse((DOCS / f"{name}.md").read_text())
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(inline.content))
    for token in tokens:
        for child in token.children or ():
            _lead_home(child)
    return Markup(parser.renderer.render(tokens, parser.options, {}))


def _lead_home(token: Token) -> None:
    """Links from guide to guide stay inside the panel."""
    target = token.attrGet("href")
    if token.type == "link_open" and isinstance(target, str) and re.match(r"[a-z]+\.md(#|$)", target):
        token.attrSet("href", help_path(target))


@signed_in
def guide(name: str) -> ResponseReturnValue:
    if name not in GUIDES:
        abort(404)
    page = {
        "title": GUIDES[name],
        "tabs": [Link(title, help_path(f"{n}.md"), on=n == name) for n, title in GUIDES.items()],
        "html": rendered(name),
    }
    return render_template("admin/help.html", page=page)


def install(app: Flask) -> None:
    app.add_url_rule("/admin/help/<name>/", "help", guide)
