"""The states of a quote.

    draft → sent → accepted → converted
                 ↘ declined
                 ↘ expired

The customer answers in the portal, or staff do so for them. A quote that was sent stays as it was;
`revise` makes a draft of the same lines.
"""

import datetime as dt
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Customer, CustomerState
from models.sales import OrderLine, Quote, QuoteLine, QuoteState, SalesOrder
from queries.owners import owner_is
from queries.settings import setting, today

from ..errors import Refused
from ..installation import installation
from ..kept import kept
from ..letters import amount
from ..locked import LOCKED
from ..operation import Ask, Condition, Context, operation
from ..records import Draft, create, update
from ..refusals import flush
from ..rules import Changes, after
from .lines import add_up, lines_of

DAY = dt.timedelta(days=1)
OVER = "It does not hold any more: its last day has passed."
NOT_SENT = "It does not wait for an answer."
COPIED = ("product_id", "description", "quantity", "unit_price", "setup_price", "discount_percent")
WORKED_OUT = ("tax_percent", "net", "tax")

with_lines = Condition(
    sa.exists().where(QuoteLine.quote_id == Quote.id).correlate(Quote), "It has no lines yet."
)
of_a_customer_here = Condition(~owner_is(Quote, CustomerState.CLOSED), "The customer is closed.")


def last_day(quote: Quote) -> dt.date | None:
    return quote.valid_until and quote.valid_until - DAY


@kept(Quote, "valid_until", "remark", instead="revise")
def once_sent(session: Session, quote: Quote, changes: Changes) -> str:
    state = after(quote, changes, "state")  # an undo sets it back with the others
    return "" if state is QuoteState.DRAFT else f"It is {state.label.lower()}; only drafts can be changed."


@operation(
    Quote,
    when=Quote.state == QuoteState.DRAFT,
    otherwise="Only drafts can be sent.",
    conditions=(with_lines, of_a_customer_here),
    confirm="Send {rows}? What was offered stays as it is from then on.",
    icon="send",
    order=10,
)
def send(
    quote: Quote,
    ctx: Context,
    *,
    tell_them: Annotated[
        bool, Ask("Write to the customer", "A mail with the links to answer it and to print it.")
    ] = True,
) -> None:
    """Offer it: the customer can accept or decline it in the portal."""
    until = quote.valid_until or ctx.today + setting(ctx.session, "quote_days") * DAY
    if until <= ctx.today:
        raise Refused("The day until which it holds has passed. Set another one.", "valid_until")
    update(ctx.session, quote, Draft({"valid_until": until}), ctx.viewer)
    _move(ctx.session, quote, QuoteState.SENT, sent_at=ctx.now)
    if tell_them:
        _write(quote, ctx)


def _write(quote: Quote, ctx: Context) -> None:
    customer = ctx.session.get_one(Customer, quote.customer_id)
    page = f"{installation().url}/portal/quotes/{quote.id}"
    ctx.mail(
        customer,
        "quote",
        related=quote,
        attached="quote_paper",
        number=quote.number,
        total=amount(quote.total, quote.currency, customer.locale),
        last_day=last_day(quote),
        quote_link=page,
        pdf_link=f"{page}/pdf",
    )


@operation(
    Quote,
    when=Quote.state == QuoteState.SENT,
    otherwise=NOT_SENT,
    icon="circle-check",
    order=11,
)
def accept(quote: Quote, ctx: Context) -> None:
    """Note down that the customer has accepted it, by telephone or on paper."""
    decide(ctx.session, quote, QuoteState.ACCEPTED, ctx.now)


@operation(
    Quote,
    when=Quote.state == QuoteState.SENT,
    otherwise=NOT_SENT,
    icon="circle-x",
    order=12,
    danger=True,
)
def decline(quote: Quote, ctx: Context) -> None:
    """Note down that the customer does not want it."""
    decide(ctx.session, quote, QuoteState.DECLINED, ctx.now)


def decide(
    session: Session, quote: Quote, answer: QuoteState, at: dt.datetime, portal_user_id: int | None = None
) -> None:
    """The answer of the customer, from whichever side it comes."""
    if quote.state is not QuoteState.SENT:
        raise Refused(NOT_SENT)
    if answer is QuoteState.ACCEPTED and quote.valid_until and quote.valid_until <= today(session, at):
        raise Refused(OVER)
    if session.get_one(Customer, quote.customer_id).is_locked:
        raise Refused(LOCKED)
    _move(session, quote, answer, decided_at=at, decided_by_id=portal_user_id)


@operation(
    Quote,
    when=Quote.state == QuoteState.ACCEPTED,
    otherwise="Only accepted quotes become orders.",
    conditions=(of_a_customer_here,),
    icon="shopping-cart-plus",
    order=13,
)
def convert(quote: Quote, ctx: Context) -> None:
    """Make the order that the customer has accepted: a draft with the same lines and prices."""
    values = {n: getattr(quote, n) for n in ("customer_id", "currency", "remark", "owner_id")}
    order = create(ctx.session, SalesOrder, Draft({**values, "quote_id": quote.id}), ctx.viewer)
    for line in lines_of(ctx.session, quote):
        # As it was agreed: written by itself, it would be priced anew.
        said = {name: getattr(line, name) for name in (*COPIED, *WORKED_OUT)}
        ctx.session.add(OrderLine(sales_order_id=order.id, **said))
    flush(ctx.session, OrderLine)
    add_up(ctx.session, order)
    _move(ctx.session, quote, QuoteState.CONVERTED)


@operation(
    Quote,
    when=Quote.state.in_((QuoteState.SENT, QuoteState.DECLINED, QuoteState.EXPIRED)),
    otherwise="A draft can be edited itself, and what was accepted stays.",
    icon="copy",
    order=20,
)
def revise(quote: Quote, ctx: Context) -> None:
    """Make a draft with the same lines and prices; this one stays as it is."""
    values = {"customer_id": quote.customer_id, "owner_id": quote.owner_id, "remark": quote.remark}
    made = create(ctx.session, Quote, Draft(values), ctx.viewer)
    for line in lines_of(ctx.session, quote):
        said = {name: getattr(line, name) for name in COPIED}
        create(ctx.session, QuoteLine, Draft({"quote_id": made.id, **said}), ctx.viewer)


def expire(session: Session, today: dt.date) -> int:
    """Close the sent quotes whose last day has passed; how many there were."""
    over = sa.select(Quote).where(Quote.state == QuoteState.SENT, Quote.valid_until <= today)
    found = session.scalars(over.order_by(Quote.id).with_for_update()).all()
    for quote in found:
        _move(session, quote, QuoteState.EXPIRED)
    return len(found)


def _move(session: Session, quote: Quote, state: QuoteState, **said: object) -> None:
    quote.state = state
    for name, value in said.items():
        setattr(quote, name, value)
    flush(session, Quote)
