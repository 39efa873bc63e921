"""What the panel offers around a staff member."""

from models.access import StaffUser

from .declare import action


@action(StaffUser, "Sign-in link", permission="staff_user.invite", group="key")
def sign_in_link(staff: StaffUser) -> str:
    """A link with which they choose a password."""
    return f"/admin/staff_user/{staff.id}/link/"
