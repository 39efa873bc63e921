"""The secret details of a subscription: who sees them, where it is written down, and where they never are."""

import pytest
import sqlalchemy as sa

from models.access import AccessLog
from models.history import version_table
from models.service import Subscription
from models.work import Run, RunRow
from operations.sealing import seal

from .reading import words
from .services import subscription, with_pin
from .stored import stored

PIN = "4711-0815"
TABLE = "/admin/subscription/"


@pytest.fixture
def kept(session):
    made = with_pin(session, PIN)
    session.commit()
    return made


def press(client, row_id):
    return client.submit(f"{TABLE}operate/reveal/?ids={row_id}&back={TABLE}{row_id}/", go="1")


def test_a_secret_is_shown_once_to_who_may_and_the_trail_says_so(session, signed_in, kept):
    row_id, owner = kept.id, kept.customer_id
    tech = signed_in("tech")
    assert PIN not in tech.get(f"{TABLE}{row_id}/information/").text
    shown = press(tech, row_id)
    assert PIN in shown.text and "PIN" in words(shown) and "no-store" in shown.headers["Cache-Control"]
    (entry,) = stored(session, sa.select(AccessLog).where(AccessLog.action == "reveal"))
    assert (entry.staff_user_id, entry.customer_id, entry.detail) == (tech.staff_id, owner, "PIN")
    assert (entry.object_type, entry.object_id) == ("subscription", row_id)
    (run,) = stored(session, sa.select(Run))
    assert PIN not in tech.get(f"/admin/run/{run.id}/").text
    past = version_table(Subscription)
    for kept_there in (Run, RunRow, past):
        table = getattr(kept_there, "__table__", kept_there)
        assert PIN not in str(stored(session, sa.select(*table.c))), table.name


@pytest.mark.parametrize("role", ["viewer", "agent", "sales", "billing"])
def test_others_see_no_secret(session, signed_in, kept, role):
    client = signed_in(role)
    assert client.get(f"{TABLE}operate/reveal/?ids={kept.id}").status_code == 403
    token = client.token()
    sent = {"csrf_token": token, "ids": kept.id, "go": "1"}
    assert client.post(f"{TABLE}operate/reveal/", data=sent).status_code == 403
    assert stored(session, sa.select(AccessLog).where(AccessLog.action == "reveal")) == []


def test_what_has_no_secret_or_an_unreadable_one_says_so(session, signed_in, kept):
    plain = subscription(session).id
    kept.secrets = f"{seal('{}')[:-4]}AAAA"
    session.commit()
    tech = signed_in("tech")
    answer = press(tech, plain)
    assert answer.status_code == 409 and "It has no secret details." in words(answer)
    assert "sealed with another key" in tech.get(press(tech, kept.id).location).text
