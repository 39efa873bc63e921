"""How satisfied a customer is, on the whole and quarter by quarter, and what they are asked about."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Customer
from models.sales import SalesOrder
from models.support import Rating, Ticket

from .declare import Measure, Series, Sheet, tab, widget

QUARTERS = 4  # that are told apart, the latest first
ANSWERS = sa.func.count(Rating.score)
Fact = tuple[str, str]


def named(ticket: Ticket | None, order: SalesOrder | None) -> str:
    """What an answer is about, within a sentence; "" for nothing in particular."""
    if ticket is not None:
        return f"{ticket.number}, {ticket.subject}"
    return f"order {order.number}" if order is not None else ""


def asked_about(session: Session, rating: Rating) -> tuple[str, dt.datetime | None]:
    """The name of it, and when it was done, if it still is."""
    ticket = session.get(Ticket, rating.ticket_id) if rating.ticket_id else None
    order = session.get(SalesOrder, rating.sales_order_id) if rating.sales_order_id else None
    done = ticket.closed_at if ticket is not None else order and order.completed_at
    return named(ticket, order), done


@tab(Customer, "Tickets/Satisfaction", order=58, permission="rating.read")
def trend(customer: Customer) -> Series:
    """The average score of a time, and how many answers it is made of."""
    return Series(
        sa.func.date(Rating.answered_at, type_=sa.Date),
        (
            Measure("Average, 1 to 5", sa.func.sum(Rating.score), "decimal", per=ANSWERS),
            Measure("Answers", ANSWERS),
        ),
        (Rating.customer_id == customer.id, Rating.answered_at.is_not(None)),
        empty="No answers in this time.",
    )


@widget(Customer, "Satisfaction", group="Contact and record", order=58, permission="rating.read")
def satisfaction(customer: Customer) -> Sheet:
    """The average of all answers, and of the latest quarters that have some."""
    answered = sa.select(Rating.id).where(Rating.customer_id == customer.id, Rating.answered_at.is_not(None))
    return Sheet(lambda session: [("", _told(session, customer.id))], answered)


def _told(session: Session, customer_id: int) -> Sequence[Fact]:
    """One statement; its rows are months."""
    year, month = (sa.cast(sa.extract(part, Rating.answered_at), sa.Integer) for part in ("year", "month"))
    sums = sa.select(year, month, sa.func.sum(Rating.score), sa.func.count())
    mine = sums.where(Rating.customer_id == customer_id, Rating.answered_at.is_not(None))
    quarters: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for of_year, of_month, score, count in session.execute(mine.group_by(year, month)):
        found = quarters[of_year, (of_month + 2) // 3]
        found[0] += int(score)
        found[1] += count
    if not quarters:
        return [("Rated", "Not yet")]
    whole = [sum(part) for part in zip(*quarters.values(), strict=True)]
    latest = sorted(quarters.items(), reverse=True)[:QUARTERS]
    told = [(f"Quarter {quarter} of {year}", _words(*found)) for (year, quarter), found in latest]
    return [("All in all", _words(*whole)), *told]


def _words(score: int, count: int) -> str:
    return f"{score / count:.1f} of 5, {count:,} {'answer' if count == 1 else 'answers'}"
