"""What has served its time goes; what is still needed stays."""

import datetime as dt
from secrets import token_hex

import pytest
import sqlalchemy as sa

from jobs import cleaning, declare
from models.access import PasswordToken, SignInFailure, StaffSession, StaffUser, TokenPurpose
from models.base import now
from models.customer import Customer
from models.portal import PortalSession, PortalUser
from models.work import Job, JobState, Run, RunRow, RunState, SentForm
from operations.queue import enqueue
from seed.factory import make

from .working import worker_of


def ago(**said):
    return now() - dt.timedelta(**said)


@pytest.fixture
def clean(app, session):
    """Carry out the job, by a worker."""

    def carry_out():
        enqueue(session, "clean")
        session.commit()
        before = dict(declare.declared)
        try:
            for name in declare.periodic().keys() - {"clean"}:
                declare.declared.pop(name)
            while worker_of(app).turn():
                pass
        finally:
            declare.declared.update(before)
        session.expire_all()
        return session.scalar(sa.select(Job.result).where(Job.name == "clean"))

    return carry_out


def left(session, column):
    return set(session.scalars(sa.select(column)))


def test_old_sessions_links_and_failures_go_and_recent_ones_stay(session, clean):
    ann, customer = make(session, StaffUser), make(session, Customer)
    person = make(session, PortalUser, customer=customer)
    session.flush()
    for days, agent in ((1, "new"), (89, "kept"), (91, "old")):
        seen = {"started_at": ago(days=days), "seen_at": ago(days=days), "agent": agent}
        session.add(StaffSession(token_sha256=token_hex(32), staff_user_id=ann.id, **seen))
        session.add(PortalSession(token_sha256=token_hex(32), portal_user_id=person.id, **seen))
        session.add(SignInFailure(account_sha256=agent, address="::1", at=ago(days=days, minutes=-5)))
        made = {"email": f"{agent}@example.com", "purpose": TokenPurpose.RECOVERY}
        until = {"expires_at": ago(days=days), "token_sha256": token_hex(32)}
        session.add(PasswordToken(staff_user_id=ann.id, **made, **until))
    session.commit()
    said = clean()
    assert left(session, StaffSession.agent) == left(session, PortalSession.agent) == {"new", "kept"}
    assert left(session, PasswordToken.email) == left(session, SignInFailure.account_sha256 + "@example.com")
    assert said == "2 sessions, 2 links, 2 failed sign-ins"


def test_old_jobs_and_forms_go_in_batches(session, clean, monkeypatch):
    monkeypatch.setattr(cleaning, "BATCH", 10)
    ages = (
        (JobState.DONE, 6),
        (JobState.DONE, 8),
        (JobState.DEAD, 89),
        (JobState.DEAD, 91),
        (JobState.CANCELLED, 8),
    )
    for state, days in ages * 7:
        session.add(Job(name="x", state=state, finished_at=ago(days=days), result=f"{state} {days}"))
    for days in (6, 8) * 14:
        session.add(SentForm(key=token_hex(16), table_name="x", row_id=days, at=ago(days=days)))
    session.add(Job(name="waits", run_at=ago(days=400)))  # late is not done
    session.commit()
    assert clean() == "14 sent forms, 21 jobs"
    kept = sa.select(Job.result).where(Job.name == "x")
    assert set(session.scalars(kept)) == {"done 6", "dead 89"} and left(session, SentForm.row_id) == {6}


def test_previews_that_nobody_confirmed_go_with_their_lines(session, clean, monkeypatch):
    monkeypatch.setattr(cleaning, "ROWS", 10)
    said = ((RunState.PLANNED, 3, None), (RunState.PLANNED, 1, None), (RunState.DONE, 900, 900))
    for state, days, began in said:
        run = Run(
            key=token_hex(8), table_name="customer", operation="flag", title=f"{state} {days}", state=state
        )
        run.planned_at, run.started_at = ago(days=days), began and ago(days=began)
        session.add(run)
        session.flush()
        session.add_all(RunRow(run_id=run.id, row_id=number) for number in range(1, 26))
    session.commit()
    assert clean() == "1 previews"
    assert left(session, Run.title) == {"planned 1", "done 900"}
    assert session.scalar(sa.select(sa.func.count()).select_from(RunRow)) == 50


def test_cleaning_again_finds_nothing(session, clean):
    assert clean() == "nothing was old"
