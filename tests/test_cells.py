"""What stands in the cells of a list."""

import re
from decimal import Decimal

from admin_views import cells, permission_ticks
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
    said = cells.text("<b> v1.0: ann@mail.example.", cells.Look(whole=True))
    assert ">&lt;b&gt; v1.0: ann<wbr>@mail<wbr>.example<wbr>.</span>" in said


def test_a_locale_is_said_in_words():
    assert cells.locale("en_ZA", cells.Look(whole=True)) == "English (South Africa)"
    assert cells.locale("en_ZA", cells.Look()) == '<span title="English (South Africa)">en_ZA</span>'
    assert cells.locale("no such", cells.Look(whole=True)) == "no such"


def test_a_price_for_little_shows_as_many_places_as_it_has_and_as_its_currency_wants():
    written = [("0.04", "USD", "$0.04"), ("0.01225", "USD", "$0.01225"), ("-3", "EUR", "−€3.00")]
    written += [("1200.5", "JPY", "¥1,200.5"), ("0.5", "", "0.50")]
    for amount, currency, shown in written:
        assert cells.unit_price(Decimal(amount), cells.Look(currency=currency)).striptags() == shown


def test_a_length_of_time_reads_as_a_clock_shows_it_and_says_the_seconds():
    shown = {
        seconds: cells.duration(seconds, cells.Look()).striptags() for seconds in (0, 5, 65, 3725, 360_000)
    }
    assert shown == {0: "0:00", 5: "0:05", 65: "1:05", 3725: "1:02:05", 360_000: "100:00:00"}
    assert 'title="3,725 seconds"' in cells.duration(3725, cells.Look())


def test_a_role_tells_tables_of_the_same_title_apart(app):
    headings = re.findall(r"<legend>(.*?)</legend>", permission_ticks.permissions("p", set()))
    assert {"Order line", "Quote line", "Location"} <= set(headings)
    assert len(headings) == len(set(headings))
