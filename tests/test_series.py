"""Usage over time: a chart, and a table of the same numbers."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from models.base import now
from models.customer import Customer
from models.service import VoipLine
from models.usage import DeviceType, UsageDay, UsageKind, UsageRecord, UsageState
from seed.factory import make

from .ground import axe
from .reading import words


def rows(answer):
    """The cells of the table below the bars, by the words of their row."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', answer.text, re.S)
    plain = lambda html: re.sub(r"<[^>]+>", "", html).strip()  # noqa: E731
    return {
        plain(head): [plain(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", rest)] for head, rest in found
    }


def used(
    session, customer, day, quantity, records=1, amount=0, kind=UsageKind.DATA, device=(DeviceType.SIM, 1)
):
    said = {"device_type": device[0], "device_id": device[1], "records": records, "amount": Decimal(amount)}
    return make(session, UsageDay, customer_id=customer.id, kind=kind, day=day, quantity=quantity, **said)


@pytest.fixture
def customer(session):
    return make(session, Customer)


@pytest.mark.req("S4.20", "S4.21")
def test_a_year_of_data_is_twelve_months_and_their_sum(signed_in, session, customer):
    for day, size in (
        (dt.date(2026, 1, 31), 1024),
        (dt.date(2026, 2, 1), 2048),
        (dt.date(2026, 2, 28), 1024),
    ):
        used(session, customer, day, size)
    used(session, customer, dt.date(2025, 12, 31), 9)
    session.commit()
    found = rows(signed_in("agent").get(f"/admin/customer/{customer.id}/usage/data-usage/?year=2026"))
    assert len(found) == 13
    assert (found["January"][0], found["February"][0], found["Total"][0]) == ("1.0 kB", "3.0 kB", "4.0 kB")
    assert (found["March"], found["Total"][1]) == (["0 B", "0", "$0.00"], "3")


@pytest.mark.req("S4.21")
def test_a_month_is_shown_in_days_and_years_side_by_side(signed_in, session, customer):
    before = now().year - 1
    for day, size in ((dt.date(2024, 2, 29), 5), (dt.date(before, 6, 1), 7)):
        used(session, customer, day, size)
    session.commit()
    client, at = signed_in("agent"), f"/admin/customer/{customer.id}/usage/data-usage/"
    days = rows(client.get(f"{at}?month=2024-02"))
    assert len(days) == 30 and days["29 February"][0] == days["Total"][0] == "5 B"
    assert rows(client.get(f"{at}?year=all"))[f"{before}"][0] == "7 B"


@pytest.mark.parametrize(
    "asked",
    ["year=", "year=abc", "year=99999", "month=2026-13", "month=2026", "month=-", "year=٢٠٢٦", "year=0"],
)
def test_a_time_that_there_is_not_shows_this_year(signed_in, session, customer, asked):
    session.commit()
    answer = signed_in("agent").get(f"/admin/customer/{customer.id}/usage/data-usage/?{asked}")
    assert answer.status_code == 200 and len(rows(answer)) == 13


@pytest.mark.req("S4.23")
def test_phone_usage_tells_calls_minutes_and_amount(signed_in, session, customer):
    voice = {"kind": UsageKind.VOICE, "device": (DeviceType.VOIP_LINE, 7)}
    used(session, customer, dt.date(2026, 3, 1), 90, 2, "0.040000", **voice)
    used(session, customer, dt.date(2026, 3, 2), 60, 1, "1.250000", **voice)
    used(session, customer, dt.date(2026, 3, 2), 4096)
    session.commit()
    found = rows(signed_in("agent").get(f"/admin/customer/{customer.id}/usage/phone-usage/?year=2026"))
    assert found["March"] == found["Total"] == ["3", "2.5", "$1.29"]


@pytest.mark.req("S4.43")
def test_usage_is_told_apart_by_line(signed_in, session, customer):
    mine, other = (make(session, VoipLine, customer_id=customer.id) for _ in range(2))
    for line, seconds in ((mine, 120), (other, 600)):
        device = (DeviceType.VOIP_LINE, line.id)
        used(session, customer, dt.date(2026, 3, 1), seconds, 1, "0.5", UsageKind.VOICE, device)
    session.commit()
    found = rows(signed_in("agent").get(f"/admin/voip_line/{mine.id}/usage/?year=2026"))
    assert found["Total"] == ["1", "2", "$0.50"]


@pytest.mark.req("S1.31")
def test_unbilled_calls_are_listed_with_their_total(signed_in, session, customer):
    said = {"customer_id": customer.id, "kind": UsageKind.VOICE}
    for cents in ("0.040000", "0.012250", "1.000000"):
        make(session, UsageRecord, state=UsageState.RATED, rated_amount=Decimal(cents), **said)
    make(session, UsageRecord, state=UsageState.BILLED, rated_amount=Decimal(9), **said)
    session.commit()
    answer = signed_in("agent").get(f"/admin/customer/{customer.id}/billing/unbilled-cdrs/")
    assert answer.text.count("<tr data-id=") == 3
    assert "Total of 3: $1.05225" in words(answer)


def test_a_chart_can_be_read_by_everybody(page_of, session, customer):
    used(session, customer, dt.date(2026, 3, 1), 4096)
    session.commit()
    window = page_of("agent")
    axe.bring(window)
    window.goto(f"/admin/customer/{customer.id}/usage/data-usage/?year=2026")
    assert window.locator("svg.chart rect").count() == 12
    assert "most in March" in window.locator("svg.chart").get_attribute("aria-label")
    assert not list(axe.stumbles(window, "#content"))
