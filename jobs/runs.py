"""Long runs of operations, in the background."""

from operations import running

from .declare import Work, job


@job(minutes=2, attempts=20, given_up=running.interrupt)
def carry_on(work: Work, run: int) -> str:
    """Carry on with a long run of an operation.

    Safe to run twice, and by two workers at once: each chunk locks the run, does what its ledger
    says is left, and commits with it.
    """
    return running.work(work.session, run, work.go_on)
