"""The dashboard and its pages: find, summary, maintenance, queues, seen last, the picker."""

import datetime as dt
import re

import pytest

from admin_views import queues
from models.access import Role, StaffReseller
from models.base import now
from models.customer import Customer, CustomerState, Flag, Reseller
from models.support import Department, Ticket
from queries import declare
from seed.factory import make

from .reading import flashes, ids, links, pieces, total, words
from .stored import row_of
from .verbs import with_login


def waiting(session, *days, **said):
    made = [
        make(
            session,
            Customer,
            workflow_state=CustomerState.WAITING_APPROVAL,
            created_at=now() - dt.timedelta(days=age, hours=1),
            **said,
        )
        for age in days
    ]
    session.commit()
    found = [row.id for row in made]
    session.rollback()
    return found


def limited_to(session, client, reseller):
    session.rollback()
    session.add(StaffReseller(staff_user_id=client.staff_id, reseller_id=reseller.id))
    session.commit()
    return client


def names(page, action):
    """The fields of a form."""
    form = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
    return set(re.findall(r' name="([^"]+)"', form))


@pytest.mark.req("S3.1", "S3.2")
def test_the_customer_manager_is_the_dashboard_with_its_three_sections(signed_in):
    manager = signed_in("manager")
    page = manager.get("/admin/customer/")
    (href, *_) = links(page, "Customer manager")
    dashboard = manager.get(href)
    titles = pieces(dashboard, "h2")
    assert {"Find customers", "Customer summary", "Customer maintenance"} <= set(titles)


@pytest.mark.req("S1.1")
def test_the_menu_leads_to_the_search(signed_in):
    agent = signed_in("agent")
    (href,) = links(agent.get("/admin/customer/"), "Search")[:1]
    found = names(agent.get(href), "/admin/customer/")
    assert {"search", "tag", "postal_code", "state", "flag"} <= found


@pytest.mark.req("S3.3")
def test_the_queues_say_how_many_wait_and_since_when(session, signed_in):
    waiting(session, 5, 2)
    agent = signed_in("agent")
    (href, *_) = links(agent.get("/admin/"), "Queues")
    said = words(agent.get(href))
    assert "Waiting approval 2 View oldest 5 days" in said
    assert "Flagged 0 View nothing waits" in said


@pytest.mark.req("S3.18", "S3.19")
def test_the_summary_counts_who_waits_and_views_exactly_those(session, signed_in):
    found = waiting(session, 1, 2, 3)
    make(session, Customer)
    session.commit()
    agent = signed_in("agent")
    dashboard = agent.get("/admin/")
    assert "Waiting approval 3 View" in words(dashboard)
    (href, *_) = links(dashboard, "Waiting approval 3")
    assert sorted(ids(agent.get(href))) == found


def test_queues_count_what_one_may_see(session, signed_in):
    mine, other = make(session, Reseller), make(session, Reseller)
    waiting(session, 1, reseller=mine)
    waiting(session, 2, 3, reseller=other)
    limited = limited_to(session, signed_in("agent"), mine)
    assert "Waiting approval 1 View" in words(limited.get("/admin/queues/"))


@pytest.mark.req("S3.16")
def test_flagged_ones_form_a_queue(session, signed_in):
    for flag in (Flag.CHK, Flag.RED, None):
        make(session, Customer, flag=flag)
    session.commit()
    agent = signed_in("agent")
    (href, *_) = links(agent.get("/admin/queues/"), "Flagged 2")
    assert len(ids(agent.get(href))) == 2
    assert len(ids(agent.get("/admin/customer/?flag=chk"))) == 1


@pytest.mark.req("S3.38")
def test_maintenance_offers_what_one_may_do(signed_in):
    admin, agent = signed_in("admin"), signed_in("agent")
    assert "Set empty passwords" in words(admin.get("/admin/"))
    assert "Customer maintenance" not in words(agent.get("/admin/"))
    refused = agent.get("/admin/maintain/?action=customer.set_empty_passwords")
    assert "choose an action" in flashes(agent.get(refused.location))


@pytest.mark.req("S3.40")
def test_without_an_action_nothing_happens_and_that_is_said(signed_in):
    admin = signed_in("admin")
    answer = admin.submit("/admin/", "/admin/maintain/")
    assert answer.location == "/admin/#maintenance"
    assert "Nothing was done: choose an action first." in flashes(admin.get(answer.location))


def test_maintenance_leads_to_the_preview_of_those_concerned(session, signed_in):
    user = with_login(session, password_hash=None)
    owner = user.customer_id
    make(session, Customer)
    session.commit()
    admin = signed_in("admin")
    answer = admin.get("/admin/maintain/?action=customer.set_empty_passwords")
    assert answer.location.startswith("/admin/customer/operate/set_empty_passwords/?all=1&")
    assert ids(admin.get("/admin/customer/?without_password=yes")) == [owner]
    assert "1 customer" in words(admin.get(answer.location))


