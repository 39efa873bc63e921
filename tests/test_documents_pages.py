"""Documents on the page of a customer: brought, listed, judged, downloaded, refused."""

import io

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from models.access import AccessLog
from models.customer import Customer, Document, DocumentState
from operations.installation import installation
from seed.factory import make

from . import papers
from .reading import send_away, words
from .stored import only


@pytest.fixture
def ann(session):
    made = make(session, Customer, first_name="Ann", last_name="Lee")
    session.commit()
    return made


def upload(client, customer, file_name, content, **said):
    """As bytes, because the client's own way leaves a temporary file open."""
    path = f"/admin/document/new/?customer_id={customer.id}"
    fields = client.form(path).fields
    for name, value in ({"category": "site_survey"} | said).items():
        fields.setlist(name, [value])
    fields.add("file", FileStorage(io.BytesIO(content), file_name))
    boundary, body = encode_multipart(fields)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.req("S1.25", "S4.68", "S4.69")
@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("survey.pdf", papers.PDF, "application/pdf"),
        ("IMG_0001.JPG", papers.jpeg(behind=b"motion photo"), "image/jpeg"),
        ("roof.png", papers.png(), "image/png"),
    ],
)
def test_a_file_is_uploaded_listed_and_downloaded(signed_in, session, ann, name, content, media_type):
    agent = signed_in("agent")
    page = agent.get(f"/admin/document/new/?customer_id={ann.id}").get_data(as_text=True)
    for kind in ("Service application", "Site survey", "Job card", "EFT letter", "Debit-order authority"):
        assert kind in page
    assert upload(agent, ann, name, content).status_code == 302
    document = only(session, Document)
    assert (document.name, document.customer_id, document.media_type) == (name, ann.id, media_type)
    assert document.uploaded_by_id == agent.staff_id
    tab = words(agent.get(f"/admin/customer/{ann.id}/documents/"))
    assert name in tab and "Site survey" in tab and "To be approved" in tab
    record = agent.get(f"/admin/document/{document.id}/").get_data(as_text=True)
    assert f'href="/admin/document/{document.id}/file/"' in record
    answer = agent.get(f"/admin/document/{document.id}/file/")
    assert answer.data == content and answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.req("S1.25")
def test_only_who_may_downloads_and_each_download_is_in_the_trail(signed_in, session, ann):
    agent, viewer = signed_in("agent"), signed_in("viewer")
    upload(agent, ann, "survey.pdf", papers.PDF)
    document = only(session, Document)
    session.rollback()
    assert "survey.pdf" in words(viewer.get(f"/admin/customer/{ann.id}/documents/"))
    assert viewer.get(f"/admin/document/{document.id}/file/").status_code == 403
    assert "/file/" not in viewer.get(f"/admin/document/{document.id}/").get_data(as_text=True)
    agent.get(f"/admin/document/{document.id}/file/")
    found = session.scalars(sa.select(AccessLog).where(AccessLog.action == "download")).all()
    assert [(f.staff_user_id, f.customer_id, f.object_id, f.detail) for f in found] == [
        (agent.staff_id, ann.id, document.id, "survey.pdf")
    ]


@pytest.mark.req("S4.68")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("setup.exe", b"MZ\x90\x00", "This is a program. Take a PDF, a JPEG or a PNG."),
        ("setup.exe", papers.PDF, "Files that end in .exe are not taken."),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "This is a web page."),
        ("logo.svg", b"<svg onload=alert(1)>", "This is an SVG drawing."),
        ("survey.pdf", b"PK\x03\x04 bomb", "This is an archive or an office document."),
        ("survey.pdf", papers.PDF[:30], "The file is damaged or cut off."),
        ("empty.pdf", b"", "The file is empty."),
    ],
)
def test_what_is_none_of_them_is_refused_at_the_field(signed_in, session, ann, name, content, said):
    agent = signed_in("agent")
    answer = upload(agent, ann, name, content, remark="Roof")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in words(answer)
    assert 'id="file-error"' in page and 'value="Roof"' in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0


def test_a_form_without_a_file_asks_for_one(signed_in, ann):
    answer = signed_in("agent").submit(f"/admin/document/new/?customer_id={ann.id}", category="other")
    assert answer.status_code == 422 and "Choose a file." in words(answer)


