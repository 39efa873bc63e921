"""The files of switches and access servers, as they write them."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import now
from models.service import DataAccount
from models.setting import AppSetting
from models.usage import DataSession, UsageDay, UsageFileState, UsageFormat, UsageRefusal, UsageState
from operations.usage.accounting import Ground
from operations.usage.connections import count_ended
from operations.usage.formats import WrongFile
from operations.usage.text import LONGEST_LINE, fields, lines
from seed.factory import make

from .usage import call, caller, counts, kept_in, read_all, records, sums_agree, take_in, text

ASTERISK = (
    '"","+27105550100","0821234567","from-internal","""Kim ""Ant"" O"" <100>","SIP/100-1","SIP/t-2","Dial",'
    '"SIP/t/0821234567,30","2026-11-02 10:00:00","2026-11-02 10:00:05","2026-11-02 10:01:05",65,60,'
    '"ANSWERED","DOCUMENTATION","1762077600.1",""'
)
UNANSWERED = (
    '"","+27105550100","0821234567","from-internal","","SIP/100-3","","Dial","","2026-11-02 11:00:00",,'
    '"2026-11-02 11:00:20",20,0,"NO ANSWER","DOCUMENTATION","1762077600.3",""'
)
FREESWITCH = (
    '"Kim","+27105550100","+27821234567","default","2026-11-02 10:00:00","2026-11-02 10:00:05",'
    '"2026-11-02 10:01:05","65","60","NORMAL_CLEARING","8a1b3c5e-9d2f-4e6a-8c7b-1f2e3d4c5b6a","",""'
)
SESSIONS = (
    "acctuniqueid,username,nasipaddress,framedipaddress,callingstationid,acctstarttime,acctstoptime,"
    "acctinputoctets,acctoutputoctets,acctterminatecause"
)


@pytest.fixture(autouse=True)
def store(tmp_path):
    with kept_in(tmp_path):
        yield tmp_path


@pytest.fixture
def home(session):
    """Numbers without a country are South African."""
    country = session.scalar(sa.select(AppSetting).where(AppSetting.name == "default_country"))
    country.value = "ZA"
    session.commit()


def test_master_csv_of_asterisk_is_read(session, home):
    who = caller(session)
    content = "\n".join((ASTERISK, UNANSWERED)).encode()
    row = read_all(session, take_in(session, content, UsageFormat.ASTERISK))
    assert counts(row) == (2, 0, 0, 0)
    first, second = records(session)
    assert (first.customer_id, first.quantity, first.rated_amount) == (who.customer.id, 60, Decimal("0.9"))
    assert (second.quantity, second.rated_amount, second.state) == (0, 0, UsageState.RATED)
    assert counts(read_all(session, take_in(session, content, UsageFormat.ASTERISK))) == (0, 2, 0, 0)


def test_legs_of_one_call_are_told_apart(session, home):
    caller(session)
    other = ASTERISK.replace("SIP/t-2", "SIP/t-9").replace("0821234567", "0837654321")
    row = read_all(session, take_in(session, f"{ASTERISK}\n{other}\n".encode(), UsageFormat.ASTERISK))
    assert counts(row)[:2] == (2, 0)


def test_the_file_of_freeswitch_is_read(session):
    who = caller(session)
    row = read_all(session, take_in(session, FREESWITCH.encode(), UsageFormat.FREESWITCH))
    (found,) = records(session)
    assert counts(row) == (1, 0, 0, 0) and found.customer_id == who.customer.id
    assert (found.source, found.rated_amount) == ("freeswitch", Decimal("0.9"))


@pytest.mark.parametrize("format_", [UsageFormat.ASTERISK, UsageFormat.FREESWITCH, UsageFormat.RADIUS])
def test_a_file_in_another_layout_is_refused_as_a_whole(session, format_):
    with pytest.raises(WrongFile):
        take_in(session, text(call("a")), format_)


def online(key, stop="2026-11-02 12:00:00", start="2026-11-02 10:00:00", name="kim@net", size=1000):
    return f"{key},{name},10.0.0.1,100.64.0.7,02-00,{start},{stop},{size},{2 * size},User-Request"


