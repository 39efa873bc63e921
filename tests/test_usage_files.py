"""Files of usage: read in pieces, each use once, what is broken told line by line."""

import os
import re
import time
from decimal import Decimal
from io import BytesIO

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from jobs.control import run_now
from jobs.worker import Worker
from models.customer import Address, AddressRole
from models.service import AccountCode, CallImport, Sim
from models.usage import UsageFile, UsageFileState, UsageFormat, UsageRefusal, UsageState
from operations.usage import files, folder
from operations.usage.formats import WrongFile
from seed.factory import make
from worker import sessions_of

from .ground import axe
from .reading import words, wrong
from .services import product, subscription
from .usage import NUMBER, call, caller, counts, kept_in, read_all, records, sums_agree, take_in, text
from .verbs import do


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


@pytest.mark.req("S4.42")
def test_a_local_number_costs_what_it_does_in_the_country_of_the_line(signed_in, session, app):
    who = caller(session)
    session.commit()
    read = text(call("a", "082 123 4567"), call("b", "0115551234"), call("c", "0027821234567"))
    assert upload(signed_in("billing"), read).status_code == 302
    work_off(app)
    assert [(r.rated_amount, r.error) for r in records(session)] == [
        (Decimal("0.9"), ""),
        (Decimal("0.5"), ""),
        (Decimal("0.9"), ""),
    ]
    assert {r.customer_id for r in records(session)} == {who.customer.id}


def test_a_code_without_a_line_dials_as_where_its_customer_is_billed(session):
    who = caller(session)
    make(session, Address, customer=who.customer, role=AddressRole.BILL_TO, country="ZA")
    package = subscription(session, customer=who.customer, product=product(session, rate_plan_id=who.plan.id))
    make(session, AccountCode, subscription=package, code="4711")
    session.commit()
    read_all(session, take_in(session, text("a,voice,2026-11-02 10:00:00,101,082 123 4567,60,,,4711")))
    (found,) = records(session)
    assert (found.state, found.rated_amount) == (UsageState.RATED, Decimal("0.9"))


def test_what_was_used_is_shown_as_people_read_it_and_exported_exactly(signed_in, session):
    who = caller(session, call_import=CallImport.MANUAL)
    who.customer.currency = who.plan.currency = "EUR"
    sms = f"b,sms,2026-11-02 10:00:00,{NUMBER},+27821234567,3,,,"
    card = make(session, Sim, customer=who.customer)
    data = f"c,data,2026-11-02 10:00:00,,,{5 << 20},,{card.iccid},"
    session.commit()
    read_all(session, take_in(session, text(call("a", seconds=3725), sms, data)))
    client = signed_in("admin")
    for at in ("/admin/usage_record/", f"/admin/customer/{who.customer.id}/usage/records/"):
        listed = client.get(at)
        assert (
            'title="3,725 seconds">1:02:05<' in listed.text
            and 'title="5,242,880 bytes">5.0 MB<' in listed.text
        )
        assert "€55.875" in words(listed) and ">3<" in listed.text
    exported = client.get("/admin/usage_record/export/csv").text
    assert ",3725," in exported and ",5242880," in exported
    assert "55.875000" in exported and ",EUR" in exported


