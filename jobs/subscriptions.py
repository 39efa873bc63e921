"""Subscriptions and the calendar."""

from models.service import PackageChange, Subscription
from operations.service.package_change import is_due
from operations.subscriptions import is_over
from queries.settings import today

from .batches import carry_out
from .declare import Work, job


@job(every="hour", minutes=10)
def end_subscriptions(work: Work) -> str:
    """Cancel the subscriptions whose last day has passed. Each batch is a run, which can be undone.

    Safe to run twice: what is cancelled is not in use any more.
    """
    over = is_over(today(work.session, work.now))
    return f"{carry_out(work, Subscription, 'run_out', over, 'The last day has passed'):,} cancelled"


@job(every="hour", minutes=10)
def apply_package_changes(work: Work) -> str:
    """Carry out the changes of package whose day has come. Each batch is a run, which can be undone.

    Safe to run twice: what was applied, or has failed, is not scheduled any more.
    """
    due = is_due(today(work.session, work.now))
    return f"{carry_out(work, PackageChange, 'apply', due, 'The day has come'):,} carried out"
