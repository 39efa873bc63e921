"""What stands in the cells of a list."""

from admin_views import cells
from models.message import MessageState
from models.work import RunState


def test_two_lists_of_values_with_one_in_common_keep_their_own_words():
    assert MessageState.QUEUED == RunState.QUEUED
    for written in (cells.badge, cells.choice):
        assert "Waits to be sent" in written(MessageState.QUEUED)
        assert "Waits for a worker" in written(RunState.QUEUED)


def test_an_address_too_long_for_its_line_breaks_between_its_parts():
    shown = cells.email("ann.b<c@mail.example", cells.Look(whole=True))
    assert ">ann<wbr>.b&lt;c<wbr>@mail<wbr>.example</a>" in shown
    assert 'href="mailto:ann.b&lt;c@mail.example"' in shown
