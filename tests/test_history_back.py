"""Taking changes back, and bringing deleted records back."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Address, Contact, Customer, CustomerTag, Flag, Kind, Note, Tag
from operations import deleting, restoring
from operations.records import Draft, update
from queries.viewer import SYSTEM
from seed.factory import make

from .past import brought_back, last_transaction, orphans, versions
from .reading import words


def test_a_field_goes_back_and_the_rest_stays(session):
    customer = make(session, Customer, email="old@example.com")
    session.commit()
    customer.email = "new@example.com"
    session.commit()
    changed = last_transaction(session).id
    customer.flag = Flag.RED
    session.commit()
    restoring.restore(session, Customer, customer.id, changed, "email", SYSTEM)
    session.commit()
    assert (customer.email, customer.flag) == ("old@example.com", Flag.RED)


def test_a_deleted_customer_comes_back_with_everything_under_the_old_ids(session):
    customer = make(session, Customer)
    kept = {
        Address: make(session, Address, customer=customer, country="GB").id,
        Contact: make(session, Contact, customer=customer).id,
        Note: make(session, Note, customer=customer).id,
        CustomerTag: make(session, CustomerTag, customer=customer, tag=make(session, Tag)).id,
    }
    session.commit()
    deleting.delete(session, customer, SYSTEM)
    session.commit()
    assert all(session.get(model, row_id) is None for model, row_id in kept.items())
    brought_back(session, customer)
    found = session.get(Customer, customer.id)
    assert found.code == customer.code
    assert all(session.get(model, row_id).customer_id == found.id for model, row_id in kept.items())
    assert orphans(session) == 0


def test_members_let_go_by_a_deletion_come_back_unless_they_joined_another(session):
    first, second = (make(session, Customer, kind=Kind.ORGANIZATION) for _ in range(2))
    loyal, moved = (make(session, Customer, kind=Kind.CUSTOMER, organization_id=first.id) for _ in range(2))
    session.commit()
    deleting.delete(session, first, SYSTEM)
    session.commit()
    update(session, moved, Draft({"organization_id": second.id}), SYSTEM)
    session.commit()
    brought_back(session, first)
    assert (loyal.organization_id, moved.organization_id) == (first.id, second.id)


def gone(session: Session, record) -> int:
    """Delete a row; returns the transaction in which it went."""
    deleting.delete(session, record, SYSTEM)
    session.commit()
    return last_transaction(session).id


def test_a_record_comes_back_without_what_was_deleted_since(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    tag = make(session, Tag)
    customer = make(
        session, Customer, kind=Kind.CUSTOMER, organization_id=organization.id, bill_to_organization=True
    )
    make(session, CustomerTag, customer=customer, tag=tag)
    session.commit()
    gone(session, customer)
    gone(session, organization)
    gone(session, tag)
    back = brought_back(session, customer)
    assert (back.organization_id, back.bill_to_organization) == (None, False)
    assert session.scalar(sa.select(sa.func.count()).select_from(CustomerTag)) == 0


def test_a_record_that_came_back_counts_its_versions_on(session):
    customer = make(session, Customer)
    session.commit()
    customer.flag = Flag.RED
    session.commit()
    gone(session, customer)
    back = brought_back(session, customer)
    assert back.version > 2
    assert versions(session, Customer, customer.id)[-1]["version"] == back.version
    back.flag = Flag.BLUE
    session.commit()


def test_an_older_time_without_a_tag_is_not_the_one_to_take_back(session):
    tie = make(session, CustomerTag)
    row_id = tie.id
    session.commit()
    first = gone(session, tie)
    back = restoring.restore(session, CustomerTag, row_id, first, "", SYSTEM)
    session.commit()
    gone(session, back)
    with pytest.raises(restoring.Refused, match="Restore the last change"):
        restoring.restore(session, CustomerTag, row_id, first, "", SYSTEM)


def test_a_deleted_record_does_not_come_back_without_a_run(session):
    customer = make(session, Customer)
    session.commit()
    step = gone(session, customer)
    with pytest.raises(restoring.Refused, match="Bring the whole record back"):
        restoring.restore(session, Customer, customer.id, step, "", SYSTEM)


def test_members_are_billed_to_their_organization_again_when_it_comes_back(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    member = make(
        session, Customer, kind=Kind.CUSTOMER, organization_id=organization.id, bill_to_organization=True
    )
    session.commit()
    gone(session, organization)
    assert not member.bill_to_organization
    brought_back(session, organization)
    assert (member.organization_id, member.bill_to_organization) == (organization.id, True)


def test_many_children_of_one_do_not_hide_other_deleted_records(session, signed_in):
    early = make(session, Customer, first_name="Early", last_name="Bird")
    late = make(session, Customer, first_name="Late", last_name="Riser")
    for _ in range(60):
        make(session, Note, customer=late)
    session.commit()
    gone(session, early)
    gone(session, late)
    session.rollback()
    told = words(signed_in("admin").get("/admin/history/deleted/"))
    assert "“Early Bird”" in told and "“Late Riser”, with 60 that belonged to it" in told
