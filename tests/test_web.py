"""What every answer carries, and what happens when something is wrong, shown on an app of a few routes."""

import json
import logging
import sqlite3

import pytest
from flask import Flask, abort, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import IntegrityError, OperationalError

import web
from config import Config
from web.headers import CONTENT_SECURITY_POLICY
from web.limits import LARGEST_FORM
from web.logs import request_id

from .ground.client import Client
from .ground.worlds import KEY


def failed(message, code):
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = code
    return OperationalError("SELECT secret", {"who": "Ann"}, error)


def add_routes(app):
    failures = {
        "bug": ValueError("boom"),
        "busy": failed("database is locked", sqlite3.SQLITE_BUSY),
        "typo": failed("no such column: nmae", sqlite3.SQLITE_ERROR),
        "taken": IntegrityError("INSERT", {}, Exception("duplicate key\nDETAIL: Key (email)=(ann@x.org)")),
    }

    @app.get("/fail/<how>")
    def fail(how):
        raise failures[how]

    @app.get("/stop/<int:code>")
    def stop(code):
        abort(code)

    @app.route("/form", methods=["GET", "POST"])
    def form():
        return request.form.get("name", "nothing")

    @app.get("/reset/<token>")
    def reset(token):
        return "ok"

    @app.get("/who")
    def who():
        return {"address": request.remote_addr, "host": request.host, "secure": request.is_secure}


@pytest.fixture
def build(tmp_path):
    def build(**said):
        config = Config.from_env({"SECRET_KEY": KEY, "RECORDROOM_ENV": "test"} | said, instance=tmp_path)
        app = Flask("plain")
        web.install(app, config)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.test_client_class = Client
        add_routes(app)
        return app

    return build


@pytest.fixture
def plain(build):
    return build().test_client()


@pytest.fixture
def lines(caplog):
    """What was logged, as the JSON lines that operators see."""
    caplog.set_level(logging.INFO)
    return lambda: [
        json.dumps(record.msg if isinstance(record.msg, dict) else record.getMessage(), default=str)
        for record in caplog.records
    ]


@pytest.mark.parametrize("path", ["/form", "/nothing-here", "/fail/bug", "/healthz"])
def test_every_answer_carries_the_headers(plain, path):
    headers = plain.get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_cookie_is_secure_and_the_browser_told_to_stay(build):
    app = build(PUBLIC_URL="https://desk.example.com")
    assert app.config["SESSION_COOKIE_SECURE"]
    answer = app.test_client().get("/form", base_url="https://desk.example.com")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_static_files_are_kept_for_a_year_under_their_version_only(build):
    app = build()
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("css/tokens.css")
    assert "immutable" in app.test_client().get(address).headers["Cache-Control"]
    old = app.test_client().get("/static/v-0/css/tokens.css")
    assert old.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["../config.py", "%2e%2e/config.py", "nothing.css"])
def test_only_static_files_are_served_as_such(plain, path):
    assert plain.get(f"/static/v-0/{path}").status_code == 404


@pytest.mark.parametrize("given", ["abcdef12", "0" * 64, "a-b-c-d-e-f"])
def test_a_harmless_request_id_is_kept(plain, given):
    assert plain.get("/form", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["short", "0" * 65, "x" * 20 + "\n", "<script>alert(1)</script>", None])
def test_any_other_request_id_is_replaced(given):
    assert len(request_id(given)) == 32


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 415, 422, 423, 429, 500, 503])
def test_an_error_says_what_happened_and_which_id_to_quote(plain, code):
    answer = plain.get(f"/stop/{code}", headers={"Accept": "application/json"})
    said = answer.json["error"]
    assert answer.status_code == said["code"] == code
    assert said["request_id"] == answer.headers["X-Request-ID"]
    assert said["title"] and said["text"].endswith(".")


def test_our_mistakes_show_nothing_of_the_inside(plain):
    for how in ("bug", "typo", "taken"):
        answer = plain.get(f"/fail/{how}")
        assert answer.status_code == 500
        assert not any(word in answer.text for word in ("Traceback", "boom", "nmae", "SELECT", "ann@x.org"))


def test_a_busy_database_is_a_matter_of_time(plain):
    answer = plain.get("/fail/busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_logs_hold_no_value_that_someone_typed(plain, lines):
    plain.get("/form?name=Ann+Secret")
    plain.get("/reset/tok3n-of-ann")
    plain.get("/unknown/tok3n-of-ann")
    plain.post("/form", data={"name": "Ann Secret"})
    written = "\n".join(lines())
    assert '"route": "/reset/<token>"' in written and '"route": "/unknown"' in written
    assert not any(word in written for word in ("Secret", "tok3n"))


def test_a_logged_error_keeps_its_first_line_only():
    stacks = [{"exc_value": "duplicate key\nDETAIL: Key (email)=(ann@x.org)"}]
    event = web.logs.first_line_only(None, "error", {"exception": stacks})
    assert event["exception"] == [{"exc_value": "duplicate key"}]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "a b"])
def test_a_name_that_is_not_ours_is_refused(plain, host):
    answer = plain.get("/form", headers={"Host": host})
    assert answer.status_code == 400 and "X-Request-ID" in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://localhost.evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_write_that_another_site_caused_is_refused(plain, headers):
    assert plain.post("/form", headers=headers).status_code == 403
    assert plain.get("/form", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_our_own_forms_pass(plain, headers):
    assert plain.post("/form", headers=headers).status_code == 200


def test_an_expired_form_says_so(build):
    app = build()
    CSRFProtect(app)
    answer = app.test_client().post("/form", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]["title"]) == (400, "This form has expired")


def test_a_form_too_large_is_refused(plain):
    assert plain.post("/form", data={"name": "x" * LARGEST_FORM}).status_code == 413


def test_forwarded_headers_count_only_from_our_proxy(build):
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    alone = build().test_client().get("/who", headers=headers).json
    assert alone == {"address": "127.0.0.1", "host": "localhost", "secure": False}
    app = build(PUBLIC_URL="https://desk.example.com", TRUSTED_PROXIES="1")
    behind = app.test_client().get("/who", headers=headers).json
    assert behind == {"address": "203.0.113.9", "host": "localhost", "secure": True}


def test_the_process_is_alive_without_a_database(plain):
    assert plain.get("/healthz").json == {"status": "ok"}


def test_ready_once_migrated(client):
    assert client.get("/readyz").status_code == 200
