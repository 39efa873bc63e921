"""The jobs page: what waits, runs and was given up, and what can be done about it."""

import datetime as dt

import pytest
import sqlalchemy as sa

from jobs import declare
from models.access import Role
from models.base import now
from models.work import Clock, Job, JobState, Run, RunState
from operations.queue import enqueue
from queries.jobs import CAP

from .reading import words
from .working import known

PAGE = "/admin/jobs/"


def nap(work):
    """Sleep for a while."""


@pytest.fixture(autouse=True)
def jobs(app):
    """One job to enqueue and one by the clock, whatever else there is."""

    def sweep(work):
        """Sweep the yard."""

    before = dict(declare.declared)
    declare.declared.clear()
    with known(nap), known(sweep, every="day 03:15 UTC"):
        yield
    declare.declared.update(before)


def put(session, state=JobState.WAITING, name="nap", **said) -> int:
    job = enqueue(session, name, attempts=5)
    job.state = state
    for column, value in said.items():
        setattr(job, column, value)
    session.commit()
    return job.id


def of(session, job_id) -> Job:
    session.expire_all()
    found = session.get(Job, job_id)
    session.expunge(found)
    session.rollback()
    return found


def test_without_any_job_every_part_says_that_it_is_empty(signed_in):
    page = words(signed_in("admin").get(PAGE))
    for says in ("No job has used up", "Nothing runs now", "Nothing waits", "No worker took a job"):
        assert says in page
    assert "No worker is at work" in page and "Sweep the yard" in page


def test_each_job_stands_where_it_belongs_with_what_it_does(session, signed_in):
    put(session, run_at=now() + dt.timedelta(minutes=20, seconds=30), attempts=2, error="ValueError: no bed")
    put(session, JobState.DEAD, error="OSError: no bed at all", finished_at=now())
    held = {"worker": "host, process 7, abc", "leased_until": now() + dt.timedelta(minutes=1)}
    put(session, JobState.RUNNING, started_at=now(), **held)
    put(session, JobState.DONE, result="slept well", finished_at=now(), worker="host, process 8, def")
    page = words(signed_in("admin").get(PAGE))
    assert "in 20 min" in page and "ValueError: no bed" in page and "2 of 5" in page
    assert "OSError: no bed at all" in page and "slept well" in page and "Sleep for a while." in page
    assert "host, process 7, abc" in page and "host, process 8, def" in page
    assert "No worker is at work" not in page


def test_what_is_late_while_nobody_works_is_said(session, signed_in):
    session.add(Clock(name="sweep", next_at=now() + dt.timedelta(hours=1)))
    put(session, run_at=now() - dt.timedelta(minutes=5))
    client = signed_in("admin")
    assert "No worker is at work" in client.get(PAGE).text
    held = {"worker": "w", "leased_until": now() + dt.timedelta(minutes=1)}
    put(session, JobState.RUNNING, started_at=now(), **held)
    assert "No worker is at work" not in client.get(PAGE).text


def test_a_run_that_is_carried_on_shows_how_far_it_is_and_the_way_to_it(session, signed_in):
    run = Run(key="k", table_name="customer", operation="flag", title="Flag 400 customers", matched=400)
    run.state, run.changed = RunState.RUNNING, 100
    session.add(run)
    session.flush()
    put(session, JobState.RUNNING, payload={"run": run.id}, started_at=now(), leased_until=now())
    page = signed_in("admin").get(PAGE)
    assert f'href="/admin/run/{run.id}/"' in page.text and "100 of 400" in words(page)


def test_a_job_that_was_given_up_is_tried_again(session, signed_in):
    dead = put(session, JobState.DEAD, attempts=5, error="OSError", finished_at=now())
    client = signed_in("admin")
    answer = client.submit(PAGE, f"{dead}/retry")
    assert answer.location == PAGE and "begins anew" in client.get(PAGE).text
    job = of(session, dead)
    assert (job.state, job.attempts, job.finished_at) == (JobState.WAITING, 0, None)
    token = client.token()
    client.post(f"{PAGE}{dead}/retry", data={"csrf_token": token})  # the button of a page that is old by now
    assert "runs again already" in client.get(PAGE).text


