"""Customers that may be the same: found by their e-mail, perhaps by more, told apart for good."""

import pytest
import sqlalchemy as sa

from models.customer import Address, Customer, CustomerState, NotDuplicate, Reseller
from models.history import version_table
from operations.operation import operation_named
from operations.running import Selection, confirm, plan, plan_undo
from queries.duplicates import DUPLICATES, duplicates
from queries.likeness import groups
from queries.viewer import SYSTEM, Viewer
from seed.factory import make


def found(session, way="email", viewer=SYSTEM, size=20):
    asked = next(w for w in DUPLICATES.ways if w.name == way)
    return [one.ids for one in groups(session, DUPLICATES, asked, viewer, "", size)[0]]


def listed(session, viewer=SYSTEM):
    asked = sa.select(Customer.id).where(duplicates(wanted=True, viewer=viewer)).order_by(Customer.id)
    return list(session.scalars(asked))


def told_apart(session, *rows):
    verb = operation_named(Customer, "keep_apart")
    run = plan(session, verb, Customer, SYSTEM, Selection(ids=[row.id for row in rows]))
    session.commit()
    return confirm(session, run.id, SYSTEM).run


def test_capitals_and_blanks_make_no_difference(session):
    a, b = (make(session, Customer, email=e) for e in ("Ann@Example.com ", "ann@example.com"))
    make(session, Customer, email="a.nn@example.com")
    make(session, Customer, email="ann+x@example.com")
    assert found(session) == [(a.id, b.id)]
    assert listed(session) == [a.id, b.id]


def test_blank_never_matches_blank(session):
    for _ in range(3):
        make(session, Customer, email=None, phone_e164=None)
    assert found(session) == found(session, "phone") == []
    assert listed(session) == []


@pytest.mark.parametrize("state", [CustomerState.CLOSED, CustomerState.MERGED])
def test_closed_and_merged_ones_are_left_out(session, state):
    a, b = (make(session, Customer, email="ann@example.com") for _ in range(2))
    b.workflow_state, b.merged_into_id = state, a.id if state is CustomerState.MERGED else None
    session.flush()
    assert found(session) == []
    assert listed(session) == []


def test_the_same_phone_may_be_the_same_customer(session):
    a, b = (make(session, Customer, phone_e164="+27821234567") for _ in range(2))
    assert found(session, "phone") == [(a.id, b.id)]
    assert listed(session) == []


def test_the_same_name_needs_the_same_postal_code(session):
    a, b, c = (make(session, Customer, first_name="Ánn", last_name=n) for n in ("Lee", "lee", "Lee"))
    for row, code in ((a, "8001"), (a, "8002"), (b, "8001"), (c, "7700")):
        make(session, Address, customer=row, country="ZA", postal_code=code)
    assert found(session, "name") == [(a.id, b.id)]


def test_the_row_rule_holds_on_both_sides(session):
    mine, theirs = make(session, Reseller), make(session, Reseller)
    make(session, Customer, email="ann@example.com", reseller_id=mine.id)
    make(session, Customer, email="ann@example.com", reseller_id=theirs.id)
    limited = Viewer(1, "Ann", frozenset({"customer.read"}), frozenset({mine.id}))
    assert found(session, viewer=limited) == []
    assert [i for i in listed(session, limited) if session.get(Customer, i).reseller_id == mine.id] == []
    assert len(listed(session)) == 2


def test_told_apart_they_are_not_listed_again_until_that_is_undone(session):
    a, b, c = (make(session, Customer, email="ann@example.com") for _ in range(3))
    session.commit()
    run = told_apart(session, b, a)
    assert found(session) == [(a.id, b.id, c.id)]  # each of them may still be the third
    told_apart(session, a, c)
    assert found(session) == [(b.id, c.id)]
    told_apart(session, a, b, c)
    assert found(session) == []
    assert listed(session) == []
    back = plan_undo(session, run, SYSTEM)
    session.commit()
    confirm(session, back.id, SYSTEM)
    assert found(session) == [(a.id, b.id)]


