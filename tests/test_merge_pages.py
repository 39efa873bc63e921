"""The merge screen: two from a list, several side by side, what is refused, old addresses."""

import pytest
import sqlalchemy as sa

from models.access import StaffReseller
from models.customer import Contact, Customer, CustomerState, Kind, Note, Reseller
from models.sales import SalesOrder
from models.service import Suspension, SuspensionState
from models.work import Run
from seed.factory import make

from .ground.client import find_form
from .merging import furnished
from .reading import flashes, ids, links, words

MERGE = "/admin/customer/merge/"


@pytest.fixture
def three(session):
    made = [
        make(session, Customer, last_name=name, email=f"{name.lower()}@x.test", credit_limit=limit)
        for name, limit in (("Ann", None), ("Bo", 500), ("Cy", 700))
    ]
    for row in made[1:]:
        make(session, Note, customer=row, body=f"About {row.last_name}")
    session.commit()
    return [row.id for row in made]


@pytest.fixture
def manager(signed_in):
    return signed_in("manager")


def screen(*ids, **more):
    query = "&".join(f"{n}={v}" for n, v in {"ids": ",".join(map(str, ids)), **more}.items())
    return f"{MERGE}?{query}"


def states(session, ids):
    session.rollback()
    session.expire_all()
    found = [session.get(Customer, i).workflow_state for i in ids]
    session.rollback()
    return found


def notes(session, customer_id):
    session.rollback()
    asked = sa.select(sa.func.count(Note.id)).where(Note.customer_id == customer_id)
    found = session.scalar(asked)
    session.rollback()
    return found


@pytest.mark.req("S3.44")
def test_two_ticked_in_the_list_are_merged_into_the_first(session, three, manager):
    ann, bo, _ = three
    orders = sorted(make(session, SalesOrder, customer_id=ann).id for _ in range(2))
    session.commit()
    path = f"/admin/customer/operate/?operation=merge&ids={bo},{ann}&back=/admin/customer/"
    answer = manager.get(path)
    assert (answer.status_code, answer.location) == (302, f"{MERGE}?ids={bo},{ann}&back=/admin/customer/")
    assert "Merge 2 into C-" in manager.get(answer.location).text
    done = manager.submit(answer.location, MERGE, reason="Signed up twice", go="1")
    assert (done.status_code, done.location) == (303, f"/admin/customer/{bo}/")
    shown = manager.get(done.location)
    assert "merged into “" in flashes(shown)
    assert "Bo”, C-" in flashes(shown)
    listed = manager.get("/admin/customer/").text
    assert (f"/admin/customer/{bo}/" in listed, f"/admin/customer/{ann}/" in listed) == (True, False)
    assert states(session, [ann]) == [CustomerState.MERGED]
    assert notes(session, bo) == 1
    assert sorted(ids(manager.get(f"/admin/customer/{bo}/orders/orders/"))) == orders


@pytest.mark.req("S3.44")
def test_three_ticked_in_the_list_go_to_the_merge_screen(session, three, manager):
    ids = ",".join(map(str, three))
    answer = manager.get(f"/admin/customer/operate/merge/?ids={ids}&back=/admin/customer/")
    shown = manager.get(answer.location)
    assert "Merge 3 customers" in shown.text
    preview = manager.submit(answer.location, MERGE, reason="One company")
    told = manager.get(preview.location)
    assert "will change" in words(told)
    assert states(session, three) == [CustomerState.APPROVED] * 3
    done = manager.submit(preview.location, "/confirm/")
    assert done.location == f"/admin/customer/{three[0]}/"
    assert "merged into" in flashes(manager.get(done.location))
    assert states(session, three)[1:] == [CustomerState.MERGED] * 2
    assert notes(session, three[0]) == 2


@pytest.mark.req("S3.45")
def test_a_merge_can_be_cancelled(session, three, manager):
    path = screen(*three[:2], back="/admin/customer/")
    assert 'href="/admin/customer/"' in manager.get(path).text
    preview = manager.submit(path, MERGE, reason="The same")
    (back,) = links(manager.get(preview.location), "Cancel")
    assert manager.get(back).status_code == 200
    assert states(session, three) == [CustomerState.APPROVED] * 3
    assert [notes(session, i) for i in three] == [0, 1, 1]


def test_the_values_that_were_chosen_are_kept(session, three, manager):
    ann, bo, cy = three
    path = screen(ann, bo, cy)
    manager.submit(
        manager.submit(path, MERGE, reason="One", survivor=str(bo), email_from=str(cy)).location, "/confirm/"
    )
    session.rollback()
    kept = session.get(Customer, bo)
    assert (kept.email, kept.credit_limit) == ("cy@x.test", 500)
    contacts = sa.select(Contact.email).where(Contact.customer_id == bo).order_by(Contact.email)
    assert list(session.scalars(contacts)) == ["ann@x.test", "bo@x.test"]


def test_a_reason_is_asked_for_and_nothing_chosen_is_lost(three, manager):
    ann, bo, _ = three
    answer = manager.submit(screen(ann, bo), MERGE, survivor=str(bo), email_from=str(ann))
    assert answer.status_code == 422
    assert "Say why" in answer.text
    form = find_form(answer, MERGE)
    assert (form.fields["survivor"], form.fields["email_from"]) == (str(bo), str(ann))