def test_what_is_too_large_is_refused_at_the_field_and_far_too_large_before_it_is_read(signed_in, ann):
    agent, limit = signed_in("agent"), installation().largest_document
    answer = upload(agent, ann, "big.pdf", papers.PDF + b"\0" * limit)
    assert answer.status_code == 422 and "It is larger than 10 MB." in words(answer)
    assert upload(agent, ann, "huge.pdf", b"%PDF-" + b"\0" * 2 * limit).status_code == 413


@pytest.mark.parametrize("name", ["../../x.pdf", "\u202efdp.exe.pdf", "ж\u200b.pdf"])
def test_a_hostile_name_is_made_harmless(signed_in, session, ann, name):
    agent = signed_in("agent")
    upload(agent, ann, name, papers.PDF)
    document = only(session, Document)
    session.rollback()
    answer = agent.get(f"/admin/document/{document.id}/file/")
    assert answer.status_code == 200
    assert "/" not in document.name and document.name.endswith(".pdf") and "\n" not in document.name


@pytest.mark.req("S4.70")
def test_a_document_is_approved_or_rejected_with_a_remark(signed_in, session, ann):
    upload(signed_in("agent"), ann, "survey.pdf", papers.PDF)
    document = only(session, Document)
    session.rollback()
    billing = signed_in("billing")
    ask = f"/admin/document/operate/{{}}/?ids={document.id}"
    billing.submit(ask.format("reject"), go="1", remark="Signature is missing")
    tab = words(billing.get(f"/admin/customer/{ann.id}/documents/"))
    assert "Rejected" in tab and "Signature is missing" in tab
    billing.submit(ask.format("approve"), go="1", remark="Installed on 3 March")
    session.rollback()
    tab = words(billing.get(f"/admin/customer/{ann.id}/documents/"))
    assert "Approved" in tab and "Installed on 3 March" in tab and "Signature" not in tab
    assert only(session, Document).state is DocumentState.APPROVED
    session.rollback()
    assert billing.submit(ask.format("reject"), go="1").status_code == 422  # says why not


def test_a_deleted_document_comes_back_with_its_file(signed_in, session, ann):
    manager = signed_in("manager")
    upload(manager, ann, "survey.pdf", papers.PDF)
    row_id = only(session, Document).id
    session.rollback()
    send_away(manager, "document", row_id)
    assert manager.get(f"/admin/document/{row_id}/file/").status_code == 404
    manager.submit(f"/admin/document/operate/restore/?ids={row_id}", go="1")
    assert manager.get(f"/admin/document/{row_id}/file/").data == papers.PDF


def test_a_file_that_is_gone_is_said_to_be(signed_in, session, ann):
    row_id = make(session, Document, customer=ann).id
    session.commit()
    answer = signed_in("agent").get(f"/admin/document/{row_id}/file/")
    assert answer.status_code == 404 and "not in the store" in words(answer)


def test_a_name_keeps_its_ending(signed_in, session, ann):
    agent = signed_in("agent")
    upload(agent, ann, "survey.pdf", papers.PDF, name="Roof")
    document = only(session, Document)
    session.rollback()
    assert document.name == "Roof.pdf"
    answer = agent.submit(f"/admin/document/{document.id}/edit/", name="../Roof.html")
    assert answer.status_code == 422 and "not taken" in words(answer)
    answer = agent.submit(f"/admin/document/{document.id}/edit/", name="../Roof 2")
    assert answer.status_code == 422 and "Call it “Roof 2.pdf”" in words(answer)
    agent.submit(f"/admin/document/{document.id}/edit/", name="Roof 2.pdf")
    assert only(session, Document).name == "Roof 2.pdf"


def test_a_locked_customer_gets_no_document(signed_in, session, ann):
    agent = signed_in("agent")
    upload(agent, ann, "survey.pdf", papers.PDF)
    session.get(Customer, ann.id).is_locked = True
    session.commit()
    assert upload(agent, ann, "second.pdf", papers.PDF).status_code == 423
    document = only(session, Document)
    session.rollback()
    shown = agent.get(f"/admin/document/{document.id}/")
    assert shown.status_code == 200 and document.name == "survey.pdf"
