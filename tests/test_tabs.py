"""The tabs of a customer: addresses, header, help, rights, and what an edit leaves behind."""

import re

import pytest
import sqlalchemy as sa

from models.access import AccessLog
from models.customer import (
    Customer,
    CustomerTag,
    Tag,
)
from models.history import version_table
from seed.factory import make

from .cast import cast
from .reading import links, pieces, words
from .stored import only, row_of, stored

LIST = "/admin/customer/"


@pytest.fixture
def desk(session, signed_in):
    """The cast, an administrator, and the page of Bo's company."""
    found = cast(session)
    found.client = signed_in("admin")
    found.at = f"{LIST}{found.bo.id}/"
    return found


def tabs_of(client, at):
    """The address of every tab and subtab of a record, as its pages list them."""
    tops = _nav(client.get(at), "tabs")
    below = [href for top in tops for href in _nav(client.get(top), "subtabs")]
    return list(dict.fromkeys([*tops, *below]))


def _nav(page, css):
    nav = page.text.partition(f'<nav class="{css}"')[2].partition("</nav>")[0]
    return re.findall(r'href="([^"]+)"', nav)


@pytest.mark.req("S1.7")
def test_the_header_stands_on_top_of_every_tab(desk):
    every = tabs_of(desk.client, desk.at)
    assert len(every) >= 9
    for tab in every:
        page = desk.client.get(tab)
        head = words(page.text.partition('class="rec"')[2].partition('class="tabs-wrap"')[0])
        for said in ("Bo Østergaard & Søn", desk.bo.code, "Business", "Waiting approval", "$0.00", "Cypress"):
            assert said in head, (tab, said)
        for said in ("CHK flag", "VIP", "Organization", "Cape Partners"):
            assert said in head, (tab, said)


@pytest.mark.req("S1.65")
def test_each_tab_has_an_address_of_its_own(desk, signed_in):
    every, colleague = tabs_of(desk.client, desk.at), signed_in("admin")
    opened = {tab: pieces(desk.client.get(tab), "h2") for tab in every}
    for tab, heads in opened.items():
        again = colleague.get(tab)
        assert again.status_code == 200 and f'href="{tab}" aria-current="page"' in again.text, tab
        assert pieces(again, "h2") == heads


@pytest.mark.req("S1.10", "S0.24")
def test_every_tab_and_the_form_show_a_help_link_that_leads_somewhere(desk):
    for page in (*tabs_of(desk.client, desk.at), f"{LIST}new/?preset=customer", LIST):
        (help_,) = {href for href in links(desk.client.get(page), "Help with") if "/help/" in href}
        guide, _, anchor = help_.partition("#")
        answer = desk.client.get(guide)
        assert answer.status_code == 200 and (not anchor or f'id="{anchor}"' in answer.text), (page, help_)


def test_a_tab_that_is_not_there_leads_nowhere(desk):
    for tab in ("nothing", "members/x", "history/x", "notes", "communications/nothing", "contacts/1"):
        assert desk.client.get(f"{desk.at}{tab}/").status_code == 404, tab
    assert desk.client.get(f"{LIST}{desk.ann.id}/members/").status_code == 404
    assert desk.client.get(f"{desk.at}members/").status_code == 200


def test_a_tab_that_one_may_not_open_is_not_offered_and_refused(desk, signed_in):
    viewer = signed_in("viewer")
    assert not links(viewer.get(desk.at), "Access trail")
    assert viewer.get(f"{desk.at}metrics/access-trail/").status_code == 403
    assert desk.client.get(f"{desk.at}metrics/access-trail/").status_code == 200


