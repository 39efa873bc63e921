"""A form that is sent after the session has ended."""

from playwright.sync_api import expect

from models.support import Ticket
from seed.factory import make

from .ground import on_sqlite
from .ground.people import lend_cookies

ANSWER = "An answer that took half an hour to write"


@on_sqlite
def test_an_answer_that_was_sent_too_late_is_sent_after_signing_in(page_of, signed_in, live_server, session):
    ticket = make(session, Ticket)
    session.commit()
    window = page_of("agent")
    window.goto(f"/admin/ticket/{ticket.id}/")
    window.locator("[name=text]").first.fill(ANSWER)
    window.context.clear_cookies()
    window.get_by_role("button", name="Reply").last.click()
    expect(window.locator("main")).to_contain_text("Nothing was changed.")
    with window.expect_popup() as opened:
        window.get_by_role("link", name="Sign in").click()
    expect(opened.value.locator("[name=password]")).to_be_visible()
    lend_cookies(signed_in("agent"), window, live_server)
    window.go_back()
    expect(window.locator("[name=text]").first).to_have_value(ANSWER)
    window.get_by_role("button", name="Reply").last.click()
    expect(window.locator("#content")).to_contain_text(ANSWER)
    expect(window.locator("#toasts")).to_contain_text("Replied")