def test_all_that_were_given_up_are_tried_again_at_once(session, signed_in):
    for _ in range(3):
        put(session, JobState.DEAD, finished_at=now())
    signed_in("admin").submit(PAGE, "jobs/retry")
    assert set(session.scalars(sa.select(Job.state))) == {JobState.WAITING}


def test_a_job_that_waits_is_cancelled_and_its_key_is_free(session, signed_in):
    job = put(session, unique_key="nap:1")
    signed_in("admin").submit(PAGE, f"{job}/cancel")
    found = of(session, job)
    assert found.state is JobState.CANCELLED and "Cancelled by Admin" in found.result
    assert enqueue(session, "nap", unique_key="nap:1").id != job


def test_a_job_that_runs_is_not_cancelled(session, signed_in):
    job = put(session, JobState.RUNNING, started_at=now(), leased_until=now())
    client = signed_in("admin")
    token = client.token()
    client.post(f"{PAGE}{job}/cancel", data={"csrf_token": token})
    assert of(session, job).state is JobState.RUNNING


def test_the_wait_for_the_next_attempt_is_cut_short(session, signed_in):
    job = put(session, run_at=now() + dt.timedelta(hours=1))
    signed_in("admin").submit(PAGE, f"{job}/now")
    assert of(session, job).run_at <= now()


def test_a_periodic_job_is_run_now_and_only_once_however_often_one_asks(session, signed_in):
    client = signed_in("admin")
    for _ in range(2):
        client.submit(PAGE, "clock/sweep/run")
    job = session.scalars(sa.select(Job)).one()
    assert (job.name, job.unique_key, job.payload) == ("sweep", "clock:sweep", {})


def test_a_clock_is_turned_off_and_on_again(session, signed_in):
    client = signed_in("admin")
    client.submit(PAGE, "clock/sweep/run")
    client.submit(PAGE, "clock/sweep/off")
    clock = session.scalars(sa.select(Clock)).one()
    assert (clock.enabled, clock.next_at) == (False, None) and not session.scalars(sa.select(Job)).all()
    session.commit()
    client.submit(PAGE, "clock/sweep/on")
    session.refresh(clock)
    assert clock.enabled and clock.next_at > now()


def test_a_failure_of_a_periodic_job_stands_beside_it(session, signed_in):
    session.add(Clock(name="sweep", last_at=now(), last_result="OSError: no broom", last_failed=True))
    session.commit()
    page = words(signed_in("admin").get(PAGE))
    assert "Failed" in page and "OSError: no broom" in page


def test_who_may_only_look_sees_no_button_and_presses_none(session, signed_in):
    session.add(Role(name="onlooker", permissions=["job.read"]))
    dead = put(session, JobState.DEAD, finished_at=now())
    client = signed_in("onlooker")
    page = client.get(PAGE)
    assert page.status_code == 200 and "/retry" not in page.text and "Turn off" not in page.text
    token = client.token()
    for path in (f"{dead}/retry", f"{dead}/cancel", "retry", "clock/sweep/run", "clock/sweep/off"):
        assert client.post(f"{PAGE}{path}", data={"csrf_token": token}).status_code == 403
    assert of(session, dead).state is JobState.DEAD


def test_who_may_not_look_has_no_entry_in_the_menu(signed_in):
    client = signed_in("manager")
    assert PAGE not in client.get("/admin/").text and client.get(PAGE).status_code == 403


def test_what_is_not_there_is_not_found(signed_in):
    client = signed_in("admin")
    token = client.token()
    for path in ("999/retry", f"{2**63}/cancel", "clock/nothing/run", "clock/nap/off"):
        assert client.post(f"{PAGE}{path}", data={"csrf_token": token}).status_code == 404


def test_the_page_costs_the_same_for_many_jobs(session, signed_in, queries):
    client = signed_in("admin")

    def cost():
        session.commit()
        with queries as seen:
            page = client.get(PAGE)
        return len(seen), words(page)

    for state in JobState:
        put(session, state, finished_at=now(), started_at=now(), leased_until=now())
    client.get(PAGE)
    few, _ = cost()
    session.add_all(
        Job(name="nap", state=state, finished_at=now()) for state in JobState for _ in range(CAP + 9)
    )
    many, page = cost()
    assert few <= 10 and many == few + 3  # one count each of those that are more than the page shows
    assert f"{CAP:,}+" in page
