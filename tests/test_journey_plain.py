"""Without scripts one can still read and change records; on a phone one can do everything.

The pages are the same whatever database is behind them, so SQLite alone stands for both.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.customer import Customer

from .desk import at, furnish, names, save, shows, told
from .ground import on_sqlite
from .ground.people import lend_cookies

pytestmark = on_sqlite


@pytest.fixture
def desk(session):
    return furnish(session)


@pytest.fixture
def plain(browser: Browser, live_server: str, signed_in: Callable, desk) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    lend_cookies(signed_in("agent"), page, live_server)
    yield page
    context.close()


def test_without_scripts_a_list_is_searched_and_filtered(plain, desk):
    plain.goto("/admin/customer/")
    plain.get_by_role("searchbox").fill("maan")
    plain.keyboard.press("Enter")
    shows(plain, 1)
    assert names(plain) == ["Brouwerij De Halve Maan"]
    plain.goto("/admin/customer/")
    plain.locator("#chip-flag").click()
    plain.locator(".chip details[open]").get_by_label("CHK").check()
    save(plain, "Apply")
    shows(plain, 1)
    assert names(plain) == ["Brouwerij De Halve Maan"]


def test_without_scripts_a_record_is_changed_and_the_change_taken_back(plain, desk):
    plain.goto(at(Customer, desk.bo))
    plain.locator("main").get_by_role("link", name="Edit", exact=False).first.click()
    plain.locator("#email").fill("not an address")
    save(plain)
    expect(plain.get_by_role("alert")).to_contain_text("Not saved yet.")
    plain.locator("#email").fill("bo@ek.example")
    save(plain)
    expect(plain.locator("#toasts")).to_contain_text("saved")
    plain.goto(at(Customer, desk.bo, "history"))
    plain.get_by_role("button", name="Restore E-mail").first.click()
    expect(plain.locator("#toasts")).to_contain_text("restored")


def test_without_scripts_the_theme_is_chosen(plain):
    plain.goto("/admin/customer/")
    plain.locator("summary.who").click()
    plain.locator("summary.who + .pop").get_by_role("button", name="Dark").click()
    expect(plain.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_on_a_phone_the_menu_is_a_drawer_and_rows_are_cards(page_of, desk):
    page = page_of("agent")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/admin/")
    page.get_by_role("link", name="Open menu").click()
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="Recordroom")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("link", name="Open menu").click()
    menu.get_by_role("link", name="List").click()
    row = page.locator("#list tbody tr").nth(2)
    assert row.bounding_box()["width"] > 350
    expect(row).to_contain_text("Brouwerij")
    row.get_by_role("link", name="Brouwerij De Halve Maan", exact=True).click()
    page.get_by_role("button", name="I have read it").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("#phone_e164").fill("021 123")
    page.locator("#tax_number").fill("NL 8127")
    save(page)
    expect(page.locator("#phone_e164")).to_be_focused()  # too short
    page.locator("#phone_e164").fill("021 123 4567")
    save(page)
    told(page, "saved")
