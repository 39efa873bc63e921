"""Type-ahead: names that begin so come first, others that have it after them; nothing is counted."""

import pytest

from models.customer import Customer
from models.parse import Place
from queries import lookup as typed
from queries.lookup import lookup
from queries.viewer import SYSTEM
from seed.factory import make


@pytest.fixture
def found(session):
    def offered(text, **more):
        return [str(row) for row in lookup(session, Customer, text, SYSTEM, Place(), **more)]

    return offered


def people(session, *names):
    for name in names:
        first, _, last = name.rpartition(" ")
        make(session, Customer, first_name=first or None, last_name=last)
    session.commit()


def test_names_that_begin_so_come_first(session, found):
    people(session, "Zoe Annan", "Ann Zorn", "Ånn Abel", "Joanna Bo")
    assert found("ann") == ["Ånn Abel", "Ann Zorn", "Joanna Bo", "Zoe Annan"]
    assert found("ann z") == ["Ann Zorn", "Zoe Annan"]
    assert found("ANN", most=3) == ["Ånn Abel", "Ann Zorn", "Joanna Bo"]


def test_of_very_many_others_some_are_offered(session, found, monkeypatch):
    monkeypatch.setattr(typed, "SOME", 3)
    people(session, *(f"Bo Smith{n}" for n in range(9)))
    assert len(found("smith")) == 3 and len(found("bo smith")) == 9


def test_neither_the_head_of_the_list_nor_its_length_is_counted(session, found, queries):
    people(session, *(f"Ann {n}" for n in range(30)))
    for text, cost in {"": 2, "ann": 2, "zz": 3}.items():  # rows that begin so, others, what they are
        before = len(queries)
        found(text)
        assert len(queries) - before == cost, text


def test_what_no_text_can_hold_is_passed_over(session, found):
    people(session, "Ann Abel", "Bo Smith")
    assert found("an\x00n\ud800") == ["Ann Abel"] and len(found("\x00")) == 2
