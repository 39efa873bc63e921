"""Runs by a handful of statements: as the row path row for row, and only where nothing else follows."""

import sys
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.act import Act, acting
from models.customer import Address, Contact, Customer, CustomerState, CustomerTag, Flag, Reseller, Tag
from models.history import version_table
from models.work import Path, RowState, Run, RunRow, RunState
from operations import running
from operations.deleting import delete
from operations.errors import Refused
from operations.everywhere import Said
from operations.operation import operation_named
from operations.records import Draft, tie, update
from operations.running import Selection, pace, set_work, setwise, stretch
from operations.running.rows import acting_for
from queries.viewer import SYSTEM
from seed.factory import make

from .soundness import assert_sound
from .two_paths import halves

SIZE = 6


def world(session):
    """Two halves of alike customers, some locked, in different states, with tags and flags."""
    acting(session, Act(source="seed", reason="made"))
    tags = [make(session, Tag).id for _ in range(3)]
    resellers = [make(session, Reseller).id, make(session, Reseller, is_active=False).id]
    made = []
    for _ in range(2):
        rows = [make(session, Customer, terms_days=7) for _ in range(SIZE)]
        rows[1].flag, rows[2].is_locked = Flag.BLUE, True
        rows[3].workflow_state = CustomerState.SUSPENDED
        rows[4].reseller_id, rows[4].credit_limit = resellers[1], Decimal("-0.50")
        for tag in tags[:2]:
            session.add(CustomerTag(customer_id=rows[0].id, tag_id=tag))
        session.flush()
        made.append(rows)
    by_rows, by_statements = halves(session, made)
    for half in (by_rows, by_statements):
        half.tags, half.resellers = tags, resellers
    return by_rows, by_statements


@pytest.fixture
def pair(session):
    return world(session)


@pytest.fixture
def by_rows(monkeypatch):
    """How many lines of this path were left to the row path."""
    left = []
    carry = setwise._by_rows
    monkeypatch.setattr(setwise, "_by_rows", lambda *given: left.append(carry(*given)) or left[-1])
    return left


def same(pair):
    by_rows, by_statements = (half.written() for half in pair)
    for what, rows in by_rows.items():
        assert by_statements[what] == rows, what
    pair[0].session.rollback()


def both(pair, work):
    for half in pair:
        work(half)


# --- the same as row by row ---


