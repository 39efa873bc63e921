"""Links for those who forgot their password, and the ends of impersonations."""

from operations import impersonation, requests_for_links

from .declare import Work, job


@job(minutes=1)
def send_link(work: Work, email: str, realm: str) -> str:
    """Mail a link for a new password to whoever asked for it and signs in here.

    Safe to run twice: its effect and "done" are one transaction.
    """
    return requests_for_links.answer(work.session, email, realm, work.now)


@job(every="1 minute", minutes=1)
def end_impersonations(work: Work) -> str:
    """Write down the end of those that have run out or whose session was ended.

    Safe to run twice: the second run finds none.
    """
    return f"{impersonation.end_those_over(work.session, work.now)} ended"
