"""The desk without a mouse: the palette, single keys, and looks that stay as chosen.

All of it happens in the browser, so SQLite alone stands for both databases.
"""

import re

import pytest
from playwright.sync_api import expect

from models.customer import Customer

from .desk import at, furnish, names
from .ground import on_sqlite

pytestmark = on_sqlite

LIST = re.compile(r"/admin/customer/$")


@pytest.fixture
def desk(session):
    return furnish(session)


@pytest.mark.req("S0.1")
def test_typing_the_name_of_a_page_leads_to_it(page_of, desk):
    page = page_of("viewer")
    page.goto("/admin/")
    page.get_by_role("button", name="Search or go to").click()
    page.keyboard.type("customers")
    expect(page.get_by_role("option", name="Customers").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(LIST)
    expect(page.get_by_role("searchbox")).to_be_visible()


def test_the_palette_finds_records_and_commands(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/profile/")
    page.keyboard.press("Control+k")
    page.keyboard.type("bo ek")
    hit = page.get_by_role("option", name="Bo Ek")
    expect(hit).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(at(Customer, desk.bo) + "$"))
    page.keyboard.press("Control+k")
    page.keyboard.type("no such thing")
    expect(page.get_by_role("option", name="Nothing found")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_list_is_walked_and_opened_by_keys(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(LIST)  # with its scripts
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jk?c")  # letters in a field are letters
    expect(page.get_by_role("searchbox")).to_have_value("jk?c")
    page.get_by_role("searchbox").fill("")
    page.keyboard.press("Escape")
    second, third = names(page)[1:3]
    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.get_by_role("link", name=second, exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=third, exact=True)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=second, level=1)).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name=f"Edit {second}")).to_be_visible()


def test_single_keys_start_things_and_can_be_switched_off(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="New customer")).to_be_visible()
    page.goto("/admin/customer/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("New customer")
    with page.expect_response("**/appearance"):
        keys.get_by_label("Single-key shortcuts on").uncheck()
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("tr.cur")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search or go to")).to_be_visible()


def test_theme_and_density_stay_as_chosen(page_of, desk):
    page = page_of("agent")
    page.emulate_media(color_scheme="light")
    page.goto("/admin/customer/")
    root = page.locator("html")
    tall = page.locator("tbody tr").first.bounding_box()["height"]
    with page.expect_response("**/appearance"):
        page.keyboard.press("Shift+D")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.get_by_text("Display", exact=True).click()
    with page.expect_response("**/appearance"):
        page.get_by_role("button", name="Compact rows").last.click()
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    expect(root).to_have_attribute("data-density", "compact")
    assert page.locator("tbody tr").first.bounding_box()["height"] < tall
    page.goto("/admin/profile/")
    expect(page.get_by_label("Theme")).to_have_value("dark")
    page.locator("summary.who").click()
    with page.expect_response("**/appearance"):
        page.get_by_role("button", name="As the device").click()
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_the_palette_and_the_list_of_keys_name_everything_once(page_of):
    page = page_of("admin")
    page.goto("/admin/")
    page.keyboard.press("?")
    keys = page.locator("#keys kbd").all_inner_texts()
    assert len(keys) == len(set(keys)) > 10
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    with page.expect_response("**/admin/find**"):
        page.keyboard.type("cus")
    places = page.locator("#palette [role=option]")
    expect(places.filter(has_text="New customer")).to_have_count(1)
    said = places.all_inner_texts()
    assert len(said) == len(set(said))


def test_the_first_tab_stop_leads_past_the_menu(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Help with Customers")).to_be_focused()
