"""What a page says, read from its HTML."""

import re
from html import unescape

from werkzeug.test import TestResponse

from models.base import Record

from .ground.client import Client, Form, FormReader


def ids(page: TestResponse) -> list[int]:
    """The records in the table of a page, in their order."""
    return [int(found) for found in re.findall(r'<tr data-id="(\d+)"', page.text)]


def path(row: Record, *rest: str) -> str:
    """Where the page of a record is, or what is under it."""
    return "/".join(("/admin", row.__tablename__, str(row.id), *rest, ""))


def total(page: TestResponse) -> str:
    found = re.search(r'data-total="([^"]*)"', page.text)
    assert found, f"{page.request.path} has no total ({page.status})"
    return found.group(1)


def words(page: TestResponse | str) -> str:
    """The text of a page, or of a piece of HTML, without its tags and what frames every page."""
    html = page if isinstance(page, str) else page.text
    framed = re.search(r"<main[^>]*>(.*?)</main>", html, re.DOTALL)
    main = framed.group(1) if framed else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main.replace("<wbr>", ""))).split())


def wrong(page: TestResponse) -> dict[str, str]:
    """The fields that are marked as wrong, with what is said at each."""
    names = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"[^>]*aria-invalid="true"', page.text)
    return {name: words(_part(page.text, f'id="{name}-error"', "</p>")) for name in names}


def _part(html: str, start: str, end: str) -> str:
    return html.partition(start)[2].partition(">")[2].partition(end)[0]


def pieces(page: TestResponse, tag: str) -> list[str]:
    """The text of every element of a kind that holds none of the same kind."""
    return [words(found) for found in re.findall(rf"<{tag}[ >].*?</{tag}>", page.text, re.DOTALL)]


def forms(page: TestResponse, action: str) -> list[Form]:
    reader = FormReader()
    reader.feed(page.text)
    return [form for form in reader.forms if action in form.action]


def links(page: TestResponse, label: str) -> list[str]:
    """Where the links with these words lead."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page.text, re.DOTALL)
    return [unescape(href) for href, html in found if label in words(html)]


def flashes(page: TestResponse) -> str:
    """What a page says about what was done just before."""
    toasts = page.text.partition('id="toasts"')[2].partition('id="places"')[0]
    return " ".join(words(found) for found in re.findall(r"<span>(.*?)</span>", toasts, re.DOTALL))


def send_away(client: Client, table: str, row_id: int) -> None:
    """Delete a record, with the preview of what goes along."""
    preview = client.submit(f"/admin/{table}/operate/delete/?ids={row_id}", reason="Not needed")
    client.submit(preview.location, "/confirm/", count="1")


def bring_back(client: Client, page: TestResponse | None = None, row_id: int = 0) -> str:
    """Restore a deleted record, the last one if none is named; what the next page says of it."""
    offered = links(page or client.get("/admin/history/deleted/"), "Restore")
    asked = next(href for href in offered if not row_id or f"ids={row_id}&" in href)
    answer = client.submit(asked, "/operate/restore/", go="1")
    return flashes(client.get(answer.location)) if answer.status_code == 303 else words(answer)
