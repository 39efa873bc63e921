"""At the screen: ticking rows, previewing, carrying out, taking back; by mouse, by keys, without scripts."""

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from models.customer import Customer, Flag
from models.work import Run, RunState
from operations import running

from .desk import at, choose, furnish, open_tab, shows, told
from .ground import on_sqlite
from .ground.axe import bring, stumbles
from .ground.people import lend_cookies

pytestmark = on_sqlite


@pytest.fixture
def desk(session):
    return furnish(session, others=60)


def flagged(session, flag):
    session.rollback()
    count = sa.select(sa.func.count()).select_from(Customer).where(Customer.flag == flag)
    found = session.scalar(count)
    session.rollback()
    return found


def boxes(page: Page):
    return page.locator("#list input[name=rowid]")


def bar(page: Page):
    return page.locator("form[data-bulk]")


def act(page: Page, name: str) -> None:
    """An action of the bar."""
    bar(page).locator("summary").click()
    bar(page).locator(".pop").get_by_role("button", name=name, exact=True).click()


def dialog(page: Page):
    return page.locator("dialog[open]")


def press(page: Page, name: str) -> None:
    dialog(page).get_by_role("button", name=name).click()


def test_ticked_rows_are_flagged_and_it_is_taken_back(page_of, desk, session):
    page = page_of("agent")
    page.goto("/admin/customer/")
    expect(bar(page)).to_be_hidden()
    boxes(page).nth(1).check()
    boxes(page).nth(4).click(modifiers=["Shift"])
    expect(bar(page)).to_contain_text("4 selected")
    act(page, "Flag")
    dialog(page).get_by_label("Flag").select_option("red")
    press(page, "Preview")
    expect(dialog(page)).to_contain_text("What changes")
    expect(dialog(page).locator(".run-line")).to_have_count(4)
    press(page, "Change 4 records")
    told(page, "Flagged 4 customers.")
    expect(bar(page)).to_be_hidden()
    assert flagged(session, Flag.RED) == 4
    page.locator(".toast-i").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undo: Flag 4 customers")
    page.get_by_role("button", name="Change 4 records").click()
    told(page, "Undone: Flag 4 customers.")
    assert flagged(session, Flag.RED) == 0


def test_ticks_stay_over_the_pages_of_one_list(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/?size=25")
    boxes(page).nth(0).check()
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".list-foot")).to_contain_text("26–50")
    boxes(page).nth(0).check()
    expect(bar(page)).to_contain_text("2 selected")
    page.get_by_role("link", name="First").click()
    expect(page.locator(".list-foot")).to_contain_text("1–25")
    expect(boxes(page).nth(0)).to_be_checked()
    page.goto("/admin/customer/?flag=none")
    expect(bar(page)).to_be_hidden()
    page.go_back()
    expect(bar(page)).to_contain_text("2 selected")
    page.keyboard.press("Escape")
    expect(bar(page)).to_be_hidden()
    expect(boxes(page).nth(0)).not_to_be_checked()


