"""The server on a real socket: it answers, and it ends without losing anyone."""

import http.client
import socket
import threading
import urllib.request
from contextlib import closing, suppress
from dataclasses import replace

import pytest
from flask import Flask, request

import web
from config import Config
from web.server import Server, server_of

from .ground.worlds import KEY


@pytest.fixture
def serve():
    started = []

    def serve(app, **rest):
        server = app if isinstance(app, Server) else Server(app, "127.0.0.1", 0, **rest)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        started.append((server, thread))
        return server, thread

    yield serve
    for server, thread in started:
        server.stop()
        thread.join(10)


class Gate:
    """An app whose answer waits until the test lets it go."""

    def __init__(self):
        self.entered, self.release = threading.Event(), threading.Event()

    def __call__(self, environ, start):
        self.entered.set()
        self.release.wait(5)
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "100000")])
        return [b"x" * 100_000]


def fetch(server, into):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=10) as answer:
        into.append(len(answer.read()))


def test_a_request_under_way_is_answered_in_full_when_the_server_is_told_to_stop(serve):
    gate, answers = Gate(), []
    server, thread = serve(gate)
    caller = threading.Thread(target=fetch, args=(server, answers))
    caller.start()
    assert gate.entered.wait(5)
    port = server.port
    server.stop()
    gate.release.set()
    caller.join(10)
    thread.join(10)
    assert answers == [100_000] and not thread.is_alive()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def test_an_idle_connection_does_not_keep_the_server_up(serve):
    gate = Gate()
    gate.release.set()
    server, thread = serve(gate)
    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"x" * 100_000):
            answer += idle.recv(65536)
        server.stop()
        thread.join(10)
    assert not thread.is_alive()


class Counting:
    """An app that knows how many requests it has begun."""

    def __init__(self):
        self.begun, self.lock = 0, threading.Lock()

    def __call__(self, environ, start):
        with self.lock:
            self.begun += 1
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "20000")])
        return [b"x" * 20_000]


def press(port, answered):
    """Ask until nobody listens any more; note what came back complete."""
    with suppress(OSError, http.client.HTTPException):
        while True:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                connection.request("GET", "/")
                answered.append(len(connection.getresponse().read()))


@pytest.mark.parametrize("rounds", [1, pytest.param(25, marks=pytest.mark.soak)])
def test_every_request_that_was_begun_under_load_is_answered_in_full(serve, rounds):
    for _ in range(rounds):
        app, answered = Counting(), []
        server, thread = serve(app)
        callers = [threading.Thread(target=press, args=(server.port, answered)) for _ in range(4)]
        for caller in callers:
            caller.start()
        threading.Event().wait(0.2)
        server.stop()
        thread.join(15)
        for caller in callers:
            caller.join(15)
        assert set(answered) == {20_000} and len(answered) == app.begun


def test_a_file_that_may_be_uploaded_gets_through(serve, tmp_path):
    env = {"SECRET_KEY": KEY, "RECORDROOM_ENV": "test", "DOCUMENT_MB": "20"}
    config = replace(Config.from_env(env, instance=tmp_path), port=0)
    app = Flask("plain")
    web.install(app, config)
    app.add_url_rule("/file", "file", lambda: str(len(request.data)), methods=["POST"])
    size = 18 * 2**20
    server, _ = serve(server_of(app, config))
    kind = {"Content-Type": "application/octet-stream"}
    asked = urllib.request.Request(f"http://127.0.0.1:{server.port}/file", b"x" * size, kind)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert int(answer.read()) == size
