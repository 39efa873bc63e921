"""Many at the same moment: one run confirmed by sixteen, runs over the same rows, savers beside a run."""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import copy_context
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.base import db
from models.customer import Customer, CustomerTag, Flag, Note, Tag
from models.history import Transaction, begin, version_table
from models.work import Run, RunState
from operations import running
from operations.errors import Refused
from operations.operation import operation_named
from operations.records import Draft, update
from operations.retry import BUSY, again
from operations.running import Selection, confirm, plan, plan_undo
from queries.viewer import SYSTEM
from seed.factory import make

from .ground.client import find_form
from .soundness import assert_sound
from .stored import row_of, stored

MANY = 16


def together(app, works: list[Callable[[Session], object]]) -> list[object]:
    """Each in a thread and a session of its own, all at the same moment; what they answered or raised."""
    start, found = threading.Barrier(len(works)), [None] * len(works)

    def carry(n: int, work: Callable[[Session], object]) -> None:
        with app.app_context():
            start.wait(10)
            try:
                found[n] = work(db.session())
            except Exception as error:
                found[n] = error

    threads = [
        threading.Thread(target=copy_context().run, args=(carry, n, work)) for n, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def rows_of(session, count):
    made = [Customer(last_name=f"Number {n}") for n in range(count)]
    session.add_all(made)
    session.commit()
    return [row.id for row in made]


def planned(session, name, ids, key="", **answers):
    run = plan(
        session,
        operation_named(Customer, name),
        Customer,
        SYSTEM,
        Selection(ids=ids),
        answers,
        "Because",
        key,
    )
    session.commit()
    return run


def counted(session, model, *conditions):
    return stored(session, sa.select(sa.func.count()).select_from(model).where(*conditions))[0]


def test_one_run_that_sixteen_confirm_happens_once(app, session):
    ids = rows_of(session, 20)
    run = planned(session, "flag", ids, flag=Flag.RED)
    answers = together(app, [lambda own: confirm(own, run.id, SYSTEM).run.id] * MANY)
    assert set(answers) == {run.id}
    assert counted(session, Transaction, Transaction.run_id == run.id) == 1
    assert_sound(session)


def test_one_undo_that_sixteen_ask_for_and_confirm_happens_once(app, session):
    ids = rows_of(session, 20)
    run = confirm(session, planned(session, "flag", ids, flag=Flag.RED).id, SYSTEM).run
    session.rollback()

    def take_back(own: Session) -> int:
        made = again(own, lambda: plan_undo(own, own.get_one(Run, run.id), SYSTEM))
        return confirm(own, made.id, SYSTEM).run.id

    answers = together(app, [take_back] * MANY)
    done = [a for a in answers if isinstance(a, int)]
    refused = [a for a in answers if isinstance(a, Refused)]
    assert len(done) == 1 and len(refused) == MANY - 1, answers
    assert counted(session, Transaction, Transaction.source == "undo") == 1
    assert_sound(session)


def test_one_form_that_is_sent_sixteen_times_makes_one_run(app, session):
    ids = rows_of(session, 3)
    session.rollback()
    answers = together(app, [lambda own: planned(own, "flag", ids, key="one", flag=Flag.RED).id] * MANY)
    assert len(set(answers)) == 1 and isinstance(answers[0], int), answers


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *said):
        return None


def test_sixteen_posts_to_the_server_happen_once(app, session, live_server, signed_in):
    ids = rows_of(session, 12)
    person = signed_in("manager")
    asked = f"/admin/customer/operate/flag/?ids={','.join(map(str, ids))}"
    shown = person.submit(asked, "operate/flag", flag="red")
    assert shown.status_code == 303
    path = shown.headers["Location"]
    form = find_form(person.get(path), f"{path}confirm/")
    name = person.application.config["SESSION_COOKIE_NAME"]
    said = {
        "Cookie": f"{name}={person.get_cookie(name).value}",
        "Origin": live_server,
        "Referer": live_server + path,
    }
    body = urlencode(list(form.fields.items(multi=True))).encode()

    def post(own: Session) -> int:
        try:
            return build_opener(NoRedirect).open(Request(live_server + form.action, body, said)).status
        except HTTPError as answer:
            return answer.code

    assert set(together(app, [post] * MANY)) <= {200, 303}
    run_id = int(path.strip("/").split("/")[-1])
    assert counted(session, Transaction, Transaction.run_id == run_id) == 1
    assert counted(session, Customer, Customer.flag == Flag.RED) == 12
    assert_sound(session)


