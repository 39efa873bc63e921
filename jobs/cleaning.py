"""Deleting what has served its time: sessions, links, counts, forms, jobs, previews."""

import datetime as dt

import sqlalchemy as sa

from models.access import PasswordToken, SignInFailure, StaffSession
from models.base import Table
from models.portal import PortalSession
from models.work import Job, JobState, Run, RunRow, RunState, SentForm

from .declare import Work, job

BATCH = 500  # rows deleted at once, so that nobody waits long for what they are in
ROWS = 5_000  # the same for lines of a ledger, which nobody waits for
DAY = dt.timedelta(days=1)
UNWATCHED = {"synchronize_session": False}
# Where somebody signed in from is remembered by their sessions, and spares them waits.
SESSIONS, LINKS, FAILURES, FORMS = 90 * DAY, 7 * DAY, DAY, 7 * DAY
DONE, DEAD, PREVIEWS = 7 * DAY, 90 * DAY, 2 * DAY


@job(every="day 03:15 UTC", minutes=5)
def clean(work: Work) -> str:
    """Delete old sessions, spent links, finished jobs and previews that nobody confirmed.

    Safe to run twice: it deletes by age, and what is gone is not found again.
    """
    deleted = {words: sum(_delete(work, model, old) for model, old in said) for words, said in _old(work.now)}
    deleted["previews"] = _delete_previews(work)
    return ", ".join(f"{count:,} {words}" for words, count in deleted.items() if count) or "nothing was old"


def _old(at: dt.datetime) -> list[tuple[str, list[tuple[type[Table], sa.ColumnElement[bool]]]]]:
    over = Job.state.in_((JobState.DONE, JobState.CANCELLED)) & (Job.finished_at < at - DONE)
    given_up = (Job.state == JobState.DEAD) & (Job.finished_at < at - DEAD)
    sessions = (StaffSession, PortalSession)
    return [
        ("sessions", [(m, (m.ended_at < at - SESSIONS) | (m.seen_at < at - SESSIONS)) for m in sessions]),
        ("links", [(PasswordToken, PasswordToken.expires_at < at - LINKS)]),
        ("failed sign-ins", [(SignInFailure, SignInFailure.at < at - FAILURES)]),
        ("sent forms", [(SentForm, SentForm.at < at - FORMS)]),
        ("jobs", [(Job, over), (Job, given_up)]),
    ]


def _delete(work: Work, model: type[Table], old: sa.ColumnElement[bool]) -> int:
    deleted = 0
    while ids := work.session.scalars(sa.select(model.id).where(old).limit(BATCH)).all():
        work.session.execute(sa.delete(model).where(model.id.in_(ids)), execution_options=UNWATCHED)
        work.go_on()
        deleted += len(ids)
    return deleted


def _delete_previews(work: Work) -> int:
    """Plans that were never carried out, with their lines; a million of them are not one statement."""
    never_begun = Run.state.in_((RunState.PLANNED, RunState.CANCELLED)) & Run.started_at.is_(None)
    forgotten = never_begun & (Run.planned_at < work.now - PREVIEWS)
    runs = work.session.scalars(sa.select(Run.id).where(forgotten)).all()
    for run_id in runs:
        lines = sa.select(RunRow.row_id).where(RunRow.run_id == run_id).limit(ROWS)
        while ids := work.session.scalars(lines).all():
            gone = sa.delete(RunRow).where(RunRow.run_id == run_id, RunRow.row_id.in_(ids))
            work.session.execute(gone, execution_options=UNWATCHED)
            work.go_on()
    return _delete(work, Run, forgotten & Run.id.in_(runs)) if runs else 0
