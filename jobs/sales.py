"""Quotes and the calendar."""

from operations.sales import quotes
from queries.settings import today

from .declare import Work, job


@job(every="hour", minutes=5)
def expire_quotes(work: Work) -> str:
    """Close the quotes whose last day has passed without an answer.

    Safe to run twice: the second run finds none.
    """
    return f"{quotes.expire(work.session, today(work.session, work.now)):,} expired"