@pytest.mark.req("S0.9", "S0.10", "S0.11", "S4.13")
def test_the_first_tab_sums_the_account_up(desk):
    cy = words(desk.client.get(f"{LIST}{desk.cy.id}/"))
    for said in ("O’Cyrus 100%_Ltd", desk.cy.code, "Corporate", "Suspended", "Núria Vidal", "4 Ocean Way"):
        assert said in cy, said
    ann = words(desk.client.get(f"{LIST}{desk.ann.id}/"))
    for said in ("Ann@Example.com", "+27 71 123 4567", "Prinsengracht 263", "EFT", "14", "$0.00", "USD"):
        assert said in ann, said


@pytest.mark.req("S1.16")
def test_the_information_tab_shows_what_the_form_edits(desk):
    make_member = desk.client.submit(f"{desk.at}members/", "/members/add/", who=desk.ann.code)
    assert make_member.status_code == 302
    page = words(desk.client.get(f"{desk.at}information/"))
    for said in ("Type Organization", "Class Business", "Terms, days 14", "Cape Partners", "VIP Wholesale"):
        assert said in page, said
    fields = desk.client.form(f"{desk.at}edit/", "/edit/").fields
    for name in ("kind", "account_class", "last_name", "terms_days", "reseller_id", "tag"):
        assert name in fields, name
    assert "Ann Šimková" in words(desk.client.get(f"{desk.at}members/"))


def test_opening_a_record_leaves_a_trace(desk, session):
    desk.client.get(desk.at)
    seen = only(session, AccessLog, AccessLog.action == "view")
    assert (seen.staff_user_id, seen.customer_id) == (desk.client.staff_id, desk.bo.id)
    assert "customer" in words(desk.client.get(f"{desk.at}metrics/access-trail/"))


@pytest.mark.req("S2.1", "S2.13", "S4.14")
def test_an_edit_is_stored_with_its_version(desk, session):
    answer = desk.client.submit(f"{desk.at}edit/", "/edit/", last_name="Bo & Daughters", terms_days="30")
    assert (answer.status_code, answer.location) == (302, desk.at)
    assert "Bo & Daughters" in words(desk.client.get(desk.at))
    past = version_table(Customer)
    asked = sa.select(past.c.version, past.c.last_name, past.c.terms_days).where(past.c.id == desk.bo.id)
    rows = stored(session, asked)
    assert sorted(rows) == [(1, "Bo Østergaard & Søn", None), (2, "Bo & Daughters", 30)]


def test_a_save_that_changes_nothing_writes_nothing(desk, session):
    before = stored(session, sa.select(sa.func.count()).select_from(version_table(Customer)))
    assert desk.client.submit(f"{desk.at}edit/", "/edit/").status_code == 302
    assert stored(session, sa.select(sa.func.count()).select_from(version_table(Customer))) == before
    assert row_of(session, Customer, desk.bo.id).version == 1


def test_tags_that_two_people_add_are_all_kept(desk, session, signed_in):
    extra = [make(session, Tag, name=name) for name in ("One", "Two")]
    session.commit()
    other = signed_in("admin")
    mine, theirs = (client.form(f"{desk.at}edit/", "/edit/") for client in (desk.client, other))
    for client, form, tag in ((desk.client, mine, extra[0]), (other, theirs, extra[1])):
        form.fields.setlist("tag", [*form.fields.getlist("tag"), str(tag.id)])
        assert client.post(form.action, data=form.fields).status_code == 302
    tagged = sa.select(Tag.name).join(CustomerTag).where(CustomerTag.customer_id == desk.bo.id)
    tags = tagged.order_by(Tag.name)
    assert stored(session, tags) == ["One", "Two", "VIP", "Wholesale"]


def test_a_locked_customer_is_not_changed(desk, session):
    form = desk.client.form(f"{desk.at}edit/", "/edit/")
    session.get(Customer, desk.bo.id).is_locked = True
    session.commit()
    answer = desk.client.post(form.action, data=form.fields.to_dict() | {"last_name": "Other"})
    assert answer.status_code == 423 and "This customer is locked." in words(answer)
    assert "Locked" in words(desk.client.get(desk.at))
    assert row_of(session, Customer, desk.bo.id).last_name != "Other"