def test_a_column_is_set_as_row_by_row(session, pair, by_rows):
    both(pair, lambda half: half.run("flag", range(4), flag=Flag.RED))
    both(pair, lambda half: half.run("flag", range(5), flag=Flag.RED))
    both(pair, lambda half: half.undo(half.runs[0]))
    both(pair, lambda half: half.undo(half.runs[-1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_tags_are_tied_as_row_by_row(session, pair, by_rows):
    both(pair, lambda half: half.run("tag", (0, 3, 4), tags={half.tags[0]}))
    both(pair, lambda half: half.run("tag", range(5), tags=set(half.tags)))
    both(pair, lambda half: half.run("untag", (0, 1, 3), tags=set(half.tags[:2])))
    both(pair, lambda half: half.undo(half.runs[1]))
    both(pair, lambda half: half.undo(half.runs[2]))
    both(pair, lambda half: half.undo(half.runs[-1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_a_state_leaves_its_line_in_the_trail(session, pair, by_rows):
    both(pair, lambda half: half.run("suspend", range(SIZE)))
    both(pair, lambda half: half.undo(half.runs[0]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_several_columns_of_several_kinds(session, pair, by_rows):
    said = {"terms_days": 21, "prepaid": Said.YES, "credit_limit": Decimal("10.5"), "flag": Flag.BLUE}
    both(pair, lambda half: half.run("set_field", range(SIZE), **said))
    both(pair, lambda half: half.run("set_field", range(4), leave_empty={"flag": True}, debit_day=3))
    both(pair, lambda half: half.undo(half.runs[0]))
    both(pair, lambda half: half.undo(half.runs[1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_what_the_database_refuses_gets_its_words_row_by_row(session, pair, by_rows):
    both(pair, lambda half: half.run("set_field", range(SIZE), bill_to_organization=Said.YES))
    same(pair)
    assert by_rows == [SIZE]
    run = session.get(Run, pair[1].runs[0])
    assert run.refused == SIZE


def test_a_rule_about_the_value_alone_is_asked_once(session, pair, by_rows):
    both(pair, lambda half: half.run("set_field", range(SIZE), reseller_id=half.resellers[0]))
    both(pair, lambda half: half.undo(half.runs[0]))
    same(pair)
    assert not any(by_rows)


def test_a_rule_against_the_value_refuses_what_would_change(session, pair, by_rows):
    both(pair, lambda half: half.run("set_field", range(SIZE), reseller_id=half.resellers[1]))
    same(pair)
    assert not any(by_rows)
    run = session.get(Run, pair[1].runs[0])
    assert (run.refused, run.same) == (SIZE - 1, 1)


# --- any steps ---

places = st.sets(st.integers(0, SIZE - 1), min_size=1).map(sorted)


runs = st.one_of(
    st.builds(lambda p, f: lambda h, b: h.run("flag", p, b, flag=f), places, st.sampled_from(list(Flag)[:2])),
    st.builds(lambda p: lambda h, b: h.run("unflag", p, b), places),
    st.builds(
        lambda p, n: lambda h, b: h.run("tag", p, b, tags={h.tags[i] for i in n}),
        places,
        st.sets(st.integers(0, 2), min_size=1),
    ),
    st.builds(
        lambda p, n: lambda h, b: h.run("untag", p, b, tags={h.tags[i] for i in n}),
        places,
        st.sets(st.integers(0, 2), min_size=1),
    ),
    st.builds(
        lambda p, name: lambda h, b: h.run(name, p, b),
        places,
        st.sampled_from(["suspend", "resume", "lock", "unlock", "reopen"]),
    ),
    st.builds(
        lambda p, n, d: lambda h, b: h.run("set_field", p, b, reseller_id=h.resellers[n], terms_days=d),
        places,
        st.integers(0, 1),
        st.integers(7, 9),
    ),
    st.builds(lambda p: lambda h, b: h.run("set_field", p, b, leave_empty={"reseller_id": True}), places),
    st.builds(
        lambda n: lambda h, b: h.undo(h.runs[n % len(h.runs)], b) if h.runs else None, st.integers(0, 20)
    ),
)


def edited(place, **values):
    def edit(half):
        row = half.session.get(Customer, half.rows[place])
        if row is not None:
            update(half.session, row, Draft(values), SYSTEM)

    return edit


def tagged(place, tag):
    def edit(half):
        row = half.session.get(Customer, half.rows[place])
        if row is not None:
            tie(half.session, row, "tag", {half.tags[tag]}, None, SYSTEM)

    return edit


def gone(place):
    def edit(half):
        row = half.session.get(Customer, half.rows[place])
        if row is not None:
            delete(half.session, row, SYSTEM)

    return edit


place = st.integers(0, SIZE - 1)
edits = st.one_of(
    st.builds(edited, place, flag=st.sampled_from([None, Flag.RED, Flag.CHK])),
    st.builds(edited, place, terms_days=st.integers(7, 9)),
    st.builds(tagged, place, st.integers(0, 2)),
    st.builds(gone, place),
    st.none(),
)
steps = st.lists(st.tuples(runs, edits), min_size=2, max_size=6)
unknown = st.sets(place, max_size=2)  # rows that were loaded without a first version


def play(session, pair, story, without):
    kept = version_table(Customer)
    for half in pair:
        lost = [half.rows[n] for n in without]
        session.connection().execute(sa.delete(kept).where(kept.c.id.in_(lost)))
        session.commit()
        half.said = []
        for step, edit in story:
            try:
                step(half, edit and quietly(edit))
                half.said.append("")
            except Refused as refused:
                session.rollback()
                half.said.append(refused.text.split("Run ")[0])
    assert pair[0].said == pair[1].said
    same(pair)


def quietly(edit):
    """What staff may not do is not done in either half."""

    def do(half):
        acting(half.session, reason="by hand")
        try:
            with half.session.begin_nested():
                edit(half)
        except Refused:
            pass

    return do


def any_steps(examples):
    loud = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=loud, derandomize=True)


@any_steps(10)
@given(story=steps, without=unknown, size=st.sampled_from([2, 500]))
def test_any_steps_write_what_the_row_path_writes(session, monkeypatch, story, without, size):
    monkeypatch.setattr(stretch, "LINES", {"postgresql": size, "sqlite": size})
    play(session, world(session), story, without)


@pytest.mark.soak
@settings(parent=any_steps(300), derandomize=False)
@given(story=steps, without=unknown, size=st.sampled_from([1, 2, 500]))
def test_very_many_steps_write_what_the_row_path_writes(session, monkeypatch, story, without, size):
    monkeypatch.setattr(stretch, "LINES", {"postgresql": size, "sqlite": size})
    play(session, world(session), story, without)


# --- only where nothing else follows ---


@pytest.mark.parametrize(
    ("model", "name", "able"),
    [
        (Customer, "flag", True),
        (Customer, "workflow_state", True),
        (Customer, "reseller_id", True),
        (Customer, "credit_limit", True),
        (Customer, "organization_id", False),  # rules look at the row
        (Customer, "last_name", False),  # searched, and others are derived from it
        (Customer, "email", False),
        (Customer, "balance", False),  # has no history
        (Customer, "privileges", False),  # JSON has no equality
        (Customer, "version", False),
        (Address, "city", False),  # its customer is found by it
        (Address, "customer_id", False),
        (Contact, "email", False),
    ],
)
def test_only_columns_from_which_nothing_follows_are_assigned_by_statements(app, model, name, able):
    assert set_work.assignable(model, {name}) is able


WHERE = [f"operations.running.{n}" for n in ("control", "plan", "preview", "set_forecast")]
LOOKED = 4  # lines that a preview tells one by one


@pytest.fixture
def few_at_once(monkeypatch):
    for module in WHERE:
        monkeypatch.setattr(sys.modules[module], "AT_ONCE", LOOKED)


def left_by(told):
    """The rows that a preview names as left as they are."""
    return [one["id"] for one in told["samples"] if one["state"] in ("refused", "skipped")]


def test_many_rows_are_previewed_exactly_and_done_by_statements(session, by_rows, few_at_once):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(LOOKED + 9)]
    rows[-1].is_locked = rows[0].is_locked = True
    rows[-2].flag = Flag.RED
    session.commit()
    ids = [row.id for row in rows]
    flag, said = operation_named(Customer, "flag"), {"flag": Flag.RED}
    run = running.plan(session, flag, Customer, SYSTEM, Selection(ids=ids), said)
    assert run.path is Path.SET
    told = running.preview(session, run, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": 7, "refused": 1, "same": 1})
    assert left_by(told) == [ids[0], ids[-1]]
    run_id = run.id
    running.confirm(session, run_id, SYSTEM)
    running.work(session, run_id)
    run = session.get(Run, run_id)
    assert (run.state, run.changed, run.refused, run.same) == (RunState.DONE, len(rows) - 3, 2, 1)
    session.get(Customer, ids[1]).flag = Flag.GREEN
    session.commit()
    undo = running.plan_undo(session, run, SYSTEM)
    told = running.preview(session, undo, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": run.changed - LOOKED - 1, "skipped": 1})
    assert left_by(told) == [ids[1]]
    assert not any(by_rows)
    session.rollback()
    assert_sound(session)


def test_tags_of_many_rows_are_previewed_exactly(session, few_at_once):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(LOOKED + 5)]
    tag, last = make(session, Tag), rows[-1].id
    session.add(CustomerTag(customer_id=last, tag_id=tag.id))
    session.commit()
    chosen = Selection(ids=[row.id for row in rows])
    run = running.plan(
        session, operation_named(Customer, "tag"), Customer, SYSTEM, chosen, {"tags": {tag.id}}
    )
    told = running.preview(session, run, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": 4, "same": 1})
    run_id = run.id
    running.confirm(session, run_id, SYSTEM)
    running.work(session, run_id)
    undo = running.plan_undo(session, session.get(Run, run_id), SYSTEM)
    told = running.preview(session, undo, SYSTEM)
    assert (told["exact"], told["rest"]) == (True, {"changed": 4})
    states = sa.select(RunRow.state).where(RunRow.run_id == run_id, RunRow.row_id == last)
    assert session.scalar(states) is RowState.SAME


def test_what_the_session_knew_of_the_rows_is_forgotten(session, pair):
    row = session.get(Customer, pair[1].rows[0])
    chosen = Selection(ids=[row.id])
    run = running.plan(
        session, operation_named(Customer, "flag"), Customer, SYSTEM, chosen, {"flag": Flag.CHK}
    )
    run.path, run.state = Path.SET, RunState.RUNNING
    assert setwise.chunk(session, run, SYSTEM) == 1
    assert row.flag is Flag.CHK
    assert run.changed == 1


# --- how long others wait ---


@pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
def test_a_statement_that_takes_too_long_lets_go_of_its_rows(session, monkeypatch):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(4)]
    session.commit()
    ids = [row.id for row in rows]
    flag = operation_named(Customer, "flag")
    run = running.plan(session, flag, Customer, SYSTEM, Selection(ids=ids), {"flag": Flag.RED})
    run.path, run.state, run_id = Path.SET, RunState.RUNNING, run.id
    session.commit()

    def badly(stretch, work):
        stretch.lock_rows()
        stretch.execute(sa.text("SELECT pg_sleep(20)"))

    monkeypatch.setattr(setwise, "_write", badly)
    monkeypatch.setattr(setwise, "LONGEST", 0.05)
    monkeypatch.setattr(setwise, "FEW", 1)
    with acting_for(session, run):
        assert setwise.chunk(session, run, SYSTEM) == 1
    assert session.scalar(sa.text("SHOW statement_timeout")) == "0"
    held = sa.select(Customer.id).where(Customer.id.in_(ids)).with_for_update(skip_locked=True)
    with session.get_bind().connect() as other:
        assert set(other.scalars(held)) == set(ids[1:])
    session.commit()
    running.work(session, run_id)
    assert session.get(Run, run_id).changed == 4
    assert_sound(session)


def test_what_statements_cannot_tell_holds_few_rows(session, monkeypatch):
    acting(session, Act(source="seed"))
    rows = [make(session, Customer) for _ in range(5)]
    session.commit()
    chosen = Selection(ids=[row.id for row in rows])
    flag = operation_named(Customer, "flag")
    run = running.plan(session, flag, Customer, SYSTEM, chosen, {"flag": Flag.RED})
    run.path, run.state = Path.SET, RunState.RUNNING
    monkeypatch.setattr(setwise, "_write", lambda stretch, work: stretch.lock_rows() or {})
    monkeypatch.setattr(setwise, "FEW", 2)
    with acting_for(session, run):
        assert [setwise.chunk(session, run, SYSTEM) for _ in range(4)] == [2, 2, 1, 0]
    session.commit()
    assert run.changed == 5
    assert_sound(session)


def test_a_stretch_grows_while_it_is_quick_and_shrinks_when_it_is_not(monkeypatch):
    took = iter([0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 4.3, 4.3, 4.4, 4.4])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(took))
    found = pace.Pace("postgresql")
    parts = [found.part]
    for _ in range(5):
        found.rest()
        parts.append(found.part)
    assert parts == pytest.approx([0.25, 0.5, 1, 1, 0.1, 0.2])