def test_telling_apart_is_in_the_history_and_happens_once(session):
    a, b = (make(session, Customer) for _ in range(2))
    session.commit()
    assert told_apart(session, a, b).changed == 2
    assert told_apart(session, b, a).same == 2
    versions = version_table(NotDuplicate)
    assert session.scalar(sa.select(sa.func.count()).select_from(versions)) == 1


def test_pages_of_groups_follow_each_other_without_gaps(session):
    for n in range(7):
        for _ in range(2):
            make(session, Customer, email=f"p{n}@example.com")
    way, seen, after = DUPLICATES.ways[0], [], ""
    for _ in range(10):
        part, after = groups(session, DUPLICATES, way, SYSTEM, after, 3)
        seen += [one.value for one in part]
        if not after:
            break
    assert seen == [f"p{n}@example.com" for n in range(7)]


def test_a_large_group_shows_a_few_and_says_how_many(session):
    for _ in range(25):
        make(session, Customer, email="office@example.com")
    (one,), after = groups(session, DUPLICATES, DUPLICATES.ways[0], SYSTEM, "", 5)
    assert (len(one.ids), one.total, after) == (8, 25, "")


@pytest.fixture
def pair(session):
    made = [
        make(session, Customer, last_name=n, email=e) for n, e in (("Ann", "a@x.test"), ("Bo", "A@x.test"))
    ]
    make(session, Customer, last_name="Cy", email="c@x.test")
    session.commit()
    return made


@pytest.mark.req("S3.15")
def test_the_quick_search_offers_duplicates_and_lists_both_together(session, pair, signed_in):
    client = signed_in("agent")
    assert 'name="duplicates"' in client.get("/admin/").text
    page = client.get("/admin/customer/?duplicates=yes").text
    assert ("Ann" in page, "Bo" in page, ">Cy<" in page) == (True, True, False)
    assert 'data-total="2"' in page
    assert 'data-total="1"' in client.get("/admin/customer/?duplicates=no").text
    assert client.get("/admin/customer/?duplicates=perhaps").status_code == 400


def test_the_page_says_what_is_alike_and_leads_to_the_merge(session, pair, signed_in):
    client = signed_in("manager")
    page = client.get("/admin/customer/duplicates/").text
    assert "a@x.test" in page
    assert f"/admin/customer/merge/?ids={pair[0].id},{pair[1].id}" in page
    for way in ("phone", "name", "nonsense"):
        assert client.get(f"/admin/customer/duplicates/?by={way}").status_code == 200
    assert "No duplicates" in client.get("/admin/customer/duplicates/?by=phone").text
    for odd in ("%00", "x" * 2000, "%F0%9F%98%80", "'--"):
        assert client.get(f"/admin/customer/duplicates/?after={odd}").status_code in (200, 400)


def test_who_may_not_see_e_mails_sees_only_that_they_are_alike(session, pair, signed_in):
    page = signed_in("viewer").get("/admin/customer/duplicates/").text
    assert "Ann" in page
    assert "x.test" not in page
    assert "Not a duplicate" not in page
    assert "Compare and merge" not in page


def test_not_a_duplicate_from_the_page(session, pair, signed_in):
    client = signed_in("manager")
    answer = client.submit("/admin/customer/duplicates/", "/admin/customer/duplicates/")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "No duplicates" in page
    assert "Undo" in page
    assert session.scalar(sa.select(sa.func.count(NotDuplicate.id))) == 1


def test_telling_apart_takes_its_right(session, pair, signed_in):
    client = signed_in("agent")
    token = client.token()
    said = {"csrf_token": token, "ids": f"{pair[0].id},{pair[1].id}"}
    answer = client.post("/admin/customer/duplicates/", data=said)
    assert answer.status_code == 403
    assert session.scalar(sa.select(sa.func.count(NotDuplicate.id))) == 0


def test_other_tables_have_no_duplicates(signed_in):
    client = signed_in("admin")
    assert client.get("/admin/tag/duplicates/").status_code == 404
    assert client.get("/admin/tag/merge/").status_code == 403  # a right that nobody can have
