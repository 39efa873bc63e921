"""Which values a customer has that was made from several: its own, where it has any."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import UPKEEP, columns
from models.customer import Contact, Customer
from models.fields import field_of
from models.text import plain_email
from queries.viewer import Viewer

from .errors import Invalid
from .records import Draft, create
from .restoring import restorable

# Either equal in all, or the survivor's own whatever the others have.
OWN = frozenset({"kind", "currency", "workflow_state", "merged_into_id", "is_locked", "source"})


def carried() -> list[sa.Column]:
    """The columns in which a value of another record may end up."""
    upkeep = {"derived", "system", "numbered", "stamped", "unversioned"}
    return [
        c
        for c in columns(Customer)
        if c.name not in UPKEEP | OWN and not c.info.keys() & upkeep and not field_of(c).secret
    ]


def choosable(viewer: Viewer) -> list[str]:
    allowed = restorable(Customer, viewer)
    return [c.name for c in carried() if c.name in allowed]


def settle(survivor: Customer, gone: Sequence[Customer], chosen: Mapping[str, int]) -> dict[str, Any]:
    """Column -> value of everything that the survivor is to have. Its blanks are filled by the others."""
    rows = {row.id: row for row in (survivor, *gone)}
    found = {}
    for column in carried():
        if column.name in chosen:
            found[column.name] = getattr(_chosen(rows, column.name, chosen), column.name)
        else:
            found[column.name] = next(_filled(getattr(row, column.name) for row in rows.values()), None)
            if found[column.name] is None:
                found[column.name] = getattr(survivor, column.name)
    for column in carried():
        if (needed := column.info.get("needs")) and found[needed] is None:
            found[column.name] = column.info["without"]
    return found


def _chosen(rows: Mapping[int, Customer], name: str, chosen: Mapping[str, int]) -> Customer:
    if chosen[name] not in rows:
        raise Invalid("Choose one of the records that are merged.", f"{name}_from")
    return rows[chosen[name]]


def _filled(values: Iterable[Any]) -> Iterable[Any]:
    return (value for value in values if value not in (None, "", {}))


def write(survivor: Customer, values: Mapping[str, Any]) -> None:
    # Not through the rules: each value holds in a customer already, and an inactive reseller, for
    # one, takes no new customers but keeps those that it has.
    for name, value in values.items():
        if getattr(survivor, name) != value:
            setattr(survivor, name, value)


def keep_addresses(
    session: Session, survivor: Customer, had: Sequence[tuple[str, str | None, str | None]], viewer: Viewer
) -> None:
    """E-mails and phones that the survivor does not take become contacts, unless a contact has them.

    `had` are the name, e-mail and phone of each record before.
    """
    mine = sa.select(Contact).where(Contact.customer_id == survivor.id)
    present = session.scalars(mine).all()
    emails = {c.email_norm for c in present} | {survivor.email_norm, None}
    phones = {c.phone_e164 for c in present} | {survivor.phone_e164, None}
    for name, email, phone in had:
        email = email if email and plain_email(email) not in emails else None
        phone = phone if phone not in phones else None
        if email or phone:
            values = {"customer_id": survivor.id, "name": name[:120], "email": email, "phone_e164": phone}
            create(session, Contact, Draft(values), viewer)
            emails.add(email and plain_email(email))
            phones.add(phone)


def add_up(survivor: Customer, gone: Sequence[Customer]) -> None:
    survivor.balance += sum((row.balance for row in gone), Decimal(0))
    for row in gone:
        row.balance = Decimal(0)
