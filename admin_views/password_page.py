"""The page on which staff set the password of somebody's log-in, for tables that allow it."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView, expose

from models.base import db, now
from models.screen import plural_of, title_of
from operations import recovery
from operations.errors import Refused
from queries.visibility import find

from .cells import record_path
from .gate import needs
from .reader import viewer
from .recovery import PasswordForm, refuse_books
from .shapes import Link

LEDE = "The old one fails, every session ends, and the new one has to be changed at the next sign-in."


@dataclass(frozen=True)
class PasswordPage:
    title: str
    lede: str
    crumbs: tuple[Link, ...]
    action: str
    back: str
    name: str


class PasswordView(BaseView):
    def __init__(self, model: type[Any]) -> None:
        self.model = model
        table = model.__tablename__
        url = f"/admin/{table}/<row:login>/password"
        super().__init__(name="Change password", endpoint=f"{table}_password", url=url)

    @expose("/", methods=("GET", "POST"))
    @needs("{table}.read", "{table}.set_password")
    def index(self, login: int) -> ResponseReturnValue:
        row = find(db.session(), self.model, login, viewer())
        if row is None:
            abort(404)
        form = PasswordForm(request.form)
        if request.method == "POST":
            refuse_books(form.password.data, form.password_confirm.data)
            if self._is_set(row, form):
                flash(f"The password of “{row}” is set, and they are signed out.", "success")
                return redirect(record_path(self.model, login))
        page = PasswordPage(
            title=f"Change the password of “{row}”",
            lede=LEDE,
            crumbs=(
                Link(plural_of(self.model), f"/admin/{self.model.__tablename__}/"),
                Link(str(row), record_path(self.model, login)),
            ),
            action=f"{record_path(self.model, login)}password/",
            back=record_path(self.model, login),
            name=title_of(self.model),
        )
        return self.render("admin/password.html", page=page, form=form), 422 if form.errors else 200

    def _is_set(self, row: Any, form: PasswordForm) -> bool:
        if form.password.data != form.password_confirm.data:
            form.password_confirm.errors = ["The two are not the same."]
            return False
        try:
            recovery.set_by_staff[self.model](db.session(), row, form.password.data or "", now())
        except Refused as refused:
            db.session.rollback()
            form.password.errors = [refused.text]
            return False
        db.session.commit()
        return True


def install(admin: Admin) -> None:
    for model in recovery.set_by_staff:
        admin.add_view(PasswordView(model))
