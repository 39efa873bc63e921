"""The jobs page and its buttons."""

from collections.abc import Callable

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView, expose

from jobs import control
from jobs.declare import periodic
from models.base import db
from models.work import Job
from operations.errors import Refused
from queries import jobs as known

from .gate import needs
from .jobs_page import jobs_page, title_of
from .reader import viewer

PATH = "/admin/jobs/"


class JobsView(BaseView):
    @expose("/")
    @needs("job.read")
    def index(self) -> ResponseReturnValue:
        return self.render("admin/jobs.html", page=jobs_page(db.session(), viewer().may("job.manage")))

    @expose("/<row:row_id>/retry", methods=("POST",))
    @needs("job.read", "job.manage")
    def retry(self, row_id: int) -> ResponseReturnValue:
        return _about(row_id, control.retry, "{} begins anew.")

    @expose("/<row:row_id>/now", methods=("POST",))
    @needs("job.read", "job.manage")
    def at_once(self, row_id: int) -> ResponseReturnValue:
        return _about(row_id, control.at_once, "{} is next.")

    @expose("/<row:row_id>/cancel", methods=("POST",))
    @needs("job.read", "job.manage")
    def cancel(self, row_id: int) -> ResponseReturnValue:
        return _about(row_id, control.cancel, "{} is cancelled.")

    @expose("/retry", methods=("POST",))
    @needs("job.read", "job.manage")
    def retry_all(self) -> ResponseReturnValue:
        found = known.dead(db.session(), known.CAP)
        return _done(lambda: [control.retry(db.session(), job.id) for job in found], "All begin anew.")

    @expose("/clock/<clock>/run", methods=("POST",))
    @needs("job.read", "job.manage")
    def run_now(self, clock: str) -> ResponseReturnValue:
        return _done(lambda: control.run_now(db.session(), _periodic(clock)), f"{title_of(clock)} is next.")

    @expose("/clock/<clock>/on", methods=("POST",))
    @needs("job.read", "job.manage")
    def on(self, clock: str) -> ResponseReturnValue:
        return _switch(clock, True, "is on.")

    @expose("/clock/<clock>/off", methods=("POST",))
    @needs("job.read", "job.manage")
    def off(self, clock: str) -> ResponseReturnValue:
        return _switch(clock, False, "is off: it runs no more until somebody turns it on.")


def _periodic(name: str) -> str:
    return name if name in periodic() else abort(404)


def _switch(clock: str, on: bool, says: str) -> ResponseReturnValue:
    return _done(lambda: control.switch(db.session(), _periodic(clock), on), f"{title_of(clock)} {says}")


def _about(row_id: int, step: Callable[..., Job], says: str) -> ResponseReturnValue:
    job = db.session.get(Job, row_id)
    if job is None:
        abort(404)
    return _done(lambda: step(db.session(), row_id), says.format(f"“{title_of(job.name)}”"))


def _done(step: Callable[[], object], says: str) -> ResponseReturnValue:
    try:
        step()
        db.session.commit()
        flash(says, "success")
    except Refused as refused:
        db.session.rollback()
        flash(refused.text, "error")
    return redirect(PATH)


def install(admin: Admin) -> None:
    admin.add_view(JobsView(name="Jobs", endpoint="jobs", url=PATH.rstrip("/")))
