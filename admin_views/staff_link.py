"""The page on which an administrator makes a link for a colleague to set a password with."""

from dataclasses import dataclass

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView, expose

from models.access import StaffUser, TokenPurpose
from models.base import db, now
from operations import recovery
from operations.errors import Refused
from operations.staff import refuse_the_stronger
from queries.staff import roles_of

from .cells import record_path
from .gate import needs
from .shapes import Link


@dataclass(frozen=True)
class StaffLinkPage:
    title: str
    lede: str
    crumbs: tuple[Link, ...]
    back: str
    good_for: str  # "30 minutes"
    link: str = ""  # shown once, right after it was made
    error: str = ""


class StaffLinkView(BaseView):
    @expose("/", methods=("GET", "POST"))
    @needs("staff_user.read", "staff_user.invite")
    def index(self, row_id: int) -> ResponseReturnValue:
        staff = _colleague(row_id)
        return self._make(staff) if request.method == "POST" else self._show(staff)

    def _make(self, staff: StaffUser) -> ResponseReturnValue:
        try:
            refuse_the_stronger(db.session(), roles_of(db.session(), staff.id), g.viewer)
            token = recovery.make_link(db.session(), staff, _purpose(staff), now())
        except Refused as refused:
            db.session.rollback()
            return self._show(staff, error=refused.text), 422
        db.session.commit()
        return self._show(staff, link=recovery.address_of(token, StaffUser))

    def _show(self, staff: StaffUser, **more: str) -> str:
        purpose = _purpose(staff)
        back = record_path(StaffUser, staff.id)
        page = StaffLinkPage(
            title=f"{purpose.label} link",
            lede=f"With it, {staff.name} chooses a password. Hand it over safely: whoever has it can do so.",
            crumbs=(Link("Staff", "/admin/staff_user/"), Link(staff.name, back)),
            back=back,
            good_for=recovery.duration(purpose),
            **more,
        )
        return self.render("admin/staff_link.html", page=page)


def _purpose(staff: StaffUser) -> TokenPurpose:
    return TokenPurpose.RECOVERY if staff.password else TokenPurpose.INVITATION


def _colleague(row_id: int) -> StaffUser:
    staff = db.session.get(StaffUser, row_id)
    if staff is None:
        abort(404)
    if staff.id == g.viewer.staff_id:
        abort(403, "Change your own password in your profile.")
    return staff


def install(admin: Admin) -> None:
    admin.add_view(
        StaffLinkView(name="Link", endpoint="staff_link", url="/admin/staff_user/<row:row_id>/link")
    )
