"""Which pages are timed, with values that occur in the world that they are asked of."""

from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import AccountClass, Contact, Customer, CustomerState, Kind
from queries.listing import Cursor

from .busy import busy

LIST = "/admin/customer/"


@dataclass(frozen=True)
class Page:
    name: str
    path: str


def pages(session: Session, customers: int) -> list[Page]:
    return [
        *(Page(name, f"{LIST}?{urlencode(asked)}") for name, asked in _lists(session).items()),
        Page("page in the middle, by key", f"{LIST}?after={_middle(session, customers)}"),
        *_records(session),
    ]


def _lists(session: Session) -> dict[str, dict[str, str]]:
    someone = _someone(session)
    return {
        "list": {},
        "newest changes first": {"sort": "-updated_at"},
        "by balance, largest first": {"sort": "-balance"},
        "tag on 1 of 25": {"tag": "vip"},
        "tag on 1 of 80": {"tag": "education"},
        "state and flag": {"state": "waiting_approval", "flag": "CHK"},
        "state": {"state": "suspended"},
        "type": {"type": "organization"},
        "postal code, 1 of 40": {"postal_code": "77429"},
        "postal code, rare": {"postal_code": "77070"},
        "everything at once": {
            "type": "organization",
            "tag": "wholesale",
            "state": "waiting_approval",
            "flag": "CHK",
            "postal_code": "77429",
        },
        "not tagged, not closed": {"tag": "!fibre", "state": "!closed"},
        "search: a name": {"search": someone.display_name},
        "search: a family name": {"search": someone.last_name},
        "search: an e-mail address": {"search": someone.email},
        "search: a phone number": {"search": someone.phone_e164},
        "search: a code": {"search": someone.code},
        "search: a common word": {"search": "street"},
        "search: two letters": {"search": "an"},
        "search: nothing found": {"search": "zzyzxq"},
        "search and tag": {"search": "example", "tag": "vip"},
    }


def _someone(session: Session) -> Customer:
    """A person in the last tenth of the table, so that walking from its beginning takes long."""
    last = session.scalar(sa.select(sa.func.max(Customer.id)))
    known = (Customer.email.is_not(None), Customer.phone_e164.is_not(None), Customer.kind == Kind.CUSTOMER)
    late = sa.select(Customer).where(Customer.id > last * 9 // 10, *known).order_by(Customer.id)
    return session.scalars(late.limit(1)).one()


def _middle(session: Session, customers: int) -> str:
    """The address of the page that begins halfway, as a reader who clicked that far would have it."""
    order = sa.select(Customer.id, Customer.name_norm).order_by(Customer.name_norm, Customer.id)
    row = session.execute(order.offset(customers // 2).limit(1)).one()
    return Cursor("display_name", row.name_norm, row.id, 10_001, customers // 2).text()


def _records(session: Session) -> list[Page]:
    largest = (
        sa.select(Customer.organization_id)
        .where(Customer.organization_id.is_not(None))
        .group_by(Customer.organization_id)
        .order_by(sa.func.count().desc(), Customer.organization_id)
    )
    organization = session.scalar(largest.limit(1))
    is_corporate = session.get_one(Customer, organization).account_class is AccountClass.CORPORATE
    tab = "linked-accounts" if is_corporate else "members"
    person = session.scalar(
        sa.select(Contact.customer_id).where(Contact.alerts).order_by(Contact.id).limit(1)
    )
    waiting = sa.select(Customer.id).where(Customer.workflow_state == CustomerState.WAITING_APPROVAL)
    edited = session.scalar(waiting.order_by(Customer.id).limit(1))
    return [
        Page("record", f"{LIST}{person}/"),
        Page("record of an organization", f"{LIST}{organization}/"),
        Page("its members", f"{LIST}{organization}/{tab}/"),
        Page("history of a record", f"{LIST}{person}/history/"),
        Page("edit form", f"{LIST}{edited}/edit/"),
        *_of_busy(busy(session).id),
        Page("look-up by letters", f"{LIST}lookup/organization_id/?q=bak"),
        Page("dashboard", "/admin/"),
    ]


def _of_busy(row_id: int) -> list[Page]:
    """How the record page does with 10,000 usage records, 500 tickets and 200 subscriptions."""
    parts = {
        "record": "",
        "tickets": "tickets/all-tickets/",
        "products": "products/all-products/",
        "usage records": "usage/records/",
        "unbilled CDRs": "billing/unbilled-cdrs/",
        "phone usage": "usage/phone-usage/",
        "widget of tickets": "widget/tickets/",
    }
    return [Page(f"busy customer: {name}", f"{LIST}{row_id}/{part}") for name, part in parts.items()]