BROKEN = {
    "three columns": "a,b,c",
    "no date": "x1,voice,yesterday,+27105550100,+2782,60,,,",
    "before": "x2,voice,1970-01-01,+27105550100,+2782,60,,,",
    "future": "x3,voice,2099-01-01,+27105550100,+2782,60,,,",
    "negative": "x4,voice,2026-11-01,+27105550100,+2782,-60,,,",
    "enormous": f"x5,voice,2026-11-01,+27105550100,+2782,{'9' * 30},,,",
    "a call of years": "x12,voice,2026-11-01,+27105550100,+2782,99999999999,,,",
    "bytes without end": f"x13,data,2026-11-01,+27105550100,,{2**46},,,",
    "no number": "x6,voice,2026-11-01,+27105550100,+2782,1e3,,,",
    "other digits": "x7,voice,2026-11-01,+27105550100,+2782,٦٠,,,",
    "kind": "x8,telepathy,2026-11-01,+27105550100,+2782,60,,,",
    "nobody": "x9,voice,2026-11-01,,,60,,,",
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


def upload(client, content, name="calls.csv", format_="csv"):
    """As the page sends it."""
    form = client.form("/admin/usage_file/upload/", "/admin/usage_file/upload/").fields
    data = {**form.to_dict(), "format": format_, "file": (BytesIO(content), name)}
    return client.post("/admin/usage_file/upload/", data=data, content_type="multipart/form-data")


def work_off(app):
    while Worker(sessions_of(app)).work():
        pass


@pytest.mark.req("S4.42")
def test_staff_upload_a_file_and_its_calls_are_rated_once(app, signed_in, session):
    caller(session)
    session.commit()
    client = signed_in("billing")
    assert 'href="/admin/usage_file/upload/"' in client.get("/admin/usage_file/").text
    for added, known in ((2, 0), (0, 2)):
        answer = upload(client, text(call("a"), call("b")))
        assert answer.status_code == 302, words(answer)
        work_off(app)
        page = words(client.get(answer.location))
        assert f"Added {added}" in page and f"Known before {known}" in page
    assert [r.state for r in records(session)] == [UsageState.RATED] * 2


WRONG = {
    "empty": (b"", "empty"),
    "no text": (b"\x7fELF\x00\x01\x02\x03" * 9, "not text"),
    "a workbook": (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "not text"),
    "no header": (call("a").encode(), "has to name the column start"),
    "a header twice": (b"start,quantity,start\n", "names start twice"),
    "too wide": (b",".join([b"start", b"quantity", *[b"x%d" % n for n in range(200)]]), "at most 100"),
    "no line": (b"\n\n", "first line is empty"),
    "one endless line": (b"start,quantity" + b"x" * 100_000, "too long"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_of_another_kind_is_refused_at_its_field_and_leaves_nothing(signed_in, session, store, what):
    content, why = WRONG[what]
    answer = upload(signed_in("billing"), content)
    assert answer.status_code == 422 and why in words(answer)
    assert session.scalar(sa.select(sa.func.count(UsageFile.id))) == 0
    assert not list((store / "usage").iterdir())


def test_a_file_that_was_taken_in_stays_when_it_is_sent_again_as_another_format(session, store):
    caller(session)
    row = take_in(session, text(call("a")))
    with pytest.raises(WrongFile):
        take_in(session, text(call("a")), UsageFormat.ASTERISK)
    assert counts(read_all(session, row)) == (1, 0, 0, 0)


def test_what_an_error_quotes_of_a_file_fits_into_its_line(signed_in):
    columns = [f"{name}{'x' * 90}" for name in "abcdefghijk"]
    answer = upload(signed_in("billing"), ",".join(columns).encode(), format_="radius")
    (told,) = wrong(answer).values()
    assert "acctuniqueid" in told and len(told) < 300 and max(map(len, told.split())) < 40


@pytest.mark.parametrize("role", ["viewer", "agent", "tech"])
def test_who_may_not_uploads_nothing(signed_in, role):
    assert signed_in(role).get("/admin/usage_file/upload/").status_code == 403


def test_the_name_of_a_file_leads_nowhere(signed_in, session, store):
    assert upload(signed_in("billing"), text(), "../../../etc/cron.d/x\u202e.csv").status_code == 302
    (row,) = session.scalars(sa.select(UsageFile))
    assert (row.name, row.stored) == ("x.csv", f"{row.sha256}.txt")
    assert [path.name for path in (store / "usage").iterdir()] == [row.stored]


def test_refused_lines_are_taken_along_as_csv_without_formulas(signed_in, session):
    caller(session)
    row = read_all(session, take_in(session, text(BROKEN["formula"], call("a"))))
    client = signed_in("billing")
    listed = client.get(f"/admin/usage_file/{row.id}/")
    (path,) = re.findall(r'href="(/admin/usage_refusal/export/csv[^"]*)"', listed.text)
    answer = client.get(path)
    assert answer.status_code == 200, words(answer)
    assert "is no date and time" in answer.text
    assert not re.search(r'(^|[,"])=HYPER', answer.text, re.M)


def test_a_file_that_is_cancelled_is_read_no_further(session):
    caller(session)
    row = take_in(session, text(*(call(f"k{n}") for n in range(30))))
    source = files.opened(session, row)
    assert files.read_on(session, row.id, source, 10)
    session.commit()
    do(session, "cancel", row)
    assert not files.read_on(session, row.id, source, 10)
    session.refresh(row)
    assert (row.state, row.added) == (UsageFileState.CANCELLED, 10) and sums_agree(session)
    do(session, "read_on", row)
    session.refresh(row)
    assert counts(read_all(session, row)) == (30, 0, 0, 0) and sums_agree(session)


@pytest.mark.req("S4.42")
def test_what_arrives_in_the_folder_is_rated_without_a_hand(app, signed_in, session, store):
    hand = {"call_import": CallImport.MANUAL}
    by_itself, by_hand = caller(session), caller(session, "+27105550200", **hand)
    session.commit()
    arrive(store / "in" / "calls.csv", text(call("a"), call("b", number="+27105550200")))
    arrive(store / "in" / "asterisk" / "junk.csv", b"nothing of use\n")
    with kept_in(store, inbox=store / "in"):
        run_now(session, "watch_usage_folder")
        session.commit()
        work_off(app)
    (found,) = records(session)
    assert (found.customer_id, found.state) == (by_itself.customer.id, UsageState.RATED)
    session.commit()
    page = words(signed_in("admin").get("/admin/usage_file/"))
    assert "calls.csv" in page and "junk.csv" in page and "Refused" in page
    lines = words(signed_in("admin").get(f"/admin/usage_file/{found.usage_file_id}/refused-lines/"))
    assert "come in by hand" in lines and by_hand.customer.id != found.customer_id
    names = sorted(str(p.relative_to(store / "in")) for p in (store / "in").rglob("*") if p.is_file())
    assert names == ["done/calls.csv", "refused/junk.csv"]


def arrive(path, content, age=60):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)


def test_a_file_that_is_still_being_written_is_left_alone(session, store):
    arrive(store / "in" / "calls.csv", text(call("a")), age=1)
    arrive(store / "in" / ".hidden.csv", text(call("a")))
    (store / "in" / "link.csv").symlink_to("/etc/passwd")
    with kept_in(store, inbox=store / "in"):
        assert folder.arrived() == []


def test_the_command_line_takes_a_file_in_and_reads_it(app, session, store):
    caller(session)
    session.commit()
    (store / "november.csv").write_bytes(text(call("a"), call("a"), "broken"))
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["import-usage", str(store / "november.csv"), "--wait"])
    assert answer.exit_code == 0 and "1 added, 1 known before, 1 refused, 0 without a price" in answer.output
    (store / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    answer = runner.invoke(args=["import-usage", str(store / "photo.csv")])
    assert answer.exit_code == 1 and "not text" in answer.output


def test_pages_of_files_can_be_used_by_everybody(page_of, session):
    caller(session)
    row = read_all(session, take_in(session, text(call("a"), call("b", "+4930123456"), BROKEN["negative"])))
    window = page_of("admin")
    axe.bring(window)
    for path in ("upload/", "", f"{row.id}/", f"{row.id}/refused-lines/"):
        window.goto(f"/admin/usage_file/{path}")
        assert not list(axe.stumbles(window, "#content")), path
    window.goto("/admin/usage_record/?state=error")
    assert not list(axe.stumbles(window, "#content"))


def test_the_page_of_a_file_follows_how_far_it_is_read(app, page_of, session):
    caller(session)
    row = take_in(session, text(call("a"), call("b")))
    session.commit()
    window = page_of("admin")
    window.goto(f"/admin/usage_file/{row.id}/")
    expect(window.locator(".rec-top")).to_contain_text("Waits")
    work_off(app)
    expect(window.locator(".rec-top")).to_contain_text("Done")
    expect(window.locator(".facts").first).to_contain_text(re.compile(r"Added\s*2"))
    expect(window.locator("[hx-trigger]")).to_have_count(0)  # nothing is left to look for


def test_a_file_that_is_more_than_a_page_can_send_is_not_sent_and_the_form_stays(
    app, page_of, session, store
):
    largest = app.config["MAX_CONTENT_LENGTH"]
    (store / "year.csv").write_bytes(text(call("a")) + b"\n" * largest)
    window = page_of("admin")
    window.goto("/admin/usage_file/upload/")
    window.get_by_label("Format").select_option("asterisk")
    window.locator("[name=file]").set_input_files(store / "year.csv")
    window.get_by_role("button", name="Upload").click()
    expect(window.locator("#toasts")).to_contain_text(
        f"larger than the {largest >> 20} MB that a page can send"
    )
    expect(window.get_by_label("Format")).to_have_value("asterisk")
    expect(window.get_by_role("button", name="Upload")).not_to_have_class(re.compile("busy"))
