"""Values that several records have, found by the clock so that no page has to look for them."""

from operations.walking import walk
from queries.likeness import to_walk

from .declare import Work, job


@job(every="hour", minutes=5)
def find_repeated(work: Work) -> str:
    """Walk through e-mails and phone numbers for those that several customers have.

    Safe to begin again: what a walk finds takes the place of what the last one found, at its end.
    """
    found = {column.name: walk(work.session, column, work.go_on) for column in to_walk()}
    return ", ".join(f"{count:,} by {name}" for name, count in found.items())
