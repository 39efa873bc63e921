"""Changes of package and the calendar."""

import sqlalchemy as sa

from models.service import PackageChange
from operations import running
from operations.operation import operation_named
from operations.running import Selection
from operations.service.package_change import is_due
from queries.viewer import SYSTEM

from .declare import Work, job

MOST = 200  # in one run, which is one transaction


@job(every="hour", minutes=10)
def apply_package_changes(work: Work) -> str:
    """Carry out the changes of package whose day has come. Each batch is a run, which can be undone.

    Safe to run twice: what was applied, or has failed, is not scheduled any more.
    """
    done, last = 0, 0
    while ids := _due(work, last):
        run = running.plan(
            work.session,
            operation_named(PackageChange, "apply"),
            PackageChange,
            SYSTEM,
            Selection(ids=ids),
            reason="The day has come",
        )
        done += running.confirm(work.session, run.id, SYSTEM).run.changed
        last = ids[-1]
        work.go_on()
    return f"{done:,} carried out"


def _due(work: Work, last: int) -> list[int]:
    due = sa.select(PackageChange.id).where(is_due(PackageChange), PackageChange.id > last)
    return list(work.session.scalars(due.order_by(PackageChange.id).limit(MOST)))
