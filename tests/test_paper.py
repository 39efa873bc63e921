"""What is printed: the text of a PDF, its pages, and that nothing anyone typed breaks it."""

import io

import pypdf
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from models.setting import AppSetting
from operations.paper import LONGEST_CELL, Grid, Letterhead, Paper, Paragraph, letterhead, pdf_of

HEAD = Letterhead("Åbro Fibre", ("1 Main Street", "77429 Cypress"), "Tax number 12-345")


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(content):
    return "\n".join(page.extract_text() for page in read(content).pages)


def test_a_paper_says_who_prints_it_to_whom_and_about_what():
    paper = Paper(
        "Quote",
        address=("Zoë Łąka", "ул. Мира 7", "10115 Berlin"),
        facts=[("Number", "Q-1001"), ("Valid until", "22 Dec 2026")],
        parts=[
            Paragraph("What we offer", heading=True),
            Grid(("Line", "Amount"), [("Fibre 100", "49.90")], frozenset({1}), totals=[("Total", "49.90")]),
            Paragraph("Kind regards"),
        ],
        foot="Prices include tax.",
    )
    said = text_of(pdf_of(paper, head=HEAD))
    for words in (*paper.address, "Q-1001", "22 Dec 2026", "What we offer", "Fibre 100", "Total"):
        assert words in said
    for words in ("Åbro Fibre", "77429 Cypress", "Tax number 12-345", "Prices include tax.", "Page 1"):
        assert words in said


def test_a_long_table_repeats_its_head_on_every_page():
    rows = [(f"Row {number}", "1.00") for number in range(200)]
    pages = read(pdf_of(Paper("Usage", parts=[Grid(("What", "Amount"), rows)]), head=HEAD)).pages
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert "Amount" in page.extract_text() and f"Page {number}" in page.extract_text()
    said = "\n".join(page.extract_text() for page in pages)
    assert all(f"Row {number}\n" in said or f"Row {number} " in said for number in range(200))


def test_several_papers_begin_on_pages_of_their_own_and_count_them_apart():
    pages = read(pdf_of(Paper("First"), Paper("Second"))).pages
    assert [page.extract_text().split("\n")[0] for page in pages] == ["First", "Second"]
    assert all("Page 1" in page.extract_text() for page in pages)


def test_a_letter_that_the_font_lacks_is_a_box_rather_than_nothing():
    assert "□□ Ltd" in text_of(pdf_of(Paper("有限 Ltd")))


def test_a_table_without_rows_says_so():
    said = text_of(pdf_of(Paper("Report", parts=[Grid(("Name",), [], empty="No contacts.")])))
    assert "No contacts." in said


def test_a_cell_that_would_not_fit_on_a_page_is_cut_short():
    said = text_of(pdf_of(Paper("Report", parts=[Grid(("A", "B", "C", "D"), [("x" * 5000, "", "", "")])])))
    assert said.count("x") == LONGEST_CELL and "…" in said


@settings(max_examples=15, deadline=None)
@given(text=st.text(max_size=300))
def test_whatever_people_typed_can_be_printed(text):
    paper = Paper(text, [text], [(text, text)], [Paragraph(text), Grid((text,), [(text,)])], text)
    assert len(read(pdf_of(paper, head=Letterhead(text, [text], text))).pages) >= 1


@pytest.mark.parametrize(("size", "width"), [("A4", 595), ("Letter", 612)])
def test_the_settings_say_who_prints_and_on_what(session, size, width):
    for name, value in {
        "company_name": "Northern Light",
        "company_address": "Pier 4\n\n0150 Oslo ",
        "paper_size": size,
    }.items():
        known = session.scalar(sa.select(AppSetting).where(AppSetting.name == name))
        session.add(known or AppSetting(name=name))
        session.flush()
        session.scalar(sa.select(AppSetting).where(AppSetting.name == name)).value = value
    head = letterhead(session)
    assert (head.name, head.lines) == ("Northern Light", ("Pier 4", "0150 Oslo"))
    page = read(pdf_of(Paper("Letter"), head=head)).pages[0]
    assert round(page.mediabox.width) == width and "0150 Oslo" in page.extract_text()