def test_sessions_are_kept_and_counted_once_they_have_ended(session):
    account = make(session, DataAccount, username="kim@net")
    first = "\n".join(
        (SESSIONS, online("s1"), online("s2", stop=""), online("s3", name="nobody@net"))
    ).encode()
    row = read_all(session, take_in(session, first, UsageFormat.RADIUS))
    assert counts(row) == (2, 0, 1, 0)
    assert session.scalar(sa.select(UsageRefusal.why)) == "no such data account"
    said = dict(session.execute(sa.select(DataSession.unique_id, DataSession.stopped_at)).all())
    assert said["s1"] == dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC) and said["s2"] is None
    assert [(r.source_key, r.quantity, r.data_account_id) for r in records(session)] == [
        ("s1", 3000, account.id)
    ]
    later = "\n".join((SESSIONS, online("s1"), online("s2", size=5), online("s2", stop="", size=1))).encode()
    read_all(session, take_in(session, later, UsageFormat.RADIUS))
    assert [(r.source_key, r.quantity) for r in records(session)] == [("s1", 3000), ("s2", 15)]
    assert session.scalar(sa.select(sa.func.count(DataSession.id))) == 2
    assert session.scalar(sa.select(sa.func.sum(UsageDay.quantity))) == 3015 and sums_agree(session)


def test_sessions_of_access_servers_are_counted_when_they_end(session):
    account = make(session, DataAccount)
    said = {"data_account_id": account.id, "started_at": now() - dt.timedelta(hours=2), "bytes_in": 7}
    make(session, DataSession, **said)
    make(session, DataSession, stopped_at=now(), bytes_out=5, **said)
    make(session, DataSession, stopped_at=now() - dt.timedelta(days=30), **said)
    since = now() - dt.timedelta(days=1)
    assert count_ended(session, Ground.of(session), since, 100) == 1
    assert count_ended(session, Ground.of(session), since, 100) == 0
    assert [(r.quantity, r.data_account_id) for r in records(session)] == [(12, account.id)]
    assert sums_agree(session)


def test_columns_may_stand_in_any_order_and_be_separated_by_semicolons(session):
    caller(session)
    content = "to;quantity;start;from\n+27821234567;60;2026-11-02 10:00:00;+27105550100\n"
    row = read_all(session, take_in(session, content.encode()))
    again = read_all(session, take_in(session, content.encode()))
    assert counts(row) == (1, 0, 0, 0) and counts(again) == (0, 1, 0, 0)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_lines_are_found_again_from_any_of_their_ends(store, said):
    path = store / "lines.txt"
    path.write_bytes("\n".join(said).encode())
    whole = list(lines(path, 0, 1000))
    piecewise, offset = [], 0
    while part := list(lines(path, offset, 1)):
        piecewise += part
        offset = part[-1].end
    assert piecewise == whole and offset == path.stat().st_size
    assert "\n".join(line.text for line in whole) == "\n".join(said).removesuffix("\n")


def test_a_line_without_end_costs_no_memory(store):
    path = store / "lines.txt"
    path.write_bytes(b"x" * (5 * LONGEST_LINE) + b"\nshort\n")
    first, second = lines(path, 0, 10)
    assert (first.whole, len(first.text), second.text, second.whole) == (False, LONGEST_LINE, "short", True)


HOSTILE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60)


@given(st.lists(HOSTILE, max_size=8))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_stands_in_a_file_is_taken_or_refused_line_by_line(session, said):
    row = read_all(session, take_in(session, text(*said, call("good"))))
    added, repeated, refused, _ = counts(row)
    rows = [line for line in text(*said).decode().split("\n")[1:] if line.strip()]
    assert row.state is UsageFileState.DONE and added + repeated + refused == len(rows) + 1
    assert sums_agree(session)


def test_fields_hold_what_quotes_hold():
    assert fields('a,"b,""c""",d', ",") == ["a", 'b,"c"', "d"]
