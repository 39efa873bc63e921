"""The server: waitress, which buffers slow clients, with an end that loses no request."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from config import Config

from .limits import LARGEST_BODY

THREADS = 8
PATIENCE = 20.0  # seconds that running requests get when we are told to stop
BESIDE = "beside_the_server"


class Server:
    """Serves until `stop` is called, then finishes what has begun. `largest`: bytes of a request's body."""

    def __init__(
        self, app: Any, host: str, port: int, threads: int = THREADS, largest: int = LARGEST_BODY
    ) -> None:
        self._channels: dict[int, Any] = {}
        self._server = create_server(
            app,
            map=self._channels,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_body_size=largest,
            # Forwarded headers are judged by web/headers.py, which also holds under other servers.
            clear_untrusted_proxy_headers=False,
        )
        self._stopping = threading.Event()

    @property
    def port(self) -> int:
        return int(self._listeners()[0].effective_port)

    def run(self) -> None:
        while not self._stopping.is_set():
            self._turn(1.0)
        self._drain()

    def stop(self, *_: Any) -> None:
        """Safe from a signal handler and from another thread."""
        self._stopping.set()
        for listener in self._listeners():
            listener.pull_trigger()

    def _listeners(self) -> list[BaseWSGIServer]:
        return [found for found in list(self._channels.values()) if isinstance(found, BaseWSGIServer)]

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, map=self._channels, count=1)

    def _drain(self) -> None:
        listeners = self._listeners()
        self._turn(0)  # takes in who already knocked
        for listener in listeners:
            wasyncore.dispatcher.close(listener)  # its own close() would also cut the running answers
        deadline = time.monotonic() + PATIENCE
        while self._close_idle(listeners) and time.monotonic() < deadline:
            self._turn(0.05)
        self._server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._channels)

    def _close_idle(self, listeners: list[BaseWSGIServer]) -> int:
        """Lets go of connections that wait for nothing; how many are left."""
        channels = [channel for listener in listeners for channel in list(listener.active_channels.values())]
        for channel in channels:
            # In this order: an answer stands in the buffer before its request leaves the queue.
            if not channel.requests and channel.request is None and not channel.total_outbufs_len:
                channel.will_close = True
        return len(channels)


def beside(app: Flask, run: Callable[[threading.Event], None]) -> None:
    """Let `run` work in a thread while the app is served, until the event tells it to end."""
    app.extensions.setdefault(BESIDE, []).append(run)


@contextmanager
def company(app: Flask, stopping: threading.Event) -> Iterator[None]:
    """Whoever works beside the server, as long as it serves."""
    runs = app.extensions.get(BESIDE, ())
    threads = [threading.Thread(target=run, args=(stopping,), daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(PATIENCE)


def server_of(app: Flask, config: Config) -> Server:
    return Server(app, config.host, config.port, largest=app.config["MAX_CONTENT_LENGTH"])


def install(app: Flask, config: Config) -> None:
    @app.cli.command("serve")
    def serve() -> None:
        """Serve the panel in the foreground until stopped."""
        try:
            server = server_of(app, config)
        except OSError as error:
            reason = (
                f"{config.host}:{config.port} cannot be used ({error.strerror}); choose another: PORT=8001"
            )
            raise click.ClickException(reason) from error
        stopping = threading.Event()

        def stop(*_: Any) -> None:
            stopping.set()
            server.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        address = config.public_url or f"http://{config.host}:{server.port}"
        click.echo(f"{config.app_name} is at {address}/  (Ctrl-C stops it)")
        with company(app, stopping):
            server.run()