def test_rows_are_ticked_by_keys(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(bar(page)).to_contain_text("3 selected")
    page.get_by_label("Tick all on this page").check()
    expect(bar(page)).to_contain_text("50 selected")


def test_all_that_match_are_tagged_in_the_background(page_of, desk, session):
    page = page_of("agent")
    page.goto("/admin/customer/?search=other")
    shows(page, 60)
    boxes(page).nth(0).check()
    bar(page).get_by_role("button", name="Select all 60 matching").click()
    expect(bar(page)).to_contain_text("All 60 customers")
    act(page, "Tag")
    expect(dialog(page)).to_contain_text("60 customers")
    choose(dialog(page), "Tags", "vi", "VIP")
    press(page, "Preview")
    press(page, "Change 60 records")
    told(page, "Tagged 60 customers.")
    expect(page.locator("#list tbody .tag").first).to_have_text("VIP")


def test_what_was_answered_is_kept_when_one_goes_back(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    boxes(page).nth(0).check()
    boxes(page).nth(1).check()
    act(page, "Flag")
    press(page, "Preview")
    expect(dialog(page).locator(".error")).to_have_text("This is needed.")
    dialog(page).get_by_label("Flag").select_option("blue")
    dialog(page).get_by_label("Reason").fill("Second thought")
    press(page, "Preview")
    dialog(page).get_by_role("link", name="Back").click()
    expect(dialog(page).get_by_label("Flag")).to_have_value("blue")
    expect(dialog(page).get_by_label("Reason")).to_have_value("Second thought")
    press(page, "Close")
    expect(dialog(page)).to_have_count(0)


def test_one_row_is_acted_on_from_its_menu_and_its_record(page_of, desk, session):
    page = page_of("agent")
    page.goto("/admin/customer/")
    page.get_by_role("button", name="Actions for Ann Lee").click()
    menu = page.locator(".row-pop .pop")
    expect(menu.locator("[aria-disabled]", has_text="Unflag")).to_contain_text("It has no flag.")
    menu.get_by_role("link", name="Flag", exact=True).click()
    dialog(page).get_by_label("Flag").select_option("green")
    press(page, "Flag")
    told(page, "Flagged “Ann Lee”.")
    page.goto(at(Customer, desk.ann))
    page.locator(".verbs summary").click()
    page.locator(".verbs").get_by_role("link", name="Unflag").click()
    press(page, "Unflag")
    told(page, "Unflagged “Ann Lee”.")
    expect(page).to_have_url(re.compile(at(Customer, desk.ann) + r"(\?|$)"))
    assert flagged(session, Flag.GREEN) == 0


def test_a_long_run_shows_how_far_it_is_until_it_is_over(page_of, session):
    furnish(session, others=running.AT_ONCE)
    page = page_of("agent")
    page.goto("/admin/customer/operate/flag/?all=1")
    page.get_by_label("Flag").select_option("red")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name=re.compile("Change .* records")).click()
    expect(page.locator("#run")).to_contain_text("Waits for a worker")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#run")).to_contain_text("Paused")
    page.get_by_role("button", name="Resume").click()
    run_id = session.scalar(sa.select(Run.id))
    running.work(session, run_id)
    session.commit()
    assert session.scalar(sa.select(Run.state).where(Run.id == run_id)) is RunState.DONE
    session.rollback()
    expect(page.locator(".note-bar.ok")).to_contain_text("204 of 204 changed.", timeout=6000)
    expect(page.locator("#run")).not_to_have_attribute("hx-trigger", "every 2s")


@pytest.fixture
def plain(browser: Browser, live_server: str, signed_in: Callable, desk) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    lend_cookies(signed_in("agent"), page, live_server)
    yield page
    context.close()


def test_without_scripts_ticked_rows_are_flagged_too(plain, session):
    plain.goto("/admin/customer/")
    boxes(plain).nth(0).check()
    boxes(plain).nth(2).check()
    act(plain, "Flag")
    expect(plain.locator("main")).to_contain_text("2 customers")
    plain.get_by_label("Flag").select_option("red")
    plain.get_by_role("button", name="Preview").click()
    plain.get_by_role("button", name="Change 2 records").click()
    expect(plain.locator("#toasts")).to_contain_text("Flagged 2 customers.")
    assert flagged(session, Flag.RED) == 2
    plain.get_by_role("button", name="Undo").click()
    plain.get_by_role("button", name="Change 2 records").click()
    assert flagged(session, Flag.RED) == 0
    plain.goto("/admin/customer/")
    plain.get_by_role("link", name="Actions for Bo Ek").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Bo Ek")
    plain.locator("main").get_by_role("link", name="Tag", exact=True).click()
    expect(plain.locator("main")).to_contain_text("Tag “Bo Ek”")


def test_everyone_can_use_the_bar_the_dialogs_and_the_menus(page_of, desk):
    page = page_of("agent")
    bring(page)
    page.goto("/admin/customer/")
    boxes(page).nth(0).check()
    boxes(page).nth(1).check()
    found = list(stumbles(page, "form[data-bulk]"))
    page.set_viewport_size({"width": 1440, "height": 900})
    bar(page).locator("summary").click()
    found += stumbles(page, ".bulk .pop")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Actions for Ann Lee").click()
    page.locator(".row-pop .dropdown-item").first.wait_for()
    found += stumbles(page, ".row-pop .pop")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("Escape")
    act(page, "Flag")
    dialog(page).get_by_label("Flag").wait_for()
    found += stumbles(page, "dialog[open]")
    dialog(page).get_by_label("Flag").select_option("red")
    press(page, "Preview")
    dialog(page).locator(".run-line").first.wait_for()
    found += stumbles(page, "dialog[open]")
    assert not found


def test_one_record_is_taken_back_from_its_own_history(page_of, desk, session):
    page = page_of("agent")
    bring(page)
    page.goto("/admin/customer/")
    boxes(page).nth(1).check()
    boxes(page).nth(3).click(modifiers=["Shift"])
    act(page, "Flag")
    dialog(page).get_by_label("Flag").select_option("red")
    press(page, "Preview")
    press(page, "Change 3 records")
    told(page, "Flagged 3 customers.")
    page.locator("tbody tr").nth(1).get_by_role("link").first.click()
    open_tab(page, "Metrics")
    page.get_by_role("link", name="Field changes", exact=True).click()
    page.locator(".tl > li").first.get_by_role("button", name="Undo for this record").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Undo: Flag 3 customers")
    page.get_by_role("button", name="Change 1 record").click()
    told(page, "Undone: Flag “")
    entry = page.locator(".tl > li").nth(1)
    expect(entry).to_contain_text("is undoing this, or has done so")
    expect(entry.get_by_role("button", name="Undo for this record")).to_be_disabled()
    expect(entry.get_by_role("button", name="Undo all 2 rows")).to_be_enabled()
    assert flagged(session, Flag.RED) == 2
    stumbling = list(stumbles(page, ".tl"))
    entry.get_by_role("link", name="run 1").click()
    expect(page.locator("#content")).to_contain_text("(1 row of it)")
    assert not stumbling
