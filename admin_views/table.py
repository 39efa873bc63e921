"""The generated view of a table: one registered Flask-Admin view, all pages from the declaration.

Flask-Admin keeps the registry, the addresses and the blueprint; its stock pages are replaced one
by one, because they reach rows around the row rule and answer bad input with errors
(docs/design.md says which).
"""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.tools import get_primary_key

from models.base import Record, Table, db
from models.screen import lowered, plural_of, title_of
from models.text import whole_number
from queries.visibility import find

from .cells import record_path
from .delete_page import Deleting
from .files import Filing
from .form_view import FormPages
from .gate import needs
from .list_view import ListPages
from .merge import MergePages
from .operate import Operating
from .paper_page import Printing
from .previewing import Previewing
from .reader import viewer
from .record_view import RecordPages


class TableView(
    ListPages,
    RecordPages,
    FormPages,
    Operating,
    Deleting,
    Filing,
    Previewing,
    MergePages,
    Printing,
    ModelView,
):
    """All pages of one table."""

    model: type[Table]

    def __init__(self, model: type[Table]) -> None:
        super().__init__(
            model,
            db,
            name=plural_of(model),
            category=model.screen.group or None,
            endpoint=model.__tablename__,
            url=f"/admin/{model.__tablename__}",
        )

    # What Flask-Admin would work out from the mapper is said by the declaration.
    def _refresh_cache(self) -> None:
        self._list_columns = [(n, n) for n in self.model.screen.list]

    def scaffold_pk(self) -> str:
        return get_primary_key(self.model)

    def init_search(self) -> bool:
        return bool(self.model.screen.search)

    def record_or_404(self, row_id: int, lock: bool = False) -> Record:
        found = find(db.session(), self.model, row_id, viewer(), lock)
        if found is None:
            self.lead_on(row_id)
            abort(404, f"There is no such {lowered(title_of(self.model))}, or you may not see it.")
        return found

    def records_only(self, verb: str) -> None:
        if not issubclass(self.model, Record) or verb not in self.model.screen.writes:
            abort(404)

    @expose("/details/")
    @needs("{table}.read")
    def details_view(self) -> ResponseReturnValue:
        return redirect(self.old_address())

    @expose("/edit/")
    @needs("{table}.read")
    def edit_view(self) -> ResponseReturnValue:
        return redirect(f"{self.old_address()}edit/")

    def old_address(self) -> str:
        return record_path(self.model, whole_number(request.args.get("id", "")) or abort(404))

    # Stock pages that reach around the row rule: without them their addresses lead nowhere.
    create_view = delete_view = action_view = ajax_update = ajax_lookup = None
