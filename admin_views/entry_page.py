"""The list of a table whose rows are written once: it is read, searched and exported, nothing else."""

from flask_admin import Admin

from models.base import Record, tables

from .printing import OPENED
from .table import TableView


class EntryView(TableView):
    """Entries have no forms and no history. Where each has a page, its table has a view of its own."""

    details_page = create_page = edit_page = edit_view = None
    delete_page = history_page = tab_page = subtab_page = add = None


def install(admin: Admin) -> None:
    """For every entry in the menu. What has a page of its own was installed before."""
    for model in tables():
        if model.screen.menu and not issubclass(model, Record) and model not in OPENED:
            admin.add_view(EntryView(model))
