"""The pages of runs: who sees them, how far they are, the ledger, taking back; deleting; forms sent twice."""

import csv
import io
import re
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from models.access import StaffReseller
from models.base import now
from models.customer import Customer, Flag, Note, Reseller
from models.history import version_table
from models.work import Path, RowState, Run, RunRow, RunState
from operations import running
from operations.operation import operation_named
from operations.running import Selection, plan
from queries.staff import viewer_of
from seed.factory import make

from .reading import flashes, forms, links, words


@pytest.fixture
def three(session):
    made = [make(session, Customer, first_name=None, last_name=f"Row {n}") for n in "ABC"]
    session.commit()
    return [row.id for row in made]


def planned(session, staff_id, rows, name="flag", **answers):
    viewer = viewer_of(session, staff_id)
    answers = {"flag": Flag.RED} if name == "flag" else answers
    run = plan(session, operation_named(Customer, name), Customer, viewer, Selection(ids=rows), answers)
    session.commit()
    return run.id, viewer


def done(session, client, rows, name="flag", **answers):
    """A run of a member of staff, over; its id."""
    run_id, viewer = planned(session, client.staff_id, rows, name, **answers)
    running.confirm(session, run_id, viewer)
    session.commit()
    return run_id


def change(session, run_id, **said):
    session.rollback()
    run = session.get(Run, run_id, populate_existing=True)
    for name, value in said.items():
        setattr(run, name, value)
    session.commit()


def state_of(session, run_id):
    session.rollback()
    found = session.scalar(sa.select(Run.state).where(Run.id == run_id))
    session.rollback()
    return found


def flags(session, rows):
    session.rollback()
    found = list(session.scalars(sa.select(Customer.flag).where(Customer.id.in_(rows)).order_by(Customer.id)))
    session.rollback()
    return found


