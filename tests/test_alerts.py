"""The tab Alerts: everything about a customer that needs somebody's eye, in one place."""

import datetime as dt

import pytest

from models.base import now
from models.customer import Customer, Note
from models.service import Sim
from models.usage import UsageAlert
from seed.factory import make

from .reading import links, words


@pytest.fixture
def customer(session):
    made = make(session, Customer, last_name="Lang")
    session.commit()
    return made


def alerts(client, customer, *rest):
    return client.get("/".join(("/admin/customer", str(customer.id), "alerts", *rest, "")))


def test_alerts_of_every_kind_stand_on_one_page(session, signed_in, customer):
    other = make(session, Customer)
    card = make(session, Sim, customer=customer, iccid="8944110068263270165")
    make(session, UsageAlert, sim=card, customer=customer, period="2026-11")
    make(session, UsageAlert, sim=make(session, Sim), customer=other, period="2025-01")
    make(session, Note, customer=customer, body="Call the son first", popup=True)
    over = {"popup": True, "popup_until": now() - dt.timedelta(hours=1)}
    make(session, Note, customer=customer, body="Was away in May", **over)
    make(session, Note, customer=other, body="Somebody else", popup=True)
    session.commit()
    page = alerts(signed_in("agent"), customer)
    told = words(page)
    assert "Call the son first" in told and "2026-11" in told and card.iccid in told
    assert not any(text in told for text in ("Was away", "Somebody else", "2025-01"))
    assert f"/admin/customer/{customer.id}/alerts/pop-up-notes/" in links(page, "All")


def test_where_there_are_no_alerts_one_line_says_so(signed_in, customer):
    page = alerts(signed_in("agent"), customer)
    assert "Nothing yet: Pop-up notes , Usage alerts ." in words(page)
    assert page.status_code == alerts(signed_in("agent"), customer, "all-alerts").status_code == 200
