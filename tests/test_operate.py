"""Operations in the browser: questions, preview, confirming, toasts, ticks, what is refused."""

import re

import pytest
import sqlalchemy as sa

from models.access import StaffReseller
from models.customer import Customer, CustomerTag, Flag, Reseller, Tag
from models.work import RowState, Run, RunRow, RunState
from operations import running
from operations.operation import operation_named
from operations.running import AT_ONCE, Selection, plan, preview
from queries.tabs import slug
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import flashes, ids, links, words, wrong

FLAG = "/admin/customer/operate/flag/"


@pytest.fixture
def three(session):
    made = [make(session, Customer, first_name=None, last_name=f"Row {n}") for n in "ABC"]
    session.commit()
    return [row.id for row in made]


def ask(rows, name="flag", **more):
    query = "&".join(f"{n}={v}" for n, v in {"ids": ",".join(map(str, rows)), **more}.items())
    return f"/admin/customer/operate/{name}/?{query}"


def flags(session, rows):
    session.rollback()
    session.expire_all()
    found = [session.get(Customer, row).flag for row in rows]
    session.rollback()  # on SQLite one holds the database at a time
    return found


def runs(session):
    session.rollback()
    found = list(session.scalars(sa.select(Run).order_by(Run.id)))
    session.expunge_all()
    session.rollback()
    return found


def confirmed(client, shown, **answers):
    """Press the button of a preview."""
    return client.submit(shown.request.path, "/confirm/", **answers)


def previewed(client, path, **answers):
    answer = client.submit(path, **answers)
    assert answer.status_code == 303, words(answer)
    return client.get(answer.location)


def test_asking_writes_nothing(signed_in, session, three, ground):
    agent = signed_in("agent")
    agent.get(ask(three))
    ground.writes.seen = False
    page = agent.get(ask(three))
    assert page.status_code == 200 and not ground.writes.seen
    assert "3 customers : Row A , Row B , Row C" in words(page)
    assert runs(session) == []


def test_a_preview_shows_from_what_to_what_and_changes_nothing(signed_in, session, three):
    session.get(Customer, three[0]).flag = Flag.RED
    session.commit()
    agent = signed_in("agent")
    page = previewed(agent, ask(three), flag="red", reason="Look again")
    text = words(page)
    assert "3 meant 2 will change 1 already so" in text
    assert "Row B Flag from empty to R Red flag" in text
    assert "Can be undone at any time" in text and "No message goes out" in text
    assert "Change 2 records" in text
    assert flags(session, three) == [Flag.RED, None, None]


def test_confirmed_it_is_done_and_said_with_a_way_back(signed_in, session, three):
    agent = signed_in("agent")
    page = previewed(agent, ask(three, back="/admin/customer/?flag=none"), flag="red")
    answer = confirmed(agent, page)
    assert answer.location == "/admin/customer/?flag=none"
    assert flags(session, three) == [Flag.RED] * 3
    back = agent.get(answer.location)
    assert "Flagged 3 customers." in flashes(back)
    (run,) = runs(session)
    assert f'action="/admin/run/{run.id}/undo/"' in back.text


def test_one_row_is_done_without_a_preview(signed_in, session, three):
    agent = signed_in("agent")
    answer = agent.submit(ask(three[:1], back=f"/admin/customer/{three[0]}/"), flag="chk", go="1")
    assert answer.location == f"/admin/customer/{three[0]}/"
    assert flags(session, three) == [Flag.CHK, None, None]
    assert "Flagged “Row A”." in flashes(agent.get(answer.location))


def test_many_rows_are_never_done_without_a_preview(signed_in, session, three):
    answer = signed_in("agent").submit(ask(three), flag="chk", go="1")
    assert answer.location.startswith("/admin/run/")
    assert flags(session, three) == [None] * 3


def test_the_same_form_sent_again_is_the_same_run(signed_in, session, three):
    agent = signed_in("agent")
    form = agent.form(ask(three))
    form.fields["flag"] = "red"
    first, second = (agent.post(FLAG, data=form.fields) for _ in range(2))
    assert first.location == second.location and len(runs(session)) == 1
    confirmed(agent, agent.get(first.location))
    assert agent.post(FLAG, data=form.fields).location == first.location
    form.fields["flag"] = "blue"
    assert agent.post(FLAG, data=form.fields).location != first.location


def test_another_persons_key_leads_to_a_run_of_ones_own(signed_in, session, three):
    agent, manager = signed_in("agent"), signed_in("manager")
    form = agent.form(ask(three))
    form.fields["flag"] = "red"
    first = agent.post(FLAG, data=form.fields)
    form.fields["csrf_token"] = manager.form(ask(three)).fields["csrf_token"]
    assert manager.post(FLAG, data=form.fields).location != first.location


def test_nothing_typed_is_lost_where_something_is_missing(signed_in, session, three):
    page = signed_in("agent").submit(ask(three), reason="Because of this")
    assert page.status_code == 422
    assert wrong(page) == {"ask-flag": "This is needed."}
    assert 'value="Because of this"' in page.text
    assert "Row A" in words(page) and runs(session) == []


