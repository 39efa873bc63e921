"""What becomes of SIM cards whose customer is deleted, closed or merged."""

import pytest
import sqlalchemy as sa

from models.customer import Customer, CustomerState
from models.service import Sim
from seed.factory import make

from .merging import merged
from .reading import flashes, links, words
from .test_sims import cards, with_whom
from .verbs import do, looked_at, taken_back


@pytest.fixture
def owner(session):
    customer = make(session, Customer, last_name="Anker")
    session.commit()
    return customer


def two_of(session, owner):
    found = cards(session, 2, customer=owner)
    for sim in found:
        sim.assigned_at = owner.created_at
    session.commit()
    return found


@pytest.mark.req("S2.15")
def test_deleting_says_first_who_it_is_and_how_many_cards_lose_them(signed_in, session, owner):
    mine = two_of(session, owner)
    page = words(signed_in("manager").get(f"/admin/customer/{owner.id}/delete/"))
    assert "Delete customer “Anker”?" in page and "2 SIM cards will lose this customer." in page
    session.rollback()
    assert with_whom(session, *mine) == [owner.id] * 2
    alone = make(session, Customer)
    cards(session, 1, customer=alone)
    page = words(signed_in("manager").get(f"/admin/customer/{alone.id}/delete/"))
    assert "1 SIM card will lose this customer." in page


@pytest.mark.req("S2.16")
def test_cancelling_changes_neither_customer_nor_cards(signed_in, session, owner):
    mine = two_of(session, owner)
    manager = signed_in("manager")
    (back, *_) = links(manager.get(f"/admin/customer/{owner.id}/delete/"), "Cancel")
    assert manager.get(back).status_code == 200
    session.rollback()
    assert with_whom(session, *mine) == [owner.id] * 2 and owner.version == 1


@pytest.mark.req("S2.17", "S2.18")
def test_confirming_deletes_the_customer_and_clears_the_cards(signed_in, session, owner):
    mine, row_id = two_of(session, owner), owner.id
    manager = signed_in("manager")
    assert manager.get(f"/admin/customer/{row_id}/delete/confirm/").status_code in (404, 405)
    answer = manager.submit(f"/admin/customer/{row_id}/delete/", "/delete/confirm/", reason="Gone")
    assert "deleted" in flashes(manager.get(answer.location))
    session.rollback()
    assert session.scalar(sa.select(Customer.id).where(Customer.id == row_id)) is None
    assert with_whom(session, *mine) == [None, None]
    assert all(sim.assigned_at is None for sim in mine)
    assert "Anker" not in words(manager.get("/admin/sim/"))


def test_undoing_the_deletion_gives_the_cards_back(session, owner):
    mine, row_id, since = two_of(session, owner), owner.id, owner.created_at
    run = do(session, "delete", owner)
    assert with_whom(session, *mine) == [None, None]
    taken_back(session, run)
    assert with_whom(session, *mine) == [row_id] * 2 and mine[0].assigned_at == since


@pytest.mark.req("S2.15", "S2.17")
def test_closing_warns_before_it_takes_the_cards_back(signed_in, session, owner):
    mine = two_of(session, owner)
    manager = signed_in("manager")
    at = f"/admin/customer/operate/close/?ids={owner.id}&back=/admin/customer/{owner.id}/"
    warned = manager.submit(at, "/operate/close/", reason="Moved away", go="1")
    assert "/admin/run/" in warned.location
    page = words(manager.get(warned.location))
    assert "Anker" in page and "Will lose their customer: SIM cards (2)." in page
    session.rollback()
    assert with_whom(session, *mine) == [owner.id] * 2
    session.rollback()
    manager.submit(warned.location, "/confirm/")
    session.rollback()
    assert with_whom(session, *mine) == [None, None]
    assert owner.workflow_state is CustomerState.CLOSED


def test_closing_without_cards_needs_no_second_look(signed_in, session, owner):
    at = f"/admin/customer/operate/close/?ids={owner.id}&back=/admin/customer/{owner.id}/"
    answer = signed_in("manager").submit(at, "/operate/close/", reason="Moved away", go="1")
    assert answer.location == f"/admin/customer/{owner.id}/"


def test_undoing_the_closing_gives_the_cards_back(session, owner):
    mine, row_id = two_of(session, owner), owner.id
    told = looked_at(session, "close", owner)
    assert told["warnings"] == ["Will lose their customer: SIM cards (2)."]
    taken_back(session, do(session, "close", owner))
    assert with_whom(session, *mine) == [row_id] * 2


def test_merging_moves_the_cards_and_keeps_since_when(session, owner):
    mine, since = two_of(session, owner), owner.created_at
    survivor = make(session, Customer, last_name="Boje")
    session.commit()
    merged(session, survivor, owner)
    assert with_whom(session, *mine) == [survivor.id] * 2 and mine[0].assigned_at == since


def test_a_card_that_was_with_nobody_is_brought_back(session):
    (free,) = cards(session, 1)
    row_id = free.id
    taken_back(session, do(session, "delete", free))
    assert session.scalar(sa.select(Sim.id)) == row_id
