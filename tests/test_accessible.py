"""Every page for everyone: axe-core in both themes and at two widths, and nothing wider than the window.

Nothing here depends on the database behind the page, so SQLite alone stands for both.
"""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, Response

from .addresses import groups, pages
from .demo import fill
from .ground import axe
from .ground.client import Client
from .ground.people import lend_cookies

pytestmark = pytest.mark.parametrize("ground", ["sqlite"], indirect=True)

WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def world(app: Flask) -> Flask:
    fill(app)
    return app


@pytest.fixture
def window(page: Page) -> Iterator[Page]:
    """A window with axe-core in it. Nothing that a page asks for may be missing."""
    lost: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400 and answer.request.resource_type != "document":
            lost.append(f"{answer.url} answers {answer.status}")

    page.on("response", note)
    page.emulate_media(reduced_motion="reduce")  # no colour half-way from one theme to the other
    axe.bring(page)
    yield page
    assert not lost


def stumbles(page: Page) -> list[str]:
    """What is wrong with the page that is open, at both widths and in both themes."""
    found = []
    for device, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"{device}: {wider} px wider than the window")
        show(page, "light")
        found += [f"{device}: {text}" for text in axe.violations(page)]
        show(page, "dark")
        found += [f"{device}, dark: {text}" for text in axe.violations_of_colour(page)]
    return found


def show(page: Page, theme: str) -> None:
    page.evaluate(
        """theme => new Promise(painted => {
          document.documentElement.dataset.bsTheme = theme;
          requestAnimationFrame(() => requestAnimationFrame(painted));
        })""",
        theme,
    )


@pytest.mark.parametrize("group", groups())
def test_everyone_can_use_every_page(world, window, live_server, signed_in, group):
    client: Client = world.test_client() if group == "signed out" else signed_in("admin")
    with world.app_context():
        paths = pages(world, world.extensions["sqlalchemy"].session(), client, group)
    if group != "signed out":
        lend_cookies(client, window, live_server)
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        window.goto(path)
        for text in stumbles(window):
            found[text].append(path)
    assert not found, "\n".join(f"{text}\n    on {', '.join(where)}" for text, where in found.items())
