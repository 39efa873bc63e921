"""SIM cards: handed to customers, taken back, moved, on and off; with whom they are in the list."""

import re

import pytest
import sqlalchemy as sa

from models.base import now
from models.customer import Address, AddressRole, Contact, Customer, CustomerState
from models.service import Sim, SimGroup, SimState, Subscription
from operations.errors import Locked
from operations.records import Draft, update
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import ids, links, words
from .verbs import do, lines

STATES = {
    "activate": ("inactive", "active"),
    "suspend": ("active", "suspended"),
    "resume": ("suspended", "active"),
    "lift_cut_off": ("cut_off", "active"),
    "terminate": ("suspended", "terminated"),
}


@pytest.fixture
def owner(session):
    """A customer with an address and a contact."""
    customer = make(session, Customer, last_name="Anker", email="anker@example.com")
    place = {"line1": "Kade 1", "city": "Amsterdam", "postal_code": "1016 HD", "country": "NL"}
    make(session, Address, customer=customer, role=AddressRole.BILL_TO, **place)
    make(session, Contact, customer=customer, name="Bo Aas", email="bo@example.com")
    session.commit()
    return customer


def cards(session, many, **said):
    made = [make(session, Sim, **said) for _ in range(many)]
    session.commit()
    return made


def with_whom(session, *sims):
    session.expire_all()
    return [sim.customer_id for sim in sims]


@pytest.mark.req("S2.2")
def test_a_card_is_assigned_on_its_page_and_shows_the_name(signed_in, session, owner):
    (sim,) = cards(session, 1)
    client = signed_in("agent")
    assert f"/admin/sim/operate/assign/?ids={sim.id}" in client.get(f"/admin/sim/{sim.id}/").text
    at = f"/admin/sim/operate/assign/?ids={sim.id}&back=/admin/sim/{sim.id}/"
    before = now()
    answer = client.submit(at, "/operate/assign/", customer_id=owner.id, go="1")
    assert answer.status_code == 303
    assert "Anker" in words(client.get(f"/admin/sim/{sim.id}/information/"))
    session.rollback()
    assert with_whom(session, sim) == [owner.id] and sim.assigned_at >= before


@pytest.mark.req("S2.3")
def test_five_ticked_cards_are_assigned_at_once_and_counted(signed_in, session, owner):
    five = cards(session, 5)
    client = signed_in("agent")
    named = ",".join(str(sim.id) for sim in five)
    preview = client.submit(
        f"/admin/sim/operate/assign/?ids={named}", "/operate/assign/", customer_id=owner.id
    )
    run = client.get(preview.location)
    assert "5" in words(run)
    done = client.submit(preview.location, "/confirm/", follow_redirects=True)
    assert done.status_code in (200, 303)
    session.rollback()
    assert with_whom(session, *five) == [owner.id] * 5
    assert "Assigned 5 SIM cards" in client.get("/admin/sim/").text


@pytest.mark.req("S2.3")
def test_a_group_is_assigned_with_all_its_cards(signed_in, session, owner):
    group = make(session, SimGroup, name="Cameras")
    five = cards(session, 5, sim_group=group)
    (over,) = cards(session, 1, sim_group=group, state=SimState.TERMINATED)
    client = signed_in("agent")
    at = f"/admin/sim_group/operate/assign_group/?ids={group.id}"
    preview = client.submit(at, "/operate/assign_group/", customer_id=owner.id)
    assert "Assigned: SIM cards (5)" in words(client.get(preview.location))
    client.submit(preview.location, "/confirm/")
    session.rollback()
    assert with_whom(session, *five, over) == [owner.id] * 5 + [None]


@pytest.mark.req("S2.6")
def test_the_customer_is_found_by_typing_three_letters(signed_in, session, owner):
    for number in range(25):
        make(session, Customer, last_name=f"Ankara {number}")
    session.commit()
    client = signed_in("agent")
    found = client.get("/admin/sim/operate/assign/lookup/customer_id/?q=ank").json
    assert 1 < len(found) <= 20
    assert [hit["value"] for hit in client.get("/admin/sim/lookup/customer_id/?q=anker").json] == [owner.id]


@pytest.mark.req("S2.12")
def test_the_customer_leads_to_the_cards_that_can_be_assigned(signed_in, session, owner):
    free, taken = *cards(session, 1), *cards(session, 1, customer=owner)
    client = signed_in("agent")
    page = client.get(f"/admin/customer/{owner.id}/")
    (link,) = re.findall(r'href="(/admin/sim/\?[^"]+)"[^>]*>(?:(?!</a>).)*Assign SIM cards', page.text, re.S)
    listed = client.get(link.replace("&amp;", "&"))
    assert free.id in ids(listed) and taken.id not in ids(listed)
    assert 'value="assign"' in listed.text


def test_a_card_that_moves_leaves_the_subscription_behind(session, owner):
    sim = make(session, Sim, customer=owner, subscription=make(session, Subscription, customer=owner))
    other = make(session, Customer)
    do(session, "assign", sim, customer_id=other.id)
    assert (sim.customer_id, sim.subscription_id) == (other.id, None)
    do(session, "assign", sim, customer_id=other.id)
    do(session, "unassign", sim)
    assert (sim.customer_id, sim.assigned_at) == (None, None)


