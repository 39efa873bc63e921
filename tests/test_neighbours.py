"""A record that was opened from a list leads on along that list."""

import re

import pytest

from models.customer import Customer, CustomerState, Note
from queries import listing
from seed.factory import make

from .reading import ids

LIST = "/admin/customer/"


@pytest.fixture
def people(session):
    names = ("Ann", "Bo", "Cy", "Di", "Eve", "Flo")
    made = [make(session, Customer, first_name=None, last_name=name) for name in names]
    made[1].workflow_state = made[4].workflow_state = CustomerState.CLOSED
    for row in made:
        row.balance = 10 if row.last_name in ("Bo", "Di") else 0
        row.email = None if row.last_name in ("Ann", "Eve") else f"{row.last_name.lower()}@lee.example"
    session.commit()
    return made


def opened(page, row_id):
    """The address that a row of a list leads to."""
    return re.search(rf'href="({LIST}{row_id}/\?[^"]*)"', page.text).group(1).replace("&amp;", "&")


def led(page):
    found = re.findall(r'rel="(prev|next)"[^>]*href="([^"]*)"', page.text)
    return {rel: href.replace("&amp;", "&") for rel, href in found}


@pytest.mark.parametrize("most", [0, 5_000], ids=["met along the index", "collected"])
@pytest.mark.parametrize(
    "state",
    [
        "",
        "?sort=-display_name",
        "?sort=balance",
        "?sort=-balance",
        "?sort=email&type=customer",
        "?sort=-email&type=customer",
        "?state=approved",
        "?state=closed",
        "?search=cy",
    ],
)
def test_next_walks_the_list_to_its_end_and_previous_back(signed_in, people, state, most, monkeypatch):
    monkeypatch.setattr(listing, "COLLECT", most)
    client = signed_in("agent")
    page = client.get(LIST + state)
    in_order, walked = ids(page), []
    href = opened(page, in_order[0])
    while href:
        walked.append(int(re.search(r"/customer/(\d+)/", href).group(1)))
        last, href = href, led(client.get(href)).get("next")
    assert walked == in_order
    back = [walked[-1]]
    while href := led(client.get(last)).get("prev"):
        back.append(int(re.search(r"/customer/(\d+)/", href).group(1)))
        last = href
    assert back == in_order[::-1]


def test_the_tab_stays_and_the_tabs_keep_the_way(session, signed_in, people):
    make(session, Note, customer=people[2], body="Rings late")
    session.commit()
    client = signed_in("agent")
    query = opened(client.get(f"{LIST}?state=approved"), people[2].id).partition("?")[2]
    page = client.get(f"{LIST}{people[2].id}/communications/notes/?{query}")
    assert led(page)["next"].startswith(f"{LIST}{people[3].id}/communications/notes/?list=")
    assert f"{LIST}{people[2].id}/information/?list=" in page.text


@pytest.mark.parametrize(
    "query", ["", "?list=nowhere%3D1", "?list=state%3Dodd&of=x", "?list=%00", "?list=search%3D" + "x" * 5000]
)
def test_without_a_list_that_there_is_nothing_leads_on(signed_in, people, query):
    page = signed_in("agent").get(f"{LIST}{people[2].id}/{query}")
    assert page.status_code in (200, 400) and led(page) == {}


def test_a_record_that_left_the_list_still_leads_on(session, signed_in, people):
    client = signed_in("agent")
    href = opened(client.get(f"{LIST}?state=approved"), people[2].id)
    people[2].workflow_state = CustomerState.CLOSED
    session.commit()
    assert f"/customer/{people[3].id}/" in led(client.get(href))["next"]


def test_the_neighbours_cost_the_same_in_a_long_list(session, signed_in, people, queries):
    client = signed_in("agent")
    href = opened(client.get(LIST), people[2].id)

    def cost(address=href):
        with queries as seen:
            client.get(address)
        return len(seen)

    few = cost()
    assert few - cost(f"{LIST}{people[2].id}/") == 2  # where the list stands, and both neighbours
    for number in range(40):
        make(session, Customer, last_name=f"Di {number}")
    session.commit()
    assert cost() == few
