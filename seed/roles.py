"""The roles as shipped: sets of permissions, cut out of what the tables derive."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.access import Role
from queries.staff import ADMIN
from queries.viewer import known_permissions

from .settings import ensure_settings
from .templates import ensure_templates

# Tables about the installation itself. All others are about customers.
OFFICE = frozenset({"access_log", "app_setting", "history", "job", "role", "staff_user"})
DESK = frozenset({"address", "contact", "customer", "note", "notification_setting", "tag"})
CATALOG = frozenset({"bundle_item", "price", "product", "rate", "rate_plan", "tax_rate"})
SOLD = frozenset(
    {"account_code", "order_line", "package_change", "quote", "quote_line", "sales_order", "subscription"}
)
NETWORK = frozenset(
    {
        "account_code",
        "data_account",
        "facility",
        "package_change",
        "sim",
        "sim_group",
        "subscription",
        "voip_line",
    }
)
ANSWERS = frozenset({"document", "ticket"})
# Where technicians go, and what they find there. Persons and what they did stay hidden from them.
ON_SITE = NETWORK | {"address", "data_session"}

# What the desk does with customers every day; each of it could be done in the form as well.
DAILY = {
    "customer.flag",
    "customer.unflag",
    "customer.tag",
    "customer.untag",
    "customer.assign_organization",
    "customer.assign_price_level",
    "customer.assign_reseller",
}
# Helping customers into the portal. Passwords that staff get to see are for managers.
LOG_INS = {
    "customer.send_recovery",
    "portal_user.activate",
    "portal_user.create",
    "portal_user.deactivate",
    "portal_user.make_primary",
    "portal_user.send_recovery",
    "portal_user.update",
}
DEBT = {"customer.suspend", "customer.resume", "subscription.suspend", "subscription.resume"}
# On and off the network. What equipment signs in with is shown to nobody else.
ACCOUNTS = {"data_account.suspend", "data_account.resume", "data_account.cancel"}
SERVED = {
    *ACCOUNTS,
    "data_account.generate_secret",
    "data_account.reveal",
    "facility.plan",
    "facility.put_in_service",
    "facility.remove",
    "package_change.cancel",
    "subscription.reveal",
    "voip_line.cancel",
    "voip_line.resume",
    "voip_line.suspend",
}
CARDS = {"sim.assign", "sim.unassign"}
NETWORKED = {*CARDS, "sim.activate", "sim.lift_cut_off", "sim.resume", "sim.suspend", "sim.terminate"}
SELLING = {
    "package_change.cancel",
    "quote.accept",
    "quote.convert",
    "quote.decline",
    "quote.revise",
    "quote.send",
    "sales_order.cancel",
    "sales_order.submit",
    "subscription.activate",
    "subscription.cancel",
}
# Files of usage, and what in them has no price or is not to be paid.
METERED = {
    "usage_file.cancel",
    "usage_file.read_on",
    "usage_file.upload",
    "usage_record.exclude",
    "usage_record.rate_again",
}
# Carrying orders out, with what is only known on the spot: the details of their lines.
FITTING = {"order_line.update", "sales_order.complete", "sales_order.start", "subscription.activate"}
# Answering tickets and moving them on.
HELP = {
    "ticket.assign_owner",
    "ticket.close",
    "ticket.move_department",
    "ticket.prioritize",
    "ticket.reopen",
    "ticket.reply",
    "ticket.resolve",
    "ticket.take_up",
    "ticket.wait",
}
TALK = {"ticket.comment"}
LETTERS = {"customer.send_sms", "customer.write_letter"}
OPINION = {"customer.ask_rating"}


def every(tables: frozenset[str] | None = None, *verbs: str) -> set[str]:
    """The known permissions on `tables` (None: on all about customers), of `verbs` or of any."""
    found = set()
    for permission in known_permissions():
        table, verb = permission.split(".")
        covered = table not in OFFICE if tables is None else table in tables
        if covered and (not verbs or verb in verbs):
            found.add(permission)
    return found


def shipped_roles() -> Mapping[str, tuple[str, set[str]]]:
    """name -> (whom it is for, what it permits)."""
    look = every(None, "read")
    people = every(None, "read", "read_personal")
    notes = frozenset({"note"})
    write = ("create", "update")
    again = {"message.resend", "document.download"}
    return {
        "viewer": ("Looks things up; e-mails, phones and streets are hidden.", look),
        "agent": (
            "Answers customers and keeps their records right.",
            people
            | again
            | DAILY
            | LETTERS
            | LOG_INS
            | CARDS
            | HELP
            | TALK
            | OPINION
            | every(DESK | ANSWERS, *write),
        ),
        "sales": (
            "Wins customers and takes lists of them along.",
            people
            | again
            | DAILY
            | LETTERS
            | {"customer.write_to"}
            | LOG_INS
            | CARDS
            | SELLING
            | TALK
            | OPINION
            | every(DESK | ANSWERS | SOLD, *write, "export"),
        ),
        "tech": (
            "Puts things right on site; how to reach people, and what they used, is hidden.",
            look
            | {"document.download"}
            | FITTING
            | SERVED
            | NETWORKED
            | HELP
            | TALK
            | every(notes | ANSWERS | NETWORK, *write)
            | every(ON_SITE, "read_personal"),
        ),
        "billing": (
            "Writes invoices and collects.",
            people
            | again
            | DAILY
            | LETTERS
            | {"customer.write_to"}
            | DEBT
            | ACCOUNTS
            | METERED
            | {"usage_file.export", "usage_record.export", "usage_refusal.export"}
            | {"document.approve", "document.reject"}
            | {"note.read_debtor"}
            | TALK
            | every((DESK | ANSWERS) - {"tag"}, *write, "export")
            | every(CATALOG | {"price_level"}, *write),
        ),
        "manager": (
            "Runs the desk: everything about customers, and who looked at them.",
            every() | every(frozenset({"access_log"}), "read"),
        ),
        ADMIN: ("Runs the installation: may do everything.", set(known_permissions())),
    }


def lacking(session: Session) -> dict[str, list[str]]:
    """What roles permit as shipped, and not here: taken away on purpose, or come with a newer version."""
    stored = {role.name: set(role.permissions) for role in session.scalars(sa.select(Role))}
    shipped = {name: permissions for name, (_, permissions) in shipped_roles().items() if name in stored}
    return {name: sorted(permissions - stored[name]) for name, permissions in shipped.items()}


def ensure_roles(session: Session) -> None:
    """Add the roles and settings that are missing.

    A role that exists is the installation's own and stays as it is, but for the admin, who may
    also do what a newer version has brought.
    """
    stored = {role.name: role for role in session.scalars(sa.select(Role))}
    for name, (description, permissions) in shipped_roles().items():
        if name not in stored:
            session.add(Role(name=name, description=description, permissions=sorted(permissions)))
    admin = stored.get(ADMIN)
    if admin and set(admin.permissions) != set(known_permissions()):
        admin.permissions = known_permissions()
    ensure_settings(session)
    ensure_templates(session)
