"""Taking back one row of a run, and the button for it in the record's history."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from models.access import Role
from models.customer import Contact, Customer, CustomerTag, Flag, Tag
from models.message import Message, MessageState
from models.work import Path, Run, RunState
from operations import operation as declared
from operations import running
from operations.errors import Refused
from operations.operation import operation_named
from operations.running import Selection, confirm, plan, plan_undo, way_back
from operations.running.way_back import left, rows_undone, undone_by
from queries.staff import viewer_of
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import flashes, forms, links, words
from .soundness import assert_sound


@pytest.fixture
def three(session):
    said = {"first_name": None, "email": "row@rows.example"}
    made = [make(session, Customer, last_name=f"Row {n}", **said) for n in "ABC"]
    session.commit()
    return [row.id for row in made]


def ran(session, ids, name="flag", viewer=SYSTEM, reason="", **answers):
    """A run that is over; its id."""
    answers = answers or ({"flag": Flag.RED} if name == "flag" else {})
    operation = operation_named(Customer, name)
    run = plan(session, operation, Customer, viewer, Selection(ids=ids), answers, reason)
    session.commit()
    return confirm(session, run.id, viewer).run


def back(session, run, *ids):
    made = plan_undo(session, run, SYSTEM, ids=ids)
    session.commit()
    return confirm(session, made.id, SYSTEM).run


def flags(session, ids):
    session.expire_all()
    return [session.get(Customer, i).flag for i in ids]


def test_one_row_goes_back_and_the_others_later_once(session, three):
    run = ran(session, three)
    one = back(session, run, three[1])
    assert (one.matched, one.changed, one.selection) == (1, 1, "Row B")
    assert flags(session, three) == [Flag.RED, None, Flag.RED]
    assert undone_by(session, run) is None and left(session, run) == 2
    with pytest.raises(Refused, match=f"Run {one.id} is undoing this"):
        plan_undo(session, run, SYSTEM, ids=[three[1]])
    session.rollback()
    rest = back(session, run)
    assert rest.matched == rest.changed == 2 and not way_back.is_part(rest)
    assert flags(session, three) == [None] * 3
    assert undone_by(session, run) == rest.id
    assert_sound(session)


def test_when_every_row_went_back_alone_there_is_nothing_left(session, three):
    run = ran(session, three)
    ways = [back(session, run, i) for i in three]
    assert undone_by(session, run) == ways[-1].id and left(session, run) == 0
    with pytest.raises(Refused, match="is undoing this, or has done so"):
        plan_undo(session, run, SYSTEM)


def test_the_only_row_is_the_whole_run(session, three):
    run = ran(session, three[:1])
    assert not way_back.is_part(back(session, run, three[0]))


def test_what_came_again_by_an_undo_goes_back_again(session, three):
    run = ran(session, three)
    one = back(session, run, three[0])
    again = back(session, one)
    assert flags(session, three) == [Flag.RED] * 3 and not rows_undone(session, run, three)
    back(session, run, three[0])
    assert flags(session, three)[0] is None
    assert rows_undone(session, one, three) == {three[0]: again.id}
    whole = ran(session, three, "unflag")
    part = back(session, back(session, whole), three[2])  # the undo of all three, for one of them
    assert way_back.is_part(part) and rows_undone(session, whole, three).keys() == set(three[1:2])


def test_a_row_that_was_left_can_go_back_alone_later(session, three):
    run = ran(session, three)
    session.get(Customer, three[1]).flag = Flag.BLUE
    session.commit()
    assert back(session, run).skipped == 1
    session.get(Customer, three[1]).flag = Flag.RED
    session.commit()
    assert back(session, run, three[1]).changed == 1
    assert flags(session, three) == [None] * 3


def test_a_cancelled_way_back_is_not_gone_twice(session, three):
    run = ran(session, three)
    made = plan_undo(session, run, SYSTEM)
    session.commit()
    confirm(session, made.id, SYSTEM, wait=False)
    running.control._next_chunk(session, made.id, 2)
    running.cancel(session, made.id)
    session.commit()
    rest = back(session, run)
    assert rest.matched == rest.changed == 1
    assert flags(session, three) == [None] * 3


def test_of_two_plans_for_one_row_only_one_is_gone(session, three):
    run = ran(session, three)
    plans = [plan_undo(session, run, SYSTEM, ids=ids) for ids in ([three[0]], [three[0]], ())]
    session.commit()
    confirm(session, plans[0].id, SYSTEM)
    with pytest.raises(Refused, match=f"Run {plans[0].id} is undoing this"):
        confirm(session, plans[1].id, SYSTEM)
    session.rollback()
    with pytest.raises(Refused, match="gone on since"):
        confirm(session, plans[2].id, SYSTEM)


def test_a_run_that_some_rows_went_back_from_goes_on(session, three):
    flag = operation_named(Customer, "flag")
    run = plan(session, flag, Customer, SYSTEM, Selection(ids=three), {"flag": Flag.RED})
    session.commit()
    confirm(session, run.id, SYSTEM, wait=False)
    running.control._next_chunk(session, run.id, 2)
    running.pause(session, run.id)
    session.commit()
    back(session, run, three[0])
    running.resume(session, run.id)
    session.commit()
    running.work(session, run.id)
    assert flags(session, three) == [None, Flag.RED, Flag.RED]
    assert back(session, session.get(Run, run.id)).changed == 2


def test_a_row_of_a_run_by_statements_goes_back_alone(session):
    ids = [make(session, Customer).id for _ in range(running.AT_ONCE + 1)]
    session.commit()
    run = ran(session, ids)
    running.work(session, run.id)
    run = session.get(Run, run.id)
    assert (run.path, run.state, run.changed) == (Path.SET, RunState.DONE, len(ids))
    one = back(session, run, ids[7])
    assert (one.path, one.changed) == (Path.ROWS, 1)
    assert flags(session, ids[6:9]) == [Flag.RED, None, Flag.RED]
    rest = back(session, run)
    running.work(session, rest.id)
    assert session.get(Run, rest.id, populate_existing=True).changed == len(ids) - 1
    assert_sound(session)


def test_what_was_done_as_a_whole_does_not_go_back_in_parts(session, three):
    run = ran(session, three[:2], "merge", reason="Twice", survivor=three[0])
    with pytest.raises(Refused, match="only be taken back as a whole"):
        plan_undo(session, run, SYSTEM, ids=three[:1])


def test_a_row_that_the_run_did_not_change_has_no_way_back(session, three):
    run = ran(session, three[:2])
    with pytest.raises(Refused, match="has changed nothing"):
        plan_undo(session, run, SYSTEM, ids=[three[2]])


def test_only_the_mail_of_that_row_is_withdrawn(session, three):
    run = ran(session, three, "suspend", reason="Unpaid", tell_them=True)
    states = sa.select(Message.customer_id, Message.state).where(Message.run_id == run.id)
    assert len(dict(session.execute(states).all())) == 3
    one = back(session, run, three[1])
    assert one.preview["withdrawn"] == 1
    assert dict(session.execute(states).all()) == {
        three[0]: MessageState.QUEUED,
        three[1]: MessageState.WITHDRAWN,
        three[2]: MessageState.QUEUED,
    }


def history(client, row_id, model="customer"):
    return client.get(f"/admin/{model}/{row_id}/history/")


def undo_of(page, run_id):
    return forms(page, f"/admin/run/{run_id}/undo/")


def test_history_takes_one_record_back_with_a_preview(session, signed_in, three):
    agent = signed_in("agent")
    run = ran(session, three, viewer=viewer_of(session, agent.staff_id))
    run_id = run.id
    session.rollback()
    page = history(agent, three[1])
    assert "Undo for this record" in words(page) and "Undo all 3 rows" in words(page)
    one, whole = undo_of(page, run_id)
    assert one.fields["ids"] == str(three[1]) and "ids" not in whole.fields
    here = f"/admin/customer/{three[1]}/history/"
    answer = agent.post(one.action, data=one.fields, headers={"Referer": f"http://localhost{here}"})
    told = words(agent.get(answer.location))
    assert "1 will change" in told and "Row B" in told and f"run {run_id} (1 row of it)" in told
    assert flags(session, three) == [Flag.RED] * 3
    session.rollback()
    done = agent.submit(answer.location, "/confirm/")
    assert done.location == here
    after = agent.get(here)
    assert "Undone: Flag “Row B”." in flashes(after)
    assert flags(session, three) == [Flag.RED, None, Flag.RED]
    session.rollback()
    # The entry says that it is done; the one above it takes the undo back.
    assert "is undoing this, or has done so" in words(after)
    assert not [f for f in undo_of(after, run_id) if "ids" in f.fields]
    made = int(answer.location.split("/")[-2])
    assert len(undo_of(after, made)) == 2  # the toast's and the entry's
    of_run = words(agent.get(f"/admin/run/{run_id}/"))
    assert f"Taken back by run {made} (1 row of it)" in of_run and "Undo 2 changes" in of_run


def test_history_takes_a_whole_run_back(session, signed_in, three):
    agent = signed_in("agent")
    run_id = ran(session, three, viewer=viewer_of(session, agent.staff_id)).id
    session.rollback()
    _, whole = undo_of(history(agent, three[0]), run_id)
    answer = agent.post(whole.action, data=whole.fields)
    agent.submit(answer.location, "/confirm/")
    assert flags(session, three) == [None] * 3
    session.rollback()
    assert not undo_of(history(agent, three[1]), run_id)


def test_a_tag_and_a_contact_are_of_the_record_at_hand(session, signed_in, three):
    agent = signed_in("manager")
    tag = make(session, Tag)
    contact = make(session, Contact, customer_id=three[0], name="Bo")
    session.commit()
    viewer = viewer_of(session, agent.staff_id)
    tagged = ran(session, three, "tag", viewer, tags={tag.id}).id
    verb = operation_named(Contact, "delete")
    run = plan(session, verb, Contact, viewer, Selection(ids=[contact.id]))
    session.commit()
    gone = confirm(session, run.id, viewer).run.id
    session.rollback()
    page = history(agent, three[0])
    assert undo_of(page, tagged)[0].fields["ids"] == str(three[0])
    (undo,) = undo_of(page, gone)
    assert "ids" not in undo.fields and links(page, "Restore")
    agent.submit(agent.post(undo.action, data=undo.fields).location, "/confirm/")
    assert session.scalar(sa.select(Contact.name)) == "Bo"
    assert session.scalar(sa.select(sa.func.count()).select_from(CustomerTag)) == 3
    session.rollback()


def test_the_feed_and_a_merge_offer_the_run(session, signed_in, three):
    admin = signed_in("admin")
    viewer = viewer_of(session, admin.staff_id)
    make(session, Contact, customer_id=three[1], name="Bo")
    run_id = ran(session, three[:2], "merge", viewer, "Twice", survivor=three[0]).id
    session.rollback()
    for page in (admin.get("/admin/history/"), history(admin, three[0])):
        assert undo_of(page, run_id) and all("ids" not in f.fields for f in undo_of(page, run_id))


def test_what_cannot_be_taken_back_says_why(session, signed_in, three, monkeypatch):
    agent, other, manager = signed_in("agent"), signed_in("agent"), signed_in("admin")
    session.add(Role(name="reader", permissions=["customer.read", "history.read_all"]))
    session.commit()
    reader = signed_in("reader")
    run_id = ran(session, three, viewer=viewer_of(session, agent.staff_id)).id
    session.rollback()
    assert "Only who began this run can undo it." in words(history(other, three[0]))
    assert "it takes the right to flag" in words(history(reader, three[0]))
    assert "it takes the right to flag" in words(reader.get(f"/admin/run/{run_id}/"))
    assert undo_of(history(manager, three[0]), run_id)
    for client in (other, reader):
        assert not undo_of(history(client, three[0]), run_id)
    sent = {"csrf_token": reader.token(), "ids": str(three[0])}
    assert reader.post(f"/admin/run/{run_id}/undo/", data=sent).status_code == 403
    assert flags(session, three) == [Flag.RED] * 3
    session.rollback()
    final = replace(operation_named(Customer, "flag"), final=True)
    monkeypatch.setitem(declared._declared[Customer], "flag", final)
    for page in (history(agent, three[0]), agent.get(f"/admin/run/{run_id}/")):
        assert "This cannot be undone." in words(page) and not undo_of(page, run_id)


def test_rows_to_take_back_are_named_by_numbers_of_the_run(session, signed_in, three):
    agent = signed_in("agent")
    run_id = ran(session, three[:2], viewer=viewer_of(session, agent.staff_id)).id
    session.rollback()
    token = agent.token()
    path = f"/admin/run/{run_id}/undo/"
    for odd in ("x", "1,x", "0", "-1", "9" * 30):
        assert agent.post(path, data={"csrf_token": token, "ids": odd}).status_code == 400, odd
    foreign = agent.post(path, data={"csrf_token": token, "ids": str(three[2])})
    assert foreign.status_code == 422 and "nothing to undo" in words(foreign)
    assert flags(session, three[:2]) == [Flag.RED] * 2
    session.rollback()


def test_history_costs_the_same_however_many_runs_it_tells(session, signed_in, three, queries):
    agent = signed_in("agent")
    viewer = viewer_of(session, agent.staff_id)
    costs = []
    for rounds in (1, 4):
        for _ in range(rounds):
            ran(session, three, viewer=viewer)
            ran(session, three, "unflag", viewer)
        session.rollback()
        with queries as seen:
            history(agent, three[0])
        costs.append(len(seen))
    assert costs[0] == costs[1]
