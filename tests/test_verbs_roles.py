"""Who may do what: every role as shipped, every operation."""

from dataclasses import replace

import pytest

from models.access import Role
from models.customer import Customer
from operations.errors import Refused
from operations.operation import operation_named
from operations.running import Selection, confirm, plan
from queries.viewer import SYSTEM, known_permissions
from seed.factory import make
from seed.roles import ensure_roles, shipped_roles

from .verbs import VERBS

# Of the letters of the roles: Viewer, Agent, Sales, Tech, Billing, Manager, aDmin.
LETTERS = {
    "viewer": "V",
    "agent": "A",
    "sales": "S",
    "tech": "T",
    "billing": "B",
    "manager": "M",
    "admin": "D",
}
MAY = {
    "customer.approve": "MD",
    "customer.reject": "MD",
    "customer.suspend": "BMD",
    "customer.resume": "BMD",
    "customer.close": "MD",
    "customer.reopen": "MD",
    "customer.lock": "MD",
    "customer.unlock": "MD",
    "customer.merge": "MD",
    "customer.keep_apart": "MD",
    "customer.flag": "ASBMD",
    "customer.unflag": "ASBMD",
    "customer.tag": "ASBMD",
    "customer.untag": "ASBMD",
    "customer.assign_reseller": "ASBMD",
    "customer.assign_organization": "ASBMD",
    "customer.assign_price_level": "ASBMD",
    "customer.write_to": "SBMD",
    "customer.write_letter": "ASBMD",
    "customer.send_sms": "ASBMD",
    "customer.generate_password": "MD",
    "customer.send_recovery": "ASMD",
    "customer.set_empty_passwords": "MD",
    "portal_user.generate_password": "MD",
    "portal_user.send_recovery": "ASMD",
    "portal_user.activate": "ASMD",
    "portal_user.deactivate": "ASMD",
    "portal_user.end_sessions": "MD",
    "portal_user.make_primary": "ASMD",
    "quote.send": "SMD",
    "quote.accept": "SMD",
    "quote.decline": "SMD",
    "quote.convert": "SMD",
    "quote.revise": "SMD",
    "sales_order.submit": "SMD",
    "sales_order.approve": "MD",
    "sales_order.start": "TMD",
    "sales_order.complete": "TMD",
    "sales_order.cancel": "SMD",
    "sales_order.call_off": "MD",
    "subscription.activate": "STMD",
    "subscription.suspend": "BMD",
    "subscription.resume": "BMD",
    "subscription.cancel": "SMD",
    "subscription.reveal": "TMD",
    "data_account.suspend": "TBMD",
    "data_account.resume": "TBMD",
    "data_account.cancel": "TBMD",
    "data_account.generate_secret": "TMD",
    "data_account.reveal": "TMD",
    "voip_line.suspend": "TMD",
    "voip_line.resume": "TMD",
    "voip_line.cancel": "TMD",
    "facility.plan": "TMD",
    "facility.put_in_service": "TMD",
    "facility.remove": "TMD",
    "package_change.cancel": "STMD",
    "package_change.apply": "MD",
    "usage_file.cancel": "BMD",
    "usage_file.read_on": "BMD",
    "usage_file.upload": "BMD",
    "usage_record.exclude": "BMD",
    "usage_record.rate_again": "BMD",
    "sim.assign": "ASTMD",
    "sim.unassign": "ASTMD",
    "sim.activate": "TMD",
    "sim.suspend": "TMD",
    "sim.resume": "TMD",
    "sim.lift_cut_off": "TMD",
    "sim.terminate": "TMD",
    # The verbs of every table: set_field is what .update permits, restore what .create does.
    "customer.update": "ASBMD",
    "customer.create": "ASBMD",
    "customer.delete": "MD",
    "address.update": "ASBMD",
    "address.create": "ASBMD",
    "address.delete": "MD",
    "contact.update": "ASBMD",
    "contact.create": "ASBMD",
    "contact.delete": "MD",
    "note.update": "ASTBMD",
    "note.create": "ASTBMD",
    "note.delete": "MD",
    "notification_setting.update": "ASBMD",
    "notification_setting.create": "ASBMD",
    "notification_setting.delete": "MD",
    "portal_user.update": "ASMD",
    "portal_user.create": "ASMD",
    "portal_user.delete": "MD",
    "tag.update": "ASMD",
    "tag.create": "ASMD",
    "tag.delete": "MD",
    "price_level.update": "BMD",
    "price_level.create": "BMD",
    "price_level.delete": "MD",
    "reseller.update": "MD",
    "reseller.create": "MD",
    "reseller.delete": "MD",
    "account_code.update": "STMD",
    "account_code.create": "STMD",
    "account_code.delete": "MD",
    "bundle_item.update": "BMD",
    "bundle_item.create": "BMD",
    "bundle_item.delete": "MD",
    "data_account.update": "TMD",
    "data_account.create": "TMD",
    "data_account.delete": "MD",
    "department.update": "MD",
    "department.create": "MD",
    "department.delete": "MD",
    "document.create": "ASTBMD",
    "document.update": "ASTBMD",
    "document.download": "ASTBMD",
    "document.approve": "BMD",
    "document.reject": "BMD",
    "document.delete": "MD",
    "facility.update": "TMD",
    "facility.create": "TMD",
    "facility.delete": "MD",
    "order_line.update": "STMD",
    "order_line.create": "SMD",
    "order_line.delete": "MD",
    "package_change.update": "STMD",
    "package_change.create": "STMD",
    "package_change.delete": "MD",
    "price.update": "BMD",
    "price.create": "BMD",
    "price.delete": "MD",
    "product.update": "BMD",
    "product.create": "BMD",
    "product.delete": "MD",
    "quote.update": "SMD",
    "quote.create": "SMD",
    "quote.delete": "MD",
    "quote_line.update": "SMD",
    "quote_line.create": "SMD",
    "quote_line.delete": "MD",
    "rate.update": "BMD",
    "rate.create": "BMD",
    "rate.delete": "MD",
    "rate_plan.update": "BMD",
    "rate_plan.create": "BMD",
    "rate_plan.delete": "MD",
    "sales_order.update": "SMD",
    "sales_order.create": "SMD",
    "sales_order.delete": "MD",
    "sim.update": "TMD",
    "sim.create": "TMD",
    "sim.delete": "MD",
    "sim_group.update": "TMD",
    "sim_group.create": "TMD",
    "sim_group.delete": "MD",
    "subscription.update": "STMD",
    "subscription.create": "STMD",
    "subscription.delete": "MD",
    "tax_rate.update": "BMD",
    "tax_rate.create": "BMD",
    "tax_rate.delete": "MD",
    "customer.ask_rating": "ASMD",
    "ticket.assign_owner": "ATMD",
    "ticket.close": "ATMD",
    "ticket.comment": "ASTBMD",
    "ticket.move_department": "ATMD",
    "ticket.prioritize": "ATMD",
    "ticket.reopen": "ATMD",
    "ticket.reply": "ATMD",
    "ticket.resolve": "ATMD",
    "ticket.take_up": "ATMD",
    "ticket.wait": "ATMD",
    "ticket.update": "ASTBMD",
    "ticket.create": "ASTBMD",
    "ticket.delete": "MD",
    "voip_line.update": "TMD",
    "voip_line.create": "TMD",
    "voip_line.delete": "MD",
    "message_template.update": "MD",
    "message_template.create": "MD",
    "message_template.delete": "MD",
    "app_setting.update": "D",
    "role.update": "D",
    "role.create": "D",
    "role.delete": "D",
    "staff_user.update": "D",
    "staff_user.create": "D",
    "staff_user.delete": "D",
}
ASKED = sorted({operation.permission_on(model) for model, operation in VERBS})


