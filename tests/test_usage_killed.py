"""Files of usage whose readers are killed: every line is there once, and the sums are right."""

import random
import time

import pytest
import sqlalchemy as sa

from models.usage import UsageFile, UsageFileState, UsageRecord, UsageRefusal
from models.work import Job, JobState

from .carrying import until
from .usage import call, caller, counts, kept_in, sums_agree, take_in, text
from .working import value


@pytest.mark.parametrize(
    ("lines", "piece", "kills"), [(1_000, 25, 4), pytest.param(50_000, 500, 25, marks=pytest.mark.soak)]
)
def test_a_file_whose_readers_are_killed_is_read_once(session, crew, lines, piece, kills):
    caller(session)
    broken = range(0, lines, 50)
    content = text(*("broken" if n in broken else call(f"k{n}", seconds=n % 90) for n in range(lines)))
    with kept_in(crew.folder):
        row = take_in(session, content)
    over = sa.select(UsageFile.id).where(UsageFile.id == row.id, UsageFile.state == UsageFileState.DONE)
    taken = sa.select(Job.id).where(Job.state == JobState.RUNNING)
    for attempt in range(kills):
        process = crew.start("jobs", str(piece))
        since = taken.where(Job.attempts > attempt)
        until(lambda s=since: value(session, s) or value(session, over), within=300)
        time.sleep(random.uniform(0, 0.3))
        crew.kill(process)
    crew.start("jobs", str(piece))
    until(lambda: value(session, over), within=600)
    session.refresh(row)
    good = lines - len(broken)
    assert counts(row) == (good, 0, len(broken), 0) and row.line == lines + 1
    count = sa.select(sa.func.count())
    assert session.scalar(count.select_from(UsageRecord)) == good
    assert session.scalar(count.select_from(UsageRefusal)) == len(broken)
    assert sums_agree(session)
