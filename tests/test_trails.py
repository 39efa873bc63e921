"""What is written down of a customer: states, fields, who looked, what happened; and who may read it."""

import pytest
import sqlalchemy as sa

from models.access import Activity, Role
from models.customer import Customer
from models.sales import SalesOrder
from models.support import Ticket
from seed.factory import make

from .reading import ids, links, path, words

LISTS = {
    "status-changes": "Status changes",
    "history": "Field changes",
    "access-trail": "Access trail",
    "activity-log": "Activity log",
}


@pytest.fixture
def customer(session):
    made = make(session, Customer, first_name="Petra", last_name="Lang")
    session.commit()
    return made


@pytest.mark.req("S1.60")
def test_metrics_holds_four_lists(session, signed_in, customer):
    manager = signed_in("manager")
    manager.submit(f"{path(customer)}edit/", email="new@example.com", reason="Married")
    suspended = f"/admin/customer/operate/suspend/?ids={customer.id}"
    manager.submit(suspended, "/operate/suspend/", go="1", reason="Returned post")
    told = {at: words(manager.get(path(customer, "metrics", at))) for at in LISTS if at != "history"}
    told["history"] = words(manager.get(path(customer, "history")))
    assert all(title in page for page in told.values() for title in LISTS.values())
    assert "Approved Suspended Returned post" in told["status-changes"]
    assert "new@example.com" in told["history"] and "Married" in told["history"]
    assert "view" in told["access-trail"] and "Approved → Suspended" in told["activity-log"]
    assert "Status changes" in words(manager.get(path(customer, "metrics")))


def test_a_move_is_told_in_the_words_of_its_table(session, signed_in, customer):
    for table, old, new in (("ticket", "open", "pending"), ("gone", "was", "is")):
        made = {"object_type": table, "object_id": 7, "old_state": old, "new_state": new}
        make(session, Activity, customer=customer, kind="state", summary="Moved", **made)
    session.commit()
    told = words(signed_in("manager").get(path(customer, "metrics", "status-changes")))
    assert "Ticket 7" in told and "Gone 7" in told and "was is" in told and "pending" not in told


@pytest.mark.req("S1.63")
def test_the_access_trail_says_who_opened_which_order_and_when(session, signed_in, customer):
    order = make(session, SalesOrder, customer=customer)
    ticket = make(session, Ticket, customer=customer, subject="No dial tone")
    session.commit()
    agent, manager = signed_in("agent"), signed_in("manager")
    for row in (customer, order, ticket):
        assert agent.get(path(row)).status_code == 200
    page = manager.get(path(customer, "metrics", "access-trail"))
    rows = [words(row) for row in page.text.split("<tr ")[1:]]
    for row, what in ((order, "Order"), (ticket, "Ticket"), (customer, "Customer")):
        (said,) = [told for told in rows if f"{what} {row}" in told and "view" in told]
        assert "just now" in said and "Agent" in said
        assert path(row) in links(page, str(row))


def test_a_trail_tells_no_name_that_its_reader_may_not_see(session, signed_in, customer):
    ticket = make(session, Ticket, customer=customer, subject="No dial tone")
    session.commit()
    manager, other = signed_in("manager"), signed_in("manager")
    manager.get(path(ticket))
    role = session.scalar(sa.select(Role).where(Role.name == "manager"))
    role.permissions = [p for p in role.permissions if p != "ticket.read"]
    session.commit()
    told = words(other.get(path(customer, "metrics", "access-trail")))
    assert f"Ticket {ticket.id}" in told and "No dial tone" not in told


@pytest.mark.req("S1.4")
def test_recently_viewed_is_ones_own_without_repeats_and_ends_at_twenty(session, signed_in):
    rows = [make(session, Customer).id for _ in range(21)]
    other_row = make(session, Customer).id
    session.commit()
    agent, other = signed_in("agent"), signed_in("agent")
    other.get(f"/admin/customer/{other_row}/")
    for row_id in [rows[0], rows[0], *rows[:20]]:
        agent.get(f"/admin/customer/{row_id}/")
    assert ids(agent.get("/admin/recent/")) == rows[19::-1]
    agent.get(f"/admin/customer/{rows[20]}/")
    assert ids(agent.get("/admin/recent/")) == rows[:0:-1]
    assert ids(other.get("/admin/recent/")) == [other_row]


@pytest.mark.req("S4.81")
def test_the_audit_trail_is_for_admins(signed_in, customer):
    admin, agent = signed_in("admin"), signed_in("agent")
    admin.submit(f"{path(customer)}edit/", email="new@example.com", reason="Married")
    assert agent.get("/admin/history/").status_code == 403
    assert not links(agent.get("/admin/"), "Changes")
    assert agent.get(path(customer, "metrics", "access-trail")).status_code == 403
    (changes, *_) = links(admin.get("/admin/"), "Changes")
    told = words(admin.get(changes))
    assert "changed Email" in told.replace("E-mail", "Email") and "Petra Lang" in told and "Married" in told