def test_all_that_a_list_shows_are_meant_in_words(signed_in, session, three):
    session.get(Customer, three[0]).flag = Flag.RED
    session.commit()
    agent = signed_in("agent")
    path = f"{FLAG}?all=1&flag=none&search=row"
    page = agent.get(path)
    assert "2 customers Customers whose flag is none, matching “row”." in words(page)
    shown = previewed(agent, path, flag="blue")
    assert "Change 2 records" in words(shown)
    confirmed(agent, shown)
    assert flags(session, three) == [Flag.RED, Flag.BLUE, Flag.BLUE]


def test_a_view_can_be_all_that_is_meant(signed_in, session, three):
    titles = list(Customer.screen.views)
    page = signed_in("agent").get(f"{FLAG}?all=1&view={slug(titles[0])}")
    assert page.status_code == 200 and "Customers whose" in words(page)


def test_rows_of_others_are_refused_and_not_touched(signed_in, session, three):
    mine = make(session, Reseller)
    own = make(session, Customer, reseller=mine)
    other = make(session, Customer, last_name="Secretive")
    session.commit()
    seen, hidden = own.id, other.id
    session.rollback()
    agent = signed_in("agent")
    session.add(StaffReseller(staff_user_id=agent.staff_id, reseller_id=mine.id))
    session.commit()
    page = previewed(agent, ask([seen, hidden]), flag="red")
    assert "1 refused" in words(page) and "Secretive" not in page.text
    done = confirmed(agent, page)
    assert done.status_code == 303, words(done)
    assert flags(session, [seen, hidden]) == [Flag.RED, None]
    (run,) = runs(session)
    line = session.get(RunRow, (run.id, hidden))
    assert (line.state, line.label) == (RowState.REFUSED, "")
    session.rollback()
    assert "Secretive" not in agent.get(f"/admin/run/{run.id}/").text
    assert "Secretive" not in agent.get(f"/admin/run/{run.id}/ledger.csv").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/customer/operate/nothing/?ids=1", 404),
        ("/admin/customer/operate/flag/?ids=one", 400),
        ("/admin/customer/operate/flag/?ids=-1", 400),
        ("/admin/customer/operate/flag/?ids=99999999999999999999", 400),
        ("/admin/customer/operate/flag/?all=1&shoe=9", 400),
        ("/admin/customer/operate/flag/?all=1&state=nonsense", 400),
        ("/admin/customer/operate/flag/?all=1&search=%00", 400),
        ("/admin/customer/operate/flag/", 400),
        ("/admin/customer/operate/?operation=nothing&rowid=1", 404),
        ("/admin/customer/operate/flag/?ids=1&run=99", 200),
        ("/admin/customer/operate/flag/?ids=1&run=x", 200),
        ("/admin/customer/operate/flag/lookup/flag/", 404),
        ("/admin/customer/operate/tag/lookup/tags/", 200),
    ],
)
def test_what_cannot_be_asked_is_said(signed_in, path, status):
    assert signed_in("agent").get(path).status_code == status


def test_very_many_ids_are_capped_and_said(signed_in, session):
    agent = signed_in("agent")
    form = agent.form(f"{FLAG}?ids=1")
    form.fields["ids"] = ",".join(str(n) for n in range(1, 100_001))
    form.fields["flag"] = "red"
    answer = agent.post(FLAG, data=form.fields)
    assert answer.status_code == 400 and "At most 10,000 records" in words(answer)
    assert runs(session) == []


def test_many_ids_may_be_sent_to_be_asked_about(signed_in, session, three):
    agent = signed_in("agent")
    token = agent.form(ask(three)).fields["csrf_token"]
    page = agent.post(FLAG, data={"csrf_token": token, "ids": three, "ask": "1"})
    assert page.status_code == 200 and "3 customers" in words(page) and runs(session) == []


def test_who_may_not_is_told_so_and_offered_nothing(signed_in, session, three):
    viewer = signed_in("viewer")
    assert viewer.get(ask(three)).status_code == 403
    token = viewer.token()
    said = {"csrf_token": token, "ids": three[0], "flag": "red", "go": "1"}
    assert viewer.post(FLAG, data=said).status_code == 403
    assert flags(session, three) == [None] * 3
    page = viewer.get("/admin/customer/")
    assert "data-bulk" not in page.text and 'name="rowid"' not in page.text
    assert FLAG not in viewer.get(f"/admin/customer/{three[0]}/").text


def test_a_verb_that_cannot_be_done_says_why(signed_in, session, three):
    agent = signed_in("agent")
    page = agent.get(ask(three[:1], "unflag"))
    assert "It has no flag." in words(page)
    assert re.search(r'name="go" value="1" disabled', page.text)
    header = agent.get(f"/admin/customer/{three[0]}/")
    assert re.search(r'aria-disabled="true" title="It has no flag."', header.text)
    menu = agent.get(f"/admin/customer/{three[0]}/verbs/")
    assert "It has no flag." in words(menu) and FLAG in menu.text
    assert agent.get("/admin/customer/99999/verbs/").status_code == 404


