"""Any steps, written by a handful of statements as the row path writes them."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.act import acting
from models.customer import Customer, Flag
from models.history import version_table
from operations.deleting import delete
from operations.errors import Refused
from operations.records import Draft, tie, update
from operations.running import stretch
from queries.viewer import SYSTEM

from .two_paths import SIZE, same, world

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
