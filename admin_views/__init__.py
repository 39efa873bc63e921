"""The grammar: turns tables, questions and verbs into pages. It names no table of the business."""

from typing import Any

from flask import Flask, g
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from config import Config
from models import checks
from models.base import Record, tables
from operations import impersonation
from queries.declare import named_filters

from . import (
    entry_page,
    help,
    jobs_view,
    mailbox,
    menu,
    message_page,
    password_page,
    profile,
    recovery,
    run_view,
    staff_link,
    view_as,
)
from .history_view import HistoryView
from .home import Home
from .table import TableView
from .upload_page import taking_in


def install(app: Flask, config: Config) -> None:
    filters = [(table, name) for table, found in named_filters.items() for name in found]
    checks.check_declarations(filters)
    # The stock theme stays as the folder that our own templates win over, file by file.
    admin = Admin(
        app,
        name=config.app_name,
        theme=Bootstrap4Theme(),
        index_view=Home(url="/admin", endpoint="admin"),
    )
    admin.add_view(HistoryView(name="Changes", endpoint="history", url="/admin/history"))
    jobs_view.install(admin)
    for model in screens():
        admin.add_view(taking_in(TableView, model)(model))
    message_page.install(admin)
    entry_page.install(admin)
    mailbox.install(app)
    run_view.install(admin)
    profile.install(admin)
    staff_link.install(admin)
    view_as.install(app, admin)
    password_page.install(admin)
    recovery.install(app)
    help.install(app)
    app.context_processor(lambda: shell(config))


def screens() -> list[Any]:
    """Every table that a page shows on its own: those with a list, records in particular."""
    return [model for model in tables() if model.screen.list and issubclass(model, Record)]


def shell(config: Config) -> dict[str, Any]:
    """What the frame of every page needs."""
    return {
        "app_name": config.app_name,
        "environment": {"demo": "Demo", "test": "Test", "development": "Dev"}.get(config.environment, ""),
        "me": g.get("staff_session"),
        "viewing": g.get("viewing"),
        "may_allow": bool(g.get("viewer")) and g.viewer.may(impersonation.WRITE),
        "menu": menu.menu(),
        "creations": menu.creations(),
        "places": menu.places(),
    }