def test_ticked_rows_are_sent_without_scripts(signed_in, session, three):
    agent = signed_in("agent")
    page = agent.get("/admin/customer/?search=row")
    assert sorted(int(n) for n in re.findall(r'name="rowid" value="(\d+)"', page.text)) == three
    sent = agent.get(
        f"/admin/customer/operate/?operation=flag&rowid={three[0]}&rowid={three[2]}"
        "&search=row&back=/admin/customer/%3Fsearch%3Drow"
    )
    assert sent.location == f"{FLAG}?ids={three[0]},{three[2]}&back=%2Fadmin%2Fcustomer%2F%3Fsearch%3Drow"
    every = agent.get("/admin/customer/operate/?operation=flag&all=1&search=row")
    assert every.location.startswith(f"{FLAG}?all=1&search=row")
    none = agent.get("/admin/customer/operate/?operation=flag&back=/admin/customer/", follow_redirects=True)
    assert "Tick some rows first" in flashes(none) and ids(none)


def test_tags_are_answered_by_records_and_a_preview_names_them(signed_in, session, three):
    vip = make(session, Tag, name="VIP")
    session.commit()
    agent = signed_in("agent")
    page = previewed(agent, ask(three, "tag"), tags=[str(vip.id)])
    assert "Tags added VIP" in words(page)
    confirmed(agent, page)
    assert session.scalar(sa.select(sa.func.count()).select_from(CustomerTag)) == 3
    session.rollback()
    session.rollback()
    gone = agent.submit(ask(three, "tag"), tags=["999999"])
    assert gone.status_code == 422 and "ask-tags" in wrong(gone)


def test_a_preview_leads_back_to_its_questions_with_the_answers(signed_in, session, three):
    agent = signed_in("agent")
    page = previewed(agent, ask(three), flag="blue", reason="First thought")
    (back,) = links(page, "Back")
    form = agent.form(back)
    assert (form.fields["flag"], form.fields["reason"]) == ("blue", "First thought")
    assert form.fields["ids"] == ",".join(map(str, three))


def test_above_a_thousand_the_number_is_typed(signed_in, session, three):
    agent = signed_in("agent")
    page = previewed(agent, ask(three), flag="blue")
    run = session.get(Run, runs(session)[0].id)
    run.preview = run.preview | {"rest": {"changed": 1_500}}
    session.commit()
    path = f"/admin/run/{run.id}/"
    assert "Type 1,503 to go on" in words(agent.get(path))
    refused = confirmed(agent, page, count="1500")
    assert refused.status_code == 422 and wrong(refused) == {"count": "Type 1,503 to go on."}
    assert runs(session)[0].state is RunState.PLANNED
    assert confirmed(agent, page, count="1,503").status_code == 303
    assert runs(session)[0].state is RunState.DONE


def test_many_rows_wait_for_a_worker_and_show_how_far_it_is(signed_in, session):
    rows = [make(session, Customer).id for _ in range(AT_ONCE + 1)]
    session.commit()
    agent = signed_in("agent")
    answer = confirmed(agent, previewed(agent, f"{FLAG}?all=1", flag="red"))
    assert answer.location.startswith("/admin/run/")
    page = agent.get(answer.location)
    assert 'hx-trigger="every 2s"' in page.text and "Waits for a worker" in words(page)
    running.work(session, runs(session)[0].id)
    session.commit()
    page = agent.get(answer.location)
    assert "every 2s" not in page.text and f"{len(rows)} of {len(rows)} changed" in words(page)


def test_the_personal_side_of_a_preview_is_masked(signed_in, session, three):
    session.get(Customer, three[0]).email = "old@ann.example"
    session.commit()
    set_email = operation_named(Customer, "set_field")
    run = plan(session, set_email, Customer, SYSTEM, Selection(ids=three[:1]), {"email": "new@ann.example"})
    session.commit()
    preview(session, run, SYSTEM)
    shown = signed_in("admin").get(f"/admin/run/{run.id}/")
    assert "old@ann.example" in shown.text and "new@ann.example" in shown.text
    run.state, run.staff_id = RunState.PLANNED, None
    session.commit()
    tech = signed_in("tech")
    page = tech.get(f"/admin/run/{run.id}/")
    assert page.status_code in (200, 404)
    assert "@ann.example" not in page.text


def test_one_row_that_is_sent_twice_is_done_once_and_led_to_one_place(signed_in, session, three):
    agent = signed_in("agent")
    form = agent.form(ask(three[:1], back=f"/admin/customer/{three[0]}/"))
    form.fields["flag"], form.fields["go"] = "red", "1"
    first, second = (agent.post(FLAG, data=form.fields) for _ in range(2))
    assert first.location == second.location == f"/admin/customer/{three[0]}/"
    assert len(runs(session)) == 1


def test_what_is_so_already_is_said(signed_in, session, three):
    session.get(Customer, three[0]).flag = Flag.RED
    session.commit()
    agent = signed_in("agent")
    answer = agent.submit(ask(three[:1]), flag="red", go="1")
    assert "Nothing to change: it is so already." in flashes(agent.get(answer.location))
