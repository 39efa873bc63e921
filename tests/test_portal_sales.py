"""Quotes and orders in the portal: what customers see of them, and what they answer."""

import datetime as dt
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine
from pypdf import PdfReader

from models.access import Activity
from models.base import now
from models.customer import Customer
from models.history import Transaction
from models.sales import OrderState, Quote, QuoteState
from seed.factory import make

from .ground.client import find_form
from .people import PASSWORD
from .portal_people import customer_who_signs_in, enter
from .reading import words
from .sales import in_state, line, offer, ordered, product, quote
from .stored import row_of, stored

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def ann(client, session):
    """A customer who has signed in with `client`."""
    user = customer_who_signs_in(session)
    enter(client)
    return session.get_one(Customer, user.customer_id)


def offered(session, ann, state=QuoteState.SENT, **said):
    made = quote(session, ann, **said)
    line(session, made, product(session, "80.00", "25.00", name="Fibre 50"))
    in_state(session, made, state)
    session.commit()
    return made


def at(made, *rest):
    return "/".join(("/portal/quotes", str(made.id), *rest))


def press(client, made, verb):
    return client.submit(at(made), at(made, verb))


def test_quotes_are_listed_and_shown_with_their_lines_and_total(client, session, ann):
    made = offered(session, ann, remark="Two years at least.")
    listed = client.get("/portal/quotes")
    assert f"{made.number} Sent" in words(listed) and "$105.00" in words(listed)
    page = words(client.get(at(made)))
    assert "Fibre 50 1 × $80.00, set-up $25.00 1 $80.00 $25.00 $105.00" in page
    assert "Total $105.00" in page and "Two years at least." in page and "holds until" in page


def test_a_quote_is_printed(client, session, ann):
    made = offered(session, ann)
    answer = client.get(at(made, "pdf"))
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    for told in (made.number, "Ann Lee", "Fibre 50", "25.00", "$105.00", "Holds until"):
        assert told in text


@pytest.mark.req("S4.38")
@pytest.mark.parametrize(("verb", "state"), [("accept", "accepted"), ("decline", "declined")])
def test_a_customer_answers_a_quote(client, session, ann, verb, state):
    made = offered(session, ann)
    answer = press(client, made, verb)
    assert answer.location == f"{at(made)}?done={verb}"
    page = client.get(answer.location)
    assert "You have" in words(page) and "</form>" not in page.text.partition("<main")[2]
    quoted = row_of(session, Quote, made.id)
    assert (quoted.state, quoted.decided_by_id is not None) == (state, True)
    assert quoted.decided_at is not None
    of_quotes = sa.select(Activity).where(Activity.object_type == "quote")
    moved = stored(session, of_quotes.order_by(Activity.id))[-1]
    assert (moved.new_state, moved.staff_id, moved.customer_id) == (state, None, ann.id)
    newest = stored(session, sa.select(Transaction).order_by(Transaction.id.desc()).limit(1))[0]
    assert (newest.source, newest.portal_user_id) == ("portal", quoted.decided_by_id)


def test_an_answer_is_given_once(client, session, ann):
    made = offered(session, ann)
    form = find_form(client.get(at(made)), "/decline")
    press(client, made, "accept")
    late = client.post(at(made, "decline"), data=form.fields)
    assert late.status_code == 409 and "does not wait for an answer" in words(late)
    assert row_of(session, Quote, made.id).state is QuoteState.ACCEPTED


def test_what_no_longer_holds_cannot_be_accepted(client, session, ann):
    made = offered(session, ann, valid_until=now().date() + dt.timedelta(days=3))
    form = find_form(client.get(at(made)), "/accept")
    with time_machine.travel(now() + dt.timedelta(days=3), tick=False):
        enter(client)
        assert "Accept for" not in words(client.get(at(made)))
        form.fields["csrf_token"] = client.form("/portal/reach").fields["csrf_token"]
        late = client.post(at(made, "accept"), data=form.fields)
    assert late.status_code == 409 and "does not hold any more" in words(late)
    assert row_of(session, Quote, made.id).state is QuoteState.SENT


def test_a_locked_customer_changes_nothing(client, session, ann):
    made = offered(session, ann)
    ann.is_locked = True
    session.commit()
    assert press(client, made, "accept").status_code == 409
    assert row_of(session, Quote, made.id).state is QuoteState.SENT


def test_quotes_and_orders_of_others_and_drafts_are_not_there(client, session, ann):
    stranger = make(session, Customer)
    hidden = [offer(session, customer=stranger), offered(session, ann, QuoteState.DRAFT)]
    theirs = [ordered(session, OrderState.APPROVED, customer=stranger), ordered(session, customer=ann)]
    session.commit()
    token = client.form("/portal/reach").fields["csrf_token"]
    for made in hidden:
        assert made.number not in client.get("/portal/quotes").text
        assert [client.get(at(made, *rest)).status_code for rest in ((), ("pdf",))] == [404, 404]
        for verb in ("accept", "decline"):
            assert client.post(at(made, verb), data={"csrf_token": token}).status_code == 404
    for made in theirs:
        assert made.number not in client.get("/portal/orders").text
        assert client.get(f"/portal/orders/{made.id}").status_code == 404
    assert {row.state for row in stored(session, sa.select(Quote))} == {QuoteState.SENT, QuoteState.DRAFT}


