"""Printing what is declared: the paper as a page, and as PDF; of one record, or of rows ticked in a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models.base import Record, Table, db
from models.screen import lowered, plural_of
from operations import trail
from operations.errors import Refused
from operations.operation import Context
from operations.paper import Letterhead, Paper, letterhead, pdf_of
from operations.printouts import MOST, Printout, printouts
from queries.listing import conditions
from queries.search import TooLong
from queries.visibility import rows

from .cells import record_path
from .gate import needs
from .operate_meant import Meant, meant
from .reader import place, viewer
from .redirects import own_path

ONE = "/<row:row_id>/print/<what>"
MANY = "/print/<what>"


@dataclass(frozen=True)
class PaperPage:
    title: str
    papers: Sequence[Paper]
    head: Letterhead
    pdf: str
    back: str


class Printing:
    """The part of a table's pages that prints."""

    model: type[Table]

    @expose(f"{ONE}/")
    @expose(f"{MANY}/")
    @needs("{table}.read")
    def print_page(self, what: str, row_id: int | None = None) -> ResponseReturnValue:
        said, wanted = self.printout(what), self.wanted(row_id)
        try:
            records, papers = self.papers(said, wanted)
        except Refused as refused:
            flash(refused.text, "error")
            return redirect(wanted.back)
        here = request.path.removesuffix("/")
        pdf = f"{here}.pdf" if row_id is not None else f"{here}.pdf?{wanted.address()}"
        title = papers[0].title if len(papers) == 1 else f"{said.title}: {len(papers)}"
        page = PaperPage(title, papers, letterhead(db.session()), pdf, wanted.back)
        made = render_template("admin/paper.html", page=page)
        trail.printed(db.session(), records, viewer(), said.title)
        return made

    @expose(f"{ONE}.pdf")
    @expose(f"{MANY}.pdf")
    @needs("{table}.read")
    def print_pdf(self, what: str, row_id: int | None = None) -> ResponseReturnValue:
        said, wanted = self.printout(what), self.wanted(row_id)
        try:
            records, papers = self.papers(said, wanted)
        except Refused as refused:
            abort(409, refused.text)
        content = pdf_of(*papers, head=letterhead(db.session()))
        trail.printed(db.session(), records, viewer(), f"{said.title}, PDF")
        file = f"{what}-{row_id}.pdf" if row_id is not None else f"{what}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{file}"'}
        return Response(content, mimetype="application/pdf", headers=headers)

    def printout(self, what: str) -> Printout:
        said = next((o for o in printouts[self.model.__tablename__] if o.name == what), None)
        if said is None:
            abort(404, f"{plural_of(self.model)} have nothing of this name to print.")
        if not said.allowed(viewer()):
            abort(403, "You may not print this. Ask an administrator for the right.")
        return said

    def wanted(self, row_id: int | None) -> Meant:
        if row_id is None:
            return meant(self.model, viewer(), place())
        back = own_path(request.args.get("back"), record_path(self.model, row_id))
        return Meant(self.model, (row_id,), None, "", back)

    def papers(self, said: Printout, wanted: Meant) -> tuple[list[Record], list[Paper]]:
        """Raises Refused when there is nothing to print, or too much."""
        if wanted.is_one:
            found = [self.record_or_404(wanted.ids[0])]
        else:
            found = self.several(wanted) if said.many else []
        if not (records := [record for record in found if said.when(record)]):
            raise Refused("There is nothing to print here.")
        context = Context(db.session(), viewer())
        return records, [said.make(record, context) for record in records]

    def several(self, wanted: Meant) -> list[Record]:
        session, asked = db.session(), rows(self.model, viewer())
        if wanted.ask is None:
            asked = asked.where(self.model.id.in_(wanted.ids[: MOST + 1]))
        else:
            try:
                asked = asked.where(*conditions(session, wanted.ask, viewer(), place()))
            except TooLong as problem:
                abort(400, str(problem))
        found = session.scalars(asked.order_by(self.model.id).limit(MOST + 1)).all()
        if len(found) > MOST:
            raise Refused(f"At most {MOST} {lowered(plural_of(self.model))} are printed at once. Tick fewer.")
        return list(found)
