"""Runs by a handful of statements: as the row path row for row, and only where nothing else follows."""

import pytest
import sqlalchemy as sa

from models.act import Act, acting
from models.customer import Customer, Flag, Tag
from operations.running import setwise
from seed.factory import make

from .soundness import assert_sound
from .two_paths import halves


@pytest.fixture
def pair(session):
    acting(session, Act(source="seed", reason="made"))
    made = [[make(session, Customer, terms_days=7) for _ in range(5)] for _ in range(2)]
    for _ in range(3):
        make(session, Tag)
    return halves(session, made)


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


def test_a_column_is_set_as_row_by_row(session, pair, by_rows):
    both(pair, lambda half: half.run("flag", range(4), flag=Flag.RED))
    both(pair, lambda half: half.run("flag", range(5), flag=Flag.RED))
    both(pair, lambda half: half.undo(half.runs[0]))
    both(pair, lambda half: half.undo(half.runs[-1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)


def test_tags_are_tied_as_row_by_row(session, pair, by_rows):
    tags = list(session.scalars(sa.select(Tag.id)))
    both(pair, lambda half: half.run("tag", (0, 2, 3), tags={tags[0]}))
    both(pair, lambda half: half.run("tag", range(5), tags=set(tags)))
    both(pair, lambda half: half.run("untag", (1, 2), tags=set(tags[:2])))
    both(pair, lambda half: half.undo(half.runs[1]))
    both(pair, lambda half: half.undo(half.runs[2]))
    both(pair, lambda half: half.undo(half.runs[-1]))
    same(pair)
    assert not any(by_rows)
    assert_sound(session)
