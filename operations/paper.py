"""What is printed: papers as plain data, and their PDF.

The panel shows the same paper as a page of HTML, so that what is read there is what is printed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace
from sqlalchemy.orm import Session

from models.base import now
from models.text import clean
from queries.settings import setting

from .installation import installation

FONTS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "print"  # made by `make`
FACE = "DejaVu"
EDGE, FOOT = 20, 22  # mm
ADDRESS_AT = 48  # mm from the top: where the window of an envelope is
LONGEST_CELL = 600  # letters; a row has to fit on one page
NOT_DRAWN = "\u25a1"  # a box, for a letter that the font lacks
SHADE, GREY, LINE = (240, 242, 245), (93, 102, 118), (201, 207, 217)
# It names the letters that the font lacks, and with them what people typed.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Paragraph:
    """Text with line breaks kept; with `heading`, a title over what follows."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Grid:
    """A table. Its column titles are repeated on every page that it goes over."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()  # columns of numbers, counted from 0
    widths: Sequence[float] = ()  # in proportion to each other; empty: all the same
    totals: Sequence[Sequence[str]] = ()  # last rows, in bold
    empty: str = "None."  # what stands in place of a table without rows


@dataclass(frozen=True)
class Paper:
    """One printed thing: to whom, about what, and its parts from top to bottom."""

    title: str
    address: Sequence[str] = ()  # of the recipient, line by line
    facts: Sequence[tuple[str, str]] = ()  # such as ("Number", "Q-1001")
    parts: Sequence[Paragraph | Grid] = ()
    foot: str = ""  # small print below the last part


@dataclass(frozen=True)
class Letterhead:
    """Who prints. `foot` stands at the end of every page."""

    name: str = ""
    lines: Sequence[str] = ()
    foot: str = ""
    size: str = "A4"


PLAIN = Letterhead()


def letterhead(session: Session) -> Letterhead:
    """As the settings of this installation have it."""
    address = setting(session, "company_address")
    return Letterhead(
        name=setting(session, "company_name") or installation().name,
        lines=tuple(line.strip() for line in address.splitlines() if line.strip()),
        foot=setting(session, "company_small_print"),
        size=setting(session, "paper_size"),
    )


def pdf_of(*papers: Paper, head: Letterhead = PLAIN) -> bytes:
    """One PDF; each paper begins on a page of its own."""
    sheets = _Sheets(head)
    for paper in papers:
        sheets.write_paper(paper)
    return bytes(sheets.output())


@dataclass
class _At:
    """Where a PDF has got to: which paper, and on which of its pages."""

    paper: Paper = field(default_factory=lambda: Paper(""))
    page: int = 0


class _Sheets(FPDF):
    def __init__(self, head: Letterhead) -> None:
        super().__init__(format=head.size)
        self.head, self.at = head, _At()
        self.coming: Paper | None = None
        self.set_margins(EDGE, EDGE, EDGE)
        self.set_auto_page_break(True, FOOT + 6)
        self.add_font(FACE, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FACE, "B", FONTS / "DejaVuSans-Bold.ttf")
        # To the day: what is drawn twice on one day is the same file, and is kept once.
        self.set_creation_date(now().replace(hour=0, minute=0, second=0, microsecond=0))
        self.set_lang("en")
        self.drawn = {*self.fonts[FACE.lower()].cmap, ord("\n")}

    def write_paper(self, paper: Paper) -> None:
        self.coming = paper  # the page before it is still to get its foot
        self.add_page()
        if self.page == 1:
            self.set_title(clean(paper.title))
            self.set_author(clean(self.head.name))
        self._address_and_facts()
        self._line(paper.title, 15, "B")
        self.ln(3)
        for part in paper.parts:
            self._grid(part) if isinstance(part, Grid) else self._paragraph(part)
        if paper.foot:
            self._line(paper.foot, 7.5, color=GREY)

    # fpdf2 calls these two for every page.
    def header(self) -> None:
        if self.coming is not None:
            self.at, self.coming = _At(self.coming), None
        self.at.page += 1
        self.set_y(EDGE - 6)
        if self.at.page > 1:
            self._line(self.at.paper.title, 8, color=GREY)
        else:
            self._line(self.head.name, 11, "B")
            self._line("\n".join(self.head.lines), 7.5, color=GREY)
        self.set_y(max(self.get_y() + 4, EDGE))

    def footer(self) -> None:
        self.set_y(-FOOT)
        self.set_draw_color(*LINE)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(1.5)
        top = self.get_y()
        self._line(self.head.foot[:300], 7, color=GREY, width=self.epw - 30)
        self.set_y(top)
        self._line(f"Page {self.at.page}", 7, color=GREY, align="R")

    def _address_and_facts(self) -> None:
        paper = self.at.paper
        if not (paper.address or paper.facts):
            return
        self.set_y(max(self.get_y(), ADDRESS_AT))
        top, half = self.get_y(), self.epw / 2
        self._line("\n".join(line for line in paper.address if line), 9.5, width=half)
        below = self.get_y()
        self.set_y(top)
        for label, value in paper.facts:
            self._fact(label, value, half)
        self.set_y(max(below, self.get_y()) + 8)

    def _fact(self, label: str, value: str, half: float) -> None:
        top, left = self.get_y(), self.l_margin + half + 4
        self.set_x(left)
        self._line(label, 8, color=GREY, width=26, indent=left)
        below = self.get_y()
        self.set_y(top)
        self._line(value, 8.5, width=half - 30, indent=left + 26)
        self.set_y(max(below, self.get_y()))

    def _paragraph(self, part: Paragraph) -> None:
        if part.heading:
            self.ln(1)
            self._line(part.text, 11, "B")
            self.ln(1)
        else:
            self._line(part.text, 9.5)
            self.ln(3)

    def _grid(self, grid: Grid) -> None:
        if not grid.rows:
            return self._paragraph(Paragraph(grid.empty))
        self.set_font(FACE, "", 8)
        self.set_draw_color(*LINE)
        heading = FontFace(emphasis="BOLD", fill_color=SHADE, color=(0, 0, 0))
        bold = FontFace(emphasis="BOLD")
        with self.table(
            borders_layout="HORIZONTAL_LINES",
            col_widths=tuple(grid.widths) or None,
            headings_style=heading,
            line_height=4,
            padding=(1.2, 1.5),
            v_align="TOP",
            text_align=tuple("RIGHT" if n in grid.right else "LEFT" for n in range(len(grid.columns))),
        ) as table:
            table.row([self._cell(title) for title in grid.columns])
            for row in grid.rows:
                table.row([self._cell(value) for value in row])
            for row in grid.totals:
                table.row([self._cell(value) for value in row], style=bold)
        self.ln(4)

    def _line(
        self,
        text: str,
        size: float,
        style: str = "",
        *,
        color: tuple[int, int, int] = (0, 0, 0),
        width: float = 0,
        indent: float | None = None,
        align: str = "L",
    ) -> None:
        if not (said := self._said(text)):
            return
        self.set_font(FACE, style, size)
        self.set_text_color(*color)
        self.set_x(self.l_margin if indent is None else indent)
        self.multi_cell(width, size * 0.5, said, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(0, 0, 0)

    def _cell(self, text: str) -> str:
        said = self._said(text)
        return said if len(said) <= LONGEST_CELL else f"{said[:LONGEST_CELL]}…"

    def _said(self, text: str) -> str:
        """What the font has no letter for would vanish without a trace."""
        return "".join(c if ord(c) in self.drawn else NOT_DRAWN for c in clean(text))