def test_what_stands_in_the_way_is_said_before_anything_is_asked(session, three, manager):
    group = make(session, Customer, kind=Kind.ORGANIZATION)
    rand = make(session, Customer, currency="ZAR")
    locked = make(session, Customer, is_locked=True)
    session.commit()
    for other, said in ((group, "only two of a kind"), (rand, "billed in ZAR"), (locked, "is locked")):
        shown = manager.get(screen(three[0], other.id))
        assert said in words(shown)
        assert 'name="reason"' not in shown.text
    assert "with itself" in words(manager.get(screen(three[0], three[0])))
    assert "There is no customer 999" in words(manager.get(screen(three[0], 999)))


def test_who_stands_in_the_way_of_being_given_up_can_be_kept(session, three, manager):
    ann, bo, cy = three
    make(session, Suspension, customer_id=cy, state=SuspensionState.SUSPENDED, ended_at=None)
    session.commit()
    blocked = manager.get(screen(ann, bo, cy))
    code = session.get(Customer, cy).code
    assert f"“Cy” ({code}) has an open suspension" in words(blocked)
    ways = links(blocked, "Keep this one")
    assert [f"survivor={i}" in way for i, way in zip((bo, cy), ways, strict=True)] == [True, True]
    form = find_form(manager.get(ways[1]), MERGE)
    assert form.fields["survivor"] == str(cy)


def test_an_old_address_leads_to_the_survivor(session, three, manager):
    ann, bo, _ = three
    manager.submit(screen(ann, bo), MERGE, reason="The same", go="1")
    for tail in ("", "edit/", "contacts/", "history/", "communications/notes/?sort=body"):
        answer = manager.get(f"/admin/customer/{bo}/{tail}")
        assert (answer.status_code, answer.location) == (302, f"/admin/customer/{ann}/{tail}")
    token = manager.token()
    late = manager.post(f"/admin/customer/{bo}/edit/", data={"csrf_token": token, "last_name": "Late"})
    assert late.status_code == 409
    assert "has been merged into" in words(manager.get(screen(ann, bo)))


def test_undo_from_the_message_takes_them_apart(session, manager):
    a, b = (furnished(session) for _ in range(2))
    session.commit()
    ids = (a.id, b.id)
    done = manager.submit(screen(*ids), MERGE, reason="The same", go="1")
    undo = manager.submit(done.location, "/undo/")
    assert "will change" in words(manager.get(undo.location))
    manager.submit(undo.location, "/confirm/")
    assert states(session, ids) == [CustomerState.APPROVED] * 2
    assert manager.get(f"/admin/customer/{ids[1]}/").status_code == 200


def test_a_double_click_merges_once(session, three, manager):
    form = manager.form(screen(*three[:2]), MERGE)
    form.fields["reason"], form.fields["go"] = "The same", "1"
    answers = [manager.open(MERGE, method="POST", data=form.fields) for _ in range(2)]
    assert answers[0].status_code == 303
    assert answers[1].status_code in (303, 422)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Run.id))) == 1


def test_who_may_not_merge_sees_no_way_to(session, three, signed_in):
    agent = signed_in("agent")
    assert agent.get(screen(*three)).status_code == 403
    assert "Merge with" not in agent.get(f"/admin/customer/{three[0]}/").text
    assert "Merge with" in signed_in("manager").get(f"/admin/customer/{three[0]}/").text


def test_the_row_rule_holds_on_the_merge_screen(session, three, signed_in):
    mine = make(session, Reseller)
    own = make(session, Customer, reseller_id=mine.id, last_name="Own")
    session.commit()
    limited = signed_in("manager")
    session.add(StaffReseller(staff_user_id=limited.staff_id, reseller_id=mine.id))
    session.commit()
    shown = limited.get(screen(own.id, three[1]))
    assert "or you may not see it" in words(shown)
    assert "Bo" not in words(shown)


@pytest.mark.parametrize("odd", ["abc", "1e22", "1%00", "-1", "[1]", "99999999999999999999"])
def test_odd_numbers_are_said_to_be_odd(three, manager, odd):
    assert manager.get(f"{MERGE}?ids={odd}").status_code == 400


def test_too_many_are_said_to_be_too_many(three, manager):
    assert manager.get(screen(*range(1, 8))).status_code == 400
    answer = manager.get("/admin/customer/operate/?operation=merge&all=1&back=/admin/customer/")
    assert answer.location == "/admin/customer/"
    assert "one by one" in flashes(manager.get(answer.location))


def test_one_alone_is_asked_for_another(three, manager):
    shown = manager.get(screen(three[0]))
    assert "Merge with" in words(shown)
    path = "/admin/customer/operate/merge/lookup/survivor/?q=bo"
    assert [hit["value"] for hit in manager.get(path).json] == [three[1]]


def test_the_screen_costs_the_same_for_many_linked_records(session, manager, queries):
    a, b = (make(session, Customer) for _ in range(2))
    session.commit()
    manager.get(screen(a.id, b.id))

    def cost():
        with queries as seen:
            assert manager.get(screen(a.id, b.id)).status_code == 200
        return len(seen)

    few = cost()
    for n in range(40):
        make(session, Note, customer=b, body=f"Note {n}")
        make(session, Contact, customer=b)
    session.commit()
    # who, grants, 2 records, 3 likenesses, viewed, one or two for each of 29 keys, menu
    assert cost() == few <= 46
