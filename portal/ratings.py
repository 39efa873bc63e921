"""How satisfied the customer is: with a link from a mail, or of their own accord."""

from collections.abc import Callable

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.base import db, now
from models.parse import Place, Unreadable, read
from models.support import Rating
from models.text import clean
from operations import rating
from operations.errors import Refused
from queries.rating import asked_about

from .gate import everybody, guests

SCORES = (
    (5, "Very satisfied"),
    (4, "Satisfied"),
    (3, "So-so"),
    (2, "Dissatisfied"),
    (1, "Very dissatisfied"),
)


@everybody
def rate(token: str) -> ResponseReturnValue:
    """The page behind a link, for whoever has it."""
    asked = rating.asked_with(db.session(), token, now())
    if asked is None:
        abort(410, rating.SPENT)
    about, ended = asked_about(db.session(), asked)
    shown = {"frame": "portal/frame.html", "asked": True, "about": about, "ended": ended}
    if request.method == "POST":
        return _sent(lambda score, remark: rating.answer(db.session(), token, score, remark, now()), shown)
    # Not even our own pages learn the address. "no-referrer" would hide the origin of the form too.
    return _form(shown, {"Referrer-Policy": "strict-origin"})


@guests(private=True)
def opinion() -> ResponseReturnValue:
    """Only by the customer: nobody of the staff rates for them."""
    shown = {"frame": "portal/base.html", "done": request.args.get("done") == "said"}
    shown["lately"] = rating.lately(db.session(), g.guest.customer_id, now())
    if request.method != "POST":
        return _form(shown)
    who = g.guest.customer_id, g.guest.portal_user_id
    return _sent(
        lambda score, remark: rating.volunteer(db.session(), *who, score, remark, now()),
        shown,
        url_for("portal.opinion", done="said"),
    )


def _sent(answer: Callable[[int | None, str], Rating], shown: dict, then: str = "") -> ResponseReturnValue:
    """Keep it and say thanks; the form again with what is wrong."""
    text, problem = request.form.get("score", ""), ""
    score = int(text) if text in {str(value) for value, _ in SCORES} else None
    try:
        remark = read(Rating.__table__.c.remark, request.form.get("remark", ""), Place()) or ""
        answer(score, remark)
        db.session.commit()
    except Unreadable as wrong:
        problem = str(wrong)
    except Refused as refused:
        db.session.rollback()
        if refused.text == rating.SPENT:
            abort(410, rating.SPENT)
        problem = refused.text
    if problem:
        said = {"problem": problem, "score": score, "remark": clean(request.form.get("remark", ""))}
        return _form(shown | said, status=422)
    return redirect(then) if then else make_response(render_template("portal/thanks.html"))


def _form(shown: dict, headers: dict | None = None, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("portal/rate.html", scores=SCORES, **shown), status, headers or {})


def install(portal: Blueprint) -> None:
    both = ["GET", "POST"]
    portal.add_url_rule("/rate/<string(length=43):token>", "rate", rate, methods=both)
    portal.add_url_rule("/opinion", "opinion", opinion, methods=both)
