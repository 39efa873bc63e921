"""Deleting a record: what goes with it, then a run that can be taken back."""

from secrets import token_urlsafe
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models.base import Record, db
from models.screen import lowered, title_of
from operations import deleting
from operations.errors import Refused

from .cells import record_path
from .gate import needs
from .reader import viewer
from .run_finish import toast, why_not

AT = "/<row:row_id>/delete"


class Deleting:
    """The part of a table's pages that deletes."""

    @expose(f"{AT}/")
    @needs("{table}.read", "{table}.delete")
    def delete_page(self, row_id: int) -> ResponseReturnValue:
        """Asks, and changes nothing."""
        self.records_only("delete")
        record = self.record_or_404(row_id)
        return render_template("admin/model/delete.html", page=self.delete_shape(record))

    @expose(f"{AT}/confirm/", methods=("POST",))
    @needs("{table}.read", "{table}.delete")
    def delete(self, row_id: int) -> ResponseReturnValue:
        self.records_only("delete")
        if self.run_of_form("delete"):
            return redirect(self.url + "/")  # sent twice
        return self.delete_record(self.record_or_404(row_id))

    def delete_record(self, record: Record) -> ResponseReturnValue:
        """Through the operation, so that it has a run and can be taken back as one."""
        session, row_id = db.session(), record.id
        name, where = str(record), self.back_after_delete(record)
        try:
            run = self.at_once("delete", row_id).run
        except Refused as refused:
            session.rollback()
            flash(refused.text, "error")
            return redirect(record_path(self.model, row_id))
        if not run.changed:
            flash(why_not(session, run), "error")
            return redirect(record_path(self.model, row_id))
        words = f"{title_of(self.model)} “{name}” deleted. It is under Deleted records."
        flash(toast(session, run, words), "success")
        return redirect(where)

    def back_after_delete(self, record: Record) -> str:
        return self.parent_tab(record) or self.url + "/"

    def delete_shape(self, record: Record) -> dict[str, Any]:
        found = deleting.consequences(db.session(), record, viewer())
        title = lowered(title_of(self.model))
        return {
            "title": f"Delete {title} “{record}”?",
            "lede": "It disappears from lists and searches, with what belongs to it. Its history stays, "
            "and it can be brought back from Deleted records.",
            "crumbs": self.trailed(record),
            "loses": [f"{c.counted} will lose this {title}." for c in found if c.what == "kept"],
            "counts": [(f"{c.label}, {c.what}", f"{c.count:,}") for c in found if c.what != "kept"],
            "action": record_path(self.model, record.id, "delete", "confirm"),
            "cancel": record_path(self.model, record.id),
            "why": deleting.hindrance(record, found),
            "hidden": [("key", token_urlsafe(24))],
        }
