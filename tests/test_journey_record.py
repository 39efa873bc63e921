"""A customer's page in a real browser: read the warning, then keep everything about them right."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from models.customer import Contact, Customer

from .desk import at, choose, furnish, open_tab, save, told
from .ground import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def desk(session):
    return furnish(session)


@pytest.mark.req("S4.51")
def test_a_popup_note_is_read_once_and_stays_in_sight(page_of, desk):
    page = page_of("agent")
    page.goto("/admin/customer/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "Ring accounts" not in page.content()
    page.get_by_role("link", name="Brouwerij De Halve Maan", exact=True).click()
    note = page.get_by_role("dialog", name="Pop-up note")
    expect(note).to_contain_text("Ring accounts payable first.")
    expect(note).to_contain_text("Joost")
    expect(page.locator("dialog[data-popup]")).to_have_count(1)
    expect(page.get_by_role("alert")).not_to_contain_text("This one is over.")
    colour = note.evaluate("e => getComputedStyle(e).borderTopColor")
    red, green, blue = map(int, re.findall(r"\d+", colour))
    assert red > 2 * max(green, blue), colour
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("link", name="Locations").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Ring accounts payable first.")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.req("S1.8")
def test_the_bill_to_is_changed_where_one_stands(page_of, desk, session):
    page = page_of("agent")
    page.goto(at(Customer, desk.ann, "contacts"))
    page.get_by_role("link", name="Edit Bill To").click()
    dialog = page.get_by_role("dialog", name="Bill To")
    dialog.locator("[name$=line1]").fill("New Road 2")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()  # what was typed is not thrown away by a key
    save(page)
    told(page, "saved")
    expect(page).to_have_url(re.compile(at(Customer, desk.ann, "contacts") + "$"))
    expect(page.locator(".facts")).to_contain_text("New Road 2")


@pytest.mark.req("S1.18")
def test_the_towns_of_a_postal_code_are_offered(page_of, desk, session):
    page = page_of("agent")
    page.goto(at(Customer, desk.ann))
    page.get_by_role("link", name="Edit Bill To").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Postal code").fill("77429")
    dialog.get_by_role("button", name="Cypress, TX").click()
    expect(dialog.get_by_label("City")).to_have_value("Cypress")
    expect(dialog.get_by_label("Region")).to_have_value("TX")
    save(page)
    told(page, "saved")
    expect(page.locator(".facts")).to_contain_text("77429 Cypress")


@pytest.mark.req("S2.19", "S2.21")
def test_a_contact_is_added_once_it_has_a_name(page_of, desk, session):
    page = page_of("agent")
    page.goto(at(Customer, desk.ann, "contacts"))
    page.get_by_role("link", name="New contact").first.click()
    page.get_by_label("E-mail").fill("kim@lee.example")
    save(page, "Create contact")
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value("kim@lee.example")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Contact.id))) == 1
    session.rollback()
    page.get_by_label("Name").fill("Kim Lee")
    save(page, "Create contact")
    told(page, "Contact “Kim Lee” created.")
    expect(page.get_by_role("table")).to_contain_text("kim@lee.example")


@pytest.mark.req("S1.22")
def test_a_note_says_who_wrote_it_and_when(page_of, desk):
    page = page_of("agent", name="Marta Kovács")
    page.goto(at(Customer, desk.ann, "communications", "notes"))
    page.get_by_role("link", name="New note").first.click()
    page.locator("[name=body]").fill("Moves in May.\nKeeps the number.")
    save(page, "Create note")
    told(page, "created")
    row = page.get_by_role("row", name="Moves in May.")
    expect(row).to_contain_text("Marta Kovács")
    expect(row).to_contain_text("just now")


@pytest.mark.req("S3.26", "S3.27", "S3.28", "S3.29")
def test_members_are_added_by_code_name_and_email(page_of, desk, session):
    code = session.get(Customer, desk.bo).code
    session.rollback()
    page = page_of("agent")
    page.goto(at(Customer, desk.group, "members"))

    def add(who):
        page.get_by_label("Code, name or e-mail").fill(who)
        save(page, "Add")

    add("nobody at all")
    expect(page.get_by_role("alert")).to_contain_text("No customer goes by “nobody at all”")
    expect(page.get_by_label("Code, name or e-mail")).to_have_value("nobody at all")
    add(code.lower())
    told(page, "“Bo Ek” added.")
    add("zoë other")
    page.get_by_label("Zoë Other 07").check()
    save(page, "Add")
    told(page, "“Zoë Other 07” added.")
    add("ann@lee.example")
    expect(page.get_by_text("Ann Lee belongs to Brouwerij De Halve Maan. Move them here?")).to_be_visible()
    page.get_by_label("Move them here?").check()
    save(page, "Add")
    told(page, "“Ann Lee” added.")
    for name in ("Ann Lee", "Bo Ek", "Zoë Other 07"):
        expect(page.get_by_role("table")).to_contain_text(name)
    page.get_by_role("link", name="Ann Lee", exact=True).click()
    expect(page.locator(".facts")).to_contain_text("Lowlands Group")


def test_tags_are_chosen_by_typing(page_of, desk):
    page = page_of("agent")
    page.goto(at(Customer, desk.ann, "edit"))
    choose(page, "Tags", "vi", "VIP")
    page.locator(".ts-control .item", has_text="Fibre").get_by_title("Remove").click()
    save(page)
    told(page, "saved")
    expect(page.locator(".rec-top .tag")).to_have_text(["VIP"])
    open_tab(page, "Metrics")
    page.get_by_role("link", name="Field changes", exact=True).click()
    entry = page.locator(".tl > li").first
    expect(entry.locator(".tag.add")).to_contain_text("VIP")
    expect(entry.locator(".tag.del")).to_contain_text("Fibre")


@pytest.mark.req("S3.22", "S3.23", "S3.24", "S3.25")
@pytest.mark.parametrize("kind", ["customer", "organization"])
def test_a_placeholder_has_to_be_overwritten(page_of, kind):
    page = page_of("agent")
    page.goto("/admin/")
    page.get_by_role("link", name=f"New {kind}").first.click()
    name = page.get_by_label("Last name")
    expect(name).to_have_value(kind.capitalize())
    expect(page.get_by_label("Type", exact=True)).to_have_value(kind)
    save(page, "Create customer")
    expect(name).to_be_focused()
    expect(page.locator("#last_name-error")).to_contain_text("only holds the place")
    name.fill("Van den Berg")
    save(page, "Create customer")
    told(page, "Customer “Van den Berg” created.")
    expect(page.locator(".rec-top .code")).to_have_text(re.compile(r"^C-\d+"))


@pytest.mark.req("S2.11")
def test_a_name_is_enough_and_more_can_be_said_in_the_same_go(page_of, session):
    page = page_of("agent")
    page.goto("/admin/customer/new/?preset=customer")
    page.get_by_label("Last name").fill("Ek")
    save(page, "Create customer")
    told(page, "Customer “Ek” created.")
    page.keyboard.press("c")
    page.get_by_label("Last name").fill("Van den Berg")
    place = page.locator("[data-part=address]")
    place.locator("[name$=line1]").fill("Kade 1")
    place.get_by_role("button", name="Add").click()
    rows = place.locator("[data-row]")
    expect(rows).to_have_count(2)
    rows.nth(1).locator("[name$=line1]").fill("Depot 2")
    page.locator("[data-part=contact]").get_by_label("Name").fill("Roos Jansen")
    save(page, "Create customer")
    told(page, "Customer “Van den Berg” created.")
    page.get_by_role("link", name="Locations 2").click()
    expect(page.get_by_role("row", name="Kade 1")).to_contain_text("Bill To")
    expect(page.get_by_role("row", name="Depot 2")).to_contain_text("Service")
    page.get_by_role("link", name="Contacts 1").click()
    expect(page.get_by_role("row", name="Roos Jansen")).to_be_visible()
    assert session.scalar(sa.select(sa.func.count(Customer.id))) == 2


def test_a_deleted_contact_comes_back_from_the_deleted_records(page_of, desk):
    page = page_of("admin")
    page.goto(at(Customer, desk.maan, "contacts"))
    page.keyboard.press("Enter")  # the pop-up note
    page.get_by_role("link", name="Anneke de Vries", exact=True).last.click()
    page.locator(".verbs summary").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_label("Reason").fill("Left the company")
    save(page, "Delete")
    told(page, "Contact “Anneke de Vries” deleted.")
    expect(page.locator("#content")).to_contain_text("No contacts yet")
    page.goto("/admin/history/deleted/")
    entry = page.locator(".tl > li", has_text="Anneke de Vries")
    expect(entry).to_contain_text("Left the company")
    entry.get_by_role("link", name="Restore the record").click()
    expect(page.get_by_role("dialog")).to_contain_text("Restore “Anneke de Vries”")
    save(page, "Restore")
    told(page, "Restored “Anneke de Vries”.")
    page.goto(at(Customer, desk.maan, "contacts"))
    expect(page.get_by_role("table")).to_contain_text("Anneke de Vries")
