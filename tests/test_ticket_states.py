"""The states of a ticket: which steps there are, and what they leave behind."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models.access import Activity
from models.base import now
from models.support import EventKind, Ticket, TicketState
from operations.errors import Refused
from operations.operation import operation_named
from operations.ticket import MOVES, way

from .helpdesk import ann, asked, do, press, story
from .reading import bring_back, words

__all__ = ["ann"]


LEGAL = {
    ("new", "take_up"): "open",
    ("pending", "take_up"): "open",
    ("open", "wait"): "pending",
    ("open", "resolve"): "resolved",
    ("resolved", "close"): "closed",
    ("resolved", "reopen"): "open",
    ("closed", "reopen"): "open",
}


@pytest.mark.parametrize("verb", ["take_up", "wait", "resolve", "close", "reopen"])
@pytest.mark.parametrize("state", [state.value for state in TicketState])
def test_only_the_moves_of_the_machine_are_made(signed_in, session, ann, state, verb):
    closed = now() if state == "closed" else None
    ticket = asked(session, ann, state=state, closed_at=closed)
    client = signed_in("agent")
    answer = press(client, ticket, verb)
    session.refresh(ticket)
    if (state, verb) in LEGAL:
        assert ticket.state == LEGAL[state, verb]
        assert (ticket.closed_at is not None) == (ticket.state == "closed")
        assert story(session, ticket, EventKind.STATE)
    else:
        assert ticket.state == state
        asks = client.get(f"/admin/ticket/operate/{verb}/?ids={ticket.id}")
        why = [condition.otherwise for condition in operation_named(Ticket, verb).conditions]
        assert any(told in words(asks) for told in why)
        assert "disabled" in asks.text and answer.status_code == 409


def test_every_step_stands_in_the_activity_log(session, ann):
    ticket = asked(session, ann, state=TicketState.OPEN)
    do(session, ticket, "resolve")
    do(session, ticket, "close")
    steps = sa.select(Activity.old_state, Activity.new_state).where(Activity.object_type == "ticket")
    assert session.execute(steps.order_by(Activity.id)).all() == [
        ("open", "resolved"),
        ("resolved", "closed"),
    ]


@given(st.sampled_from(TicketState), st.sampled_from([s for s in TicketState if s is not TicketState.NEW]))
def test_every_way_is_of_legal_steps(start, end):
    path = [start, *way(start, end)]
    assert all(after in MOVES[before] for before, after in zip(path, path[1:], strict=False))
    assert path[-1] is end


def test_nothing_becomes_new_again():
    with pytest.raises(Refused):
        way(TicketState.OPEN, TicketState.NEW)


def test_the_state_is_no_field_of_the_form(signed_in, session, ann):
    ticket = asked(session, ann)
    form = signed_in("admin").form(f"/admin/ticket/{ticket.id}/edit/", "/edit/")
    assert not {"state", "closed_at", "resolved_at", "answered_at"} & set(form.fields)


def test_a_closed_ticket_is_deleted_and_comes_back_closed(signed_in, session, ann):
    moment = now() - dt.timedelta(days=2)
    ticket = asked(session, ann, state=TicketState.CLOSED, closed_at=moment, resolved_at=moment)
    client = signed_in("admin")
    assert client.submit(f"/admin/ticket/{ticket.id}/delete/", "/delete/").status_code == 302
    bring_back(client, row_id=ticket.id)
    session.expire_all()
    found = session.scalars(sa.select(Ticket)).one()
    assert (found.state, found.closed_at) == (TicketState.CLOSED, moment)
