"""What will come of what is typed into a form, shut into a frame beside it."""

from html import escape

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models.base import Table, db
from operations.errors import Refused
from operations.previews import page_of, preview_of

from .gate import needs
from .letter_frame import framed
from .reader import viewer


class Previewing:
    """The part of a table's pages that shows its form's words before they are saved."""

    model: type[Table]

    @expose("/preview/", methods=("POST",))
    @needs("{table}.read")
    def preview_page(self) -> ResponseReturnValue:
        """Writes nothing: the form is read as for saving, and the transaction ends without."""
        make, table = preview_of(self.model), self.model.__tablename__
        if make is None:
            abort(404)
        if not (viewer().may(f"{table}.update") or viewer().may(f"{table}.create")):
            abort(403)
        maker = self.form_maker(None, request.form, {})
        maker.form.validate()
        wrong = [f"{field.label.text}: {error}" for field in maker.form for error in field.errors]
        values = {name: maker.form[name].data for name in maker.names}
        try:
            html = page_of(_said(" ".join(wrong))) if wrong else make(db.session(), values, None, viewer())
        except Refused as refused:
            html = page_of(_said(refused.text))
        db.session.rollback()
        return framed(html)


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"
