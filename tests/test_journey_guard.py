"""What the browser's side of the panel takes care of: addresses, columns, lost sessions, unsaved words.

The pages are the same whatever database is behind them, so SQLite alone stands for both.
"""

import csv
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from models.customer import Customer

from .desk import at, choose, furnish, names, save, shows, told
from .ground import on_sqlite
from .people import PASSWORD, member

pytestmark = on_sqlite


@pytest.fixture
def desk(session):
    return furnish(session)


@pytest.mark.req("S3.17")
def test_the_search_form_asks_for_everything_at_once_when_it_is_sent(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/")
    form = page.get_by_role("search", name="Find customers")
    choose(form, "Tag", "vi", "VIP")
    form.get_by_label("Type", exact=True).select_option("organization")
    form.get_by_label("State", exact=True).select_option("approved")
    form.get_by_label("Postal code", exact=True).fill("8001")
    form.get_by_label("Country of Postal code").select_option("ZA")
    assert urlsplit(page.url).path == "/admin/"
    save(page, "Search")
    shows(page, 1)
    query = dict(parse_qsl(urlsplit(page.url).query))
    assert query == {"tag": "VIP", "type": "organization", "state": "approved", "postal_code": "ZA:8001"}
    assert names(page) == ["Brouwerij De Halve Maan"]


def test_columns_and_rows_are_chosen_and_stay_in_the_address(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/?type=organization")
    page.get_by_text("Display", exact=True).click()
    menu = page.locator("details[open] .pop")
    menu.get_by_label("E-mail").uncheck()
    menu.get_by_label("Class").check()
    save(page, "Show")
    expect(page.get_by_role("columnheader", name="Class")).to_be_visible()
    expect(page.get_by_role("columnheader", name="E-mail")).to_have_count(0)
    shows(page, 2)
    page.get_by_text("Display", exact=True).click()
    page.get_by_role("link", name="100", exact=True).click()
    expect(page).to_have_url(re.compile("size=100"))
    expect(page.get_by_role("columnheader", name="Class")).to_be_visible()
    page.reload()
    shows(page, 2)


def test_a_list_is_taken_along_as_it_stands(page_of, desk):
    page = page_of("sales")
    page.goto("/admin/customer/?type=organization")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    lines = Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert {row["last_name"] for row in csv.DictReader(lines)} == {
        "Brouwerij De Halve Maan",
        "Lowlands Group",
    }


def test_who_has_been_signed_out_comes_back_to_the_list_as_it_was(page_of, session, desk):
    member(session, "agent")
    page = page_of("agent")
    page.goto("/admin/customer/?type=organization")
    page.context.clear_cookies()
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    page.get_by_label("Work email").fill("ann@desk.test")
    page.get_by_label("Password").fill(PASSWORD)
    save(page, "Sign in")
    shows(page, 2)
    expect(page).to_have_url(re.compile(r"/admin/customer/\?type=organization"))


def test_what_was_typed_is_not_left_behind_by_accident(page_of, desk):
    page = page_of("agent")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(at(Customer, desk.ann, "edit"))
    page.get_by_role("link", name="Dashboard").click()
    page.go_back()
    assert not asked  # nothing was typed
    page.locator("#tax_number").fill("NL 8127")
    page.get_by_role("link", name="Dashboard").click(no_wait_after=True)
    expect(page.locator("#tax_number")).to_have_value("NL 8127")
    assert asked == ["beforeunload"]
    save(page)
    told(page, "saved")
    assert asked == ["beforeunload"]


def test_pressing_twice_makes_one(page_of, session):
    page = page_of("agent")
    page.goto("/admin/customer/new/?preset=customer")
    page.get_by_label("Last name").fill("Van den Berg")
    page.get_by_role("button", name="Create customer").dblclick()
    told(page, "created")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Customer.id))) == 1


def test_a_pop_over_closes_by_escape_or_a_click_elsewhere_and_gives_the_focus_back(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    page.locator("#chip-state").click()
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(page.locator("#chip-state")).to_be_focused()
    page.locator("#chip-state").click()
    page.locator("#chip-flag").click()
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.get_by_role("heading", name="Customers", level=1).click()
    expect(page.locator("details.menu[open]")).to_have_count(0)
