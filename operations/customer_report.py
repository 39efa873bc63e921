"""The report of a customer: what is stored about them, and the people there."""

from collections.abc import Iterator

import sqlalchemy as sa

from models.customer import Address, Contact, Customer
from models.parse import spelled

from .envelope import envelope, place_lines
from .letters import plain
from .operation import Context
from .paper import Grid, Paper, Paragraph
from .printouts import printout

LOCALE = "en_GB"  # the report is for staff


@printout(Customer, "Run report", many=True, order=10)
def report(customer: Customer, ctx: Context) -> Paper:
    return Paper(
        title=f"Customer report: {customer}",
        address=envelope(ctx.session, customer),
        facts=[("Code", customer.code), ("State", customer.workflow_state.label), ("As of", _day(ctx.today))],
        parts=[
            Paragraph("Details", heading=True),
            Grid(("What", "Value"), list(_details(customer, ctx)), widths=(1, 2)),
            *_around(customer, ctx),
        ],
    )


def _around(customer: Customer, ctx: Context) -> Iterator[Paragraph | Grid]:
    """What belongs to the customer, as far as the reader may open it."""
    for model, title, told in ((Address, "Locations", _locations), (Contact, "Contacts", _contacts)):
        if ctx.viewer.may_read(model):
            yield Paragraph(title, heading=True)
            yield told(customer, ctx)


def _details(customer: Customer, ctx: Context) -> Iterator[tuple[str, str]]:
    organization = customer.organization_id and ctx.session.get(Customer, customer.organization_id)
    said = {
        "Name": str(customer),
        "Type": customer.kind.label,
        "Class": customer.account_class.label,
        "Organization": str(organization or ""),
        "E-mail": customer.email or "",
        "Phone": spelled(customer.phone_e164 or ""),
        "Tax number": customer.tax_number or "",
        "Payment type": customer.payment_type.label,
        "Balance": f"{customer.balance:,.2f} {customer.currency}",
        "Customer since": _day(customer.created_at.date()),
    }
    yield from ((label, value) for label, value in said.items() if value)


def _locations(customer: Customer, ctx: Context) -> Grid:
    found = ctx.session.scalars(
        sa.select(Address).where(Address.customer_id == customer.id).order_by(Address.id)
    )
    rows = [(p.role.label, p.label, ", ".join(place_lines(p))) for p in found]
    return Grid(("Role", "Name", "Address"), rows, widths=(1, 1.5, 4), empty="No locations.")


def _contacts(customer: Customer, ctx: Context) -> Grid:
    found = ctx.session.scalars(
        sa.select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.name, Contact.id)
    )
    rows = [
        (c.name, c.role.label, c.email or "", spelled(c.phone_e164 or ""), "Yes" if c.alerts else "No")
        for c in found
    ]
    head = ("Name", "Role", "E-mail", "Phone", "Alerts")
    return Grid(head, rows, widths=(1.7, 1, 3.5, 1.7, 0.9), empty="No contacts.")


def _day(day: object) -> str:
    return plain(day, LOCALE)
