"""Finding whose it is by what is written on it."""

import pytest

from models.access import StaffReseller
from models.base import now
from models.customer import Customer, Reseller
from models.parse import Place
from models.service import Facility, Sim, VoipLine
from models.usage import DataSession
from queries.inventory import spellings
from seed.factory import make

from .services import account, subscription

HERE = "/admin/inventory/"


def own_everything(session, owner, number=1):
    """One thing of each kind; their numbers tell those of several customers apart."""
    dial = account(session, customer=owner, username=f"owner{number}@net", static_ip=f"192.0.2.{number}")
    subscription(session, customer=owner, identifier=f"SN-7{number}")
    make(session, VoipLine, customer=owner, number_e164=f"+2782123456{number}")
    make(session, Facility, customer=owner, identifier=f"CIR-004{number}")
    make(
        session,
        Sim,
        customer=owner,
        iccid=f"892700000000000001{number}",
        imsi=f"65501000000000{number}",
        msisdn_e164=f"+2783000000{number}",
    )
    for _ in range(2):
        make(session, DataSession, data_account=dial, framed_ip=f"100.64.0.{number}", started_at=now())
    session.commit()


@pytest.fixture
def owner(session):
    made = make(session, Customer, last_name="Owner")
    own_everything(session, made)
    return made


def found(client, text):
    answer = client.get(HERE, query_string={"q": text})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.req("S1.2")
@pytest.mark.parametrize(
    "typed",
    [
        "082 123 4561",
        "+27 82 123-4561",
        "8927 0000 0000 0000 011",
        "655010000000001",
        "083 000 0001",
        "cir-0041",
        " CIR-0041 ",
        "sn-71",
        "owner1@net",
        "192.0.2.1",
        "100.64.0.1",
    ],
)
def test_a_thing_leads_to_the_customer_who_has_it(owner, signed_in, typed):
    agent = signed_in("agent", country="ZA")
    assert f'href="/admin/customer/{owner.id}/"' in found(agent, typed)
    assert "Owner" in agent.get(f"/admin/customer/{owner.id}/", follow_redirects=True).text


def test_the_menu_leads_there(signed_in):
    assert f'href="{HERE}"' in signed_in("agent").get("/admin/").text


@pytest.mark.parametrize("typed", ["", " ", "nothing", "%", "_", "' OR 1=1 --", "1" * 300, "\x00", "۱۲۳"])
def test_what_is_not_there_is_not_found(owner, signed_in, typed):
    text = found(signed_in("agent"), typed)
    assert f"/admin/customer/{owner.id}/" not in text
    assert "Nothing is known by this" in text or "Nothing searched for yet" in text


@pytest.mark.parametrize(
    ("typed", "there"), [("082 123 4561", False), ("100.64.0.1", False), ("SN-71", True)]
)
def test_who_sees_no_personal_values_is_not_told_of_them(owner, signed_in, typed, there):
    text = found(signed_in("viewer", country="ZA"), typed)
    assert (f"/admin/customer/{owner.id}/" in text) is there


def test_things_of_customers_whom_one_may_not_see_are_not_found(session, owner, app, signed_in):
    theirs = make(session, Reseller)
    session.commit()
    agent = signed_in("agent", country="ZA")
    make(session, StaffReseller, staff_user_id=agent.staff_id, reseller=theirs)
    session.commit()
    for typed in ("082 123 4561", "SN-71", "CIR-0041", "owner1@net", "100.64.0.1"):
        assert "Nothing is known by this" in found(agent, typed)


def test_many_holders_cost_what_one_does(session, owner, signed_in, queries):
    agent = signed_in("agent")
    with queries as one:
        found(agent, "100.64.0.1")
    cost = len(one)
    for _ in range(8):
        make(session, DataSession, data_account=account(session), framed_ip="100.64.0.1", started_at=now())
    session.commit()
    with queries as many:
        found(agent, "100.64.0.1")
    assert len(many) == cost <= 16  # who, settings and menu; one for each kind of thing, two for owners


def test_a_text_is_looked_for_in_the_ways_in_which_it_may_be_stored():
    assert spellings("082 123 4567", Place("ZA")) == ["082 123 4567", "0821234567", "+27821234567"]
    assert spellings("Cir-1", Place()) == ["Cir-1", "CIR-1", "cir-1"]
    assert spellings("  ", Place()) == []
