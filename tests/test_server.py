"""The server on a real socket: it answers, and it ends without losing anyone."""

import socket
import threading
import urllib.request

import pytest

from web.server import Server


@pytest.fixture
def serve():
    started = []

    def serve(app, **rest):
        server = Server(app, "127.0.0.1", 0, **rest)
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
