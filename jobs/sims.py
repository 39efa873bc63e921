"""SIM cards and the calendar."""

from operations.sim_alerts import AT_ONCE, lift

from .declare import Work, job


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
