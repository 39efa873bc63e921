"""One's own page: name, place, looks, password, and where one is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView, expose
from markupsafe import Markup
from wtforms import Form, PasswordField

from models.access import Density, StaffSession, StaffUser, Theme
from models.base import db, now, tables
from models.screen import plural_of
from operations import recovery, sessions
from operations.errors import Refused
from operations.records import Draft, update
from queries import declare
from queries.agents import named
from queries.staff import open_sessions
from queries.tabs import top_tabs
from queries.viewer import Viewer

from .cells import moment
from .form_page import shape
from .form_shapes import Fieldset
from .forms import form_class
from .gate import signed_in
from .reader import look, place
from .recovery import refuse_books
from .redirects import came_from
from .sessions import lasting

PATH = "/admin/profile/"
FIELDSETS = {
    "You": ("name", "timezone", "country"),
    "How the panel looks": ("theme", "density", "shortcuts"),
}
NAMES = [name for names in FIELDSETS.values() for name in names]
LOOKS = {
    "theme": {"": Theme.SYSTEM, "light": Theme.LIGHT, "dark": Theme.DARK},
    "density": {size.value: size for size in Density},
    "shortcuts": {"on": True, "off": False},
}


class PasswordForm(Form):
    present = PasswordField("Present password")
    password = PasswordField("New password")
    password_confirm = PasswordField("New password once more")


@dataclass(frozen=True)
class OpenSession:
    id: int
    where: str
    network: str
    started: Markup
    seen: Markup
    here: bool


@dataclass(frozen=True)
class Landing:
    """The tabs of a table's records of which one opens first."""

    table: str
    label: str
    tabs: Sequence[tuple[str, str]]  # name in addresses, title
    chosen: str


@dataclass(frozen=True)
class ProfilePage:
    title: str
    lede: str
    email: str
    fieldsets: Sequence[Fieldset]
    password: PasswordForm
    sessions: Sequence[OpenSession]
    landings: Sequence[Landing]


class ProfileView(BaseView):
    @expose("/", methods=("GET", "POST"))
    @signed_in
    def index(self) -> ResponseReturnValue:
        staff = _me()
        made = form_class(db.session(), StaffUser, NAMES, g.viewer, place())
        form = made(request.form or None, data={name: getattr(staff, name) for name in NAMES})
        if request.method == "POST" and form.validate():
            try:
                update(db.session(), staff, Draft({name: form[name].data for name in NAMES}), g.viewer)
            except Refused as refused:
                db.session.rollback()
                form[refused.field or "name"].errors = [refused.text]
            else:
                db.session.commit()
                flash("Your profile is saved.", "success")
                return redirect(PATH)
        return self._show(staff, form), 422 if form.errors else 200

    @expose("/password", methods=("POST",))
    @signed_in
    def password(self) -> ResponseReturnValue:
        form = PasswordForm(request.form)
        refuse_books(*(field.data for field in form))
        if self._changes_password(form):
            flash("Your password is changed. You are signed out everywhere else.", "success")
            return redirect(PATH)
        return self._show(_me(), password=form), 422

    def _changes_password(self, form: PasswordForm) -> bool:
        if form.password.data != form.password_confirm.data:
            form.password_confirm.errors = ["The two are not the same."]
            return False
        typed, here = (form.present.data or "", form.password.data or ""), request.remote_addr or ""
        try:
            recovery.change_password(db.session(), _me(), *typed, now(), g.staff_session.session_id, here)
        except Refused as refused:
            form[refused.field].errors = [refused.text]
            return False
        return True

    @expose("/sessions/<row:row_id>/end", methods=("POST",))
    @signed_in
    def end(self, row_id: int) -> ResponseReturnValue:
        if not sessions.end(db.session(), row_id, g.viewer.staff_id, now()):
            abort(404, "This session has ended already, or is not yours.")
        db.session.commit()
        flash("That session is ended.", "success")
        return redirect(f"{PATH}#sessions")

    @expose("/sessions/end", methods=("POST",))
    @signed_in
    def end_others(self) -> ResponseReturnValue:
        ended = sessions.end_all(db.session(), g.viewer.staff_id, now(), but=g.staff_session.session_id)
        db.session.commit()
        flash(f"Signed out elsewhere: {ended}.", "success")
        return redirect(f"{PATH}#sessions")

    @expose("/landing", methods=("POST",))
    @signed_in
    def landing(self) -> ResponseReturnValue:
        """Which tab of a record opens first, for this person alone."""
        staff, offered = _me(), {said.table: said for said in _landings(g.viewer)}
        chosen = {name: tab for name, tab in request.form.items() if name in offered}
        if any(tab and tab not in dict(offered[name].tabs) for name, tab in chosen.items()):
            abort(400, "There is no such tab.")
        staff.landing = {**staff.landing, **chosen}
        db.session.commit()
        flash("Records open as you like it.", "success")
        return redirect(f"{PATH}#landing")

    @expose("/appearance", methods=("POST",))
    @signed_in
    def appearance(self) -> ResponseReturnValue:
        try:
            chosen = {n: values[request.form[n]] for n, values in LOOKS.items() if n in request.form}
        except KeyError:
            abort(400, "There is no such theme, density or switch.")
        update(db.session(), _me(), Draft(chosen), g.viewer)
        db.session.commit()
        if "csrf_token" in request.form:  # sent by the form itself, without our script
            return redirect(came_from())
        return "", 204

    def _show(self, staff: StaffUser, form: Form | None = None, password: PasswordForm | None = None) -> str:
        if form is None:
            made = form_class(db.session(), StaffUser, NAMES, g.viewer, place())
            form = made(data={name: getattr(staff, name) for name in NAMES})
        page = ProfilePage(
            title="Profile",
            lede="How you appear to colleagues, and how the panel appears to you.",
            email=staff.email,
            fieldsets=[
                Fieldset(title, [shape(form, name, "") for name in names])
                for title, names in FIELDSETS.items()
            ],
            password=password or PasswordForm(),
            landings=_landings(g.viewer),
            sessions=[_session(row) for row in open_sessions(db.session(), staff.id, lasting(), now())],
        )
        return self.render("admin/profile.html", page=page)


def _me() -> StaffUser:
    return db.session.get_one(StaffUser, g.viewer.staff_id)


def _landings(viewer: Viewer) -> list[Landing]:
    """Of the tables whose records have an overview and may be read."""
    return [
        Landing(
            model.__tablename__,
            plural_of(model),
            top_tabs(model, viewer),
            viewer.landing.get(model.__tablename__, ""),
        )
        for model in tables()
        if declare.widgets[model.__tablename__] and viewer.may_read(model)
    ]


def _session(row: StaffSession) -> OpenSession:
    here = row.id == g.staff_session.session_id
    started, seen = moment(row.started_at, look()), moment(row.seen_at, look())
    return OpenSession(row.id, named(row.agent), row.address, started, seen, here)


def install(admin: Admin) -> None:
    admin.add_view(ProfileView(name="Profile", endpoint="profile", url=PATH.rstrip("/")))
