"""Rules of customers and what belongs to them, as every write obeys them."""

import pytest
import sqlalchemy as sa

from models.customer import (
    Address,
    AddressRole,
    Contact,
    Customer,
    CustomerState,
    Kind,
    NotificationSetting,
    Reseller,
)
from models.setting import AppSetting
from operations.adders import Choose, Confirm
from operations.customer import add_member
from operations.deleting import delete
from operations.errors import Refused
from operations.records import Draft, create, update
from queries.viewer import SYSTEM
from seed.factory import make


def made(session, model, **values):
    return create(session, model, Draft(values), SYSTEM)


def refusal(work):
    with pytest.raises(Refused) as caught:
        work()
    return caught.value


@pytest.mark.parametrize(
    ("approvals", "state"), [("off", CustomerState.APPROVED), ("on", CustomerState.WAITING_APPROVAL)]
)
def test_a_new_customer_waits_where_approvals_are_on(session, approvals, state):
    stored = session.scalar(sa.select(AppSetting).where(AppSetting.name == "customer_approval"))
    stored.value = approvals
    session.flush()
    assert made(session, Customer, last_name="Lee").workflow_state is state


def test_a_locked_customer_is_not_changed(session):
    customer = make(session, Customer, is_locked=True)
    refused = refusal(lambda: update(session, customer, Draft({"last_name": "Other"}), SYSTEM))
    assert "locked" in refused.text


def test_a_customer_belongs_to_organizations_only(session):
    person = make(session, Customer, kind=Kind.CUSTOMER)
    refused = refusal(lambda: made(session, Customer, last_name="Lee", organization_id=person.id))
    assert refused.field == "organization_id"


def test_an_organization_with_members_stays_one(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    make(session, Customer, kind=Kind.CUSTOMER, organization_id=organization.id)
    refused = refusal(lambda: update(session, organization, Draft({"kind": Kind.CUSTOMER}), SYSTEM))
    assert refused.field == "kind"


def test_leaving_an_organization_ends_its_paying(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    member = make(
        session, Customer, kind=Kind.CUSTOMER, organization_id=organization.id, bill_to_organization=True
    )
    update(session, member, Draft({"organization_id": None}), SYSTEM)
    assert not member.bill_to_organization


def test_a_reseller_that_is_off_gets_no_new_customers(session):
    reseller = make(session, Reseller, is_active=False)
    refused = refusal(lambda: made(session, Customer, last_name="Lee", reseller_id=reseller.id))
    assert refused.field == "reseller_id"


def place(session, customer, **values):
    said = {
        "customer_id": customer.id,
        "line1": "1 High Street",
        "country": "GB",
        "role": AddressRole.SERVICE,
    }
    return made(session, Address, **(said | values))


def roles(session, customer):
    statement = sa.select(Address.role).where(Address.customer_id == customer.id).order_by(Address.id)
    return session.scalars(statement).all()


def test_the_first_location_is_the_bill_to_and_another_can_take_over(session):
    customer = make(session, Customer)
    place(session, customer)
    second = place(session, customer)
    assert roles(session, customer) == [AddressRole.BILL_TO, AddressRole.SERVICE]
    update(session, second, Draft({"role": AddressRole.BILL_TO}), SYSTEM)
    assert roles(session, customer) == [AddressRole.OTHER, AddressRole.BILL_TO]


def test_there_is_always_a_bill_to_while_there_are_locations(session):
    customer = make(session, Customer)
    first = place(session, customer)
    second = place(session, customer)
    assert refusal(lambda: update(session, first, Draft({"role": AddressRole.OTHER}), SYSTEM)).field == "role"
    assert "Bill To" in refusal(lambda: delete(session, first, SYSTEM)).text
    delete(session, second, SYSTEM)
    delete(session, first, SYSTEM)
    assert roles(session, customer) == []


@pytest.mark.parametrize(
    ("country", "code", "fits"),
    [
        ("US", "77429", True),
        ("ZA", "77429", False),
        ("NL", "1016 hd", True),
        ("GB", "EH3 9DR", True),
        ("PL", "1", False),
    ],
)
def test_a_postal_code_is_one_of_its_country(session, country, code, fits):
    customer = make(session, Customer)
    if fits:
        assert place(session, customer, country=country, postal_code=code).postal_norm
    else:
        assert (
            refusal(lambda: place(session, customer, country=country, postal_code=code)).field
            == "postal_code"
        )


def topics(session, contact):
    statement = sa.select(NotificationSetting).where(NotificationSetting.contact_id == contact.id)
    return {(s.topic.value, s.enabled) for s in session.scalars(statement)}


def test_the_alerts_box_is_what_the_notification_settings_say(session):
    customer = make(session, Customer)
    contact = made(
        session, Contact, customer_id=customer.id, name="Ann", email="ann@example.com", alerts=True
    )
    assert topics(session, contact) == {("usage_warning", True), ("usage_cut_off", True)}
    update(session, contact, Draft({"alerts": False}), SYSTEM)
    assert topics(session, contact) == {("usage_warning", False), ("usage_cut_off", False)}


def test_alerts_need_an_address(session):
    customer = make(session, Customer)
    refused = refusal(lambda: made(session, Contact, customer_id=customer.id, name="Ann", alerts=True))
    assert refused.field == "email"


def test_a_member_is_found_by_code_mail_or_name(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    for typed in ("code", "email", "name"):
        member = make(
            session,
            Customer,
            kind=Kind.CUSTOMER,
            first_name="Zoë",
            last_name=f"Ng{typed}",
            email=f"{typed}@example.com",
        )
        words = {"code": member.code.lower(), "email": member.email.upper(), "name": f"zoe ng{typed}"}
        assert add_member(session, organization, words[typed], {}, SYSTEM) is member
        assert member.organization_id == organization.id


def test_several_of_one_name_are_offered_and_a_move_is_asked_about(session):
    first, second = (make(session, Customer, kind=Kind.ORGANIZATION) for _ in range(2))
    twins = [make(session, Customer, kind=Kind.CUSTOMER, first_name="Jo", last_name="Twin") for _ in range(2)]
    with pytest.raises(Choose) as several:
        add_member(session, first, "Jo Twin", {}, SYSTEM)
    assert {row_id for row_id, _ in several.value.options} == {t.id for t in twins}
    answer = {"choice": str(twins[1].id)}
    add_member(session, first, "Jo Twin", answer, SYSTEM)
    with pytest.raises(Confirm):
        add_member(session, second, "Jo Twin", answer, SYSTEM)
    add_member(session, second, "Jo Twin", answer | {"confirm": "yes"}, SYSTEM)
    assert twins[1].organization_id == second.id
