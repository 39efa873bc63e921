"""A day at the desk, in a real browser: sign in, find, filter, open, change, look back, sign out."""

import re

import pytest
from playwright.sync_api import expect

from models.customer import Customer

from .desk import apply, at, chip, choose, furnish, names, open_tab, save, settled, shows, told
from .people import PASSWORD, member


@pytest.fixture
def desk(session):
    return furnish(session, others=60)  # with them the list has a second page


def test_a_person_signs_in_where_they_were_going_and_out_again(page, session, desk):
    member(session, "agent")
    page.goto(at(Customer, desk.maan, "contacts"))
    page.get_by_label("Work email").fill("ann@desk.test")
    page.get_by_label("Password").fill(PASSWORD)
    save(page, "Sign in")
    expect(page).to_have_url(re.compile(f"{desk.maan}/contacts/$"))
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_role("link", name="Anneke de Vries").first).to_be_visible()
    page.locator("summary.who").click()
    save(page, "Sign out")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Anneke" not in page.content()


@pytest.mark.req("S0.8")
def test_a_customer_is_found_by_typing_and_opened_by_a_click(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    shows(page, 64)
    page.get_by_role("searchbox").fill("halve maan")
    page.keyboard.press("Enter")
    shows(page, 1)
    assert names(page) == ["Brouwerij De Halve Maan"]
    expect(page).to_have_url(re.compile(r"\?search=halve"))
    expect(page.locator("#said")).to_have_text(re.compile("1 record.*matching “halve maan”"))
    page.locator("#list tbody tr td").nth(-2).click()
    expect(page).to_have_url(re.compile(re.escape(at(Customer, desk.maan)) + r"\?list=search"))


def test_filters_add_up_in_a_readable_address_and_are_cleared(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    pop = chip(page, "tag")
    choose(pop, "Tag", "vi", "VIP")
    apply(pop)
    shows(page, 1)
    pop = chip(page, "type")
    pop.get_by_label("Organization").check()
    apply(pop)
    pop = chip(page, "state")
    pop.get_by_label("Approved").check()
    apply(pop)
    pop = chip(page, "flag")
    pop.get_by_label("CHK").check()
    apply(pop)
    pop = chip(page, "postal_code")
    pop.get_by_label("Postal code in").select_option("ZA")
    pop.get_by_label("Postal code", exact=True).fill("8001")
    apply(pop)
    shows(page, 1)
    query = page.evaluate("location.search")
    assert set(query[1:].split("&")) == {
        "tag=VIP",
        "type=organization",
        "state=approved",
        "flag=CHK",
        "postal_code=ZA:8001",
    }
    assert names(page) == ["Brouwerij De Halve Maan"]
    page.go_back()
    expect(page.locator("#chip-postal_code")).not_to_contain_text("8001")
    settled(page)
    page.go_forward()
    expect(page.locator("#chip-postal_code")).to_contain_text("8001")
    page.get_by_role("link", name="Remove filter Flag").click()
    expect(page.locator("#chip-flag")).to_be_focused()
    pop = chip(page, "type")
    pop.get_by_label("Condition for Type").select_option("is none of")
    apply(pop)
    expect(page.get_by_role("heading", name="No customers found")).to_be_visible()
    page.get_by_role("link", name="Clear all", exact=True).first.click()
    shows(page, 64)
    assert page.evaluate("location.search") == ""


def test_a_list_is_sorted_and_turned_and_stays_when_one_comes_back(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    first = names(page)
    assert first[0] == "Ann Lee" and len(first) == 50
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")
    assert names(page)[0] == "Zoë Other 59"
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".list-foot")).to_contain_text("51–64 of 64")
    last = names(page)
    assert last[-1] == "Ann Lee"
    page.get_by_role("link", name="Bo Ek", exact=True).click()
    expect(page.get_by_role("heading", name="Bo Ek", level=1)).to_be_visible()
    page.go_back()
    expect(page.locator(".list-foot")).to_contain_text("51–64 of 64")
    assert names(page) == last


@pytest.mark.req("S1.62", "S4.82")
def test_a_change_is_refused_at_its_field_then_saved_told_seen_and_taken_back(page_of, desk):
    page = page_of("agent", name="Marta Kovács")
    page.goto(at(Customer, desk.bo))
    page.keyboard.press("e")
    page.get_by_label("E-mail").first.fill("bo at ek")
    page.get_by_label("Credit limit").fill("250")
    page.get_by_label("Reason").fill("Asked by phone")
    save(page)
    field = page.get_by_label("E-mail").first
    expect(field).to_be_focused()
    expect(field).to_have_value("bo at ek")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Credit limit")).to_have_value("250")
    expect(page.get_by_label("Reason")).to_have_value("Asked by phone")
    field.fill("bo@ek.example")
    save(page)
    told(page, "Customer “Bo Ek” saved.")
    open_tab(page, "Metrics")
    page.get_by_role("link", name="Field changes", exact=True).click()
    entry = page.locator(".tl > li").first
    expect(entry).to_contain_text("Marta Kovács")
    expect(entry).to_contain_text("just now")
    expect(entry).to_contain_text("Asked by phone")
    line = entry.locator(".diff", has_text="E-mail")
    expect(line.locator(".from")).to_contain_text("empty")
    expect(line.locator(".to")).to_contain_text("bo@ek.example")
    line.get_by_role("button", name="Restore").click()
    told(page, "restored")
    expect(page.locator(".tl > li").first.locator(".from")).to_contain_text("bo@ek.example")
    expect(page.locator(".tl > li").first.locator(".to")).to_contain_text("empty")
