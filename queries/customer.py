"""Questions about customers: who sees them, filters, header, tabs, widgets, queues."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select

from models.base import now
from models.customer import (
    AccountClass,
    Address,
    AddressRole,
    Contact,
    ContactRole,
    Customer,
    CustomerState,
    Kind,
    Note,
)
from models.fields import Country, PostalCode, YesNo
from models.parse import Unreadable, postal_problem
from models.portal import PortalUser
from models.text import plain_postal

from .declare import Facts, Listing, banner, header, named_filter, queue, tab, widget
from .viewer import Viewer
from .visibility import visibility


@visibility(Customer)
def seen(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Merged customers are gone for everyone; some staff see only those of their resellers."""
    conditions = [Customer.workflow_state != CustomerState.MERGED]
    if viewer.resellers:
        conditions.append(Customer.reseller_id.in_(sorted(viewer.resellers)))
    return conditions


@named_filter(Customer, "Postal code", reads=(Address,))
def postal_code(*, code: PostalCode, country: Country) -> ColumnElement[bool]:
    """Customers with any location there; the code as its country writes it."""
    if problem := postal_problem(code, country):
        raise Unreadable(problem)
    places = select(Address.customer_id).where(
        Address.country == country, Address.postal_norm == plain_postal(code)
    )
    return Customer.id.in_(places)


@named_filter(Customer, "Log-in without password", reads=(PortalUser,))
def without_password(*, wanted: YesNo) -> ColumnElement[bool]:
    """yes: nobody can sign in to the portal with it, until a password is set or chosen."""
    empty = PortalUser.is_active & PortalUser.password_hash.is_(None)
    found = sa.exists().where(PortalUser.customer_id == Customer.id, empty).correlate(Customer)
    return found if wanted else ~found


@header(Customer, "Balance", order=10)
def balance(customer: Customer) -> Facts:
    return Facts(("balance",))


@header(Customer, "Bill To", order=20)
def bill_to(customer: Customer) -> Facts:
    """Where invoices go."""
    place = select(Address).where(Address.customer_id == customer.id, Address.role == AddressRole.BILL_TO)
    return Facts(
        ("line1", "postal_code", "city"),
        place,
        add={"customer_id": customer.id, "role": AddressRole.BILL_TO},
        edit=True,
    )


@header(Customer, "Organization", order=30, when=lambda customer: customer.kind is Kind.CUSTOMER)
def organization(customer: Customer) -> Facts:
    return Facts(("display_name", "code"), select(Customer).where(Customer.id == customer.organization_id))


@header(Customer, "Primary contact", order=40)
def primary_contact(customer: Customer) -> Facts:
    person = select(Contact).where(Contact.customer_id == customer.id, Contact.role == ContactRole.PRIMARY)
    add = {"customer_id": customer.id, "role": ContactRole.PRIMARY}
    return Facts(("name", "phone_e164"), person, add=add, edit=True)


@header(Customer, "Customer since", order=50)
def since(customer: Customer) -> Facts:
    return Facts(("created_at", "reseller_id"))


@banner(Customer, "Pop-up note.")
def popups(customer: Customer) -> Facts:
    """Notes that everyone has to read first."""
    rows = select(Note).where(
        Note.customer_id == customer.id,
        Note.popup,
        sa.or_(Note.popup_until.is_(None), Note.popup_until > now()),
    )
    return Facts(("body", "author_name", "created_at"), rows.order_by(Note.created_at.desc(), Note.id.desc()))


@widget(Customer, "Account details", group="Account", order=10)
def account_details(customer: Customer) -> Facts:
    return Facts(("display_name", "code", "kind", "account_class", "tax_number", "locale"), edit=True)


@widget(Customer, "How to reach them", group="Account", order=20)
def reach(customer: Customer) -> Facts:
    return Facts(("email", "phone_e164"), edit=True)


@widget(Customer, "Billing details", group="Account", order=30)
def billing_details(customer: Customer) -> Facts:
    terms = ("terms_days", "billing_day", "credit_limit", "privileges")
    return Facts(("payment_type", *terms, "balance", "currency"), edit=True)


def _belonging(title: str, when: Callable[[Customer], bool]) -> None:
    @tab(Customer, title, order=25, when=when, adder="add_member", permission="customer.read")
    def members(customer: Customer) -> Listing:
        """The customers that belong to the organization."""
        rows = select(Customer).where(Customer.organization_id == customer.id)
        return Listing(
            rows.order_by(Customer.name_norm, Customer.id),
            ("display_name", "code", "workflow_state", "price_level_id", "balance"),
            empty="Add customers by their code, name or e-mail.",
        )


def _is_corporate(customer: Customer) -> bool:
    return customer.account_class is AccountClass.CORPORATE  # which only organizations are


_belonging("Linked Accounts", _is_corporate)
_belonging("Members", lambda customer: customer.kind is Kind.ORGANIZATION and not _is_corporate(customer))


@queue(Customer, "Waiting approval", order=10, group="user-check")
def waiting() -> str:
    return "state=waiting_approval"


@queue(Customer, "Flagged", order=20, group="flag")
def flagged() -> str:
    return "flag=any"
