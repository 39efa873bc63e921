"""Files of usage: read in pieces, each use once, what is broken told line by line."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.usage import UsageFileState, UsageRefusal, UsageState

from .reading import words
from .usage import call, caller, counts, kept_in, read_all, records, sums_agree, take_in, text


@pytest.fixture(autouse=True)
def store(tmp_path):
    with kept_in(tmp_path):
        yield tmp_path


def test_calls_are_added_and_rated(session):
    who = caller(session)
    row = read_all(session, take_in(session, text(call("a"), call("b", "+27105551234", 30))))
    assert (row.state, *counts(row)) == (UsageFileState.DONE, 2, 0, 0, 0)
    assert [(r.rated_amount, r.state, r.customer_id, r.voip_line_id) for r in records(session)] == [
        (Decimal("0.900000"), UsageState.RATED, who.customer.id, who.line.id),
        (Decimal("0.250000"), UsageState.RATED, who.customer.id, who.line.id),
    ]
    assert sums_agree(session)


def test_the_same_file_again_adds_nothing(session):
    caller(session)
    content = text(*(call(f"k{n}") for n in range(250)), call("k3"))
    first = read_all(session, take_in(session, content))
    again = read_all(session, take_in(session, content))
    assert counts(first) == (250, 1, 0, 0) and counts(again) == (0, 251, 0, 0)
    assert first.sha256 == again.sha256 and len(records(session)) == 250 and sums_agree(session)


def test_whose_a_call_was_is_told_by_the_number_in_any_notation(session):
    who = caller(session, "+12125550123")
    written = ("(212) 555-0123", "12125550123", "+1 212 555 0123", "2125550123")
    lines = [call(f"k{n}", number=number) for n, number in enumerate(written)]
    read_all(session, take_in(session, text(*lines)))
    assert {r.customer_id for r in records(session)} == {who.customer.id}


def test_what_nobody_has_is_an_error_and_not_lost(session):
    row = read_all(session, take_in(session, text(call("a", number="+4930123456"))))
    (found,) = records(session)
    assert counts(row) == (1, 0, 0, 1)
    assert (found.state, found.error, found.customer_id) == (UsageState.ERROR, "no such line", None)


BROKEN = {
    "three columns": "a,b,c",
    "no date": "x1,voice,yesterday,+27105550100,+2782,60,,,",
    "before": "x2,voice,1970-01-01,+27105550100,+2782,60,,,",
    "future": "x3,voice,2099-01-01,+27105550100,+2782,60,,,",
    "negative": "x4,voice,2026-11-01,+27105550100,+2782,-60,,,",
    "enormous": f"x5,voice,2026-11-01,+27105550100,+2782,{'9' * 30},,,",
    "no number": "x6,voice,2026-11-01,+27105550100,+2782,1e3,,,",
    "other digits": "x7,voice,2026-11-01,+27105550100,+2782,٦٠,,,",
    "kind": "x8,telepathy,2026-11-01,+27105550100,+2782,60,,,",
    "nobody": "x9,voice,2026-11-01,,+2782,60,,,",
    "quote": 'x10,voice,2026-11-01,"+2710,+2782,60,,,',
    "long key": f"{'k' * 65},voice,2026-11-01,+27105550100,+2782,60,,,",
    "long line": "x" * 40_000,
    "formula": "=HYPERLINK(1),voice,never,+27105550100,+2782,60,,,",
    "infinite": "x11,voice,2026-11-01,+27105550100,+2782,inf,,,",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_line_is_refused_with_its_reason_and_the_others_are_taken(session, what):
    caller(session)
    row = read_all(session, take_in(session, text(call("a"), BROKEN[what], call("b"))), piece=1)
    assert (row.state, *counts(row)) == (UsageFileState.DONE, 2, 0, 1, 0)
    (refusal,) = session.scalars(sa.select(UsageRefusal))
    assert refusal.line == 3 and refusal.why and BROKEN[what].startswith(refusal.text[:1000].rstrip())
    assert sums_agree(session)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_files_of_every_usual_encoding_are_read(session, encoding):
    caller(session)
    content = text(call("schlüssel")).decode().replace("\n", "\r\n").encode(encoding)
    row = read_all(session, take_in(session, content))
    assert counts(row) == (1, 0, 0, 0) and records(session)[0].source_key == "schlüssel"


def test_a_file_has_a_page_with_its_counts_and_refused_lines(signed_in, session):
    caller(session)
    row = read_all(session, take_in(session, text(call("a"), BROKEN["negative"])))
    answer = signed_in("admin").get(f"/admin/usage_file/{row.id}/")
    assert answer.status_code == 200, words(answer)
    answer = signed_in("admin").get(f"/admin/usage_file/{row.id}/refused-lines/")
    assert "quantity is negative: -60" in words(answer)
