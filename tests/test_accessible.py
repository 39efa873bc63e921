"""Every page for everyone: axe-core in both themes and at two widths, and nothing wider than the window.

Nothing here depends on the database behind the page, so SQLite alone stands for both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress

import pytest
from flask import Flask
from playwright.sync_api import Page, Response, TimeoutError

from .addresses import groups, pages
from .ground import on_sqlite
from .ground.axe import bring, stumbles
from .ground.client import Client
from .ground.people import lend_cookies

pytestmark = on_sqlite


@pytest.fixture
def window(page: Page) -> Iterator[Page]:
    """A window with axe-core in it. Nothing that a page asks for may be missing."""
    lost: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400 and answer.request.resource_type != "document":
            lost.append(f"{answer.url} answers {answer.status}")

    page.on("response", note)
    bring(page)
    yield page
    assert not lost


@pytest.fixture
def desk(demo: Flask, window: Page, page_of) -> Page:
    """The window of an administrator in a filled demo."""
    return page_of("admin")


PARTS = defaultdict(lambda: 1, customer=4)  # in which its pages are walked through, for several workers
SEEN: set[int] = set()  # how elements looked on the pages that this process has walked through


class Walk:
    """Gathers what is wrong over many pages, the same fault once."""

    def __init__(self, page: Page, seen: set[int] | None = None) -> None:
        self.page, self.seen = page, seen
        self.found: dict[str, list[str]] = defaultdict(list)

    def look(self, where: str, within: str = "html") -> None:
        for text in stumbles(self.page, within, self.seen):
            self.found[text].append(where)

    def open(self, paths: Iterable[str]) -> None:
        for path in paths:
            self.page.goto(path)
            self.look(path)

    def end(self) -> None:
        assert not self.found, "\n".join(f"{t}\n    on {', '.join(p)}" for t, p in self.found.items())


@pytest.mark.parametrize(("group", "part"), [(name, n) for name in groups() for n in range(PARTS[name])])
def test_everyone_can_use_every_page(demo, window, live_server, signed_in, group, part):
    client: Client = demo.test_client() if group == "signed out" else signed_in("admin")
    with demo.app_context():
        session, share = demo.extensions["sqlalchemy"].session(), slice(part, None, PARTS[group])
        paths = pages(demo, session, client, group, share)
    if group != "signed out":
        lend_cookies(client, window, live_server)
    walk = Walk(window, SEEN)
    walk.open(paths)
    walk.end()


def test_everyone_can_use_a_list_whatever_it_has_found(desk):
    walk = Walk(desk)
    walk.open(
        f"/admin/customer/?{query}"
        for query in (
            "search=nobody+anywhere",
            "state=approved&flag=any&tag=%21vip",
            "state=nonsense",
            "postal_code=ZA:77429",
        )
    )
    walk.end()


def test_everyone_can_use_the_panel_on_its_first_day(window, page_of):
    page_of("admin")
    walk = Walk(window)
    walk.open(["/admin/", "/admin/customer/", "/admin/tag/", "/admin/history/", "/admin/history/deleted/"])
    walk.end()


def test_everyone_can_use_what_opens_over_a_list(desk):
    walk = Walk(desk)
    desk.goto("/admin/customer/?flag=any")
    # One filter of each kind: found by typing, ticked, set already, typed with a country.
    filters = ("#chip-tag", "#chip-type", "#chip-flag", "#chip-postal_code")
    menus = (".who", "summary[aria-label=Create]", "#page-exports summary", ".filters > .menu summary")
    for opener in (*filters, *menus):
        desk.set_viewport_size({"width": 1440, "height": 900})
        desk.locator(opener).click()
        walk.look(opener, "details[open] > .pop")
        desk.keyboard.press("Escape")
    walk.end()


def ask(desk: Page, key: str) -> None:
    """Press until it is heard: a busy machine may still be loading what listens."""
    for _ in range(4):
        desk.keyboard.press(key)
        with suppress(TimeoutError):
            desk.locator("dialog[open]").wait_for(timeout=4_000)
            return
    raise AssertionError(f"{key} opens nothing")


def test_everyone_can_use_the_dialogs(desk):
    walk = Walk(desk)
    desk.goto("/admin/customer/1/")
    for key in ("Control+k", "?"):
        ask(desk, key)
        walk.look(key, "dialog[open]")
        desk.keyboard.press("Escape")
        desk.locator("dialog[open]").wait_for(state="detached")
    desk.set_viewport_size({"width": 1440, "height": 900})
    desk.get_by_role("link", name="Edit Bill To").click()
    desk.locator("dialog[open] form").wait_for()
    walk.look("quick edit", "dialog[open]")
    walk.end()


def test_everyone_can_use_what_says_no(demo, window, page_of, live_server):
    page_of("viewer")
    walk = Walk(window)
    walk.open(["/admin/nothing/", "/admin/role/", "/admin/customer/1/", "/admin/customer/"])
    window.context.clear_cookies()
    window.goto("/login")
    window.get_by_label("Work email").fill("ann@desk.test")
    window.get_by_label("Password").fill("wrong")
    window.get_by_role("button", name="Sign in").click()
    walk.look("a wrong password")
    walk.open(["/password/" + "t" * 43])
    walk.end()


def test_everyone_can_use_a_form_that_was_refused(desk):
    walk = Walk(desk)
    desk.goto("/admin/customer/new/?preset=New+customer")
    desk.get_by_label("E-mail", exact=True).first.fill("nobody at all")
    desk.get_by_role("button", name="Create customer").click()
    desk.locator("#errors").wait_for()
    walk.look("a refused form")
    walk.end()


def test_everyone_can_use_a_form_that_asks_which_value_to_keep(desk, signed_in):
    walk = Walk(desk)
    desk.goto("/admin/customer/2/edit/")
    signed_in("manager").submit("/admin/customer/2/edit/", terms_days="21")
    desk.locator("#terms_days").fill("22")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.locator(".clash").wait_for()
    walk.look("a clash")
    walk.end()
