"""Two people with the same record open: what one saves is not lost to the other."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.customer import Customer

from .desk import at, furnish, open_tab, save, told
from .ground.browser import Complaints
from .ground.people import lend_cookies


@pytest.fixture
def desk(session):
    return furnish(session)


@pytest.fixture
def colleague(browser: Browser, live_server: str, signed_in: Callable) -> Iterator[Page]:
    """Marta, at another machine."""
    context = browser.new_context(base_url=live_server)
    page = context.new_page()
    complaints = Complaints(page)
    lend_cookies(signed_in("agent", name="Marta Kovács"), page, live_server)
    yield page
    context.close()
    assert not complaints.texts


@pytest.fixture
def both(page_of: Callable, colleague: Page, desk) -> tuple[Page, Page]:
    """Both have opened the form before either has saved."""
    mine = page_of("agent", name="Tunde Oyelaran")
    for page in (mine, colleague):
        page.goto(at(Customer, desk.bo, "edit"))
    return mine, colleague


def test_different_fields_are_both_kept(both):
    mine, hers = both
    hers.locator("#email").fill("bo@ek.example")
    save(hers)
    told(hers, "saved")
    mine.locator("#terms_days").fill("20")
    save(mine)
    told(mine, "saved")
    mine.get_by_role("link", name="Customer Information").click()
    expect(mine.locator("#content")).to_contain_text("bo@ek.example")
    expect(mine.locator("dd", has_text="20").first).to_be_visible()
    open_tab(mine, "Metrics")
    mine.get_by_role("link", name="Field changes", exact=True).click()
    expect(mine.locator(".tl > li").nth(0)).to_contain_text("Tunde Oyelaran changed Terms, days")
    expect(mine.locator(".tl > li").nth(1)).to_contain_text("Marta Kovács changed E-mail")


@pytest.mark.parametrize(("choice", "kept"), [("Keep theirs", "30"), ("Use mine", "20")])
def test_the_same_field_asks_and_takes_the_answer(both, choice, kept):
    mine, hers = both
    hers.locator("#terms_days").fill("30")
    save(hers)
    told(hers, "saved")
    mine.locator("#terms_days").fill("20")
    mine.locator("#credit_limit").fill("500")
    mine.get_by_label("Reason").fill("Agreed on the phone")
    save(mine)
    question = mine.get_by_role("group", name="Terms, days was changed meanwhile by Marta Kovács")
    expect(question).to_contain_text("Keep theirs: 30")
    expect(question).to_contain_text("Use mine: 20")
    expect(mine.locator("#credit_limit")).to_have_value("500")
    expect(mine.get_by_label("Reason")).to_have_value("Agreed on the phone")
    question.get_by_label(choice).check()
    save(mine)
    told(mine, "saved")
    mine.keyboard.press("e")
    expect(mine.locator("#terms_days")).to_have_value(kept)
    expect(mine.locator("#credit_limit")).to_have_value("500.00")


def test_a_record_deleted_meanwhile_is_said_to_be_gone(both, page_of):
    mine, hers = both
    page_of("admin")  # the window is an administrator's from here on
    mine.goto(hers.url.replace("edit/", "delete/"))
    save(mine, "Delete")
    told(mine, "deleted")
    hers.locator("#email").fill("bo@ek.example")
    save(hers)
    expect(hers.locator("main")).to_contain_text("There is no such customer")
