"""Quotes and the calendar."""

from operations.sales import quotes

from .declare import Work, job


@job(every="day 00:20 UTC", minutes=5)
def expire_quotes(work: Work) -> str:
    """Close the quotes whose last day has passed without an answer.

    Safe to run twice: the second run finds none.
    """
    return f"{quotes.expire(work.session, work.now.date()):,} expired"
