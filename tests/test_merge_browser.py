"""The merge screen and the duplicates in a browser: the result follows, three become one and three again."""

import re

import pytest
from playwright.sync_api import expect

from models.customer import Customer
from seed.factory import make

from .ground import on_sqlite
from .ground.axe import bring, stumbles
from .merging import furnished

pytestmark = on_sqlite


@pytest.fixture
def three(session):
    said = (("Ann Lee", "ann@lee.example", 500), ("Anne Lee", "ann@lee.example", 700), ("A. Lee", None, None))
    made = [
        furnished(session, last_name=name, email=email, credit_limit=limit) for name, email, limit in said
    ]
    session.commit()
    return [(row.id, row.code) for row in made]


def test_three_duplicates_become_one_and_three_again(three, page_of):
    (ann, code), (anne, anne_code), (other, _) = three
    page = page_of("manager")
    page.goto("/admin/customer/duplicates/")
    page.get_by_role("link", name="Compare and merge ann@lee.example").click()
    page.get_by_role("link", name="Cancel").wait_for()
    page.goto(f"/admin/customer/merge/?ids={ann},{anne},{other}")
    result = page.get_by_role("complementary", name="Result")
    expect(result.locator('[data-result="credit_limit_from"]')).to_have_text("$500.00")
    page.get_by_label(f"Credit limit of Anne Lee, {anne_code}").check()
    expect(result.locator('[data-result="credit_limit_from"]')).to_have_text("$700.00")
    page.get_by_label(f"Keep this one Anne Lee, {anne_code}").check()
    expect(result.locator("[data-kept-code]")).to_have_text(anne_code)
    expect(result.locator('[data-result="last_name_from"]')).to_have_text("Anne Lee")
    page.get_by_label(f"Keep this one Ann Lee, {code}").check()
    page.get_by_label("Reason").fill("One person")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Change 3 records").click()
    expect(page.locator("#toasts")).to_contain_text("merged into “Ann Lee”")
    page.goto(f"/admin/customer/{other}/contacts/")
    expect(page).to_have_url(re.compile(f"/admin/customer/{ann}/contacts/$"))
    page.goto("/admin/run/")
    page.get_by_role("link", name="Merge").first.click()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_role("button", name="Change 3 records").click()
    page.goto(f"/admin/customer/{other}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("A. Lee")


def test_two_ticked_rows_are_merged_into_the_one_ticked_first(session, page_of):
    ann, bo = (make(session, Customer, first_name=None, last_name=name).id for name in ("Ann", "Bo"))
    session.commit()
    page = page_of("manager")
    page.goto("/admin/customer/")
    for row_id in (bo, ann):
        page.locator(f'tr[data-id="{row_id}"] input[name="rowid"]').check()
    page.locator("form[data-bulk] summary").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_label("Reason").fill("One person")
    page.get_by_role("button", name="Merge 2 into").click()
    expect(page.locator("#toasts")).to_contain_text("“Ann” merged into “Bo”")


def test_the_screens_are_accessible_and_do_not_scroll_sideways(three, page_of):
    page = page_of("manager")
    bring(page)
    ids = ",".join(str(i) for i, _ in three)
    for path in (
        f"/admin/customer/merge/?ids={ids}",
        f"/admin/customer/merge/?ids={three[0][0]}",
        f"/admin/customer/merge/?ids={three[0][0]},{three[0][0]}",
        "/admin/customer/duplicates/",
    ):
        page.goto(path)
        assert not list(stumbles(page)), path