def at_once(app, client, path, fields, times=8):
    """The same form from several windows at the same moment."""
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    ready, found = Barrier(times), []

    def send():
        window = app.test_client()
        window.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
        ready.wait()
        found.append(window.post(path, data=fields))

    threads = [Thread(target=send) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_ones_own_runs_are_listed_and_those_of_all_with_the_right(signed_in, session, three):
    agent, other, manager = signed_in("agent"), signed_in("agent"), signed_in("admin")
    run_id = done(session, agent, three)
    assert f'href="/admin/run/{run_id}/"' in agent.get("/admin/run/").text
    assert f"/admin/run/{run_id}/" not in other.get("/admin/run/").text
    assert other.get(f"/admin/run/{run_id}/").status_code == 404
    assert other.get(f"/admin/run/{run_id}/ledger.csv").status_code == 404
    assert manager.get(f"/admin/run/{run_id}/").status_code == 200
    assert f"/admin/run/{run_id}/" in manager.get("/admin/run/?table=customer&state=done").text
    assert f"/admin/run/{run_id}/" not in manager.get("/admin/run/?state=failed").text
    assert "No runs" in words(manager.get(f"/admin/run/?before={run_id}"))
    assert manager.get("/admin/run/?table=nothing&state=x&before=-1").status_code == 200
    assert links(agent.get("/admin/"), "Runs") == ["/admin/run/"]


def test_another_persons_run_tells_nothing_of_rows_that_one_may_not_see(signed_in, session, three):
    mine = make(session, Reseller)
    session.commit()
    manager, limited = signed_in("manager"), signed_in("admin")
    run_id = done(session, manager, three)
    session.add(StaffReseller(staff_user_id=limited.staff_id, reseller_id=mine.id))
    session.get(Customer, three[0]).reseller_id = mine.id
    session.commit()
    page, file = limited.get(f"/admin/run/{run_id}/"), limited.get(f"/admin/run/{run_id}/ledger.csv")
    assert "Row A" in page.text and "Row A" in file.text
    for text in (page.text, file.text):
        assert "Row B" not in text and "Row C" not in text
    assert f"Customer {three[1]}" in words(page) and not forms(page, "/undo/")
    assert "Somebody else began this run, and you may not see all of its rows." in words(page)
    token = limited.token()
    assert limited.post(f"/admin/run/{run_id}/undo/", data={"csrf_token": token}).status_code == 403


def test_only_who_previewed_can_confirm(signed_in, session, three):
    agent, manager = signed_in("agent"), signed_in("admin")
    run_id, _ = planned(session, agent.staff_id, three)
    page = manager.get(f"/admin/run/{run_id}/")
    assert "Change 3 records" not in words(page)
    token = manager.token()
    answer = manager.post(f"/admin/run/{run_id}/confirm/", data={"csrf_token": token})
    assert answer.status_code == 422 and "Somebody else has previewed this" in words(answer)
    assert flags(session, three) == [None] * 3


def test_the_ledger_says_row_by_row_what_was_done_and_why_not(signed_in, session, three):
    agent = signed_in("sales")
    done(session, agent, three[:1])
    run_id = done(session, agent, three, "unflag")
    page = agent.get(f"/admin/run/{run_id}/")
    text = words(page)
    assert "1 of 3 changed. 2 were left as they are." in text
    assert "Row A Done Flag from R Red flag to empty" in text
    assert text.count("Refused It has no flag.") == 2
    refused = words(agent.get(f"/admin/run/{run_id}/?state=refused"))
    assert "Row B" in refused and "Row A" not in refused
    rows = list(csv.DictReader(io.StringIO(agent.get(f"/admin/run/{run_id}/ledger.csv").text)))
    assert [(r["name"], r["result"], r["why"], r["changes"]) for r in rows] == [
        ("Row A", "Done", "", "Flag: Red flag -> empty"),
        ("Row B", "Refused", "It has no flag.", ""),
        ("Row C", "Refused", "It has no flag.", ""),
    ]


def test_the_ledger_is_paged_by_its_rows(signed_in, session):
    rows = [make(session, Customer).id for _ in range(60)]
    session.commit()
    agent = signed_in("agent")
    run_id = done(session, agent, rows)
    first = agent.get(f"/admin/run/{run_id}/")
    (onward,) = links(first, "Next")
    assert f'href="/admin/customer/{rows[49]}/"' in first.text
    second = agent.get(onward)
    assert f'href="/admin/customer/{rows[50]}/"' in second.text and rows[49] not in links(second, "Row")


def test_a_file_of_a_ledger_holds_no_formula(signed_in, session):
    row = make(session, Customer, first_name=None, last_name="=cmd|calc")
    session.commit()
    agent = signed_in("sales")
    run_id = done(session, agent, [row.id])
    assert ",'=cmd|calc," in agent.get(f"/admin/run/{run_id}/ledger.csv").text


def test_a_ledger_as_a_file_takes_the_right_to_export(signed_in, session, three):
    agent = signed_in("agent")
    run_id = done(session, agent, three)
    assert "ledger.csv" not in agent.get(f"/admin/run/{run_id}/").text
    assert agent.get(f"/admin/run/{run_id}/ledger.csv").status_code == 403


def test_a_ledger_costs_the_same_for_many_rows(signed_in, session, queries):
    agent = signed_in("agent")
    rows = [make(session, Customer).id for _ in range(42)]
    session.commit()
    costs = []
    for run_id in (done(session, agent, rows[:2]), done(session, agent, rows[2:])):
        with queries as seen:
            assert agent.get(f"/admin/run/{run_id}/").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8  # who, run, undone by, lines, their names, menu


def test_a_run_is_paused_resumed_cancelled(signed_in, session, three):
    agent = signed_in("agent")
    run_id, _ = planned(session, agent.staff_id, three)
    change(session, run_id, state=RunState.QUEUED, path=Path.ROWS, started_at=now())
    path = f"/admin/run/{run_id}/"
    for button, state in (("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled")):
        assert agent.submit(path, f"/{button}/").location == path
        assert state_of(session, run_id) == state
    assert "Pause" not in words(agent.get(path))
    token = agent.token()
    late = agent.post(f"{path}pause/", data={"csrf_token": token})
    assert late.status_code == 422 and "This run is cancelled." in words(late)


def test_failed_rows_are_tried_again(signed_in, session, three):
    agent = signed_in("agent")
    run_id = done(session, agent, three)
    line = session.get(RunRow, (run_id, three[0]))
    line.state, line.reason = RowState.FAILED, "This is our mistake."
    session.commit()
    change(session, run_id, failed=1, changed=2)
    page = agent.get(f"/admin/run/{run_id}/")
    assert "1 failed and were not touched." in words(page) and "Retry 1 failed" in words(page)
    agent.submit(f"/admin/run/{run_id}/", "/retry/")
    assert state_of(session, run_id) is RunState.QUEUED


def test_a_run_is_taken_back_with_a_preview_and_later_edits_stay(signed_in, session, three):
    agent = signed_in("agent")
    run_id = done(session, agent, three)
    agent.submit(f"/admin/customer/{three[1]}/edit/", flag="blue")
    answer = agent.submit(f"/admin/run/{run_id}/", "/undo/")
    preview = agent.get(answer.location)
    text = words(preview)
    assert "2 will change" in text and "Changed since: flag." in text and "Change 2 records" in text
    assert flags(session, three) == [Flag.RED, Flag.BLUE, Flag.RED]
    finished = agent.submit(answer.location, "/confirm/")
    assert flags(session, three) == [None, Flag.BLUE, None]
    assert "Undone: Flag 2 customers. 1 not changed." in flashes(agent.get(finished.location))
    first, second = words(agent.get(f"/admin/run/{run_id}/")), words(agent.get(answer.location))
    assert "Taken back by run" in first and "Undo 3 changes" not in first
    assert f"Takes back run {run_id}" in second and "Undo 2 changes" in second


def test_a_run_that_was_taken_back_is_not_taken_back_again(signed_in, session, three):
    agent = signed_in("agent")
    run_id = done(session, agent, three)
    form = agent.form(f"/admin/run/{run_id}/", "/undo/")
    first, second = (agent.post(form.action, data=form.fields) for _ in range(2))
    assert first.location == second.location
    agent.submit(first.location, "/confirm/")
    form.fields["key"] = "another"
    late = agent.post(form.action, data=form.fields)
    assert late.status_code == 422 and "is undoing this, or has done so" in words(late)


def test_history_leads_to_the_run(signed_in, session, three):
    agent, manager = signed_in("agent"), signed_in("admin")
    run_id = done(session, agent, three)
    history = f"/admin/customer/{three[0]}/history/"
    assert links(agent.get(history), f"run {run_id}") == [f"/admin/run/{run_id}/"]
    assert links(manager.get("/admin/history/"), f"run {run_id}")
    other = signed_in("agent").get(history)
    assert f"run {run_id}" in words(other) and not links(other, f"run {run_id}")


def test_a_second_person_agrees_where_very_many_are_meant(signed_in, session, three):
    agent, manager = signed_in("agent"), signed_in("manager")
    run_id, _ = planned(session, agent.staff_id, three)
    change(session, run_id, state=RunState.WAITING)
    path = f"/admin/run/{run_id}/"
    assert "Agree" not in words(agent.get(path)) and "Waits for a second person" in words(agent.get(path))
    assert "Agree" in words(manager.get(path))
    manager.submit(path, "/agree/")
    assert state_of(session, run_id) is RunState.QUEUED
    assert "Approved by" in words(agent.get(path))


def test_a_deleted_record_comes_back_from_its_toast(signed_in, session, three):
    make(session, Note, customer_id=three[0], body="Kept with it")
    session.commit()
    manager = signed_in("manager")
    asked = manager.get(f"/admin/customer/{three[0]}/delete/")
    assert "Delete customer “Row A”?" in words(asked)
    answer = manager.submit(f"/admin/customer/{three[0]}/delete/", "/delete/", reason="Twice there")
    listed = manager.get(answer.location)
    assert "Customer “Row A” deleted." in flashes(listed)
    (action,) = re.findall(r'action="(/admin/run/\d+/undo/)"', listed.text)
    token = manager.token()
    preview = manager.post(action, data={"csrf_token": token, "key": "k"})
    manager.submit(preview.location, "/confirm/")
    page = manager.get(f"/admin/customer/{three[0]}/communications/notes/")
    assert page.status_code == 200 and "Kept with it" in page.text


def test_a_deletion_that_is_sent_twice_happens_once(signed_in, session, three):
    manager = signed_in("manager")
    form = manager.form(f"/admin/customer/{three[0]}/delete/", "/delete/")
    first, second = (manager.post(form.action, data=form.fields) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(Run)) == 1


def test_a_form_that_is_sent_twice_makes_one_record(signed_in, session):
    agent = signed_in("agent")
    form = agent.form("/admin/customer/new/")
    form.fields["last_name"] = "Once Only"
    first, second = (agent.post("/admin/customer/new/", data=form.fields) for _ in range(2))
    assert first.location == second.location and "/admin/customer/" in first.location
    made = sa.select(sa.func.count()).select_from(Customer).where(Customer.last_name == "Once Only")
    assert session.scalar(made) == 1


def test_a_form_that_is_sent_eight_times_at_once_makes_one_record(signed_in, session, app):
    agent = signed_in("agent")
    form = agent.form("/admin/customer/new/")
    form.fields["last_name"] = "Once Only"
    found = at_once(app, agent, "/admin/customer/new/", form.fields)
    assert {answer.status_code for answer in found} == {302}
    assert len({answer.location for answer in found}) == 1
    made = sa.select(sa.func.count()).select_from(Customer).where(Customer.last_name == "Once Only")
    assert session.scalar(made) == 1


def test_a_form_that_was_refused_makes_its_record_after_all(signed_in, session):
    agent = signed_in("agent")
    form = agent.form("/admin/customer/new/")
    form.fields["email"] = "not an address"
    form.fields["last_name"] = "Once Only"
    assert agent.post("/admin/customer/new/", data=form.fields).status_code == 422
    form.fields["email"] = ""
    assert agent.post("/admin/customer/new/", data=form.fields).status_code == 302


def test_sixteen_confirmations_at_once_run_once(signed_in, session, three, app):
    agent = signed_in("agent")
    form = agent.form(f"/admin/customer/operate/flag/?ids={three[0]},{three[1]}")
    form.fields["flag"] = "red"
    planned_ = at_once(app, agent, form.action, form.fields, 16)
    assert {answer.status_code for answer in planned_} == {303}
    (path,) = {answer.location for answer in planned_}
    yes = agent.form(path, "/confirm/")
    found = at_once(app, agent, yes.action, yes.fields, 16)
    assert {answer.status_code for answer in found} == {303}
    run = session.scalars(sa.select(Run)).one()
    assert (run.state, run.changed) == (RunState.DONE, 2)
    versions = version_table(Customer)
    count = sa.select(sa.func.count()).select_from(versions).where(versions.c.id == three[0])
    assert session.scalar(count) == 2


def test_a_secret_is_shown_once_in_the_answer_and_kept_nowhere(signed_in, session, caplog):
    admin = signed_in("admin")
    made = admin.submit("/admin/customer/new/", last_name="Ek", email="bo@ek.example")
    row_id = int(made.location.rstrip("/").rpartition("/")[2])
    answer = admin.submit(
        f"/admin/customer/operate/generate_password/?ids={row_id}", go="1", reason="Lost it"
    )
    assert answer.status_code == 200 and "Shown once" in words(answer)
    (secret,) = re.findall(r"<code>([^<]+)</code>", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    with admin.session_transaction() as cookie:
        assert secret not in str(dict(cookie))
    assert secret not in caplog.text
    (run,) = session.scalars(sa.select(Run))
    kept = str(
        [run.preview, run.answers, run.selection, [vars(x) for x in session.scalars(sa.select(RunRow))]]
    )
    assert secret not in kept
    run_id = run.id
    session.rollback()
    assert secret not in admin.get(f"/admin/run/{run_id}/").text
