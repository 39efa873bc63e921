"""Quotes in the portal: customers read and print them, and accept or decline them themselves."""

import sqlalchemy as sa
from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.base import db, now
from models.sales import Quote, QuoteState
from operations.errors import Refused
from operations.letters import amount
from operations.operation import Context
from operations.paper import letterhead, pdf_of
from operations.retry import again
from operations.sales.lines import lines_of
from operations.sales.papers import quote_paper
from operations.sales.quotes import decide, last_day
from queries.settings import today

from .gate import guests
from .reader import own
from .rows import newest, row_or_404

ANSWERS = {"accept": QuoteState.ACCEPTED, "decline": QuoteState.DECLINED}
DONE = {
    "accept": "Thank you. You have accepted this quote; we go on from here.",
    "decline": "You have declined this quote.",
}


def theirs() -> list[sa.ColumnElement[bool]]:
    """What was offered; drafts are ours."""
    return [Quote.customer_id == g.guest.customer_id, Quote.state != QuoteState.DRAFT]


def found(row_id: int, lock: bool = False) -> Quote:
    return row_or_404(Quote, row_id, *theirs(), lock=lock)


@guests()
def quotes() -> ResponseReturnValue:
    rows, older = newest(Quote, *theirs())
    return render_template("portal/quotes.html", rows=rows, older=older, **_words())


@guests()
def quote(row_id: int) -> ResponseReturnValue:
    return _page(found(row_id), done=DONE.get(request.args.get("done", ""), ""))


@guests()
def quote_pdf(row_id: int) -> ResponseReturnValue:
    session, wanted = db.session(), found(row_id)
    content = pdf_of(quote_paper(wanted, Context(session)), head=letterhead(session))
    headers = {"Content-Disposition": f'inline; filename="{wanted.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@guests()
def answer(row_id: int, said: str) -> ResponseReturnValue:
    """By the customer alone: staff who view as them note an answer down in the panel."""
    session, by = db.session(), g.guest.portal_user_id
    try:
        again(session, lambda: decide(session, found(row_id, lock=True), ANSWERS[said], now(), by))
    except Refused as refused:
        session.rollback()
        return _page(found(row_id), problem=refused.text), 409
    return redirect(url_for("portal.quote", row_id=row_id, done=said))


def _page(wanted: Quote, **said: str) -> str:
    session, until = db.session(), wanted.valid_until
    is_open = wanted.state is QuoteState.SENT and (until is None or until > today(session))
    lines = lines_of(session, wanted)
    return render_template(
        "portal/quote.html", quote=wanted, lines=lines, is_open=is_open, **_words(), **said
    )


def _words() -> dict[str, object]:
    """How this customer reads money, and days."""
    locale = own().locale
    return {
        "money": lambda value, row: amount(value, row.currency, locale),
        "last_day": last_day,
    }


def install(portal: Blueprint) -> None:
    one = "/quotes/<row:row_id>"
    portal.add_url_rule("/quotes", "quotes", quotes)
    portal.add_url_rule(one, "quote", quote)
    portal.add_url_rule(f"{one}/pdf", "quote_pdf", quote_pdf)
    portal.add_url_rule(f"{one}/<any({', '.join(ANSWERS)}):said>", "answer", answer, methods=["POST"])
