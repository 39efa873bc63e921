"""The list of a table whose rows are written once, and a page for each where there is more to see of it."""

from flask_admin import Admin

from models.base import Record, tables
from operations.uploads import uploads

from .printing import OPENED
from .table import TableView
from .upload_page import taking_in


class OpenEntryView(TableView):
    """Entries that others belong to have a page with tabs. They have no forms and no history."""

    create_page = edit_page = edit_view = delete_page = delete = history_page = add = None


class EntryView(OpenEntryView):
    """Other entries are read, searched and exported."""

    details_page = tab_page = subtab_page = None


def install(admin: Admin) -> None:
    """For every entry in the menu. What has a view of its own was installed before."""
    owners = {model.screen.tab_of for model in tables()}
    entries = [m for m in tables() if m.screen.menu and not issubclass(m, Record)]
    for model in entries:
        if model.__tablename__ in owners or model in uploads:
            admin.add_view(taking_in(OpenEntryView, model)(model))
            OPENED.add(model)
        elif model not in OPENED:
            admin.add_view(EntryView(model))
