"""The store of documents and the calendar."""

from operations import documents

from .declare import Work, job


@job(every="day 03:45 UTC", minutes=30)
def sweep_documents(work: Work) -> str:
    """Delete files that no record tells of any more, not even in its history.

    Safe to run twice: what is gone is not found again.
    """
    gone = documents.sweep(work.session)
    return f"{gone:,} deleted" if gone else ""
