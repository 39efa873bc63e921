"""Which sessions count as online, and which have most likely ended."""

import datetime as dt

import pytest

from models.base import now
from models.usage import DataSession
from seed.factory import make

from .reading import ids

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def sessions(session):
    """By what was heard of them: an access server may never report before the end."""
    at = now()
    said = {
        "reports": {"started_at": at - 9 * DAY, "updated_at": at - HOUR},
        "went silent": {"started_at": at - DAY, "updated_at": at - 5 * HOUR},
        "never reports": {"started_at": at - DAY},
        "unheard for days": {"started_at": at - 9 * DAY},
        "ended": {"started_at": at - DAY, "stopped_at": at - HOUR},
    }
    made = {words: make(session, DataSession, **values).id for words, values in said.items()}
    session.commit()
    return made


def named(sessions, page):
    by_id = {row_id: words for words, row_id in sessions.items()}
    return {by_id[row_id] for row_id in ids(page)}


@pytest.mark.parametrize(
    ("name", "yes"),
    [("online", {"reports", "never reports"}), ("silent", {"went silent", "unheard for days"})],
)
def test_who_is_not_online_or_not_silent_is_everybody_else(sessions, signed_in, name, yes):
    client = signed_in("manager")
    assert named(sessions, client.get(f"/admin/data_session/?{name}=yes")) == yes
    assert named(sessions, client.get(f"/admin/data_session/?{name}=no")) == sessions.keys() - yes
