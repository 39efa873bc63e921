"""The page that gives the file of a record out: as an attachment, to who may, and never unnoticed."""

from io import BytesIO

from flask import abort, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models.base import Record, Table, db
from models.screen import lowered, plural_of
from operations import trail
from operations.errors import Refused
from operations.files import holding_of

from .gate import needs
from .reader import viewer

NOT_YOURS = "You may not download {}. Ask an administrator for the right."


class Filing:
    """The part of a table's pages that its files need."""

    model: type[Table]

    @expose("/<row:row_id>/file/")
    @needs("{table}.read")
    def file_page(self, row_id: int) -> ResponseReturnValue:
        record: Record = self.record_or_404(row_id)
        holding = holding_of(self.model)
        if holding is None:
            abort(404)
        if not viewer().may(f"{self.model.__tablename__}.download"):
            abort(403, NOT_YOURS.format(lowered(plural_of(self.model))))
        try:
            given = holding.give(record)
        except Refused as refused:
            abort(404, refused.text)
        trail.downloaded(db.session(), record, viewer(), given.name)
        return send_file(
            BytesIO(given.content), given.media_type, as_attachment=True, download_name=given.name
        )