def test_an_answer_needs_the_token_and_a_post(client, session, ann):
    made = offered(session, ann)
    assert client.post(at(made, "accept")).status_code == 400
    assert client.get(at(made, "accept")).status_code == 405
    assert client.post(at(made, "convert")).status_code in (400, 404)
    assert row_of(session, Quote, made.id).state is QuoteState.SENT


@pytest.mark.parametrize("allowed", [False, True], ids=["reading", "changing"])
def test_staff_who_view_as_the_customer_never_accept_for_them(session, ann, signed_in, allowed):
    """Not even once changes are allowed; they look, and they print."""
    made, manager = offered(session, ann), signed_in("manager")
    start = f"/admin/view-as/{ann.id}/"
    manager.submit(start, start, reason="Ticket 48213")
    if allowed:
        manager.submit("/admin/viewing/allow", "/admin/viewing/allow")
    page = manager.get(at(made))
    assert page.status_code == manager.get(at(made, "pdf")).status_code == 200
    assert "Accept for" not in words(page)
    token = manager.form("/portal/", "/admin/viewing/end").fields["csrf_token"]
    for verb in ("accept", "decline"):
        answer = manager.post(at(made, verb), data={"csrf_token": token})
        assert answer.status_code == 403 and "Only the customer can do this" in words(answer)
    assert row_of(session, Quote, made.id).state is QuoteState.SENT


def test_what_staff_wrote_is_text(client, session, ann):
    made = quote(session, ann, remark=HOSTILE)
    line(session, made, description=HOSTILE)
    in_state(session, made, QuoteState.SENT)
    session.commit()
    page = client.get(at(made))
    assert HOSTILE not in page.text and words(page).count(HOSTILE) == 2
    assert client.get(at(made, "pdf")).status_code == 200


def test_orders_are_listed_with_their_state_and_shown(client, session, ann):
    made = [ordered(session, state, customer=ann) for state in OrderState if state is not OrderState.DRAFT]
    session.commit()
    page = words(client.get("/portal/orders"))
    for order in made:
        assert f"{order.number} {order.state.label}" in page
    assert "Fibre 100 1 × $100.00 1 $100.00 $100.00" in words(client.get(f"/portal/orders/{made[0].id}"))


def test_older_quotes_are_on_the_next_page(client, session, ann):
    made = [offered(session, ann) for _ in range(26)]
    first = client.get("/portal/quotes")
    assert made[-1].number in first.text and made[0].number not in first.text
    older = client.get(f"/portal/quotes?before={made[1].id}")
    assert made[0].number in older.text and made[1].number not in older.text


def test_the_pages_ask_the_same_of_the_database_for_many_lines(client, session, ann, queries):
    """Who asks, their customer, the quote, its lines."""
    few, many = offered(session, ann), quote(session, ann)
    what = product(session)
    for _ in range(20):
        line(session, many, what)
    in_state(session, many, QuoteState.SENT)
    session.commit()
    costs = []
    for made in (few, many):
        queries.clear()
        client.get(at(made))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 6


def test_a_link_from_a_mail_leads_through_the_sign_in_to_the_quote(client, session):
    user = customer_who_signs_in(session)
    made = offered(session, session.get_one(Customer, user.customer_id))
    asked = client.get(at(made))
    assert asked.location == f"/portal/login?next={at(made)}"
    wrong = client.submit(asked.location, "/login", email=user.email, password="not this one at all")
    assert "not right" in words(wrong) and f'name="next" value="{at(made)}"' in wrong.text
    answer = client.submit(asked.location, "/login", email=user.email, password=PASSWORD)
    assert answer.location == at(made)
    assert made.number in words(client.get(answer.location))
    assert client.get(asked.location).location == at(made), "who is in already goes straight there"


ELSEWHERE = (
    "//evil.example",
    "https://evil.example/portal/quotes",
    "\\\\evil.example",
    "/admin/",
    "/portal/../admin/",
    "/portal/%2e%2e/admin",
    "/portal//evil.example",
    "/portal/quotes?x=1",
    "/portal/quotes\n",
    "/portal/" + "a" * 300,
)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_sign_in_leads_to_pages_of_the_portal_alone(client, session, elsewhere):
    user = customer_who_signs_in(session)
    form = client.form("/portal/login", "/login")
    fields = form.fields.to_dict() | {"email": user.email, "password": PASSWORD, "next": elsewhere}
    assert client.post("/portal/login", data=fields).location == "/portal/"