def test_the_form_remembers_since_when_too(session, owner):
    (sim,) = cards(session, 1)
    update(session, sim, Draft({"customer_id": owner.id}), SYSTEM)
    since = sim.assigned_at
    assert since is not None
    update(session, sim, Draft({"alias": "Gate"}), SYSTEM)
    assert sim.assigned_at == since


def test_who_has_left_gets_no_card(session):
    (sim,) = cards(session, 1)
    gone = make(session, Customer, last_name="Gone", workflow_state=CustomerState.CLOSED)
    (line,) = lines(session, do(session, "assign", sim, customer_id=gone.id))
    assert line.reason == "Gone is closed. Choose another customer."
    assert with_whom(session, sim) == [None]


def test_the_cards_of_a_locked_customer_stay_as_they_are(session):
    locked = make(session, Customer, is_locked=True)
    (mine,), (free,) = cards(session, 1, customer=locked), cards(session, 1)
    with pytest.raises(Locked):
        update(session, mine, Draft({"customer_id": None}), SYSTEM)
    with pytest.raises(Locked):
        update(session, free, Draft({"customer_id": locked.id}), SYSTEM)
    update(session, free, Draft({"alias": "Gate"}), SYSTEM)


@pytest.mark.parametrize("verb", STATES)
def test_a_card_moves_between_its_states(session, verb):
    before, after = STATES[verb]
    (sim,) = cards(session, 1, state=before)
    do(session, verb, sim)
    session.refresh(sim)
    assert sim.state.value == after


def test_what_the_states_do_not_allow_is_refused_with_a_reason(signed_in, session):
    (over,) = cards(session, 1, state=SimState.TERMINATED)
    client = signed_in("tech")
    page = client.get(f"/admin/sim/{over.id}/")
    for why in ("It is terminated.", "Only active SIM cards can be suspended.", "It is not cut off."):
        assert why in page.text
    for verb in ("activate", "suspend", "resume", "lift_cut_off", "terminate"):
        form = client.form(f"/admin/sim/operate/{verb}/?ids={over.id}", f"/operate/{verb}/")
        form.fields["reason"], form.fields["go"] = "Trying", "1"
        client.open(form.action, method="POST", data=form.fields)
    session.rollback()
    session.expire_all()
    assert over.state is SimState.TERMINATED


@pytest.mark.req("S2.4", "S2.5")
def test_the_list_shows_address_and_contact_of_the_customer_beside_the_card(signed_in, session, owner):
    cards(session, 1, customer=owner)
    cards(session, 1)
    beside = (
        "iccid,customer_id,customer_id.email,customer_id.address.line1,customer_id.address.postal_code,"
        "customer_id.address.city,customer_id.contact.name,customer_id.contact.email"
    )
    client = signed_in("agent")
    listed = words(client.get(f"/admin/sim/?columns={beside}"))
    for said in ("anker@example.com", "Kade 1", "1016 HD", "Amsterdam", "Bo Aas", "bo@example.com"):
        assert said in listed
    assert "Customer's city" in listed
    hidden = words(signed_in("viewer").get(f"/admin/sim/?columns={beside}"))
    assert "Amsterdam" in hidden and "Kade 1" not in hidden and "bo@example.com" not in hidden


def test_columns_beside_the_card_cost_one_question_each(signed_in, session, owner, queries):
    client = signed_in("agent")
    costs = []
    for many in (2, 20):
        cards(session, many, customer=owner)
        session.rollback()
        queries.clear()
        client.get("/admin/sim/?columns=iccid,customer_id.email,customer_id.address.city")
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.req("S2.30")
def test_the_list_is_narrowed_to_one_customer(signed_in, session, owner):
    mine = cards(session, 2, customer=owner)
    cards(session, 2, customer=make(session, Customer))
    listed = signed_in("agent").get(f"/admin/sim/?customer={owner.code}")
    assert sorted(ids(listed)) == sorted(sim.id for sim in mine)


@pytest.mark.req("S2.31")
def test_the_customer_shows_its_cards_with_state_and_usage(signed_in, session, owner):
    cards(session, 1, customer=owner, alias="Gate camera", state="cut_off", used_bytes=5 * 1024**3)
    page = signed_in("agent").get(f"/admin/customer/{owner.id}/services/sim-cards/")
    for said in ("Gate camera", "Cut off", "5.0 GB"):
        assert said in words(page)
    assert session.scalar(sa.select(Sim.used_bytes)) == 5 * 1024**3


def test_a_group_shows_its_cards_and_with_whom_they_are(signed_in, session, owner):
    group, other = make(session, SimGroup, name="Cameras"), make(session, SimGroup, name="Gates")
    mine = [*cards(session, 2, sim_group=group, customer=owner), *cards(session, 1, sim_group=group)]
    cards(session, 1, sim_group=other)
    client = signed_in("tech")
    listed = client.get(f"/admin/sim_group/{group.id}/sim-cards/")
    assert ids(listed) == sorted(card.id for card in mine) and words(listed).count("Anker") == 2
    (start,) = set(links(listed, "New SIM card"))
    assert client.form(start, "/new/").fields["sim_group_id"] == str(group.id)
