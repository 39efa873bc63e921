"""Questions about changes of package: which wait for their day, and which came to nothing."""

from models.service import PackageChange

from .declare import queue


@queue(PackageChange, "Package changes", order=60, group="arrows-exchange")
def scheduled() -> str:
    return "state=scheduled"


@queue(PackageChange, "Failed changes", order=61, group="alert-triangle", urgent=True)
def failed() -> str:
    return "state=failed"
