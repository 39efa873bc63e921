"""Keys that say `same`: a location, a subscription, a contact of the same customer only."""

import pytest

from models.customer import Address, Contact, Customer, NotificationSetting
from models.service import Facility, Subscription
from operations.errors import Refused
from operations.records import Draft, create, update
from queries.viewer import SYSTEM
from seed.factory import make


@pytest.fixture
def two(session):
    """Two customers with a location each."""
    found = []
    for street in ("Old Road 1", "New Street 2"):
        customer = make(session, Customer)
        found.append((customer, make(session, Address, customer=customer, line1=street, label=street)))
    session.commit()
    return found


def test_a_location_of_another_customer_is_refused(session, two):
    (ann, _), (_, elsewhere) = two
    subscription = make(session, Subscription, customer=ann)
    with pytest.raises(Refused) as caught:
        update(session, subscription, Draft({"address_id": elsewhere.id}), SYSTEM)
    assert caught.value.field == "address_id"
    assert "of another customer" in caught.value.text


def test_a_row_that_changes_hands_leaves_what_is_not_the_new_owners(session, two):
    (ann, at_home), (bo, elsewhere) = two
    facility = make(session, Facility, customer=ann, address=at_home)
    with pytest.raises(Refused):
        update(session, facility, Draft({"customer_id": bo.id}), SYSTEM)
    update(session, facility, Draft({"customer_id": bo.id, "address_id": elsewhere.id}), SYSTEM)
    assert facility.address_id == elsewhere.id


def test_a_contact_that_is_told_is_the_customers_own(session, two):
    (ann, _), (bo, _) = two
    theirs = make(session, Contact, customer=bo)
    values = {
        "customer_id": ann.id,
        "contact_id": theirs.id,
        "topic": "usage_warning",
        "destination": "a@b.co",
    }
    with pytest.raises(Refused):
        create(session, NotificationSetting, Draft(values), SYSTEM)


def test_a_form_offers_what_is_the_customers_own(session, two, signed_in):
    (ann, at_home), (_, elsewhere) = two
    client = signed_in("admin")
    page = client.get(f"/admin/subscription/new/?customer_id={ann.id}").text
    assert str(at_home) in page and str(elsewhere) not in page
    assert f"lookup/address_id/?customer_id={ann.id}" in page


def test_a_look_up_offers_what_is_the_customers_own(session, two, signed_in):
    (ann, at_home), (_, elsewhere) = two
    client = signed_in("admin")
    path = "/admin/subscription/lookup/address_id/"
    assert [row["value"] for row in client.get(f"{path}?customer_id={ann.id}").json] == [at_home.id]
    assert len(client.get(path).json) == 2
    assert client.get(f"{path}?customer_id=x").status_code == 200


def test_a_form_says_at_the_field_what_is_not_the_customers_own(session, two, signed_in):
    (ann, _), (_, elsewhere) = two
    subscription = make(session, Subscription, customer=ann)
    session.commit()
    path = f"/admin/subscription/{subscription.id}/edit/"
    answer = signed_in("admin").submit(path, path, address_id=str(elsewhere.id))
    assert answer.status_code == 422
    assert "of another customer" in answer.text
