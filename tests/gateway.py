"""A real gateway for text messages on this machine, which answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Gateway:
    """`says` are the answers to what was sent, one after the other; the last one stays."""

    says: list[tuple[int, str]] = field(default_factory=lambda: [(202, '{"status": "taken"}')])
    headers: dict[str, str] = field(default_factory=dict)  # of the answers
    cut: bool = False  # hangs up instead of answering
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"

    @property
    def taken(self) -> list[dict[str, Any]]:
        return [body for _, _, body in self.asked]

    def answer(self) -> tuple[int, str]:
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]


@contextmanager
def gateway(**said: Any) -> Iterator[Gateway]:
    found = Gateway(**said)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.asked.append((self.path, dict(self.headers), json.loads(body)))
            if found.cut:
                self.connection.close()
                return
            code, text = found.answer()
            self.send_response(code)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
