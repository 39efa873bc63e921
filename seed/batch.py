"""Customers made through the application: the session numbers, derives, versions and indexes them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from models.act import acting
from models.base import at
from models.counter import take
from models.customer import ALERTS, Address, Contact, Customer, CustomerTag, Note, NotificationSetting, Source

from .clock import later, window
from .desk import Desk
from .ids import close_gaps
from .progress import Mark
from .world import BATCH, Described, describe

CUSTOMERS = Mark("customers")


def add_batch(session: Session, upto: int, total: int, base: dt.datetime) -> int:
    """The next batch of customers. Returns how many there are then."""
    first = CUSTOMERS.hold(session)
    after = min(first - first % BATCH + BATCH, upto)
    if first < after:
        close_gaps(session)
        begins, ends = window(first, after, total, base)
        with at(later(session, ends)):
            acting(session, reason=f"Customers {first + 1:,} to {after:,}")
            Batch(session, begins, ends).add([describe(number) for number in range(first, after)])
            CUSTOMERS.move(session, after)
            session.commit()
    session.expunge_all()
    return max(first, after)


class Batch:
    """Writes descriptions down as rows of one transaction."""

    def __init__(self, session: Session, begins: dt.datetime, ends: dt.datetime) -> None:
        self.session, self.begins, self.length = session, begins, ends - begins
        self.desk = Desk.read(session)

    def add(self, batch: list[Described]) -> None:
        code = take(self.session, "customer.code", len(batch))
        made = {d.number: self.customer(d, f"C-{code + n}") for n, d in enumerate(batch)}
        self.session.add_all(made.values())
        self.session.flush()
        for described in batch:
            if described.organization in made:
                self.join(made[described.number], made[described.organization], described)
            self.session.add_all(self.parts(described, made[described.number].id))
        self.notify([row for row in self.session.new if isinstance(row, Contact) and row.alerts])

    def moment(self, share: float) -> dt.datetime:
        return (self.begins + self.length * share).replace(microsecond=0)

    def customer(self, described: Described, code: str) -> Customer:
        moment = self.moment(described.since)
        said = dict(described.customer)
        said.pop("bill_to_organization", None)
        if said["source"] is Source.MANAGER:
            said["created_by_id"] = self.desk.author(described.number)[0]
        return Customer(
            **said,
            code=code,
            price_level_id=self.desk.levels.get(described.price_level),
            reseller_id=self.desk.resellers.get(described.reseller),
            balance_at=moment if said["balance"] else None,
            **self.dated(moment),
        )

    def join(self, member: Customer, organization: Customer, described: Described) -> None:
        member.organization_id = organization.id
        member.bill_to_organization = described.customer.get("bill_to_organization", False)
        member.updated_at = member.created_at

    @staticmethod
    def dated(moment: dt.datetime) -> dict[str, Any]:
        return {"created_at": moment, "updated_at": moment}

    def parts(self, described: Described, customer_id: int) -> Iterator[Any]:
        moment = self.moment(described.since)
        own = {"customer_id": customer_id, **self.dated(moment)}
        for address in described.addresses:
            yield Address(**address, **own)
        for contact in described.contacts:
            yield Contact(**contact, **own, alerts_since=moment if contact["alerts"] else None)
        for tag in described.tags:
            yield CustomerTag(tag_id=self.desk.tags[tag], **own)
        for note in described.notes:
            yield self.note(note, described.number, customer_id)

    def note(self, note: dict[str, Any], number: int, customer_id: int) -> Note:
        author_id, author_name = self.desk.author(number + 3)
        said = {name: value for name, value in note.items() if name != "at"}
        dated = self.dated(self.moment(note["at"]))
        return Note(**said, customer_id=customer_id, author_id=author_id, author_name=author_name, **dated)

    def notify(self, contacts: list[Contact]) -> None:
        """The alerts box stands for these two rows."""
        self.session.flush()
        for contact in contacts:
            for topic in ALERTS:
                said = NotificationSetting(
                    customer_id=contact.customer_id,
                    contact_id=contact.id,
                    topic=topic,
                    destination=contact.email,
                    **self.dated(contact.created_at),
                )
                self.session.add(said)
