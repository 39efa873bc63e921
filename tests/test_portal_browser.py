"""The portal in a real browser: the ways that people go, and everyone's use of every page."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from jobs.access import send_link
from jobs.declare import Work
from models.act import Act, acting
from models.base import now
from models.customer import Address, Contact, Customer
from models.message import Message, MessageState
from models.work import Job
from operations import recovery, sealing
from operations.recovery import TokenPurpose
from seed.factory import make

from . import sales
from .ground import on_sqlite
from .ground.axe import bring, stumbles
from .ground.people import lend_cookies
from .people import PASSWORD
from .portal_people import EMAIL, NEW, customer_who_signs_in

pytestmark = on_sqlite

REASON = "Ticket 48213"


def carry_out_jobs(session):
    """What the worker does with what waits."""
    for job in session.scalars(sa.select(Job).where(Job.name == "send_link")).all():
        send_link(Work(session, lambda: None, lambda: None), **job.payload)
    session.commit()


def mailed_link(session):
    """The address in the newest mail, as whoever receives it reads it."""
    message = session.scalars(sa.select(Message).order_by(Message.id.desc()).limit(1)).one()
    found = re.search(r"/portal/password/[\w-]{43}", sealing.unseal(message.secrets)).group()
    session.commit()
    return found


def enter(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def user(session):
    """Ann Lee, with a contact, a location and a mail."""
    made = customer_who_signs_in(session)
    make(session, Contact, customer_id=made.customer_id, name="Bo Lee", email="bo@lee.example")
    make(session, Address, customer_id=made.customer_id, line1="Old Road 1", city="Austin", role="bill_to")
    said = {"subject": "Welcome", "body": "Hello Ann\n\nGood to have you.", "state": MessageState.SENT}
    made.mail = make(session, Message, customer_id=made.customer_id, recipient=EMAIL, **said)
    session.commit()
    return made


def test_a_forgotten_password_is_replaced_through_the_mail(page: Page, session, user):
    page.goto("/portal/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text("the link is on its way")).to_be_visible()
    carry_out_jobs(session)
    page.goto(mailed_link(session))
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("Once more").fill(NEW)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("Your password is set")).to_be_visible()
    enter(page, NEW)
    expect(page.get_by_role("heading", name="Hello Ann Lee")).to_be_visible()
    page.get_by_role("link", name="Messages").click()
    expect(page.get_by_role("link", name="Welcome")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_customer_puts_a_contact_right(page: Page, user):
    page.goto("/portal/login")
    enter(page)
    page.get_by_role("link", name="Change Bo Lee").click()
    page.get_by_label("E-mail").fill("no address")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#email-error")).to_be_visible()
    page.get_by_label("E-mail").fill("bo.lee@lee.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("bo.lee@lee.example")).to_be_visible()


def test_support_looks_then_changes_and_both_histories_say_so(page: Page, page_of, user):
    page_of("manager")
    page.goto(f"/admin/customer/{user.customer_id}/")
    page.locator("summary", has_text="Actions").click()
    page.get_by_role("link", name="View as customer").click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="View as customer").click()
    bar = page.get_by_role("region", name="Viewing as a customer")
    expect(bar).to_contain_text("you are viewing as Ann Lee")
    expect(bar).to_contain_text("Read only")
    expect(bar.get_by_role("timer")).to_have_text(re.compile(r"^(30:00|29:\d\d) left$"))
    page.get_by_role("link", name="Change Bo Lee").click()
    page.get_by_label("Name").fill("Bo by support")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("may only read")).to_be_visible()
    bar.get_by_role("link", name="Allow changes").click()
    page.get_by_role("button", name="Allow changes").click()
    expect(bar).to_contain_text("Changes allowed")
    page.get_by_role("link", name="Change Bo Lee").click()
    page.get_by_label("Name").fill("Bo by support")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    bar.get_by_role("button", name="End session").click()
    expect(page).to_have_url(re.compile(rf"/admin/customer/{user.customer_id}/$"))
    page.goto(f"/admin/customer/{user.customer_id}/metrics/history/")
    expect(page.locator(".tl > li").first).to_contain_text("as Ann Lee changed Name")
    expect(page.locator(".tl > li").first).to_contain_text(REASON)
    page.context.clear_cookies()
    page.goto("/portal/login")
    enter(page)
    page.get_by_role("link", name="Visits by support", exact=True).click()
    expect(page.locator("main")).to_contain_text("acted for you")
    expect(page.locator("main")).to_contain_text("Contact: Name")


def own_pages(user):
    contact, place = user.contact_row, user.place_row
    yield from ("/portal/", "/portal/reach", "/portal/account", "/portal/password", "/portal/messages")
    yield from ("/portal/support", "/portal/contact/new", "/portal/location/new", "/portal/nothing")
    yield from (f"/portal/contact/{contact}", f"/portal/location/{place}", f"/portal/messages/{user.mail.id}")
    yield from ("/portal/quotes", f"/portal/quotes/{user.quote_row}")
    yield from ("/portal/orders", f"/portal/orders/{user.order_row}")


def test_everyone_can_use_every_page_of_the_portal(page: Page, session, user, signed_in, live_server):
    user.contact_row = session.scalar(sa.select(Contact.id))
    user.place_row = session.scalar(sa.select(Address.id))
    owner = session.get_one(Customer, user.customer_id)
    user.quote_row = sales.offer(session, customer=owner).id
    user.order_row = sales.ordered(session, "approved", customer=owner).id
    acting(session, Act(source="portal"))
    token = recovery.make_link(session, user, TokenPurpose.RECOVERY, now())
    session.commit()
    bring(page)
    found = []

    def look(*paths):
        for path in paths:
            page.goto(path)
            found.extend(f"{path}: {text}" for text in stumbles(page))

    look("/portal/login", "/portal/forgot", f"/portal/password/{token}", "/portal/password/" + "x" * 43)
    page.goto("/portal/login")
    enter(page, "wrong")
    found.extend(stumbles(page))
    enter(page)
    page.wait_for_url("**/portal/")
    look(*own_pages(user))
    page.goto("/portal/contact/new")
    page.get_by_role("button", name="Save").click()
    page.locator(".error").first.wait_for()
    found.extend(stumbles(page))
    page.context.clear_cookies()
    manager = signed_in("manager")
    at = f"/admin/view-as/{user.customer_id}/"
    manager.submit(at, at, reason=REASON)
    lend_cookies(manager, page, live_server)
    look("/portal/", "/portal/support", "/admin/viewing/allow", "/admin/")
    look(f"/admin/customer/{user.customer_id}/")
    assert not found, "\n".join(found)
