"""Mails in a browser: a link in the mailbox is pressed, and everyone can use the pages."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from models.customer import Customer
from models.message import Message, MessageState
from operations import outbox
from operations.delivery import deliver
from seed.factory import make

from .ground import on_sqlite
from .ground.axe import bring, stumbles
from .post_office import sessions_of, settled

pytestmark = on_sqlite

PATH = "/portal/password/" + "t" * 43


@pytest.fixture
def mails(app, session, tmp_path, monkeypatch, live_server):
    """A demo with two mails: one that arrived in the mailbox, and one that did not arrive."""
    config = replace(app.config["RECORDROOM"], environment="demo", instance=tmp_path)
    monkeypatch.setitem(app.config, "RECORDROOM", config)
    with settled(config.mailbox, url=live_server):
        ann = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@example.com")
        secrets = {"link": live_server + PATH, "password": "seven-blue-otters"}
        sent = outbox.post(
            session, ann, "welcome_password", secrets=secrets, email=ann.email, lasts="72 hours"
        )
        session.commit()
        deliver(sessions_of(app))
        failed = outbox.post(session, ann, "closed", reason="Moved away")
        failed.state, failed.error = MessageState.FAILED, "550 No such person"
        session.commit()
        yield sent.id, failed.id, ann.id


def test_the_button_of_a_mail_in_the_mailbox_leads_where_it_says(mails, page, live_server):
    page.goto("/mailbox")
    page.get_by_role("link", name="Welcome to Recordroom").click()
    shown = page.frame_locator("iframe")
    shown.get_by_text("seven-blue-otters").wait_for()
    with page.context.expect_page() as opened:
        shown.get_by_role("link", name="Choose a password").click()
    assert opened.value.url == live_server + PATH


def test_staff_see_why_a_mail_did_not_arrive_and_send_it_again(mails, page_of):
    page = page_of("agent")
    page.goto("/admin/")
    page.get_by_role("link", name="Mail not delivered").first.click()
    page.get_by_role("link", name="Your account is closed").first.click()
    page.get_by_text("550 No such person").wait_for()
    page.frame_locator("iframe").get_by_text("Moved away").wait_for()
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("Waits to be sent").wait_for()
    page.goto("/admin/")
    page.locator(".idle", has_text="Mail not delivered").wait_for()


def test_a_topic_is_chosen_on_the_customer(mails, page_of):
    page = page_of("agent")
    page.goto(f"/admin/customer/{mails[2]}/communications/received-e-mails/")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("#chip-topic").click()
    page.get_by_label("Password", exact=True).check()
    page.locator(".chip", has_text="Topic").get_by_role("button", name="Apply").click()
    page.wait_for_url("**/received-e-mails/?topic=password")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_everyone_can_use_the_pages_of_mails(mails, page, page_of):
    bring(page)
    window = page_of("admin")
    sent, failed, _ = mails
    wrong = []
    for path in ("/mailbox", f"/mailbox/{sent}", "/admin/message/", f"/admin/message/{failed}/"):
        window.goto(path)
        wrong += [f"{path}: {text}" for text in stumbles(window)]
    assert not wrong, "\n".join(wrong)


def test_everyone_can_read_a_mail(mails, session, page):
    """As a mail program would show it: without scripts of ours, so by itself."""
    bring(page)
    html = session.get(Message, mails[0]).html
    session.rollback()
    page.route("**/letter", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/letter")
        wrong += [f"{scheme}: {text}" for text in stumbles(page)]
    assert not wrong, "\n".join(wrong)
