"""Subscriptions and the calendar."""

import sqlalchemy as sa

from models.service import Subscription
from operations import running
from operations.operation import operation_named
from operations.running import Selection
from operations.subscriptions import is_over
from queries.viewer import SYSTEM

from .declare import Work, job

MOST = 200  # in one run, which is one transaction


@job(every="hour", minutes=10)
def end_subscriptions(work: Work) -> str:
    """Cancel the subscriptions whose last day has passed. Each batch is a run, which can be undone.

    Safe to run twice: what is cancelled is not in use any more.
    """
    done, last = 0, 0
    while ids := _over(work, last):
        run = running.plan(
            work.session,
            operation_named(Subscription, "run_out"),
            Subscription,
            SYSTEM,
            Selection(ids=ids),
            reason="The last day has passed",
        )
        done += running.confirm(work.session, run.id, SYSTEM).run.changed
        last = ids[-1]
        work.go_on()
    return f"{done:,} cancelled"


def _over(work: Work, last: int) -> list[int]:
    over = sa.select(Subscription.id).where(is_over(work.now.date()), Subscription.id > last)
    return list(work.session.scalars(over.order_by(Subscription.id).limit(MOST)))