@pytest.mark.parametrize("permission", ASKED)
def test_each_role_may_what_the_table_says(permission):
    """A new verb says in MAY who may; nobody gets it by chance."""
    roles = shipped_roles()
    assert set(roles) == set(LETTERS)
    able = "".join(letter for name, letter in LETTERS.items() if permission in roles[name][1])
    assert able == MAY.get(permission, "is not in MAY")


def test_roles_hold_only_what_there_is():
    assert set(MAY) <= set(known_permissions())
    for name, (_, permissions) in shipped_roles().items():
        assert permissions <= set(known_permissions()), name


@pytest.mark.parametrize("name", ["approve", "suspend", "flag"])
@pytest.mark.parametrize("role", LETTERS)
def test_the_runner_asks_for_the_permission_again_when_it_runs(session, role, name):
    operation = operation_named(Customer, name)
    permissions = frozenset(shipped_roles()[role][1])
    viewer = replace(SYSTEM, everything=False, permissions=permissions)
    row = make(session, Customer, workflow_state="waiting_approval" if name == "approve" else "approved")
    session.commit()
    answers = {"flag": "red"} if name == "flag" else {}
    given = (session, operation, Customer, viewer, Selection(ids=[row.id]), answers, "Because.")
    if LETTERS[role] not in MAY[f"customer.{name}"]:
        with pytest.raises(Refused, match="You may not"):
            plan(*given)
        return
    run = plan(*given)
    session.commit()
    with pytest.raises(Refused, match="not do this any more"):
        confirm(session, run.id, replace(viewer, permissions=frozenset()))
    session.rollback()
    assert confirm(session, run.id, viewer).run.changed == 1


def test_the_admin_role_of_an_older_version_learns_new_verbs(session):
    admin = session.query(Role).filter_by(name="admin").one()
    admin.permissions = ["customer.read"]
    session.commit()
    ensure_roles(session)
    session.commit()
    assert "customer.approve" in admin.permissions
