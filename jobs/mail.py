"""Mail leaves in the background."""

import datetime as dt

from models.base import now
from operations.delivery import Delivered, due_batches

from .declare import Work, job

TURN = dt.timedelta(seconds=20)  # then other jobs have theirs; this one is back in no time


@job(every="5 seconds", minutes=10)
def deliver_mail(work: Work) -> str:
    """Deliver the mails that wait.

    Safe to run twice: a mail is claimed before it is sent, and its result recorded at once.
    """
    began, done = now(), Delivered()
    for batch in due_batches(work.sessions):
        done += batch
        work.go_on()
        if now() - began > TURN:
            break
    return str(done) if done else ""
