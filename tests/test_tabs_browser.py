"""The tabs of a record in a browser: what has no room waits in a menu, and nothing is cut off."""

import pytest
from playwright.sync_api import expect

from models.customer import Customer
from seed.factory import make

from .ground import on_sqlite
from .ground.axe import bring, stumbles

pytestmark = on_sqlite


@pytest.fixture
def at(session):
    made = make(session, Customer, last_name="Lang")
    session.commit()
    return f"/admin/customer/{made.id}/"


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_every_tab_is_in_the_row_or_in_its_menu(page_of, at, width):
    page = page_of("admin")
    bring(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(at)
    row = page.get_by_role("navigation", name="Parts of the record")
    every = row.locator("a").count()
    expect(row.locator("summary")).to_have_text("More")
    row.locator("summary").click()
    expect(row.get_by_role("link", name="Metrics")).to_be_visible()
    assert row.locator("a:visible").count() == every
    box = row.bounding_box()
    for link in row.locator("> a").all():
        place = link.bounding_box()
        assert place["x"] + place["width"] <= box["x"] + box["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not list(stumbles(page, "section.rec"))


def test_the_open_tab_stands_in_the_row(page_of, at):
    page = page_of("admin")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{at}metrics/activity-log/")
    row = page.get_by_role("navigation", name="Parts of the record")
    expect(row.locator("> a[aria-current]")).to_have_text("Metrics")
    expect(row.locator("> a[aria-current]")).to_be_visible()
    page.set_viewport_size({"width": 2200, "height": 800})
    expect(row.locator("summary")).to_be_hidden()
    expect(row.locator("> a").first).to_have_text("Account Summary")
