"""What can be done with customers, and what has to hold when they change."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, now
from models.customer import (
    ALERTS,
    Address,
    AddressRole,
    Channel,
    Contact,
    Customer,
    CustomerState,
    Kind,
    NotificationSetting,
    Reseller,
    Topic,
)
from models.parse import postal_problem
from models.text import fold, plain_email
from queries.settings import setting
from queries.viewer import Viewer
from queries.visibility import find, rows

from .adders import Choose, Confirm, adder
from .errors import Locked, Refused
from .locked import LOCKED, keep
from .operation import guard
from .records import Draft, update
from .refusals import flush
from .rules import Changes, after, follow_up, rule

MOST_CHOICES = 20

guard(Customer, ~Customer.is_locked, LOCKED, instead="unlock")
guard(
    Customer,
    Customer.workflow_state != CustomerState.MERGED,
    "This customer was merged into another one. Undo the merge to have it back.",
)
for part in (Address, Contact):
    keep(part)


# Many rows at once ask the guards above instead.
@rule(Customer, on=())
def keep_locked(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    if customer.is_locked and customer.id is not None and "is_locked" not in changes:
        raise Locked(LOCKED)


@rule(Customer, on=())
def keep_who_has_a_balance(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    if "" in changes and customer.balance:
        raise Refused("The balance is not 0. Settle it, then close the customer; do not delete it.")


@rule(Customer, on=())
def start_in_the_right_state(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    """Where approvals are on, a new customer waits for one."""
    if customer.id is None and not customer.workflow_state:
        approvals = setting(session, "customer_approval")
        customer.workflow_state = CustomerState.WAITING_APPROVAL if approvals else CustomerState.APPROVED


@rule(Customer, on=("organization_id",))
def belong_to_an_organization(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    if target := changes.get("organization_id", (None, None))[1]:
        organization = session.get(Customer, target)
        if organization is None or organization.kind is not Kind.ORGANIZATION:
            raise Refused("Choose an organization; this is a customer.", "organization_id")


@rule(Customer, on=("kind",))
def stay_what_others_rely_on(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    """An organization with members stays one."""
    if customer.id is None or changes.get("kind", (None, None))[1] is not Kind.CUSTOMER:
        return
    has_members = sa.select(Customer.id).where(Customer.organization_id == customer.id).limit(1)
    if session.scalar(has_members):
        raise Refused("This organization has members. Move them first.", "kind")


@rule(Customer, on=("organization_id",))
def leave_the_billing_behind(session: Session, customer: Customer, changes: Changes, viewer: Viewer) -> None:
    """Who leaves an organization is billed again."""
    if "organization_id" in changes and changes["organization_id"][1] is None:
        customer.bill_to_organization = False


@rule(Customer, on=("reseller_id",), once=True)
def stay_within_ones_resellers(
    session: Session, customer: Customer, changes: Changes, viewer: Viewer
) -> None:
    if "reseller_id" in changes and viewer.resellers and changes["reseller_id"][1] not in viewer.resellers:
        raise Refused("Choose one of your own resellers.", "reseller_id")


@rule(Customer, on=("reseller_id",), once=True)
def come_through_active_resellers(
    session: Session, customer: Customer, changes: Changes, viewer: Viewer
) -> None:
    target = changes.get("reseller_id", (None, None))[1]
    reseller = session.get(Reseller, target) if target else None
    if reseller is not None and not reseller.is_active:
        raise Refused(f"{reseller} takes no new customers.", "reseller_id")


@rule(Address)
def write_postal_codes_as_their_country(
    session: Session, address: Address, changes: Changes, viewer: Viewer
) -> None:
    if not changes.keys() & {"postal_code", "country"}:
        return
    code, country = (after(address, changes, name) for name in ("postal_code", "country"))
    if code and (problem := postal_problem(code, country)):
        raise Refused(problem, "postal_code")


@rule(Address)
def keep_one_bill_to(session: Session, address: Address, changes: Changes, viewer: Viewer) -> None:
    """The first location is the Bill To; another one that becomes it takes over."""
    customer_id, role = (after(address, changes, name) for name in ("customer_id", "role"))
    other = session.scalar(
        sa.select(Address).where(
            Address.customer_id == customer_id,
            Address.role == AddressRole.BILL_TO,
            Address.id != (address.id or 0),
        )
    )
    if role == AddressRole.BILL_TO and other is not None:
        other.role = AddressRole.OTHER
        session.flush()
    elif address.id is None and other is None:
        address.role = AddressRole.BILL_TO
    elif address.role == AddressRole.BILL_TO and role != AddressRole.BILL_TO:
        raise Refused("Make another location the Bill To; this one then changes by itself.", "role")


@rule(Address)
def keep_a_bill_to(session: Session, address: Address, changes: Changes, viewer: Viewer) -> None:
    if "" not in changes:
        return
    others = sa.select(Address.id).where(Address.customer_id == address.customer_id, Address.id != address.id)
    if address.role == AddressRole.BILL_TO and session.scalar(others.limit(1)):
        raise Refused("Make another location the Bill To before deleting this one.")


@rule(Contact)
def send_alerts_to_an_address(session: Session, contact: Contact, changes: Changes, viewer: Viewer) -> None:
    email, alerts = (after(contact, changes, name) for name in ("email", "alerts"))
    if alerts and not email:
        raise Refused("Alerts need an e-mail address to go to.", "email")
    if "alerts" in changes and changes["alerts"][0] != alerts:
        contact.alerts_since = now() if alerts else None


@follow_up(Contact)
def follow_the_tick(session: Session, contact: Contact, changes: Changes, viewer: Viewer) -> None:
    """The alerts box is what the notification settings of a contact say."""
    if "alerts" not in changes:
        return
    by_email = sa.select(NotificationSetting).where(
        NotificationSetting.contact_id == contact.id, NotificationSetting.channel == Channel.EMAIL
    )
    present = {setting.topic: setting for setting in session.scalars(by_email)}
    for topic in ALERTS:
        if contact.alerts:
            said = present.get(topic) or _at(session, contact, topic)
            said.contact_id, said.destination, said.enabled = contact.id, contact.email, True
            session.add(said)
        elif topic in present:
            present[topic].enabled = False


def _at(session: Session, contact: Contact, topic: Topic) -> NotificationSetting:
    """The setting of a customer for alerts to this address, which may be nobody's yet."""
    said = {"customer_id": contact.customer_id, "topic": topic, "destination": contact.email}
    found = session.scalar(
        sa.select(NotificationSetting).filter_by(**said, channel=Channel.EMAIL).with_for_update()
    )
    if found is not None and found.contact_id is not None:
        raise Refused("Another contact gets the alerts at this address already.", "email")
    return found or NotificationSetting(**said)