@pytest.mark.req("S1.3")
def test_what_one_opened_is_listed_the_last_first(session, signed_in):
    first, second, third = (make(session, Customer) for _ in range(3))
    session.commit()
    a, b, c = first.id, second.id, third.id
    session.rollback()
    agent, other = signed_in("agent"), signed_in("agent")
    for row_id in (a, b, a, b):
        agent.get(f"/admin/customer/{row_id}/")
    other.get(f"/admin/customer/{c}/")
    (href, *_) = links(agent.get("/admin/"), "Recently viewed")
    assert ids(agent.get(href)) == [b, a]
    agent.get(f"/admin/customer/{a}/")
    assert ids(agent.get(href)) == [a, b]
    assert ids(signed_in("viewer").get(href)) == []


def test_seen_last_forgets_what_is_out_of_sight(session, signed_in):
    mine, other = make(session, Reseller), make(session, Reseller)
    row = make(session, Customer, reseller=mine)
    session.commit()
    row_id, other_id = row.id, other.id
    limited = limited_to(session, signed_in("agent"), mine)
    limited.get(f"/admin/customer/{row_id}/")
    assert ids(limited.get("/admin/recent/")) == [row_id]
    session.get(Customer, row_id).reseller_id = other_id
    session.commit()
    assert ids(limited.get("/admin/recent/")) == []


@pytest.mark.req("S4.10")
def test_edit_opens_an_empty_page_with_a_picker(session, signed_in):
    make(session, Customer, last_name="Zeppelin")
    session.commit()
    agent = signed_in("agent")
    (href, *_) = [h for h in links(agent.get("/admin/"), "Edit") if "pick" in h]
    page = agent.get(href)
    assert "No customer chosen" in words(page) and "Zeppelin" not in words(page)
    assert "id" in names(page, "/admin/pick/")


@pytest.mark.req("S4.11")
def test_picking_there_loads_the_profile(session, signed_in):
    row = make(session, Customer, last_name="Zeppelin", email="ferdinand@example.com")
    session.commit()
    row_id, code = row.id, row.code
    session.rollback()
    agent = signed_in("agent")
    offered = agent.get("/admin/pick/lookup/?q=zepp").json
    assert offered == [{"value": row_id, "text": f"Zeppelin, {code}"}]
    answer = agent.get(f"/admin/pick/?id={row_id}", follow_redirects=True)
    assert answer.request.path == f"/admin/customer/{row_id}/"
    assert "Account details" in words(answer) and "ferdinand@example.com" in words(answer)
    by_hand = agent.get("/admin/pick/?q=zepp")
    assert links(by_hand, "Zeppelin") == [f"/admin/customer/{row_id}/"]


@pytest.mark.parametrize("path", ["?id=abc", "?id=999999999999999999999", "?id=-1", "?q=%00", "?id="])
def test_a_picker_that_is_asked_nonsense_shows_itself(signed_in, path):
    assert signed_in("agent").get(f"/admin/pick/{path}").status_code == 200


def test_who_may_read_no_customers_has_no_desk(signed_in, session):
    session.add(Role(name="nobody", permissions=[]))
    session.commit()
    nobody = signed_in("nobody")
    assert nobody.get("/admin/").status_code == 200
    assert nobody.get("/admin/queues/").status_code == 200
    for path in ("recent", "pick", "pick/lookup"):
        assert nobody.get(f"/admin/{path}/").status_code == 404


def test_the_desk_pages_change_nothing(session, signed_in):
    (row_id,) = waiting(session, 1)
    admin = signed_in("admin")
    before = row_of(session, Customer, row_id).version
    for path in ("", "queues/", "recent/", "pick/", "maintain/?action=customer.set_empty_passwords"):
        admin.get(f"/admin/{path}")
    assert row_of(session, Customer, row_id).version == before


QUEUES = [said for said in declare.queues if not (said.each or said.page)]


@pytest.mark.parametrize("said", QUEUES, ids=lambda said: said.name)
def test_a_tile_counts_what_its_list_shows(session, signed_in, said):
    make(session, said.model)
    session.commit()
    client = signed_in("admin")
    found = re.search(rf"{said.title} (\d+)", words(client.get("/admin/queues/")))
    assert found and found.group(1) == total(client.get(said.queue_at))


def test_tiles_of_departments_say_when_there_are_more_than_were_counted(signed_in, session, monkeypatch):
    calls = make(session, Department, name="Calls")
    for _ in range(3):
        make(session, Ticket, department=calls)
    session.commit()
    client = signed_in("agent")
    assert "+" not in words(client.get("/admin/queues/"))
    monkeypatch.setattr(queues, "CAP", 2)
    page = words(client.get("/admin/queues/"))
    assert "Calls 3+ View more than can be counted at a glance" in page
