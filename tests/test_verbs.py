"""Every operation of every table: it does what its preview said, leaves no trace before, comes back."""

from dataclasses import replace

import pytest

from models.base import at, now
from models.work import Path, RowState, RunState
from operations.errors import Refused
from operations.everywhere import shared
from operations.operation import operations_of
from operations.running import Selection, confirm, plan, plan_undo, preview
from queries.viewer import SYSTEM, known_permissions

from .tables import every_table
from .verbs import (
    case_of,
    comparable,
    every_verb,
    everything,
    ledger_of,
    lines,
    planned,
    taken_back,
    whole,
)


@every_verb
def test_it_does_what_its_preview_said_and_comes_back(session, model, operation):
    case = case_of(session, model, operation)
    run = planned(session, model, operation, case)
    before, was = whole(session), everything(session)
    with at(moment := now()):
        told = preview(session, run, SYSTEM)
    assert whole(session) == before
    assert told["counts"] == {"changed": len(case.ids)}, told["why"]
    said = comparable(c for sample in told["samples"] for c in sample["changes"])

    with at(moment):  # or the moments that a verb writes would differ
        run = confirm(session, run.id, SYSTEM).run
    assert (run.state, run.changed) == (RunState.DONE, len(case.ids))
    done = ledger_of(session, run)
    assert run.path is Path.WHOLE or in_any_order(said) == in_any_order(done)

    if operation.final:
        with pytest.raises(Refused, match="cannot be undone"):
            plan_undo(session, run, SYSTEM)
        return
    back = taken_back(session, run)
    # What only wrote a mail has nothing but that to take back.
    assert {line.state for line in lines(session, back)} == {RowState.CHANGED if done else RowState.SAME}
    assert everything(session) == was


def in_any_order(changes):
    return sorted(map(repr, changes))


@every_verb
def test_it_refuses_who_may_not_before_it_looks_at_anything(model, operation):
    nobody, no_database = replace(SYSTEM, everything=False), None
    with pytest.raises(Refused, match="You may not"):
        plan(no_database, operation, model, nobody, Selection(ids=[1]), {}, "Because.")


@every_verb
def test_it_says_what_it_does_and_can_be_permitted(model, operation):
    assert operation.permission_on(model) in known_permissions()
    assert operation.says.endswith(".") and len(operation.says) <= 120


@every_table
def test_what_can_be_written_can_be_written_for_many(model):
    names = {operation.name for operation in operations_of(model)}
    assert ("set_field" in names) == ("update" in model.screen.writes and bool(shared(model)))
    assert ("delete" in names) == ("delete" in model.screen.writes)