@follow_up(NotificationSetting)
def keep_the_tick(session: Session, said: NotificationSetting, changes: Changes, viewer: Viewer) -> None:
    """The other way round: the box is ticked while any of a contact's settings is on."""
    _tick(session, said)


@rule(NotificationSetting, on=())
def untick_with_the_last(
    session: Session, said: NotificationSetting, changes: Changes, viewer: Viewer
) -> None:
    if "" in changes:
        _tick(session, said, without=said.id)


def _tick(session: Session, said: NotificationSetting, without: int = 0) -> None:
    if said.contact_id is None or said.topic not in ALERTS or said.channel is not Channel.EMAIL:
        return
    contact = session.get(Contact, said.contact_id)
    on = sa.select(NotificationSetting.id).where(
        NotificationSetting.contact_id == said.contact_id,
        NotificationSetting.channel == Channel.EMAIL,
        NotificationSetting.topic.in_(ALERTS),
        NotificationSetting.enabled,
        NotificationSetting.id != without,
    )
    alerts = session.scalar(on.limit(1)) is not None
    if alerts != contact.alerts:
        contact.alerts, contact.alerts_since = alerts, now() if alerts else None
    flush(session, Contact)


@adder
def add_member(
    session: Session, organization: Record, who: str, answer: Mapping[str, str], viewer: Viewer
) -> Customer:
    """Add a customer to an organization by code, name or e-mail."""
    if not fold(who):
        raise Refused("Type a code, a name or an e-mail.", "who")
    found = _called(session, who, viewer)
    if choice := answer.get("choice"):
        found = [c for c in found if str(c.id) == choice]
    if not found:
        raise Refused(f"No customer goes by “{who}”. Try the code, the whole name or the e-mail.", "who")
    if len(found) > 1:
        raise Choose([(c.id, f"{c}, {c.code}") for c in found])
    return _join(session, organization, found[0], answer, viewer)


def _called(session: Session, who: str, viewer: Viewer) -> list[Customer]:
    """Customers, not organizations, with this code, e-mail or name, in that order of trust.

    E-mails are not tried for who may not see them, or a hit would tell one.
    """
    people = rows(Customer, viewer).where(Customer.kind == Kind.CUSTOMER)
    for condition in (
        Customer.code == who.strip().upper(),
        *([Customer.email_norm == plain_email(who)] if viewer.sees_personal(Customer) else ()),
        Customer.name_norm == fold(who),
        Customer.name_norm.startswith(fold(who), autoescape=True),
    ):
        found = session.scalars(
            people.where(condition).order_by(Customer.name_norm, Customer.id).limit(MOST_CHOICES)
        ).all()
        if found:
            return list(found)
    return []


def _join(
    session: Session, organization: Record, customer: Customer, answer: Mapping[str, str], viewer: Viewer
) -> Customer:
    if customer.organization_id == organization.id:
        raise Refused(f"{customer} is a member already.", "who")
    if customer.organization_id and answer.get("confirm") != "yes":
        other = find(session, Customer, customer.organization_id, viewer) or "another organization"
        raise Confirm(
            f"{customer} belongs to {other}. Move them here?", customer.id, f"{customer}, {customer.code}"
        )
    return update(session, customer, Draft({"organization_id": organization.id}), viewer)
