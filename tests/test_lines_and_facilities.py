"""VoIP lines with their numbers, and circuits, ports and equipment with their states."""

import pytest
import sqlalchemy as sa

from models.catalog import RatePlan
from models.customer import Address, AddressRole, Customer
from models.service import CallImport, Facility, FacilityState, VoipLine, VoipLineState
from seed.factory import make

from .reading import words, wrong
from .stored import only, row_of, stored

LINES, FACILITIES = "/admin/voip_line/", "/admin/facility/"


@pytest.fixture
def ann(session):
    customer = make(session, Customer, last_name="Ann")
    session.commit()
    return customer.id


def press(client, table, name, row_id):
    record = f"{table}{row_id}/"
    assert f"{table}operate/{name}/?ids={row_id}" in client.get(record, follow_redirects=True).text
    return client.submit(f"{table}operate/{name}/?ids={row_id}", go="1", reason="Because.")


@pytest.mark.req("S4.39")
def test_lines_are_listed_with_number_and_state_and_managed(session, ann, signed_in):
    line = make(session, VoipLine, customer_id=ann, number_e164="+27821234567").id
    session.commit()
    manager = signed_in("manager", country="ZA")
    for page in (LINES, f"/admin/customer/{ann}/services/voip-lines/"):
        text = words(manager.get(page))
        assert "+27 82 123 4567" in text and "Active" in text
    for name, state in (("suspend", "suspended"), ("resume", "active"), ("cancel", "cancelled")):
        press(manager, LINES, name, line)
        assert row_of(session, VoipLine, line).state == state
    assert "It is not suspended." in manager.get(f"{LINES}{line}/", follow_redirects=True).text


@pytest.mark.req("S4.40")
@pytest.mark.parametrize("typed", ["082 123 4567", "+27821234567", "+27 (82) 123-4567", "0027 82 123 4567"])
def test_a_number_is_understood_in_any_notation(session, ann, signed_in, typed):
    plan = make(session, RatePlan, name="Local").id
    session.commit()
    manager = signed_in("manager", country="ZA")
    said = {"number_e164": typed, "rate_plan_id": str(plan), "call_import": "manual", "bill_line": ""}
    answer = manager.submit(f"{LINES}new/?customer_id={ann}", **said)
    assert answer.status_code == 302, wrong(answer)
    made = only(session, VoipLine)
    assert (made.number_e164, made.state, made.rate_plan_id) == ("+27821234567", VoipLineState.ACTIVE, plan)
    assert made.call_import is CallImport.MANUAL


def test_a_local_number_is_one_of_the_customers_country(session, ann, signed_in):
    make(session, Address, customer_id=ann, country="DE")
    make(session, Address, customer_id=ann, country="ZA", role=AddressRole.BILL_TO)
    session.commit()
    manager = signed_in("manager", country="US")
    assert manager.submit(f"{LINES}new/?customer_id={ann}", number_e164="082 123 4567").status_code == 302
    line = only(session, VoipLine)
    assert line.number_e164 == "+27821234567"
    answer = manager.submit(f"{LINES}{line.id}/edit/", number_e164="12")
    assert "in ZA, like" in wrong(answer)["number_e164"]
    manager.submit(f"{LINES}{line.id}/edit/", number_e164="082 123 4568")
    assert only(session, VoipLine).number_e164 == "+27821234568"


@pytest.mark.req("S4.40")
def test_a_number_in_use_is_refused_until_its_line_is_cancelled(session, ann, signed_in):
    line = make(session, VoipLine, customer_id=ann, number_e164="+27821234567").id
    other = make(session, Customer).id
    session.commit()
    manager = signed_in("manager", country="ZA")
    new = f"{LINES}new/?customer_id={other}"
    for state in ("active", "suspended"):
        again = manager.submit(new, number_e164="082 123 4567")
        assert again.status_code == 422, state
        assert wrong(again) == {"number_e164": "This number is in use."}
        if state == "active":
            press(manager, LINES, "suspend", line)
    press(manager, LINES, "cancel", line)
    assert manager.submit(new, number_e164="082 123 4567").status_code == 302
    owners = stored(session, sa.select(VoipLine.customer_id).order_by(VoipLine.id))
    assert owners == [ann, other]


@pytest.mark.parametrize("typed", ["12", "nothing", "+27", "082 123 456 7890 1"])
def test_what_is_no_number_is_refused(session, ann, signed_in, typed):
    answer = signed_in("manager", country="ZA").submit(f"{LINES}new/?customer_id={ann}", number_e164=typed)
    assert answer.status_code == 422 and "number_e164" in wrong(answer)


@pytest.mark.req("S1.26")
def test_the_tab_has_circuits_ports_and_equipment_with_their_states(session, ann, signed_in):
    for kind, identifier, state in (
        ("circuit", "CIR-1", "in_service"),
        ("port", "SW4/0/12", "planned"),
        ("cpe", "SN 1234", "removed"),
    ):
        make(session, Facility, customer_id=ann, kind=kind, identifier=identifier, state=state)
    session.commit()
    text = words(signed_in("viewer").get(f"/admin/customer/{ann}/facilities/"))
    for part in (
        "CIR-1",
        "Circuit",
        "In service",
        "SW4/0/12",
        "Port",
        "Planned",
        "SN 1234",
        "CPE",
        "Removed",
    ):
        assert part in text


def test_a_facility_goes_through_its_states_by_verbs_alone(session, ann, signed_in):
    tech = signed_in("tech")
    new = f"{FACILITIES}new/?customer_id={ann}"
    assert tech.submit(new, kind="circuit", identifier="CIR-1", state="removed").status_code == 302
    made = only(session, Facility)
    assert made.state is FacilityState.IN_SERVICE
    again = tech.submit(new, kind="circuit", identifier="CIR-1")
    assert wrong(again) == {"identifier": "This identifier is already taken."}
    steps = {"plan": "planned", "put_in_service": "in_service", "remove": "removed"}
    for name, state in steps.items():
        press(tech, FACILITIES, name, made.id)
        assert row_of(session, Facility, made.id).state == state
