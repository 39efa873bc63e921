"""Files of customers: what is taken, where it is kept, and when it goes."""

import datetime as dt
import io
import os
import stat
import unicodedata
import zipfile
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from jobs.documents import sweep_documents
from models.base import now
from models.customer import Customer, Document, DocumentCategory
from operations import documents, upload_kinds
from operations.deleting import delete
from operations.errors import Refused
from operations.upload_kinds import JPEG, PDF, PNG, kind_of, named
from queries.viewer import SYSTEM
from seed.factory import make

from . import papers
from .post_office import settled


@pytest.fixture(autouse=True)
def store(tmp_path):
    with settled(None, documents=tmp_path / "documents", largest_document=100_000):
        yield tmp_path / "documents"


@pytest.fixture
def ann(session):
    found = make(session, Customer)
    session.commit()
    return found


def bring(session, customer, name="survey.pdf", content=papers.PDF, **said):
    return documents.store(session, customer.id, DocumentCategory.SITE_SURVEY, name, content, **said)


def files(store):
    return sorted(path for path in store.glob("*/*"))


@pytest.mark.parametrize(
    ("content", "kind"),
    [(papers.PDF, PDF), (papers.png(), PNG), (papers.jpeg(), JPEG), (papers.jpeg(behind=b"film" * 99), JPEG)],
)
def test_a_pdf_a_jpeg_and_a_png_are_known_by_their_bytes(content, kind):
    assert kind_of(content) is kind


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", b"\0" * 10_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"MZ\x90\x00 This program cannot be run", "This is a program. Take a PDF, a JPEG or a PNG"),
        (b"\x7fELF\x02", "a program"),
        (b"#!/bin/sh\nrm", "a script"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
        (b"  <html><body>", "a web page"),
        (b'<?xml version="1.0"?><svg onload="alert(1)">', "an SVG drawing"),
        (bomb(), "an archive"),
        (b"\x1f\x8b\x08", "an archive"),
        (b"GIF89a<script>", "a GIF"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC photo; set the phone"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a film"),
        (b"hello", "a file of another kind"),
        (b"junk before %PDF-1.4\n%%EOF", "a file of another kind"),
        (papers.PDF[:40], "damaged or cut off"),
        (papers.png()[:30], "damaged or cut off"),
        (papers.jpeg()[:12], "damaged or cut off"),
        (papers.png(50_000, 50_000), "50,000 × 50,000 points"),
        (papers.jpeg(60_000, 60_000), "too large to open"),
        (papers.png(0, 5), "damaged"),
    ],
)
def test_anything_else_is_refused_in_words_that_say_what_it_is(content, words):
    with pytest.raises(Refused, match=words) as refused:
        kind_of(content)
    assert refused.value.field == upload_kinds.FILE


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-", b"PK\x03\x04"]),
)
def test_whatever_the_bytes_it_is_a_known_kind_or_refused(content, beginning):
    try:
        assert kind_of(beginning + content) in upload_kinds.KINDS
    except Refused as refused:
        assert refused.text.endswith(".")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("survey.pdf", "survey.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ann\\scan.PDF", "scan.PDF"),
        ("a\r\nContent-Type: text/html.pdf", "html.pdf"),
        ("a\r\nb.pdf", "a b.pdf"),
        ("evil\u202efdp.pdf", "evilfdp.pdf"),
        ("zero\u200dwidth\x00.pdf", "zerowidth.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        ("...", "document.pdf"),
        ("photo", "photo.pdf"),
        ("photo.jpg", "photo.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("Überprüfung 3.2", "Überprüfung 3.2.pdf"),
    ],
)
def test_a_name_is_one_line_without_a_path_and_ends_as_its_kind(name, kept):
    assert named(name, PDF) == kept


@pytest.mark.parametrize("name", ["a.exe", "a.pdf.exe", "a.html", "a.svg", "a.js", "a.pdf.Lnk"])
def test_a_name_that_ends_as_something_else_is_refused(name):
    with pytest.raises(Refused, match=r"Files that end in \.\w+ are not taken"):
        named(name, PDF)


@given(st.text(max_size=250))
def test_whatever_the_name_it_is_safe_or_refused(name):
    try:
        kept = named(name, PNG)
    except Refused:
        return
    assert len(kept) <= 200 and not set(kept) & set("/\\")
    assert not {unicodedata.category(c) for c in kept} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert kept.lower().endswith(".png") and not kept.startswith(".")


def test_a_file_is_written_with_the_commit_and_read_back(session, ann, store):
    document = bring(session, ann)
    assert files(store) == [] and documents.content_of(document) == papers.PDF
    session.commit()
    (path,) = files(store)
    assert path.name == document.sha256 and documents.content_of(document) == papers.PDF
    assert (document.media_type, document.size) == ("application/pdf", len(papers.PDF))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_rolled_back_leaves_no_file(session, ann, store):
    bring(session, ann)
    session.rollback()
    session.commit()
    assert files(store) == []


def test_a_row_that_is_refused_does_not_lose_the_files_of_the_others(session, ann, store):
    first = bring(session, ann)
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        bring(session, ann, content=papers.png(), name="photo.png")
        1 / 0  # noqa: B018
    with session.begin_nested():
        second = bring(session, ann, content=papers.jpeg(), name="photo.jpg")
    assert files(store) == []
    session.commit()
    assert documents.content_of(first) == papers.PDF and documents.content_of(second) == papers.jpeg()


def test_the_same_file_is_kept_once(session, ann, store):
    first, second = bring(session, ann), bring(session, ann, "again.pdf")
    session.commit()
    assert first.sha256 == second.sha256 and len(files(store)) == 1


def test_a_file_above_the_limit_is_refused_at_its_field(session, ann):
    with settled(None, documents=documents.folder(), largest_document=2 * 2**20):
        with pytest.raises(Refused, match="larger than 2 MB") as refused:
            bring(session, ann, content=papers.PDF + b"\0" * 2 * 2**20)
    assert refused.value.field == "file"


def test_a_file_that_is_missing_or_damaged_is_said_to_be(session, ann, store):
    document = bring(session, ann)
    session.commit()
    (path,) = files(store)
    path.write_bytes(b"%PDF-something else")
    with pytest.raises(Refused, match="damaged"):
        documents.content_of(document)
    path.unlink()
    with pytest.raises(Refused, match="not in the store"):
        documents.content_of(document)


def age(path, days):
    then = (now() - dt.timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_a_file_stays_while_history_can_bring_its_row_back(session, ann, store):
    document = bring(session, ann)
    session.commit()
    (path,) = files(store)
    age(path, 9)
    delete(session, document, SYSTEM)
    session.commit()
    assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0
    assert documents.sweep(session) == 0 and path.exists()


def test_what_no_row_tells_of_goes_after_a_day(session, ann, store):
    document = bring(session, ann)
    session.commit()
    lost, fresh = (documents.path_of(letter * 64) for letter in "ef")
    for path in (lost, fresh):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"lost")
    age(lost, 2)
    age(documents.path_of(document.sha256), 2)
    assert documents.sweep(session) == 1
    assert not lost.exists() and fresh.exists() and documents.content_of(document) == papers.PDF


def test_the_job_sweeps_files_that_nobody_names(session, store):
    lost = documents.path_of("e" * 64)
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"lost")
    age(lost, 2)
    work = SimpleNamespace(session=session)
    assert (sweep_documents(work), sweep_documents(work)) == ("1 deleted", "")
