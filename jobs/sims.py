"""SIM cards and the calendar."""

from operations.sim_alerts import AT_ONCE, lift, period_of
from operations.usage.loading import count_anew

from .declare import Work, job

MANY = 5_000  # cards whose month begins in one transaction


@job(every="day 00:02 UTC", minutes=5)
def lift_cut_offs(work: Work) -> str:
    """Let SIM cards back into the network that were cut off in a month that is over.

    Safe to run twice, and to stop in between: the next run finds those that are left.
    """
    lifted = 0
    while found := lift(work.session, work.now, AT_ONCE):
        lifted += found
        work.go_on()
    return f"{lifted:,} lifted"


@job(every="day 00:04 UTC", minutes=5)
def begin_month(work: Work) -> str:
    """Let SIM cards that have used nothing this month say so, in place of what they used before.

    Safe to run twice, and to stop in between: the next run finds those that are left.
    """
    begun = 0
    while found := count_anew(work.session, period_of(work.now), MANY):
        begun += found
        work.go_on()
    return f"{begun:,} begun"
