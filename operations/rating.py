"""Asking customers how satisfied they are: once for each ticket and order, or when staff ask.

The link in the mail holds 256 random bits, of which only the digest is stored. It is good once, for
some days, and for this one answer.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.customer import Customer, CustomerState
from models.message import Message, MessageState
from models.support import Rating, RatingTrigger
from queries.rating import named
from queries.settings import setting

from . import sessions
from .errors import Invalid, Refused
from .installation import installation
from .operation import Condition, Context, operation
from .outbox import post

SPENT = "This link has been used, or has run out."
ASKS = {
    RatingTrigger.TICKET: "rating_after_ticket",
    RatingTrigger.ORDER: "rating_after_order",
    RatingTrigger.PROFILE: "rating_on_request",
}
A_DAY = dt.timedelta(days=1)
LONGEST = 2_000


def ask(
    session: Session, customer: Customer, trigger: RatingTrigger, ticket: Any = None, order: Any = None
) -> Rating | None:
    """Mail a link. None where asking is switched off, was done before, or there is no address."""
    if session.info.get("no_mail") or not customer.email or not setting(session, ASKS[trigger]):
        return None
    about = {"ticket_id": ticket and ticket.id, "sales_order_id": order and order.id}
    known = _asked_before(session, about)
    if known is not None and not _taken_back(session, known):
        return None
    made = known or Rating(customer_id=customer.id, trigger=trigger, **about)
    token = sessions.fresh_token()
    days = setting(session, "rating_link_days")
    made.token_sha256, made.asked_at = sessions.digest(token), now()
    made.expires_at = made.asked_at + dt.timedelta(days=days)
    session.add(made)
    session.flush()
    post(
        session,
        customer,
        "rating_request",
        secrets={"rating_link": address_of(token)},
        unique_key=_key(made),
        related=made,
        about=named(ticket, order),
        days=days,
    )
    return made


def _asked_before(session: Session, about: dict[str, int | None]) -> Rating | None:
    said = [getattr(Rating, name) == row_id for name, row_id in about.items() if row_id]
    return session.scalar(sa.select(Rating).where(*said)) if said else None


def _taken_back(session: Session, rating: Rating) -> bool:
    """What an undo has withdrawn before it left was never asked."""
    mail = session.scalar(sa.select(Message).where(Message.unique_key == _key(rating)))
    if rating.answered_at or mail is None or mail.state is not MessageState.WITHDRAWN:
        return False
    mail.unique_key = None
    session.flush()
    return True


def _key(rating: Rating) -> str:
    return f"rating:{rating.id}"


def address_of(token: str) -> str:
    return f"{installation().url}/portal/rate/{token}"


def asked_with(session: Session, token: str, at: dt.datetime) -> Rating | None:
    """What a link asks; None when it is not good, or not any more."""
    return session.scalar(
        sa.select(Rating)
        .join(Customer, Customer.id == Rating.customer_id)
        .where(
            Rating.token_sha256 == sessions.digest(token),
            Rating.answered_at.is_(None),
            Rating.expires_at > at,
            Customer.workflow_state != CustomerState.MERGED,
        )
    )


def answer(session: Session, token: str, score: int | None, remark: str, at: dt.datetime) -> Rating:
    """Use the link up. Refused without a field when it is not good."""
    found = asked_with(session, token, at)
    if found is None:
        raise Refused(SPENT)
    _check(score, remark)
    mine = (Rating.id == found.id) & Rating.answered_at.is_(None)
    values = {"score": score, "remark": remark, "answered_at": at}
    if session.execute(sa.update(Rating).where(mine).values(values)).rowcount != 1:
        raise Refused(SPENT)  # somebody was faster with the same link
    return found


def volunteer(
    session: Session, customer_id: int, portal_user_id: int, score: int | None, remark: str, at: dt.datetime
) -> Rating:
    """By a customer who is signed in and was not asked; once a day."""
    _check(score, remark)
    if lately(session, customer_id, at):
        raise Refused("You have told us today already. Thank you.")
    made = Rating(
        customer_id=customer_id,
        trigger=RatingTrigger.PROFILE,
        portal_user_id=portal_user_id,
        score=score,
        remark=remark,
        asked_at=at,
        answered_at=at,
    )
    session.add(made)
    session.flush()
    return made


def lately(session: Session, customer_id: int, at: dt.datetime) -> bool:
    """Whether they told us of themselves within a day."""
    mine = sa.select(Rating.id).where(
        Rating.customer_id == customer_id,
        Rating.trigger == RatingTrigger.PROFILE,
        Rating.portal_user_id.is_not(None),
        Rating.answered_at > at - A_DAY,
    )
    return session.scalar(mine.limit(1)) is not None


def _check(score: int | None, remark: str) -> None:
    if score is None or not 1 <= score <= 5:
        raise Invalid("Choose 1 to 5.", "score")
    if len(remark) > LONGEST:
        raise Invalid(f"Write at most {LONGEST:,} letters.", "remark")


def waits(customer: type[Customer]) -> sa.ColumnElement[bool]:
    """Whether a request from the profile is still open."""
    open_one = sa.exists().where(
        Rating.customer_id == customer.id,
        Rating.trigger == RatingTrigger.PROFILE,
        Rating.answered_at.is_(None),
        Rating.expires_at > now(),
    )
    return open_one.correlate(customer)


@operation(
    Customer,
    when=Customer.email.is_not(None),
    otherwise="It has no e-mail address.",
    conditions=(Condition(lambda model: ~waits(model), "They were asked already; the link still works."),),
    label="Ask for rating",
    sentence="Ask {rows} for a rating",
    icon="star",
    order=45,
)
def ask_rating(customer: Customer, ctx: Context) -> None:
    """Mail them a link with which they say how satisfied they are, from 1 to 5."""
    if not setting(ctx.session, ASKS[RatingTrigger.PROFILE]):
        raise Refused("Asking is switched off in the settings: rating_on_request.")
    ask(ctx.session, customer, RatingTrigger.PROFILE)
