"""Records that have gone too far: their edit page says why they stay, and what to do instead."""

import pytest

from models.customer import Contact, Customer
from models.sales import OrderState, Quote, QuoteState
from models.service import PackageChangeState
from operations.sales.lines import lines_of
from seed.factory import make

from .reading import links, words
from .sales import in_state, offer, ordered
from .services import change
from .stored import row_of


def test_a_sent_quote_says_why_it_stays_and_leads_to_revising_it(session, signed_in):
    sent = offer(session)
    (line,) = lines_of(session, sent)
    session.commit()
    sales = signed_in("sales")
    page = sales.get(f"/admin/quote/{sent.id}/edit/")
    assert "It is sent; only drafts can be changed." in words(page)
    assert 'name="remark"' not in page.text and "quote_line-" not in page.text
    assert 'name="owner_id"' in page.text, "whose it is can change at any time"
    (revise,) = links(page, "Revise")
    assert sales.submit(revise, go="1").status_code == 303
    shut = sales.get(f"/admin/quote_line/{line.id}/edit/")
    assert shut.status_code == 409 and f"Quote {sent.number} is sent" in words(shut)
    assert "<form" not in shut.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("make_it", [offer, ordered])
@pytest.mark.parametrize("state", ["draft", "sent"])
def test_a_tab_offers_new_lines_for_drafts_alone(session, signed_in, make_it, state):
    further = state if make_it is offer else {"sent": "submitted"}.get(state, state)
    made = make_it(session, further)
    session.commit()
    page = signed_in("sales").get(f"/admin/{made.__tablename__}/{made.id}/lines/")
    assert bool(links(page, "New line")) is (state == "draft")


def test_a_form_that_was_open_when_it_was_sent_is_refused_and_not_swallowed(session, signed_in):
    made = offer(session, QuoteState.DRAFT)
    session.commit()
    sales = signed_in("sales")
    form = sales.form(f"/admin/quote/{made.id}/edit/", "/edit/")
    in_state(session, made, QuoteState.SENT)
    session.commit()
    answer = sales.post(form.action, data=form.fields.to_dict() | {"remark": "Cheaper"})
    assert answer.status_code == 422 and "only drafts can be changed" in words(answer)
    assert row_of(session, Quote, made.id).remark == ""


def test_an_order_offers_what_can_still_be_changed(session, signed_in):
    sent = ordered(session, OrderState.SUBMITTED)
    session.commit()
    page = signed_in("sales").get(f"/admin/sales_order/{sent.id}/edit/")
    assert 'name="kind"' not in page.text and 'name="remark"' in page.text
    assert "It is submitted; only drafts can be changed." in words(page)


def test_a_change_of_package_that_is_over_cannot_be_edited(session, signed_in):
    made = change(session)
    made.state = PackageChangeState.APPLIED
    session.commit()
    page = signed_in("tech").get(f"/admin/package_change/{made.id}/edit/")
    assert page.status_code == 409 and "Schedule a new one" in words(page)


@pytest.mark.parametrize(("role", "leads"), [("agent", 0), ("manager", 1)])
def test_a_locked_customer_leads_to_the_key_those_who_have_it(session, signed_in, role, leads):
    locked = make(session, Customer, is_locked=True)
    person = make(session, Contact, customer=locked)
    session.commit()
    client = signed_in(role)
    page = client.get(f"/admin/customer/{locked.id}/edit/")
    assert page.status_code == 423 and "This customer is locked." in words(page)
    assert len(links(page, "Unlock")) == leads
    theirs = client.get(f"/admin/contact/{person.id}/edit/")
    assert theirs.status_code == 423 and "Unlock it before changing it." in words(theirs)