def test_runs_over_the_same_rows_in_opposite_order_do_not_lock_each_other_out(app, session):
    ids = rows_of(session, 60)
    tag = make(session, Tag)
    session.commit()
    runs = [
        planned(session, "flag", ids, flag=Flag.RED).id,
        planned(session, "tag", ids[::-1], tags={tag.id}).id,
        planned(session, "suspend", ids[10:50]).id,
        planned(session, "lock", ids[:30][::-1]).id,
    ]
    answers = together(app, [lambda own, i=i: confirm(own, i, SYSTEM).run.state for i in runs])
    assert answers == [RunState.DONE] * 4
    assert_sound(session)


def test_workers_share_a_run_without_doing_anything_twice(app, session):
    ids = rows_of(session, 250)
    tag = make(session, Tag)
    session.commit()
    run = planned(session, "tag", ids, tags={tag.id})
    run.path = "rows"
    confirm(session, run.id, SYSTEM, wait=False)
    session.rollback()
    answers = together(app, [lambda own: running.work(own, run.id)] * 2)
    assert "250 done, 0 not" in answers, answers
    assert counted(session, CustomerTag) == 250
    assert_sound(session)


@contextmanager
def savers(app, ids, count=2):
    """People who save customers by hand all the while; how long each took, and what went wrong."""
    over, taken, wrong = threading.Event(), [], []

    def save(n: int) -> None:
        with app.app_context():
            session = db.session()
            for turn in range(10_000):
                if over.is_set():
                    return
                began = time.monotonic()
                row_id = ids[(n * 37 + turn * 11) % len(ids)]
                try:
                    for _ in range(3):
                        try:
                            row = session.get_one(Customer, row_id, populate_existing=True)
                            update(session, row, Draft({"first_name": f"Saver {n} {turn}"}), SYSTEM)
                            session.commit()
                            break
                        except StaleDataError:
                            session.rollback()
                    else:
                        wrong.append("overtaken three times")
                except Exception as error:
                    session.rollback()
                    wrong.append(repr(error)[:300])
                taken.append(time.monotonic() - began)
                time.sleep(0.01)

    threads = [threading.Thread(target=copy_context().run, args=(save, n)) for n in range(count)]
    for thread in threads:
        thread.start()
    yield taken, wrong
    over.set()
    for thread in threads:
        thread.join(30)


@pytest.mark.parametrize("path", ["rows", "set"])
def test_people_who_save_beside_a_long_run_lose_nothing(app, session, path):
    ids = rows_of(session, 400)
    run = planned(session, "flag", ids, flag=Flag.RED)
    run.path = path
    run = confirm(session, run.id, SYSTEM, wait=False).run
    session.rollback()
    with savers(app, ids) as (taken, wrong):
        running.work(session, run.id)
        made = plan_undo(session, session.get_one(Run, run.id), SYSTEM)
        session.commit()
        confirm(session, made.id, SYSTEM, wait=False)
        running.work(session, made.id)
        session.rollback()
    assert not wrong, wrong
    assert taken and max(taken) < 4, sorted(taken)[-5:]
    run = row_of(session, Run, run.id)
    assert run.changed + run.skipped == 400 and run.failed == run.refused == 0
    assert counted(session, Customer, Customer.flag.is_not(None)) == 0
    names = version_table(Customer).c.first_name
    assert stored(session, sa.select(sa.func.count(names.distinct())).where(names.like("Saver %"))) == [
        len(taken)
    ]
    assert_sound(session)


class Unlucky:
    """Makes the first statements like this one fail, in the words of PostgreSQL."""

    def __init__(self, error: type[psycopg.Error], times: int, like: str = "UPDATE customer ") -> None:
        self.error, self.left, self.like, self.seen = error, times, like, 0

    def __call__(self, connection, cursor, statement, parameters, context, executemany) -> None:
        if statement.startswith(self.like) and self.left > 0:
            self.left -= 1
            self.seen += 1
            raise self.error("injected")


