"""The record page of a customer with 10,000 usage records, 500 tickets and 200 subscriptions."""

import re

import pytest

from benchmarks.busy import busy
from models.customer import Customer
from queries import declare
from queries.tabs import tabs_of
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import words

# Who asks, the record, tags, verbs, five facts of the header, two banners, counts of tabs, the trail.
FRAME = 13
# Of what there is anything, six widgets with their ids, values and names of keys, the log-in beside.
SUMMARY = FRAME + 9
# Count and ids, values, and the names of what keys point at; a chart is one, a total is one.
LISTED = FRAME + 5
WIDGET = 6  # who asks, the record, ids, values, names of keys


@pytest.fixture
def two(session):
    """The addresses of a busy customer and of one who is new."""
    customer, other = busy(session), make(session, Customer)
    tabs = {"/".join(p for p in (t.under, t.title) if p): t for t in tabs_of(Customer, customer, SYSTEM)}
    session.commit()
    return f"/admin/customer/{customer.id}/", f"/admin/customer/{other.id}/", tabs


def cost(client, queries, path):
    with queries as seen:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(seen), answer


def test_the_summary_of_a_busy_customer_opens_within_its_budget(signed_in, queries, two):
    client = signed_in("admin")
    path, new, _ = two
    client.get(new)
    statements, page = cost(client, queries, path)
    assert statements <= SUMMARY
    assert len(page.text) < 200_000 and "99+" in words(page)
    assert cost(client, queries, new)[0] <= FRAME + 2
    for said in declare.widgets["customer"]:
        if f"/widget/{said.name}/" in page.text:
            part = client.get(f"{path}widget/{said.name}/", headers={"HX-Request": "true"})
            assert part.status_code == 200 and "could not be read" not in part.text
    with queries as seen:
        client.get(f"{path}widget/tickets/", headers={"HX-Request": "true"})
    assert len(seen) <= WIDGET


def test_every_tab_of_a_busy_customer_opens_within_its_budget(signed_in, queries, two):
    client = signed_in("admin")
    path, _, tabs = two
    client.get(path)
    found = {}
    for tab in tabs.values():
        at = "/".join(filter(None, (re.sub(r"[ /]", "-", tab.under.lower()), tab.name)))
        at = "history" if tab.name == "history" else at
        found[at], page = cost(client, queries, f"{path}{at}/")
        assert len(page.text) < 250_000, at
    assert {at: n for at, n in found.items() if n > LISTED and at not in ("overview", "history")} == {}
    assert found["history"] <= 60  # two for each table that was touched, and the names in them
