"""A desk with customers, and what people do at it in a browser's window."""

from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from models.base import Record, now
from models.customer import (
    Address,
    AddressRole,
    Contact,
    ContactRole,
    Customer,
    CustomerState,
    CustomerTag,
    Flag,
    Kind,
    Note,
    Tag,
)
from seed.factory import make


@dataclass(frozen=True)
class Desk:
    """Whom the tests know by name."""

    maan: int  # an organization in Cape Town, tagged VIP, flagged CHK, with a pop-up note
    ann: int  # its member, in Texas, without a contact
    bo: int  # a customer of no organization
    group: int  # another organization


def furnish(session: Session, others: int = 8) -> Desk:
    vip, fibre = make(session, Tag, name="VIP"), make(session, Tag, name="Fibre")
    maan = make(
        session,
        Customer,
        last_name="Brouwerij De Halve Maan",
        kind=Kind.ORGANIZATION,
        flag=Flag.CHK,
        email="office@maan.example",
    )
    make(
        session,
        Address,
        customer=maan,
        role=AddressRole.BILL_TO,
        country="ZA",
        postal_code="8001",
        city="Cape Town",
    )
    make(session, Contact, customer=maan, name="Anneke de Vries", role=ContactRole.PRIMARY)
    make(session, CustomerTag, customer=maan, tag=vip)
    make(session, Note, customer=maan, body="Ring accounts payable first.", popup=True, author_name="Joost")
    make(
        session,
        Note,
        customer=maan,
        body="This one is over.",
        popup=True,
        popup_until=now() - timedelta(days=1),
    )
    ann = make(
        session, Customer, first_name="Ann", last_name="Lee", organization_id=maan.id, email="ann@lee.example"
    )
    make(
        session,
        Address,
        customer=ann,
        role=AddressRole.BILL_TO,
        line1="Old Road 1",
        country="US",
        city="Dallas",
    )
    make(session, CustomerTag, customer=ann, tag=fibre)
    bo = make(
        session, Customer, first_name="Bo", last_name="Ek", workflow_state=CustomerState.WAITING_APPROVAL
    )
    group = make(session, Customer, last_name="Lowlands Group", kind=Kind.ORGANIZATION)
    for number in range(others):
        make(session, Customer, first_name="Zoë", last_name=f"Other {number:02}")
    session.commit()
    return Desk(maan.id, ann.id, bo.id, group.id)


AT_WORK = ".htmx-request, .htmx-swapping, .htmx-settling"


def at(model: type[Record], row_id: int, *rest: str) -> str:
    return "/".join(("/admin", model.__tablename__, str(row_id), *rest)) + "/"


def names(page: Page) -> list[str]:
    """The names in the list, in its order."""
    return page.locator("#list tbody a.name").all_inner_texts()


def shows(page: Page, total: int | str) -> None:
    expect(page.locator("#page-total")).to_have_attribute("data-total", str(total))


def chip(page: Page, name: str) -> Locator:
    """A filter, opened; its pop-over."""
    page.locator(f"#chip-{name}").click()
    return page.locator(".chip details[open] .pop")


def apply(pop: Locator) -> None:
    """And wait until the page is the new one, or the next click meets what is about to go."""
    pop.get_by_role("button", name="Apply").click()
    expect(pop).to_be_hidden()
    settled(pop.page)


def settled(page: Page) -> None:
    """No part of the page is on its way any more."""
    expect(page.locator(AT_WORK)).to_have_count(0)


def choose(within: Page | Locator, label: str, words: str, answer: str) -> None:
    """Type into a type-ahead field and take what it offers."""
    # Before the scripts have come there is a select of that name, which they hide.
    field = within.get_by_role("combobox", name=label, exact=True).and_(within.locator("input"))
    field.click()
    field.press_sequentially(words)
    within.locator(".ts-dropdown .option", has_text=answer).first.click()


def save(page: Page, name: str = "Save") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_tab(page: Page, name: str) -> None:
    """A tab of a record, from the menu at the end of the row when the row has no room for it."""
    tab = page.locator(".tabs.fitted").first.get_by_role("link", name=name)
    more = page.locator(".tabs.fitted summary.more").first
    expect(tab.or_(more).first).to_be_visible()
    if not tab.is_visible():
        more.click()
    tab.click()


def told(page: Page, words: str) -> None:
    """A toast says so. Its button comes with the scripts, so keys work from here on."""
    expect(page.locator("#toasts .toast-i:has(button)", has_text=words)).to_be_visible()