@pytest.fixture
def unlucky(ground, monkeypatch):
    monkeypatch.setattr("operations.retry.time.sleep", lambda seconds: None)
    made = []

    def inject(error, times):
        made.append(Unlucky(error, times))
        sa.event.listen(ground.engine, "before_cursor_execute", made[-1])
        return made[-1]

    yield inject
    for listener in made:
        sa.event.remove(ground.engine, "before_cursor_execute", listener)


def as_the_database_says_it(error):
    """What SQLAlchemy makes of an error of the driver, also where the driver is another one."""
    return OperationalError("UPDATE customer", {}, error)


@pytest.fixture(autouse=True)
def translated(monkeypatch):
    plain = Unlucky.__call__

    def raising(self, *said):
        try:
            plain(self, *said)
        except psycopg.Error as error:
            raise as_the_database_says_it(error) from error

    monkeypatch.setattr(Unlucky, "__call__", raising)


@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_what_the_database_gave_up_is_done_again(session, unlucky, error):
    ids = rows_of(session, 3)
    run = planned(session, "flag", ids, flag=Flag.RED)
    injected = unlucky(error, 2)
    run = confirm(session, run.id, SYSTEM).run
    assert (injected.seen, run.state, run.changed, run.failed) == (2, RunState.DONE, 3, 0)
    assert_sound(session)


@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_after_three_times_it_says_so_and_has_done_nothing(session, unlucky, error):
    ids = rows_of(session, 3)
    run = planned(session, "flag", ids, flag=Flag.RED)
    injected = unlucky(error, 9)
    with pytest.raises(Refused) as said:
        confirm(session, run.id, SYSTEM)
    assert (injected.seen, said.value.text) == (3, BUSY)
    injected.left = 0
    assert counted(session, Customer, Customer.flag.is_not(None)) == 0
    assert confirm(session, run.id, SYSTEM).run.changed == 3
    assert_sound(session)


def test_a_worker_goes_on_where_the_database_gave_up(session, unlucky):
    ids = rows_of(session, 3)
    run = confirm(session, planned(session, "flag", ids, flag=Flag.RED).id, SYSTEM, wait=False).run
    injected = unlucky(psycopg.errors.DeadlockDetected, 3)
    with pytest.raises(OperationalError):
        running.work(session, run.id)
    session.rollback()
    assert injected.seen == 3
    assert running.work(session, run.id) == "3 done, 0 not"


def test_who_waits_two_seconds_for_a_row_is_told_who_is_in_the_way(app, session, signed_in):
    ids = rows_of(session, 1)
    run = planned(session, "flag", ids, flag=Flag.RED)
    client = signed_in("manager")
    with app.app_context(), Session(db.engine) as other:
        other.execute(sa.select(Customer.id).where(Customer.id == ids[0]).with_for_update())
        began = time.monotonic()
        with pytest.raises(Refused, match="right now"):
            confirm(session, run.id, SYSTEM)
        assert time.monotonic() - began < (4 if other.bind.name == "postgresql" else 7)
        if other.bind.name == "postgresql":
            answer = client.submit(f"/admin/customer/{ids[0]}/edit/", first_name="Other")
            assert answer.status_code == 409 and "right now" in answer.get_data(as_text=True)
    assert confirm(session, run.id, SYSTEM).run.changed == 1


def test_history_is_in_order_although_another_saved_between_our_number_and_our_reading(app, session):
    """The number of a transaction is drawn, then somebody else saves, then we read and write."""
    note = make(session, Note, customer=make(session, Customer), body="First")
    session.commit()
    if session.get_bind().dialect.name == "sqlite":
        return  # there nobody saves in between
    session.expunge_all()
    begin(session)

    def save(own: Session) -> None:
        update(own, own.get_one(Note, note.id), Draft({"body": "Second"}), SYSTEM)
        own.commit()

    assert together(app, [save]) == [None]
    with pytest.raises(StaleDataError):
        update(session, session.get_one(Note, note.id), Draft({"body": "Third"}), SYSTEM)
    session.rollback()
    update(session, session.get_one(Note, note.id), Draft({"body": "Third"}), SYSTEM)
    session.commit()
    assert_sound(session)
