"""What the panel says while its database is away: the truth, soon, and to everybody alike."""

import pytest

from admin_views.sessions import TOKEN
from app import create_app

from .ground.client import Client
from .ground.worlds import config_for

# Nothing listens on port 9 of this machine, and no such folder is there.
AWAY = ["postgresql://desk@127.0.0.1:9/desk", "sqlite:////nowhere/at/all/desk.db"]


@pytest.fixture(params=AWAY, ids=["postgresql", "sqlite"])
def stranded(request, tmp_path):
    """Someone with a cookie, so that the panel has to ask the database who they are."""
    app = create_app(config_for(request.param, tmp_path))
    app.test_client_class = Client
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = "anybody"
    return client


def test_the_process_lives_but_is_not_ready(stranded):
    assert stranded.get("/healthz").status_code == 200
    assert stranded.get("/readyz").status_code == 503


def test_a_page_says_when_to_come_back(stranded):
    answer = stranded.get("/admin/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Not available right now" in answer.text


def test_a_program_is_told_in_json(stranded):
    answer = stranded.get("/admin/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]["code"]) == (503, 503)
