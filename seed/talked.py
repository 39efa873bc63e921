"""What the customers of the demo world ask and order, and what they think of the answers."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from models.customer import CustomerState
from models.message import Message, MessageState, MessageTopic
from models.sales import OrderLine, OrderState, Quote, QuoteLine, QuoteState, SalesOrder
from models.support import (
    EventKind,
    Priority,
    Rating,
    RatingTrigger,
    Ticket,
    TicketEvent,
    TicketKind,
    TicketState,
)
from queries.pricing import line_amounts, rounded

from .offer import CURRENCIES, PRODUCTS, TAXES, Offer
from .served import HALF_YEAR, Served
from .sheet import Sheet

ASKED = (
    ("Internet drops every evening", "Since Monday the connection is gone for a minute around eight.", 1),
    ("Slow since the storm", "We get a tenth of the speed that we pay for.", 1),
    ("Question about the last invoice", "There is a call-out on it that we did not order.", 2),
    ("Please change our bank details", "We have a new account; what do you need from us?", 2),
    ("Moving house in spring", "Can the service move with us, and how long does it take?", 0),
    ("Router keeps restarting", "It restarts by itself several times a day.", 1),
    ("Number is not shown", "When we call customers they see “unknown”.", 1),
    ("More addresses needed", "We need four more static addresses for our cameras.", 3),
    ("Can you quote a second line?", "For the new workshop, same speed as here.", 0),
    ("Voice mail greeting", "How do we change the greeting?", 0),
)
TASKS = (
    ("Fetch the old radio", "Dismantle the unit on the north roof and take it back to stock.", 3),
    ("Call back about the offer", "They wanted to think about it over the weekend.", 0),
    ("Check the splice in the street cabinet", "Attenuation is higher than in autumn.", 3),
)
ANSWERS = (
    "Thank you for telling us. The line is in order; please restart the router.",
    "A technician has replaced the connector. It should be stable from now on.",
    "We have corrected it; you will see it on the next invoice.",
    "That is possible. We need about two weeks; may we call you about the date?",
)
COMMENTS = ("Attenuation is fine.", "Called twice, nobody at home.", "Same street as three others this week.")
REMARKS = (
    "",
    "",
    "Quick and friendly.",
    "Took three calls.",
    "Very good.",
    "Still waiting for the call back.",
)
SENT = (
    (
        MessageTopic.OUTAGE,
        "Work on the network in your area",
        "Tonight the service may be gone from 1 to 3.",
    ),
    (MessageTopic.OTHER, "Your new router", "It comes by parcel within three working days."),
    (MessageTopic.TICKET, "Your question", "We have answered it; you find the answer in the portal."),
)


class Talk:
    """Describes what one customer and the desk have said to each other."""

    def __init__(
        self, sheet: Sheet, offer: Offer, base: dt.datetime, staff: Sequence[tuple[int, str]]
    ) -> None:
        self.sheet, self.offer, self.base, self.staff = sheet, offer, base, staff

    def about(self, served: Served) -> None:
        owner = served.owner
        rng = Random(owner.rng.random())
        chance = 0.7 if owner.is_business else 0.3
        while rng.random() < chance:
            chance *= 0.5
            self.ticket(served, rng)
        if served.subscriptions and rng.random() < 0.25:
            self.order(served, rng)
        if rng.random() < (0.2 if owner.is_business else 0.05):
            self.quote(served, rng)
        if owner.email:
            for topic, subject, body in SENT:
                if rng.random() < 0.3:
                    self.message(served, topic, subject, body, rng)

    def moment(self, served: Served, rng: Random) -> dt.datetime:
        found = self.base - HALF_YEAR * rng.random() ** 2
        return max(served.owner.since, found).replace(microsecond=0)

    def ticket(self, served: Served, rng: Random) -> None:
        task = rng.random() < 0.15
        subject, body, department = rng.choice(TASKS if task else ASKED)
        moment = self.moment(served, rng)
        age = self.base - moment
        state = _ticket_state(age, rng)
        ended = moment + min(age, dt.timedelta(hours=rng.randrange(3, 120)))
        author, person = (
            self.staff[rng.randrange(len(self.staff))],
            self.staff[rng.randrange(len(self.staff))],
        )
        row = self.sheet.add(
            Ticket,
            customer_id=served.owner.id,
            subscription_id=served.subscriptions[0][0] if served.subscriptions else None,
            kind=TicketKind.TASK if task else TicketKind.HELPDESK,
            subject=subject,
            body=body,
            priority=rng.choice(
                (Priority.NORMAL, Priority.NORMAL, Priority.NORMAL, Priority.HIGH, Priority.LOW)
            ),
            state=state,
            department_id=self.offer.departments[department],
            owner_id=None if state is TicketState.NEW else person[0],
            due_at=moment + dt.timedelta(days=rng.randrange(2, 9)) if task or rng.random() < 0.3 else None,
            resolved_at=ended if state in (TicketState.RESOLVED, TicketState.CLOSED) else None,
            closed_at=ended if state is TicketState.CLOSED else None,
            answered_at=None if task or state is TicketState.NEW else ended,
            created_by_id=author[0],
            created_at=moment,
            updated_at=ended,
        )
        if state is not TicketState.NEW:
            self.conversation(row, task, person, moment, ended, rng)
        if state is TicketState.CLOSED and not task and rng.random() < 0.5:
            self.rating(served, RatingTrigger.TICKET, ended, rng, ticket_id=row)

    def conversation(
        self, ticket: int, task: bool, person: Any, begins: dt.datetime, ends: dt.datetime, rng: Random
    ) -> None:
        def said(kind: EventKind, at: dt.datetime, **rest: Any) -> None:
            self.sheet.add(
                TicketEvent,
                ticket_id=ticket,
                kind=kind,
                at=at,
                author_id=person[0],
                author_name=person[1],
                **rest,
            )

        said(EventKind.OWNER, begins + (ends - begins) / 4, new_value=person[1])
        if rng.random() < 0.4:
            said(EventKind.COMMENT, begins + (ends - begins) / 2, body=rng.choice(COMMENTS))
        if not task:
            said(EventKind.REPLY, ends, body=rng.choice(ANSWERS), is_public=True)

    def rating(
        self, served: Served, trigger: RatingTrigger, asked: dt.datetime, rng: Random, **about: int
    ) -> None:
        answered = rng.random() < 0.6 and asked + dt.timedelta(days=3) < self.base
        self.sheet.add(
            Rating,
            customer_id=served.owner.id,
            trigger=trigger,
            score=rng.choice((1, 2, 3, 4, 4, 5, 5, 5)) if answered else None,
            remark=rng.choice(REMARKS) if answered else "",
            asked_at=asked,
            answered_at=asked + dt.timedelta(hours=rng.randrange(1, 70)) if answered else None,
            **about,
        )

    def order(self, served: Served, rng: Random) -> None:
        """The order that the first subscription came from, or one that is on its way."""
        subscription, sku, since = served.subscriptions[0]
        state = rng.choice(
            (OrderState.COMPLETED, OrderState.COMPLETED, OrderState.SUBMITTED, OrderState.IN_PROGRESS)
        )
        if served.owner.state is not CustomerState.APPROVED:
            state = OrderState.COMPLETED
        done = state is OrderState.COMPLETED
        moment = since if done else self.moment(served, rng)
        line = self.line(served, sku)
        row = self.sheet.add(
            SalesOrder,
            customer_id=served.owner.id,
            state=state,
            address_id=served.owner.address_id,
            requested_date=(moment + dt.timedelta(days=10)).date(),
            completed_at=moment + dt.timedelta(days=1) if done else None,
            **_totals(served, line),
            owner_id=self.staff[rng.randrange(len(self.staff))][0],
            created_at=moment,
            updated_at=moment,
        )
        dated = {"created_at": moment, "updated_at": moment}
        self.sheet.add(
            OrderLine, sales_order_id=row, subscription_id=subscription if done else None, **line, **dated
        )
        if done and rng.random() < 0.2:
            self.rating(served, RatingTrigger.ORDER, moment + dt.timedelta(days=1), rng, sales_order_id=row)

    def quote(self, served: Served, rng: Random) -> None:
        moment = self.moment(served, rng)
        old = self.base - moment > dt.timedelta(days=30)
        later = (QuoteState.DECLINED, QuoteState.EXPIRED, QuoteState.ACCEPTED)
        state = rng.choice(later if old else (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED))
        line = self.line(served, rng.choice(("FIBRE-500", "LEASED-200", "VOICE-TRUNK", "TV-PLUS")))
        dated = {"created_at": moment, "updated_at": moment}
        row = self.sheet.add(
            Quote,
            customer_id=served.owner.id,
            state=state,
            valid_until=(moment + dt.timedelta(days=30)).date(),
            **_totals(served, line),
            owner_id=self.staff[rng.randrange(len(self.staff))][0],
            sent_at=None if state is QuoteState.DRAFT else moment,
            decided_at=moment if state in (QuoteState.ACCEPTED, QuoteState.DECLINED) else None,
            **dated,
        )
        self.sheet.add(QuoteLine, quote_id=row, **line, **dated)

    def line(self, served: Served, sku: str) -> dict[str, Any]:
        """At the list price, rounded as every document is."""
        owner, sold = served.owner, PRODUCTS[sku]
        worth = CURRENCIES[owner.currency]
        price, setup = (rounded(Decimal(p) * worth) for p in (sold.price, sold.setup))
        percent = Decimal(TAXES[owner.country][1]) if owner.country in TAXES else Decimal(0)
        amounts = line_amounts(Decimal(1), price, Decimal(0), percent, setup)
        return {
            "product_id": self.offer.products[sku],
            "description": sold.name,
            "unit_price": price,
            "setup_price": setup,
            "tax_percent": percent,
            "net": amounts.net,
            "tax": amounts.tax,
        }

    def message(self, served: Served, topic: MessageTopic, subject: str, body: str, rng: Random) -> None:
        moment = self.moment(served, rng)
        key = UUID(int=rng.getrandbits(128), version=4)
        self.sheet.add(
            Message,
            customer_id=served.owner.id,
            topic=topic,
            sender="desk@demo.example",
            recipient=served.owner.email,
            subject=subject,
            body=body,
            mail_id=f"<{key}@demo.example>",
            state=MessageState.SENT,
            attempts=1,
            queued_at=moment,
            next_at=None,
            sent_at=moment + dt.timedelta(seconds=4),
        )


def _totals(served: Served, line: dict[str, Any]) -> dict[str, Any]:
    net, tax = line["net"], line["tax"]
    return {"currency": served.owner.currency, "net": net, "tax": tax, "total": net + tax}


def _ticket_state(age: dt.timedelta, rng: Random) -> TicketState:
    if age < dt.timedelta(days=2):
        return rng.choice((TicketState.NEW, TicketState.NEW, TicketState.OPEN))
    if age < dt.timedelta(days=12):
        return rng.choice((TicketState.OPEN, TicketState.PENDING, TicketState.RESOLVED, TicketState.CLOSED))
    return TicketState.OPEN if rng.random() < 0.03 else TicketState.CLOSED
